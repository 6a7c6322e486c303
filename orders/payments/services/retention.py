"""What providers told us, and who was billed: kept as long as it is needed, no longer."""

from datetime import datetime, timedelta

from django.conf import settings

from orders.payments.models import InboundEvent
from orders.payments.services import erasure


def sweep(*, now: datetime) -> int:
    """Delete messages of providers that were handled `INBOUND_DAYS` ago, and take who was billed out of old invoices.

    Returns how many rows. For the clock; again there is nothing left.
    """
    before = now - timedelta(days=settings.INBOUND_DAYS)
    events = InboundEvent.objects.filter(received_at__lt=before, handled_at__isnull=False).delete()[0]
    return events + erasure.erase_buyers(before=now.replace(year=now.year - settings.INVOICE_YEARS, day=1), now=now)
