"""News of one payment from every side at once, and in every order: one effect, and it is the provider's truth."""

import itertools
import math
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from catalog.models import PinVariant, Stock
from orders.models import Order, OrderLine
from orders.payments import stripe_gateway
from orders.payments.enums import PaymentState
from orders.payments.gateway import Page, PageState
from orders.payments.models import InboundEvent, Invoice, Payment, Refund
from orders.payments.services import expiry, inbox, refunds, sessions, settlement
from orders.services import links
from pinshop.accounts.owners import Owner
from pinshop.core import hooks, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import PinshopError
from pinshop.core.models import AuditEntry, OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.concurrency.conftest import all_at_once
from tests.orders.payments.conftest import GOOD, REFUND_FAILS, Sandbox, place_order
from tests.orders.payments.test_inbox import post, sign
from tests.pinshop.local.receiver import Message

everywhere = pytest.mark.django_db(transaction=True)


def shelf(variant: PinVariant) -> tuple[int, int]:
    row = Stock.objects.get(variant=variant)
    return row.on_hand, row.reserved


def open_page(order: Order) -> Payment:
    return sessions.open(order_id=order.pk, now=timezone.now())


def drain() -> None:
    outbox.drain()


def effects() -> dict[str, int]:
    """What must have happened once."""
    return {
        "paid": AuditEntry.objects.filter(action="order.paid").count(),
        "started": OutboxMessage.objects.filter(topic=settlement.PAID_TOPIC).count(),
        "picking": AuditEntry.objects.filter(action="line.picking").count(),
        "invoices": Invoice.objects.count(),
        "mails": OutgoingMail.objects.filter(subject__endswith="is paid").count(),
    }


ONCE = dict.fromkeys(("paid", "started", "picking", "invoices", "mails"), 1)


# Paid: the customer's two browsers come back while the provider's message arrives and a clock asks.


def everybody_at_once(sandbox: Sandbox, order: Order) -> list[object]:
    payment = open_page(order)
    sandbox.pay(payment)
    message = sandbox.wait_for("checkout.session.completed", payment.session_id)
    returned = links.return_url(order, paid=True).partition("/orders/")[2]

    def come_back() -> int:
        return Client().get(f"/orders/{returned}", follow=True).status_code

    def be_told() -> int:
        return post(Client(), message.body, message.headers["stripe-signature"])

    def ask() -> str:
        return settlement.settle(payment_id=payment.pk, now=timezone.now()).state

    answers = all_at_once([come_back, be_told, ask] * 4)
    all_at_once([drain] * 3)
    return sorted(map(str, answers))


