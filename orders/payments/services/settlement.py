"""Bringing a payment to what is true at the provider. Webhook, browser return, reconciling and expiry all end here.

The provider is asked outside any transaction; its answer is recorded by condition, so that of many who ask at once one
records, and the order in which messages arrive does not matter.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from catalog.services.stock import OutOfStock
from orders.enums import LineKind, LineState
from orders.models import Order
from orders.payments import providers
from orders.payments.enums import UNSETTLED, PaymentState
from orders.payments.gateway import Page, PageState
from orders.payments.models import Payment
from orders.payments.selectors import balances
from orders.services import notices, reservations, vouchers
from orders.services.vouchers import VoucherRefused
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import NotFound, Unavailable
from pinshop.core.money import Money

PAID_TOPIC = "orders.order.paid"
CLOSE_TOPIC = "payments.page.close"
PROVIDER = Actor(kind="provider", id="stripe", label="Payment provider")


def settle(*, payment_id: UUID, now: datetime) -> Payment:
    """Ask the provider how a payment stands and record it. Again and at once with others it changes nothing more.

    Raises ProviderBusy and ProviderRefused of the gateway, NotFound.
    """
    payment = _get(payment_id)
    if not payment.session_id:
        return payment
    return record(payment_id=payment_id, page=providers.get(payment.provider).get_page(payment.session_id), now=now)


def bind(*, reference: str, session_id: str) -> bool:
    """Note the page that was opened for our payment `reference`: our process may have died before it wrote that down."""
    try:
        payment_id = UUID(reference)
    except ValueError:
        return False
    return bool(Payment.objects.filter(pk=payment_id, session_id="").update(session_id=session_id))


def ask(*, payment_id: UUID, now: datetime) -> Payment:
    """`settle` for a person who waits: a provider that does not answer is Unavailable."""
    try:
        return settle(payment_id=payment_id, now=now)
    except (outbox.RetryLater, outbox.GiveUp) as error:
        raise Unavailable(
            gettext("The payment provider gave no answer to go by: %(error)s") % {"error": error}
        ) from error


def close(*, payment_id: UUID, now: datetime) -> Payment:
    """End a try to pay: close its page at the provider, or learn that somebody has just paid. Raises as `settle`."""
    payment = _get(payment_id)
    if payment.state not in UNSETTLED:
        return payment
    if payment.session_id:
        page = providers.get(payment.provider).close_page(payment.session_id)
        return record(payment_id=payment_id, page=page, now=now)
    with transaction.atomic():
        Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
        _expire(payment, now=now)
    return _get(payment_id)


def close_pages(*, order: Order, now: datetime) -> None:
    """Have every open page of an order closed by a worker: it shows a sum that is no longer due."""
    for payment in order.payments.filter(state__in=UNSETTLED):
        outbox.enqueue(CLOSE_TOPIC, payload={"payment_id": str(payment.pk)}, key=str(payment.pk), now=now)


def record(*, payment_id: UUID, page: Page, now: datetime) -> Payment:
    """Write down what the provider said."""
    with transaction.atomic():
        payment = _get(payment_id)
        # The order's row is locked first by everybody who decides about its money or stock: no two can disagree.
        order = Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
        Payment.objects.filter(pk=payment_id).update(asked_at=now)
        if page.state is PageState.PAID:
            _succeed(payment, order, page, now=now)
        elif page.state is PageState.EXPIRED:
            _expire(payment, now=now)
    return _get(payment_id)


def cover(*, order: Order, actor: Actor, now: datetime) -> None:
    """Mark an order paid of which gift cards or a voucher leave nothing to pay, in the transaction that places it."""
    reservations.take(order_id=order.pk)
    _mark_paid(order, problem="", actor=actor, note="There is nothing left to pay.", data={}, now=now)
    order.refresh_from_db(fields=["paid_at", "confirmed_at", "reserved_until"])


def _get(payment_id: UUID) -> Payment:
    payment = Payment.objects.select_related("order").filter(pk=payment_id).first()
    if payment is None:
        raise NotFound(gettext("There is no such payment."))
    return payment


def _not_settled() -> list[PaymentState]:
    """Where money may still arrive: everywhere but where it has."""
    return [state for state in PaymentState if state != PaymentState.SUCCEEDED]


def _succeed(payment: Payment, order: Order, page: Page, *, now: datetime) -> None:
    due = balances.due_of(order)
    moved = Payment.objects.filter(pk=payment.pk, state__in=_not_settled()).update(
        state=PaymentState.SUCCEEDED,
        captured_minor=page.captured.amount_minor,
        intent_id=page.intent_id,
        settled_at=now,
        failure="",
    )
    if not moved:
        return
    book(order=order, due=due, captured=page.captured, actor=PROVIDER, payment=payment, now=now)


def book(*, order: Order, due: Money, captured: Money, actor: Actor, payment: Payment, now: datetime) -> None:
    """Use money that has just come for an order, whose row the caller has locked; `due` is what was due before it came."""
    if order.paid_at is not None and due and captured == due:
        _settle_difference(order, captured, actor=actor, payment=payment, now=now)
        return
    if order.paid_at is None and payment.provider == providers.TRANSFER and captured < due:
        _keep_part(order, due, captured, actor=actor, payment=payment, now=now)
        return
    _mark_paid(
        order,
        problem=_problem(order, due, captured, now=now),
        actor=actor,
        note=f"Your payment of {captured} has arrived.",
        data={"payment_id": str(payment.pk), "captured_minor": captured.amount_minor},
        now=now,
    )


def _keep_part(order: Order, due: Money, captured: Money, *, actor: Actor, payment: Payment, now: datetime) -> None:
    """A transfer of less than is due lowers what is due; the order is not paid by it, and staff look at it."""
    Order.objects.filter(pk=order.pk).update(attention=f"Paid {captured}, but {due} was due.")
    audit.record(
        subject=order,
        action="order.part_paid",
        actor=actor,
        now=now,
        note=f"Your payment of {captured} has arrived; {due - captured} is still to be paid.",
        data={"payment_id": str(payment.pk), "captured_minor": captured.amount_minor},
    )
    notices.order_updated(order, now=now)


def _settle_difference(order: Order, captured: Money, *, actor: Actor, payment: Payment, now: datetime) -> None:
    """What a re-quote made dearer is paid: approvals may go on, and the difference is billed."""
    Order.objects.filter(pk=order.pk).update(difference_minor=0)
    audit.record(
        subject=order,
        action="order.difference_paid",
        actor=actor,
        now=now,
        note=f"Your payment of {captured} for the new price has arrived.",
        data={"payment_id": str(payment.pk), "captured_minor": captured.amount_minor},
    )
    notices.order_updated(order, now=now)
    outbox.enqueue(PAID_TOPIC, payload={"order_id": str(order.pk)}, key=f"{order.pk}:{payment.pk}", now=now)


def _mark_paid(
    order: Order, *, problem: str, actor: Actor, note: str, data: Mapping[str, object], now: datetime
) -> None:
    """The one place where an order becomes a paid one; with a `problem` its work does not begin."""
    if order.paid_at is None:
        Order.objects.filter(pk=order.pk, paid_at=None).update(
            paid_at=now, confirmed_at=Coalesce(F("confirmed_at"), Value(now))
        )
    if problem:
        Order.objects.filter(pk=order.pk).update(attention=problem)
    audit.record(
        subject=order, action="order.paid", actor=actor, now=now, note=note, data={**data, "attention": problem}
    )
    notices.order_updated(order, now=now)
    if not problem:
        outbox.enqueue(PAID_TOPIC, payload={"order_id": str(order.pk)}, key=str(order.pk), now=now)


def _problem(order: Order, due: Money, captured: Money, *, now: datetime) -> str:
    """Why the money that came cannot simply be used; empty where it can, and then its stock is taken."""
    if order.paid_at is not None:
        return f"Paid twice: give {captured} back."
    # What cancelling cost may be owed by invoice, and then this is its payment.
    if captured != due and not order.lines.exclude(state=LineState.CANCELLED).exists():
        return f"Paid {captured} after it was cancelled: give the money back."
    if captured != due:
        return f"Paid {captured}, but {due} was due."
    return "" if order.confirmed_at is not None else _take(order, now=now)


def _take(order: Order, *, now: datetime) -> str:
    """Take the stock and count the voucher of an order that is paid; says why that cannot be done, if so."""
    try:
        with transaction.atomic():
            # Where the payment page had expired, stock and voucher went back: late money tries to hold them once more.
            if order.lines.filter(kind=LineKind.READY).exclude(state=LineState.CANCELLED).exists():
                reservations.hold(order_id=order.pk, until=order.placed_at)
                reservations.take(order_id=order.pk)
            vouchers.hold(order=order, now=now)
    except OutOfStock as error:
        return f"Paid after its stock was given back, and it is gone: {error.message}"[:300]
    except VoucherRefused:
        return "Paid after its voucher was given back, and it is used up."
    return ""


def _expire(payment: Payment, *, now: datetime) -> None:
    if not Payment.objects.filter(pk=payment.pk, state__in=UNSETTLED).update(
        state=PaymentState.EXPIRED, settled_at=now
    ):
        return
    if payment.order.confirmed_at is None:
        reservations.release(order_id=payment.order_id)
        vouchers.release(order_id=payment.order_id, now=now)
    audit.record(
        subject=payment.order,
        action="payment.expired",
        actor=PROVIDER,
        now=now,
        note="The payment page has closed without a payment. You can open it again from here.",
        data={"payment_id": str(payment.pk)},
    )
    notices.order_updated(payment.order, now=now)
