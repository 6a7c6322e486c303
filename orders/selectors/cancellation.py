"""Reading the tables of what cancelling costs."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from orders.cancellation import CancellationStep, CancellationTerms, cost_of, terms_of
from orders.enums import CancellationStage, LineKind
from orders.models import CancellationTable, Order, OrderLine
from pinshop.core.money import Money, zero

# Renew the number when the shape of CancellationTerms changes, so that a new release never reads an old one's pickle.
_KEY = "orders:cancellation:1:{id}"
_KEEP_SECONDS = 24 * 3600


def holding(*, now: datetime) -> QuerySet[CancellationTable]:
    """The published tables that hold at `now`; the first is in force."""
    published = CancellationTable.objects.filter(published_at__isnull=False, valid_from__lte=now)
    return published.order_by("-valid_from", "-number")


def find_terms(*, now: datetime) -> CancellationTerms | None:
    """What is in force at `now`; None before the first table was published."""
    row = holding(now=now).only("pk").first()
    return None if row is None else get_terms(table_id=row.pk)


def get_terms(*, table_id: UUID) -> CancellationTerms:
    """A published table, from the cache: it never changes."""
    key = _KEY.format(id=table_id)
    cached = cache.get(key)
    if isinstance(cached, CancellationTerms):
        return cached
    terms = read_terms(CancellationTable.objects.get(pk=table_id))
    cache.set(key, terms, _KEEP_SECONDS)
    return terms


def read_terms(row: CancellationTable) -> CancellationTerms:
    """A table as frozen data, published or not; its stages in order."""
    rows = {step.stage: step for step in row.steps.all()}
    minimums = list(row.minimums.all())
    return CancellationTerms(
        version=row.version,
        return_days=row.return_days,
        steps={
            stage: CancellationStep(
                percent=rows[stage].percent,
                charges_die=rows[stage].charges_die,
                minimums={least.currency: least.amount_minor for least in minimums if least.stage == stage},
            )
            for stage in CancellationStage
            if stage in rows
        },
    )


def find_cost(line: OrderLine) -> Money | None:
    """What its customer pays to cancel the line as it stands; None where it cannot be cancelled.

    Also None once nothing would come back (then the pins are made, and are sent), for what is made again at our cost, and for
    a gift card of which something was spent, or GIFT_CARD_RETURN_DAYS after it was mailed.
    Nothing is owed for an unpaid line.
    """
    if line.remake_of_id is not None or (line.kind == LineKind.GIFT_CARD and not _is_unspent(line)):
        return None
    cost = cost_of(line, terms_of(line.order.cancellation))
    if not line.order.is_owed and cost is not None:
        return zero(cost.currency)
    if cost is None or (cost and cost.amount_minor >= line.payable_minor):
        return None
    return cost


def _is_unspent(line: OrderLine) -> bool:
    """Whether a gift card may still be given back: nothing of it was spent, and its days are not over."""
    card = line.gift_card
    if card.issued_at is None:
        return True
    days = timedelta(days=settings.GIFT_CARD_RETURN_DAYS)
    is_over = card.mailed_at is not None and timezone.now() >= card.mailed_at + days
    return bool(card.active and card.balance_minor == card.initial_minor and not is_over)


def find_cost_of_order(order: Order) -> Money | None:
    """What its customer pays to cancel all that is left of the order; None where a line of it cannot be cancelled."""
    costs = [find_cost(line) for line in order.lines.all() if line.state != "cancelled"]
    known = [cost for cost in costs if cost is not None]
    if not costs or len(known) < len(costs):
        return None
    return sum(known, start=zero(order.currency))