@everywhere
def test_two_browsers_the_message_and_the_clock_at_once_have_one_effect(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    assert everybody_at_once(sandbox, order) == ["200"] * 8 + ["succeeded"] * 4
    assert (effects(), shelf(variant)) == (ONCE, (8, 0))
    assert Order.objects.get().attention == ""


@everywhere
def test_without_the_compare_and_set_the_timeline_says_so_more_than_once(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a second arrival looks like a second payment."""
    monkeypatch.setattr(settlement, "_not_settled", lambda: list(PaymentState))
    everybody_at_once(sandbox, order)
    assert effects()["paid"] > 1
    assert Order.objects.get().attention.startswith("Paid twice")


# Refunded: two people of staff press the same button, and two different ones.


def press_refund(payment: Payment, minor: int, key: str) -> Refund:
    return refunds.refund(
        payment_id=payment.pk,
        amount=Money(minor, "USD"),
        allocation=[],
        reason="A pin was scratched.",
        key=key,
        actor=SYSTEM,
        now=timezone.now(),
    )


@everywhere
def test_one_refund_pressed_and_sent_many_times_at_once_goes_back_once(sandbox: Sandbox, order: Order) -> None:
    payment = open_page(order)
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    pressed = races.run(lambda: press_refund(payment, 2000, "one").pk, threads=8)
    row = Refund.objects.get()
    assert pressed == [row.pk] * 8
    sent = races.run(lambda: refunds.send(refund_id=row.pk, now=timezone.now()).state, threads=6)
    assert set(sent) <= {"pending", "succeeded"}
    drain()
    payment.refresh_from_db()
    assert payment.refunded_minor == 2000
    assert AuditEntry.objects.filter(action="refund.succeeded").count() == 1
    charge = sandbox.wait_for("charge.refunded", sandbox_charge(sandbox, payment))
    assert charge.json["data"]["object"]["amount_refunded"] == 2000


def sandbox_charge(sandbox: Sandbox, payment: Payment) -> str:
    payment.refresh_from_db()
    told = [message.json["data"]["object"] for message in sandbox.receiver.messages]
    return str(
        next(
            each["id"]
            for each in told
            if each.get("payment_intent") == payment.intent_id and each["object"] == "charge"
        )
    )


# Messages: one event a hundred times, and all events of an order in every order.


def storm(sandbox: Sandbox, order: Order) -> list[int | Exception]:
    payment = open_page(order)
    sandbox.pay(payment)
    message = sandbox.wait_for("checkout.session.completed", payment.session_id)
    return races.run(lambda: post(Client(), message.body, message.headers["stripe-signature"]), threads=100)


@everywhere
def test_one_message_a_hundred_times_at_once_is_answered_each_time_and_has_one_effect(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    assert storm(sandbox, order) == [200] * 100
    assert InboundEvent.objects.count() == OutboxMessage.objects.filter(topic=inbox.TOPIC).count() == 1
    drain()
    assert (effects(), shelf(variant)) == (ONCE, (8, 0))


@everywhere
def test_without_the_events_own_id_every_copy_is_work(
    sandbox: Sandbox, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the id under a UNIQUE is what makes a hundred copies one message."""
    monkeypatch.setattr(hooks, "check_id", lambda _event_id, longest: uuid4().hex[:longest])
    storm(sandbox, order)
    assert InboundEvent.objects.count() == OutboxMessage.objects.filter(topic=inbox.TOPIC).count() == 100


def messages_about(sandbox: Sandbox, *kinds: str, since: int) -> list[Message]:
    """The newest message of each of these types, after so many had come."""

    def listed() -> dict[str, Message]:
        return {message.json["type"]: message for message in sandbox.receiver.messages[since:]}

    sandbox.receiver.wait(lambda _messages: set(kinds) <= set(listed()))
    return [listed()[kind] for kind in kinds]


def end_state(variant: PinVariant) -> tuple[object, ...]:
    return (
        effects(),
        shelf(variant),
        sorted(Payment.objects.values_list("state", "captured_minor", "refunded_minor")),
        list(Order.objects.values_list("attention", "reserved_until")),
        list(OrderLine.objects.values_list("state", flat=True)),
        sorted(AuditEntry.objects.exclude(note="").values_list("action", flat=True)),
        list(Refund.objects.values_list("state", "amount_minor")),
    )


def in_every_order(messages: list[Message], variant: PinVariant) -> Iterator[tuple[object, ...]]:
    """The end state after each order of arrival; the database is set back in between."""
    for arrived in itertools.permutations(messages):
        kept = transaction.savepoint()
        for message in arrived:
            inbox.receive(provider="stripe", body=message.body, signature=sign(message.body), now=timezone.now())
            drain()
        yield end_state(variant)
        transaction.savepoint_rollback(kept)


@pytest.mark.django_db
def test_all_messages_of_an_order_end_the_same_in_every_order(
    sandbox: Sandbox, order: Order, variant: PinVariant
) -> None:
    """The first page was closed unpaid, the second was paid; every message of both."""
    since = len(sandbox.receiver.messages)
    open_page(order)
    expiry.close_due(now=timezone.now() + timedelta(minutes=36))
    second = open_page(order)
    sandbox.pay(second)
    kinds = (
        "checkout.session.expired",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "charge.succeeded",
    )
    found = list(in_every_order(messages_about(sandbox, *kinds, since=since), variant))
    assert len(found) == 24
    assert found[0][:2] == (ONCE, (8, 0))
    assert all(each == found[0] for each in found)


REFUND_MESSAGES = ("refund.created", "charge.refunded")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("card", "kinds", "end"),
    [
        (GOOD, REFUND_MESSAGES, "succeeded"),
        (REFUND_FAILS, (*REFUND_MESSAGES, "refund.updated", "refund.failed"), "failed"),
    ],
    ids=["arrives", "fails later"],
)
def test_all_messages_of_a_refund_end_the_same_in_every_order(
    sandbox: Sandbox, order: Order, variant: PinVariant, card: str, kinds: tuple[str, ...], end: str
) -> None:
    payment = open_page(order)
    sandbox.pay(payment, card)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    drain()
    since = len(sandbox.receiver.messages)
    refund = press_refund(payment, 1200, "one")
    kept = transaction.savepoint()
    refunds.send(refund_id=refund.pk, now=timezone.now())
    messages = messages_about(sandbox, *kinds, since=since)
    transaction.savepoint_rollback(kept)  # our process died before it wrote the answer down
    found = list(in_every_order(messages, variant))
    assert len(found) == math.factorial(len(kinds))
    assert found[0][-1] == [(end, 1200)]
    assert all(each == found[0] for each in found)


# The clock gives a page up in the moment in which its money arrives.


def give_up_a_paid_page(sandbox: Sandbox, variant: PinVariant) -> Order:
    """Paid at the provider, which we have not heard; the clock closes the page while others wait for its stock."""
    Stock.objects.filter(variant=variant).update(on_hand=2)
    order = place_order(variant, quantity=2)
    payment = open_page(order)
    sandbox.pay(payment)
    late = timezone.now() + timedelta(minutes=36)
    over = False

    def close() -> int:
        return expiry.close_due(now=late)

    def want_it_too() -> str:
        rival = uuid4().hex
        while not over:
            try:
                place_order(variant, quantity=2, owner=Owner(guest_key=rival), key=rival)
            except PinshopError:
                continue
            return "bought"
        return "refused"

    def come_late() -> str:
        nonlocal over
        try:
            close()
        finally:
            over = True
        return settlement.settle(payment_id=payment.pk, now=timezone.now()).state

    all_at_once([close, come_late, want_it_too, want_it_too])
    return Order.objects.get(pk=order.pk)


@everywhere
def test_page_that_is_paid_while_it_is_given_up_keeps_its_stock(
    sandbox: Sandbox, variant: PinVariant, destinations: None
) -> None:
    order = give_up_a_paid_page(sandbox, variant)
    assert (order.paid_at is not None, order.attention, shelf(variant)) == (True, "", (0, 0))
    assert Order.objects.count() == 1


@everywhere
def test_page_given_up_without_asking_the_provider_loses_the_stock_of_a_paid_order(
    sandbox: Sandbox, variant: PinVariant, destinations: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: who believes the clock alone has money for pins that somebody else has got."""

    def believe_the_clock(_gateway: object, session_id: str) -> Page:
        return Page(session_id, PageState.EXPIRED, "", "", Money(0, "USD"), "")

    monkeypatch.setattr(stripe_gateway.StripeGateway, "close_page", believe_the_clock)
    order = give_up_a_paid_page(sandbox, variant)
    assert order.attention.startswith("Paid after its stock was given back")
    assert (Order.objects.count(), shelf(variant)) == (2, (2, 2))


@everywhere
@pytest.mark.parametrize("attempt", range(4))
def test_customer_who_pays_while_the_page_is_given_up_has_either_pins_or_money(
    sandbox: Sandbox, order: Order, variant: PinVariant, attempt: int
) -> None:
    payment = open_page(order)
    late = timezone.now() + timedelta(minutes=36)
    pay, close = (lambda: sandbox.pay(payment).status_code), (lambda: expiry.close_due(now=late))
    all_at_once([pay, close, close])
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    payment.refresh_from_db()
    ends = {"succeeded": (2900, (8, 0)), "expired": (0, (10, 0))}
    assert (payment.captured_minor, shelf(variant)) == ends[payment.state]
    assert Order.objects.get().attention == ""
