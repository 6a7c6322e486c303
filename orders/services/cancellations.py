"""Ending lines before they are made, and giving their money back."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext, gettext_noop

from orders import states
from orders.cancellation import cost_of, terms_of
from orders.enums import LineState, PaymentTerms
from orders.models import Order, OrderLine
from orders.payments.enums import UNSETTLED
from orders.selectors import cancellation
from orders.services import endings, notices
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Conflict, NotFound, PinshopError
from pinshop.core.money import Money, total, zero
from pinshop.core.words import Sentence

logger = logging.getLogger(__name__)


class TooLateToCancel(Conflict):
    """A line is past the stage at which this person may cancel it."""

    code = "too_late_to_cancel"


class CancellationCostChanged(Conflict):
    """Cancelling costs something else than was accepted; `cost_minor` says what it costs now."""

    code = "cancellation_cost_changed"


class NotPartly(Conflict):
    """An unpaid order is cancelled as a whole: its payment page shows the whole sum."""

    code = "not_partly"


def cancel(
    *,
    order_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    line_ids: Sequence[UUID] | None = None,
    shown_cost: Money | None = None,
) -> list[OrderLine]:
    """Cancel an order or some lines of it for its customer: give stock back and refund what cancelling does not cost.

    `shown_cost` is what the customer accepted, nothing where it is missing. Returns the lines that were cancelled now,
    none where they were before. Raises TooLateToCancel, CancellationCostChanged, NotPartly, NotFound: then nothing is done.
    """
    return _cancel(order_id, line_ids, _Asked(shown_cost), reason=reason, actor=actor, now=now)


def cancel_by_staff(
    *,
    order_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    line_ids: Sequence[UUID] | None = None,
    waive: bool = False,
) -> list[OrderLine]:
    """As `cancel`, by staff, as long as no line has left the house; `waive` gives everything back, whatever the stage."""
    return _cancel(order_id, line_ids, _Decided(waive=waive), reason=reason, actor=actor, now=now)


def cancel_line(*, line_id: UUID, reason: str, actor: Actor, now: datetime, waive: bool = False) -> list[OrderLine]:
    """Cancel one line, by staff; raises as `cancel` does."""
    line = OrderLine.objects.filter(pk=line_id).first()
    if line is None:
        raise NotFound(gettext("There is no such order line."))
    return cancel_by_staff(order_id=line.order_id, line_ids=[line_id], reason=reason, actor=actor, now=now, waive=waive)


@dataclass(frozen=True, slots=True)
class _Asked:
    """By the customer, who was shown a cost."""

    shown: Money | None

    def cost(self, line: OrderLine) -> Money | None:
        return cancellation.find_cost(line)

    def check(self, cost: Money) -> None:
        if cost != (self.shown or zero(cost.currency)):
            if self.shown:
                text = gettext(
                    "Cancelling costs %(cost)s now, and you were shown %(shown)s. Look at it again, and accept it."
                )
            else:
                text = gettext("Cancelling costs %(cost)s now. Look at it again, and accept it.")
            raise CancellationCostChanged(
                text % {"cost": cost, "shown": self.shown},
                cost_minor=cost.amount_minor,
                currency=cost.currency,
            )


@dataclass(frozen=True, slots=True)
class _Decided:
    """By staff, who may waive the cost."""

    waive: bool

    def cost(self, line: OrderLine) -> Money | None:
        if line.state not in states.CANCELLATION_STAGES[line.kind]:
            return None
        cost = cost_of(line, terms_of(line.order.cancellation))
        return zero(line.order.currency) if cost is None or self.waive or not line.order.is_owed else cost

    def check(self, cost: Money) -> None:
        """Staff see the cost before they decide."""


def _cancel(
    order_id: UUID,
    line_ids: Sequence[UUID] | None,
    wish: _Asked | _Decided,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[OrderLine]:
    with transaction.atomic():
        order, chosen, left = endings.lock(order_id, line_ids)
        costs = {line.pk: _cost(line, wish) for line in chosen}
        if left and order.confirmed_at is None:
            raise NotPartly(
                gettext("An order that is not paid yet is cancelled as a whole. Then order again what you want.")
            )
        if chosen:
            wish.check(total(costs.values(), order.currency))
            key = endings.end(order, chosen, left, costs, reason=reason, actor=actor, now=now)
            notices.order_cancelled(order, key=key, reason=reason, lines=chosen, now=now)
    return chosen


def _cost(line: OrderLine, wish: _Asked | _Decided) -> Money:
    cost = wish.cost(line)
    if cost is None:
        raise TooLateToCancel(
            gettext(
                "%(title)s is %(state)s, so it can no longer be cancelled here. Write to us and we will "
                "see what can be done."
            )
            % {"title": line.title, "state": line.get_state_display().lower()},
            line_id=str(line.pk),
        )
    return cost


def refuse_design(*, design_id: UUID, ground: str, note: str, now: datetime) -> list[OrderLine]:
    """Staff refused a design: cancel its lines wherever it is ordered, refund them, tell the customer why.

    A line that is in production already is left to staff: its order then needs attention. Returns the cancelled lines.
    """
    order_ids = list(
        OrderLine.objects.filter(design_id=design_id)
        .exclude(state=LineState.CANCELLED)
        .order_by("order_id")
        .values_list("order_id", flat=True)
        .distinct()
    )
    ended: list[OrderLine] = []
    for order_id in order_ids:
        ended += _refuse_in(order_id, design_id, ground=ground, note=note, now=now)
    return ended


def cancel_unpaid(*, now: datetime) -> int:
    """Cancel orders that were never paid. Returns how many; for the clock.

    One to be paid at once goes when its quote no longer binds, one to be paid on approval APPROVED_UNPAID_DAYS after its
    last approval.
    """
    unpaid = Order.objects.filter(paid_at=None, attention="").exclude(payments__state__in=UNSETTLED)
    stale = unpaid.filter(
        payment_terms=PaymentTerms.NOW, quote__expires_at__lte=now, lines__state=LineState.PLACED
    ).distinct()
    asked_before = now - timedelta(days=settings.APPROVED_UNPAID_DAYS)
    waiting = OrderLine.objects.filter(
        Q(state__in=states.BEFORE_APPROVAL) | Q(state=LineState.APPROVED, updated_at__gt=asked_before),
        order=OuterRef("pk"),
    )
    approved = unpaid.filter(
        ~Exists(waiting), payment_terms=PaymentTerms.ON_APPROVAL, lines__state=LineState.APPROVED
    ).distinct()
    cancelled = 0
    order_ids = [*stale.values_list("pk", flat=True)[:100], *approved.values_list("pk", flat=True)[:100]]
    for order_id in order_ids:
        try:
            reason = Sentence(gettext_noop("It was not paid in time."))
            cancel_by_staff(order_id=order_id, reason=reason, actor=SYSTEM, now=now, waive=True)
        except PinshopError:
            # Paid or changed since it was listed; the others must not wait for it.
            logger.exception("order %s was not cancelled", order_id)
        else:
            cancelled += 1
    return cancelled


def _refuse_in(order_id: UUID, design_id: UUID, *, ground: str, note: str, now: datetime) -> list[OrderLine]:
    with transaction.atomic():
        order, running, _ = endings.lock(order_id, None)
        of_design = [line for line in running if line.design_id == design_id]
        late = [line for line in of_design if line.state not in states.FREE_TO_CANCEL]
        if late:
            text = f"The design of {late[0].title} was refused while the line is {late[0].get_state_display().lower()}."
            Order.objects.filter(pk=order_id).update(attention=text)
        chosen = [line for line in of_design if line not in late]
        if chosen and order.confirmed_at is None:
            chosen = running
        if chosen:
            left = [line for line in running if line not in chosen]
            endings.end(order, chosen, left, {}, reason=note, actor=SYSTEM, now=now)
        for line in of_design:
            if line in chosen:
                notices.design_refused(line, ground=ground, note=note, now=now)
    return chosen
