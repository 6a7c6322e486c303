"""What is over: baskets, quotes and designs that nobody came back to, deleted when their time has passed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, Q

from designs.services import abandoned
from orders.models import Basket, BasketLine, ExemptionCertificate, OrderLine, Quote
from pinshop.core import files

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of each were deleted."""

    baskets: int
    quotes: int
    designs: int


def sweep(*, now: datetime) -> Swept:
    """Delete what nobody ordered or touched for `ABANDONED_DAYS`; for the clock. Again there is nothing left."""
    before = now - timedelta(days=settings.ABANDONED_DAYS)
    baskets = Basket.objects.filter(updated_at__lt=before)
    count = baskets.count()
    baskets.delete()
    quotes = sum(map(_delete_quote, _list_quotes(before)))
    designs = abandoned.delete(before=before, kept=_list_kept(now), now=now)
    _delete_certificates(before=now.replace(year=now.year - settings.INVOICE_YEARS, day=1), now=now)
    return Swept(baskets=count, quotes=quotes, designs=designs)


def _delete_certificates(*, before: datetime, now: datetime) -> None:
    """Papers that freed somebody from tax who has closed their account: the invoices they were for are over as well."""
    rows = ExemptionCertificate.objects.filter(user__is_active=False, created_at__lt=before)
    with transaction.atomic():
        files.forget(list(rows.values_list("file", flat=True)), now=now)
        rows.delete()


def _list_quotes(before: datetime) -> list[UUID]:
    rows = Quote.objects.filter(order=None, requote=None, expires_at__lt=before).order_by("expires_at")
    return list(rows.values_list("pk", flat=True)[:_BATCH])


def _delete_quote(quote_id: UUID) -> bool:
    try:
        with transaction.atomic():
            return bool(Quote.objects.filter(pk=quote_id, order=None).delete()[0])
    except ProtectedError:
        return False


def _list_kept(now: datetime) -> Q:
    """The designs that are ordered, in a basket, or in a quote that still binds."""
    quoted = Quote.objects.filter(order=None, expires_at__gte=now).values_list("lines", flat=True)
    ids = {str(line["design_id"]) for lines in quoted.iterator() for line in lines if line.get("design_id")}
    return (
        Q(pk__in=OrderLine.objects.filter(design__isnull=False).values("design"))
        | Q(pk__in=BasketLine.objects.filter(design__isnull=False).values("design"))
        | Q(pk__in=ids)
    )
