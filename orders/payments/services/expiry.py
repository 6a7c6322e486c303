"""What runs by the clock: payment pages that end, answers that got lost."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from orders.payments.enums import UNSETTLED, PaymentState
from orders.payments.models import Payment
from orders.payments.services import settlement
from pinshop.core.outbox import GiveUp, RetryLater

logger = logging.getLogger(__name__)

ASK_AFTER = timedelta(minutes=3)
_BATCH = 100


def close_due(*, now: datetime) -> int:
    """Close every payment page whose time has come; the provider is asked first, so that no paid order loses its stock.

    Returns how many were closed. Where the provider does not answer, the stock stays held until it does.
    """
    due = Payment.objects.filter(state__in=UNSETTLED, expires_at__lte=now).order_by("expires_at")
    return _each([payment.pk for payment in due[:_BATCH]], close=True, now=now)


def ask_open(*, now: datetime) -> int:
    """Ask about every open page that nobody has asked about for a while: a webhook may have got lost. Returns how many."""
    quiet = Payment.objects.filter(state=PaymentState.OPEN, asked_at__lte=now - ASK_AFTER).order_by("asked_at")
    return _each([payment.pk for payment in quiet[:_BATCH]], close=False, now=now)


def _each(payment_ids: list[UUID], *, close: bool, now: datetime) -> int:
    done = 0
    for payment_id in payment_ids:
        try:
            (settlement.close if close else settlement.settle)(payment_id=payment_id, now=now)
            done += 1
        except (RetryLater, GiveUp):
            logger.warning("payment %s could not be asked about", payment_id, exc_info=True)
    return done
