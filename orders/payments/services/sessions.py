"""Opening the page where an order is paid."""

import logging
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from orders.enums import LineState
from orders.models import Order
from orders.payments import providers
from orders.payments.enums import UNSETTLED, PaymentState
from orders.payments.gateway import PageItem, PageRequest
from orders.payments.models import Payment
from orders.payments.selectors import balances
from orders.payments.services import settlement
from orders.selectors import orders
from orders.services import links, reservations, vouchers
from pinshop.core.errors import Conflict, NotFound, Unavailable
from pinshop.core.money import Money
from pinshop.core.outbox import GiveUp, RetryLater

logger = logging.getLogger(__name__)

# Stripe refuses a page that would be open for less than 30 minutes.
SHORTEST_PAGE = timedelta(minutes=31)
# Browsers that wait for a payment ask every few seconds; Stripe is asked less often.
ASK_AGAIN = timedelta(seconds=2)
_MAX_ITEMS = 100


class AlreadyPaid(Conflict):
    """The order is paid; nothing more is due."""

    code = "already_paid"


class NotPayable(Conflict):
    """The order was cancelled, or made with a test key where only live money is taken."""

    code = "not_payable"


def prepare(*, order: Order, due: Money, now: datetime) -> Payment:
    """Store the try to pay what is due, in the caller's transaction; its idempotency key is written before any call."""
    return Payment.objects.create(
        order=order,
        currency=order.currency,
        amount_minor=due.amount_minor,
        provider=providers.DEFAULT,
        idempotency_key=f"payment-{uuid4()}",
        expires_at=now + timedelta(minutes=settings.PAYMENT_PAGE_MINUTES),
        asked_at=now,
        created_at=now,
    )


def open(*, order_id: UUID, now: datetime) -> Payment:  # noqa: A001 - called as sessions.open
    """The order's payment with an open page (`page_url`); a second click gets the same page.

    Holds the order's stock and voucher again where an earlier page has expired. Raises AlreadyPaid, NotPayable, OutOfStock,
    VoucherRefused, NotFound, and Unavailable where the provider does not answer: nothing is charged then, and trying
    again is safe.
    """
    stale = Payment.objects.filter(order_id=order_id, state=PaymentState.OPEN, expires_at__lte=now).first()
    try:
        if stale is not None:
            settlement.close(payment_id=stale.pk, now=now)
        payment = _current(order_id, now=now)
        if payment.state == PaymentState.OPEN:
            return payment
        page = providers.get(payment.provider).open_page(_request(payment))
    except RetryLater as error:
        raise Unavailable(
            gettext(
                "Our payment provider does not answer at the moment. You were not charged. Please try "
                "again in a minute."
            ),
            retry_after=60,
        ) from error
    except GiveUp as error:
        logger.exception("no payment page for order %s", order_id)
        raise Unavailable(
            gettext("The payment page could not be opened. You were not charged. Please write to us, we will mend it."),
        ) from error
    Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED).update(
        state=PaymentState.OPEN, session_id=page.session_id, page_url=page.url, intent_id=page.intent_id, asked_at=now
    )
    payment.refresh_from_db()
    return payment


def look(*, order_id: UUID, now: datetime) -> Payment | None:
    """The order's newest payment, asked about at the provider where nobody just did; None where there is none.

    Whoever waits for it asks again: where the provider does not answer, the payment is returned as it was.
    """
    payment = Payment.objects.filter(order_id=order_id, gift_card=None).order_by("-created_at").first()
    if payment is None or payment.state != PaymentState.OPEN or now - payment.asked_at < ASK_AGAIN:
        return payment
    try:
        return settlement.settle(payment_id=payment.pk, now=now)
    except (RetryLater, GiveUp):
        logger.warning("payment %s could not be asked about", payment.pk, exc_info=True)
        return payment


def _current(order_id: UUID, *, now: datetime) -> Payment:
    """The order's unsettled payment, or a new one where there is none that can still be opened."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None:
            raise NotFound(gettext("There is no such order."))
        _refuse(order)
        payment = Payment.objects.select_related("order").filter(order=order, state__in=UNSETTLED).first()
        if payment is not None and payment.state == PaymentState.OPEN:
            return payment
        if payment is not None:
            if payment.expires_at - now >= SHORTEST_PAGE:
                return payment
            Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED).update(state=PaymentState.CANCELLED)
        payment = prepare(order=order, due=balances.due_of(order), now=now)
        if order.confirmed_at is None:
            reservations.hold(order_id=order.pk, until=payment.expires_at)
            vouchers.hold(order=order, now=now)
    return payment


def _refuse(order: Order) -> None:
    if order.paid_at is not None and not order.difference_minor:
        raise AlreadyPaid(gettext("Order %(number)s is paid. Thank you!") % {"number": order.number})
    if not orders.is_payable(order) or not balances.due_of(order):
        if not order.lines.exclude(state=LineState.CANCELLED).exists():
            raise NotPayable(
                gettext("Order %(number)s was cancelled, so there is nothing to pay.") % {"number": order.number}
            )
        raise NotPayable(
            gettext("Order %(number)s is not to be paid yet. We write to you when it is.") % {"number": order.number}
        )
    if not order.live and settings.STRIPE_SECRET_KEY.startswith(("sk_live_", "rk_live_")):
        raise NotPayable(
            gettext("Order %(number)s was made with a test key; this shop takes live money only.")
            % {"number": order.number}
        )


def _request(payment: Payment) -> PageRequest:
    order = payment.order
    total = Money(payment.amount_minor, payment.currency)
    return PageRequest(
        reference=str(payment.pk),
        items=_items(order, total),
        total=total,
        email=order.contact_email,
        description=f"Order {order.number}",
        success_url=links.return_url(order, paid=True),
        cancel_url=links.return_url(order, paid=False),
        expires_at=payment.expires_at,
        key=payment.idempotency_key,
    )


def _items(order: Order, due: Money) -> tuple[PageItem, ...]:
    """Rows that sum to what is due, each after its part of the discounts: a provider's page has no negative row."""
    currency = order.currency
    if due.amount_minor != order.total_minor:
        # A part was paid by gift cards, or was cancelled: the page has no row for what is less.
        return (PageItem(f"Order {order.number}: what is left to pay", due),)
    every = list(order.lines.order_by("position"))
    goods = [line.total_minor - line.discount_minor for line in every]
    rows = [(f"{line.quantity:,} × {line.title}", net) for line, net in zip(every, goods, strict=True)]
    if len(rows) > _MAX_ITEMS - 2:
        rows = [(f"Order {order.number}, {len(every)} lines", sum(goods))]
    added = 0 if order.tax_inclusive else order.tax_minor
    rows.append(("Shipping", order.total_minor - added - sum(goods)))
    rows.append((str(order.tax.get("name") or "Tax"), added))
    return tuple(PageItem(name[:200], Money(minor, currency)) for name, minor in rows if minor)
