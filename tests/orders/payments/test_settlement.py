"""However the news of a payment arrives, it has one effect, and it is the truth at the provider."""

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog.models import PinVariant, Stock
from orders.models import Order
from orders.payments.models import Invoice, Payment
from orders.payments.services import expiry, sessions, settlement
from orders.payments.services.sessions import AlreadyPaid
from orders.selectors import orders
from orders.services import cancellations
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Unavailable
from pinshop.core.models import AuditEntry, OutboxMessage, OutgoingMail
from tests.orders.payments.conftest import DECLINED, Sandbox, place_order

pytestmark = pytest.mark.django_db(transaction=True)


def shelf(variant: PinVariant) -> tuple[int, int]:
    row = Stock.objects.get(variant=variant)
    return row.on_hand, row.reserved


def count_paid_messages() -> int:
    return OutboxMessage.objects.filter(topic=settlement.PAID_TOPIC).count()


def at_once(threads: int, run: Callable[[], object]) -> None:
    barrier = threading.Barrier(threads)

    def one() -> None:
        barrier.wait()
        try:
            run()
        finally:
            connection.close()

    workers = [threading.Thread(target=one) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_payment_page_shows_the_orders_total_and_a_second_click_opens_the_same(sandbox: Sandbox, order: Order) -> None:
    first = sessions.open(order_id=order.pk, now=timezone.now())
    again = sessions.open(order_id=order.pk, now=timezone.now())
    assert (first.pk, first.page_url) == (again.pk, again.page_url)
    assert sandbox.shown_amount(first) == "$29.00"


def test_eight_clicks_on_pay_open_one_page(sandbox: Sandbox, order: Order) -> None:
    opened: list[str] = []
    at_once(8, lambda: opened.append(sessions.open(order_id=order.pk, now=timezone.now()).page_url))
    assert opened == [Payment.objects.get().page_url] * 8


def test_paid_order_takes_its_stock_and_starts_once(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    for _ in range(2):
        payment = settlement.settle(payment_id=payment.pk, now=timezone.now())
    assert (payment.state, payment.captured_minor) == ("succeeded", 2900)
    assert (shelf(variant), count_paid_messages()) == ((8, 0), 1)
    outbox.drain(now=timezone.now())
    current = orders.get_any(order_id=order.pk)
    assert orders.state_of(current) == "in_production"
    assert [line.state for line in current.lines.all()] == ["picking"]
    assert (Invoice.objects.get().total_minor, Invoice.objects.get().order_id) == (2900, order.pk)
    assert sorted(OutgoingMail.objects.values_list("subject", flat=True)) == [
        f"Order {order.number} is paid",
        f"Your order {order.number}",
    ]
    with pytest.raises(AlreadyPaid):
        sessions.open(order_id=order.pk, now=timezone.now())


def test_sixteen_who_settle_at_once_have_one_effect(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    at_once(16, lambda: settlement.settle(payment_id=payment.pk, now=timezone.now()))
    assert (shelf(variant), count_paid_messages()) == ((8, 0), 1)
    assert AuditEntry.objects.filter(action="order.paid").count() == 1


def test_without_the_compare_and_set_they_have_many_effects(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: recording only where it is not recorded yet is what keeps the race out."""
    from orders.payments.enums import PaymentState

    monkeypatch.setattr(settlement, "_not_settled", lambda: list(PaymentState))
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    at_once(8, lambda: settlement.settle(payment_id=payment.pk, now=timezone.now()))
    assert AuditEntry.objects.filter(action="order.paid").count() > 1


def test_declined_card_leaves_the_page_open_for_another_try(sandbox: Sandbox, order: Order) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    assert "declined" in sandbox.pay(payment, DECLINED).text
    assert settlement.settle(payment_id=payment.pk, now=timezone.now()).state == "open"
    sandbox.pay(payment)
    assert settlement.settle(payment_id=payment.pk, now=timezone.now()).state == "succeeded"


def test_page_nobody_paid_is_closed_at_the_provider_and_its_stock_goes_back(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    late = timezone.now() + timedelta(minutes=36)
    assert expiry.close_due(now=late) == 1
    assert (Payment.objects.get().state, shelf(variant)) == ("expired", (10, 0))
    assert sandbox.pay(payment).status_code == 410 or "no longer" in sandbox.browser.get(payment.page_url).text
    assert orders.state_of(orders.get_any(order_id=order.pk)) == "unpaid"
    assert expiry.close_due(now=late) == 0


def test_order_paid_in_the_last_second_is_kept(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    expiry.close_due(now=timezone.now() + timedelta(minutes=36))
    assert (Payment.objects.get().state, shelf(variant), count_paid_messages()) == ("succeeded", (8, 0), 1)


def test_expired_order_can_be_paid_again_while_there_is_stock(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    sessions.open(order_id=order.pk, now=timezone.now())
    expiry.close_due(now=timezone.now() + timedelta(minutes=36))
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    assert (Payment.objects.count(), shelf(variant)) == (2, (10, 2))
    sandbox.pay(payment)
    assert settlement.settle(payment_id=payment.pk, now=timezone.now()).state == "succeeded"
    assert (shelf(variant), count_paid_messages()) == ((8, 0), 1)


def _expire_unasked(payment_id: UUID, order: Order) -> None:
    """As if the provider had been wrong or silent when the page was given up."""
    from orders.services import reservations

    Payment.objects.filter(pk=payment_id).update(state="expired")
    reservations.release(order_id=order.pk)


def test_late_money_takes_its_stock_where_some_is_left(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    _expire_unasked(payment.pk, order)
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    assert (shelf(variant), count_paid_messages(), Order.objects.get().attention) == ((8, 0), 1, "")


def test_late_money_for_a_sold_out_pin_needs_attention(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    _expire_unasked(payment.pk, order)
    place_order(variant, quantity=9, owner=Owner(guest_key="faster"), key="two")
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    assert (shelf(variant), count_paid_messages()) == ((10, 9), 0)
    current = orders.get_any(order_id=order.pk)
    assert orders.state_of(current) == "needs_attention"
    assert current.attention.startswith("Paid after its stock was given back")


def test_order_paid_while_it_was_cancelled_needs_attention(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=timezone.now())
    sandbox.pay(payment)
    outbox.drain(now=timezone.now())
    assert (Payment.objects.get().state, shelf(variant), count_paid_messages()) == ("succeeded", (10, 0), 0)
    assert Order.objects.get().attention == "Paid $29.00 after it was cancelled: give the money back."


def test_cancelled_unpaid_order_closes_its_payment_page(sandbox: Sandbox, order: Order, variant: PinVariant) -> None:
    sessions.open(order_id=order.pk, now=timezone.now())
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=timezone.now())
    outbox.drain(now=timezone.now())
    assert (Payment.objects.get().state, shelf(variant)) == ("expired", (10, 0))
    assert orders.state_of(orders.get_any(order_id=order.pk)) == "cancelled"


def test_silent_provider_is_said_so_and_nothing_is_lost(sandbox: Sandbox, order: Order, settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(Unavailable):
        sessions.open(order_id=order.pk, now=timezone.now())
    settings.STRIPE_API_BASE = sandbox.server.url
    assert sessions.open(order_id=order.pk, now=timezone.now()).state == "open"
    assert Payment.objects.count() == 1


def test_no_call_leaves_the_shop_inside_a_transaction(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[bool] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: tuple[str, int]) -> None:
        if str(address[1]) in sandbox.server.url:
            calls.append(connection.in_atomic_block)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    from orders.payments import stripe_gateway

    stripe_gateway._gateway.cache_clear()
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    stripe_gateway._gateway.cache_clear()
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    outbox.drain(now=timezone.now())
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=timezone.now())
    stripe_gateway._gateway.cache_clear()
    outbox.drain(now=timezone.now())
    assert len(calls) >= 3
    assert not any(calls)


def test_late_money_that_found_no_stock_is_given_back_without_inventing_any(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    _expire_unasked(payment.pk, order)
    place_order(variant, quantity=9, owner=Owner(guest_key="faster"), key="two")
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    cancellations.cancel_by_staff(order_id=order.pk, reason="Sold out.", actor=SYSTEM, now=timezone.now())
    payment.refresh_from_db()
    assert (shelf(variant), payment.refunded_minor) == ((10, 9), 2900)
