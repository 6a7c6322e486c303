"""Money goes back once, and never more than came."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from orders.models import Order
from orders.payments.models import Payment, Refund
from orders.payments.services import inbox, refunds, sessions, settlement
from orders.payments.services.refunds import RefundKeyReused, RefundTooLarge
from orders.services import cancellations
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests.orders.payments.conftest import GOOD, REFUND_FAILS, Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def pay(sandbox: Sandbox, order: Order, number: str = GOOD) -> Payment:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment, number)
    return settlement.settle(payment_id=payment.pk, now=timezone.now())


def give_back(payment: Payment, minor: int, *, key: str = "one") -> Refund:
    return refunds.refund(
        payment_id=payment.pk,
        amount=Money(minor, "USD"),
        allocation=[],
        reason="A pin was scratched.",
        key=key,
        actor=SYSTEM,
        now=timezone.now(),
    )


def test_refund_reaches_the_provider_and_the_customer(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    refund = give_back(payment, 1000)
    assert give_back(payment, 1000).pk == refund.pk
    outbox.drain()
    row = Refund.objects.get()
    assert (row.state, row.amount_minor) == ("succeeded", 1000)
    payment.refresh_from_db()
    assert (payment.captured_minor, payment.refunded_minor) == (2900, 1000)
    assert OutgoingMail.objects.filter(subject="$10.00 is on its way back to you").count() == 1
    refunds.send(refund_id=row.pk, now=timezone.now())
    assert Refund.objects.get().settled_at == row.settled_at


def test_refund_above_what_is_left_is_refused(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    give_back(payment, 2000)
    with pytest.raises(RefundTooLarge) as caught:
        give_back(payment, 901, key="two")
    assert "$9.00 of $29.00 is left" in caught.value.message
    assert give_back(payment, 900, key="two").amount_minor == 900


def test_refund_of_nothing_of_another_currency_or_with_a_used_key_is_refused(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    give_back(payment, 100)
    with pytest.raises(Invalid):
        give_back(payment, 0)
    with pytest.raises(RefundKeyReused):
        give_back(payment, 200)
    with pytest.raises(NotFound):
        refunds.refund(
            payment_id=payment.pk,
            amount=Money(1, "EUR"),
            allocation=[],
            reason="",
            key="x",
            actor=SYSTEM,
            now=timezone.now(),
        )
    assert Refund.objects.count() == 1


def test_refund_that_fails_later_opens_the_promise_again(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order, REFUND_FAILS)
    refund = give_back(payment, 1000)
    row = refunds.send(refund_id=refund.pk, now=timezone.now())
    message = sandbox.wait_for("refund.failed", row.provider_refund_id)
    inbox.receive(
        provider="stripe", body=message.body, signature=message.headers["stripe-signature"], now=timezone.now()
    )
    outbox.drain(now=timezone.now())
    assert Refund.objects.get().state == "failed"
    payment.refresh_from_db()
    assert payment.refunded_minor == 0
    assert Order.objects.get().attention.startswith("The refund of $10.00 failed")


def test_cancelling_a_paid_order_gives_everything_back(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    outbox.drain(now=timezone.now())
    cancellations.cancel(order_id=order.pk, reason="Changed my mind.", actor=SYSTEM, now=timezone.now())
    outbox.drain(now=timezone.now())
    payment.refresh_from_db()
    assert payment.refunded_minor == 2900
    assert [refund.state for refund in Refund.objects.all()] == ["succeeded"]
    assert cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=timezone.now()) == []


def _twelve_refunds_of_a_third(payment: Payment) -> int:
    barrier = threading.Barrier(12)

    def run(number: int) -> None:
        barrier.wait()
        try:
            give_back(payment, 1000, key=str(number))
        except RefundTooLarge:
            pass
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(Refund.objects.values_list("amount_minor", flat=True))


def test_twelve_refunds_at_once_never_exceed_what_came(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    assert _twelve_refunds_of_a_third(payment) == 2000


@contextmanager
def _without_the_constraint() -> Iterator[None]:
    rule = "payments_payment_refund_within_captured"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE payments_payment DROP CONSTRAINT {rule}")
    try:
        yield
    finally:
        Payment.objects.update(refunded_minor=0)
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE payments_payment ADD CONSTRAINT {rule} CHECK (refunded_minor <= captured_minor)"
            )


def test_without_condition_and_constraint_they_give_back_too_much(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the condition of the UPDATE keeps the race out, and behind it the CHECK."""
    monkeypatch.setattr(refunds, "_has_room", lambda _minor: Q())
    payment = pay(sandbox, order)
    with _without_the_constraint():
        assert _twelve_refunds_of_a_third(payment) > 2900
