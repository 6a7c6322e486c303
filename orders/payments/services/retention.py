"""What providers told us, and who was billed: kept as long as it is needed, no longer."""

from datetime import datetime, timedelta

from django.conf import settings

from orders.payments.models import InboundEvent


def sweep(*, now: datetime) -> int:
    """Delete messages of providers that were handled `INBOUND_DAYS` ago; returns how many. For the clock."""
    before = now - timedelta(days=settings.INBOUND_DAYS)
    return InboundEvent.objects.filter(received_at__lt=before, handled_at__isnull=False).delete()[0]
