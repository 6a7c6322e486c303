"""Paying later: on approval nothing is charged before the last yes; by invoice a credit limit holds, also in a race."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from catalog.models import PinVariant, Stock
from orders.enums import OrderState, PaymentTerms
from orders.models import Order, OrderLine, Voucher
from orders.payments.models import Invoice, Payment, Refund
from orders.payments.selectors import balances
from orders.payments.services import dunning, invoices, refunds, sessions, transfers
from orders.quoted import Address, Choices, Contact, Wish
from orders.selectors import orders
from orders.services import cancellations, checkout, fulfilment, numbers, payment_terms, quotes, vouchers
from orders.services.payment_terms import CreditExceeded, TermsRefused
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import ADDRESS, GUEST, make_design, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


@pytest.fixture(autouse=True)
def _no_rendering() -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    route = outbox._routes["designs.proof.render"]
    outbox._routes["designs.proof.render"] = outbox._Route(lambda _message: None, "render", 1, None)
    yield
    outbox._routes["designs.proof.render"] = route


def place(
    *wishes: Wish, terms: PaymentTerms, now: datetime, owner: Owner = GUEST, key: str = "one", **contact: str
) -> Order:
    quote = quotes.make(owner=owner, lines=wishes, country="GB", currency="USD", now=now)
    return checkout.place_order(
        quote_id=quote.pk,
        shown_total=Money(quote.total_minor, quote.currency),
        contact=Contact(email="ada@example.org", name="Ada Lovelace", payment_terms=terms, **contact),
        address=Address.from_json(ADDRESS),
        owner=owner,
        actor=SYSTEM,
        key=key,
        now=now,
    )


def custom(now: datetime, owner: Owner = GUEST) -> Wish:
    return Wish(quantity=100, design_id=make_design(now=now, owner=owner).pk)


def approve(line: OrderLine, now: datetime) -> None:
    """The line as its approved proof leaves it."""
    OrderLine.objects.filter(pk=line.pk).update(state="approved")
    payment_terms.approved(order_id=line.order_id, line_id=line.pk, actor=SYSTEM, now=now)


def made() -> list[str]:
    """The lines that were handed on to manufacturing."""
    return [message.payload["line_id"] for message in OutboxMessage.objects.filter(topic=payment_terms.APPROVED_TOPIC)]


def mails() -> list[str]:
    return [mail.dedupe_key.partition(":")[0] for mail in OutgoingMail.objects.order_by("created_at", "dedupe_key")]


def read(order: Order) -> Order:
    return orders.get_any(order_id=order.pk)


@pytest.fixture
def on_approval(now: datetime) -> Order:
    """Two custom lines, to be paid when both are approved, and their proofs begun."""
    order = place(custom(now), custom(now), terms=PaymentTerms.ON_APPROVAL, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    return order


def test_on_approval_work_begins_and_nothing_is_charged(on_approval: Order, now: datetime) -> None:
    found = read(on_approval)
    assert [line.state for line in found.lines.all()] == ["proofing", "proofing"]
    assert (Payment.objects.count(), found.paid_at, orders.state_of(found)) == (0, None, OrderState.PROOFING)
    assert "pay" not in orders.list_actions(found, now=now)
    with pytest.raises(sessions.NotPayable, match="not to be paid yet"):
        sessions.open(order_id=found.pk, now=now)
    assert mails() == ["order_confirmed"]


def test_order_on_approval_is_never_said_to_be_paid_before_it_is(on_approval: Order) -> None:
    on_approval.lines.update(state="placed")
    assert orders.state_of(read(on_approval)) == OrderState.CONFIRMED


def test_money_is_asked_for_once_when_the_last_proof_is_approved(on_approval: Order, now: datetime) -> None:
    first, second = on_approval.lines.order_by("position")
    approve(first, now)
    assert (mails(), orders.state_of(read(on_approval))) == (["order_confirmed"], OrderState.PROOFING)
    approve(second, now)
    approve(second, now)
    assert (mails(), orders.state_of(read(on_approval))) == (["order_confirmed", "payment_due"], OrderState.UNPAID)
    assert "pay" in orders.list_actions(read(on_approval), now=now)
    assert made() == []


def test_payment_lets_every_approved_line_be_made_once(on_approval: Order, now: datetime) -> None:
    for line in on_approval.lines.all():
        approve(line, now)
    total = Money(on_approval.total_minor, "USD")
    transfers.record(order_id=on_approval.pk, amount=total, reference="REF 1", actor=SYSTEM, now=now)
    for _ in range(2):
        fulfilment.start(order_id=on_approval.pk, now=now)
    assert sorted(made()) == sorted(str(line.pk) for line in on_approval.lines.all())
    assert Invoice.objects.get().total_minor == on_approval.total_minor
    assert "order_paid" in mails()


def test_line_cancelled_before_the_payment_is_not_charged_and_not_billed(on_approval: Order, now: datetime) -> None:
    first, second = on_approval.lines.order_by("position")
    cancellations.cancel(order_id=on_approval.pk, line_ids=[first.pk], reason="", actor=SYSTEM, now=now)
    approve(second, now)
    due = balances.due_of(read(on_approval))
    assert due.amount_minor == on_approval.total_minor - first.payable_minor
    transfers.record(order_id=on_approval.pk, amount=due, reference="REF 1", actor=SYSTEM, now=now)
    invoice = invoices.issue(order_id=on_approval.pk, now=now)
    assert (read(on_approval).attention, invoice.total_minor, invoice.data["total"]) == ("", due.amount_minor, str(due))
    assert invoice.data["discounts"] == [
        {"label": f"{first.title}: cancelled", "amount": str(-Money(first.total_minor, "USD"))}
    ]


def test_order_that_is_not_paid_after_its_last_approval_is_cancelled(on_approval: Order, now: datetime) -> None:
    for line in on_approval.lines.all():
        approve(line, now)
    assert cancellations.cancel_unpaid(now=now + timedelta(days=13)) == 0
    assert cancellations.cancel_unpaid(now=now + timedelta(days=15)) == 1
    assert orders.state_of(read(on_approval)) == OrderState.CANCELLED


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (PaymentTerms.ON_APPROVAL, "for orders of custom pins only"),
        (PaymentTerms.INVOICE, "Only businesses pay by invoice"),
    ],
)
def test_terms_that_do_not_fit_are_refused(terms: PaymentTerms, words: str, variant: PinVariant, now: datetime) -> None:
    with pytest.raises(TermsRefused, match=words):
        place(custom(now), Wish(quantity=1, variant_id=variant.pk), terms=terms, now=now)
    assert (Order.objects.count(), Stock.objects.get(variant=variant).reserved) == (0, 0)


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(name="Brass & Co", billing_email="b@example.org", credit_limit_minor=10_000)


def buy(business: Business, variant: PinVariant, now: datetime, *, key: str = "one", quantity: int = 2) -> Order:
    """Two moths by invoice: $29.00."""
    wish = Wish(quantity=quantity, variant_id=variant.pk)
    owner = Owner(business_id=business.pk)
    return place(wish, terms=PaymentTerms.INVOICE, now=now, owner=owner, key=key, purchase_order="PO-7")


def test_by_invoice_pins_leave_at_once_and_the_invoice_names_its_day(
    business: Business, variant: PinVariant, now: datetime
) -> None:
    order = buy(business, variant, now)
    fulfilment.start(order_id=order.pk, now=now)
    found = read(order)
    stock = Stock.objects.get(variant=variant)
    assert (stock.on_hand, stock.reserved, [line.state for line in found.lines.all()]) == (8, 0, ["picking"])
    due = (now + timedelta(days=30)).date()
    invoice = Invoice.objects.get()
    assert (found.due_date, invoice.data["due"], invoice.data["paid"]) == (due, f"{due:%-d %B %Y}", "")
    assert (mails(), orders.list_actions(found, now=now)) == (
        ["invoice_issued", "order_confirmed"],
        ["pay", "cancel", "download_invoice"],
    )


def test_transfer_pays_the_invoice_once(business: Business, variant: PinVariant, now: datetime) -> None:
    order = buy(business, variant, now)
    for _ in range(2):
        transfers.record(order_id=order.pk, amount=Money(2900, "USD"), reference=" B-1 ", actor=SYSTEM, now=now)
    assert (Payment.objects.count(), read(order).attention, read(order).paid_at) == (1, "", now)
    with pytest.raises(transfers.TransferUsed):
        transfers.record(order_id=order.pk, amount=Money(2901, "USD"), reference="B-1", actor=SYSTEM, now=now)


def test_transfer_of_another_sum_is_kept_and_needs_attention(
    business: Business, variant: PinVariant, now: datetime
) -> None:
    order = buy(business, variant, now)
    transfers.record(order_id=order.pk, amount=Money(2000, "USD"), reference="B-1", actor=SYSTEM, now=now)
    assert read(order).attention == "Paid $20.00, but $29.00 was due."


def test_credit_limit_holds_until_an_invoice_is_paid(business: Business, variant: PinVariant, now: datetime) -> None:
    first = buy(business, variant, now, key="1", quantity=6)  # $77.00
    with pytest.raises(
        CreditExceeded,
        match=r"With this order \$106\.00 would be open, and the credit limit of Brass & Co is \$100\.00",
    ):
        buy(business, variant, now, key="2")
    assert (Order.objects.count(), Stock.objects.get(variant=variant).on_hand) == (1, 4)
    transfers.record(order_id=first.pk, amount=Money(7700, "USD"), reference="B-1", actor=SYSTEM, now=now)
    assert buy(business, variant, now, key="3").confirmed_at == now


def test_cancelled_orders_do_not_use_the_credit_and_give_their_pins_back(
    business: Business, variant: PinVariant, now: datetime
) -> None:
    order = buy(business, variant, now, key="1", quantity=6)
    cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert Stock.objects.get(variant=variant).on_hand == 10
    assert buy(business, variant, now, key="2").confirmed_at == now


def test_overdue_invoice_is_asked_for_three_times_and_stops_further_credit(
    business: Business, variant: PinVariant, now: datetime
) -> None:
    order = buy(business, variant, now)
    fulfilment.start(order_id=order.pk, now=now)
    due = now + timedelta(days=30)
    written = [dunning.remind(now=due + timedelta(days=days)) for days in (0, 2, 3, 3, 9, 10, 20, 21, 90)]
    assert written == [0, 0, 1, 0, 0, 1, 1, 0, 0]
    assert mails().count("invoice_overdue") == 3
    with pytest.raises(CreditExceeded, match="was due on"):
        buy(business, variant, due + timedelta(days=1), key="2")


def test_after_a_pause_only_the_latest_reminder_is_sent(business: Business, variant: PinVariant, now: datetime) -> None:
    fulfilment.start(order_id=buy(business, variant, now).pk, now=now)
    assert dunning.remind(now=now + timedelta(days=45)) == 1
    assert read(Order.objects.get()).dunning_level == 2


@pytest.fixture
def _free_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter of order numbers has orders wait for each other as well; without it the credit's own lock is alone."""
    monkeypatch.setattr(numbers, "take", lambda prefix, **_: f"{prefix}-{uuid4().hex[:12]}")


def _race(business: Business, now: datetime) -> tuple[int, set[str]]:
    """Eight orders of $29.00 at once against a limit of $100.00: three fit."""
    variants = [make_variant(now=now, slug=f"pin-{number}") for number in range(8)]
    todo = iter(variants)

    def one() -> Order:
        variant = next(todo)
        return buy(business, variant, now, key=variant.sku)

    results = races.run(one, threads=8)
    return sum(isinstance(each, Order) for each in results), {type(each).__name__ for each in results}


@pytest.mark.usefixtures("_free_numbers")
@pytest.mark.django_db(transaction=True)
def test_parallel_orders_cannot_pass_the_credit_limit(business: Business, now: datetime) -> None:
    assert _race(business, now) == (3, {"Order", "CreditExceeded"})


@pytest.mark.usefixtures("_free_numbers")
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_parallel_orders_pass_it(
    business: Business, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = QuerySet.select_for_update

    def no_lock(rows: QuerySet[Any], **how: Any) -> QuerySet[Any]:
        return rows if rows.model is Business else lock(rows, **how)

    monkeypatch.setattr(QuerySet, "select_for_update", no_lock)
    assert _race(business, now)[0] > 3


def test_refund_of_a_transfer_waits_until_staff_have_sent_it(
    business: Business, variant: PinVariant, now: datetime
) -> None:
    order = buy(business, variant, now)
    transfers.record(order_id=order.pk, amount=Money(2900, "USD"), reference="B-1", actor=SYSTEM, now=now)
    cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now, waive=True)
    refund = Refund.objects.get()
    assert refunds.send(refund_id=refund.pk, now=now).state == "pending"
    for _ in range(2):
        assert refunds.confirm_by_hand(refund_id=refund.pk, actor=SYSTEM, now=now).state == "succeeded"
    assert (refund.amount_minor, Payment.objects.get().refunded_minor) == (2900, 2900)


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_placing_with_the_same_stock_and_voucher_do_not_deadlock(
    business: Business, variant: PinVariant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    voucher = Voucher.objects.create(code="TEN", kind="percent", percent=10, limit=10, created_at=now)
    owner, both = Owner(business_id=business.pk), threading.Barrier(2)
    wish, choices = Wish(quantity=1, variant_id=variant.pk), Choices(voucher="TEN")

    def placed(key: str) -> Order:
        quote = quotes.make(owner=owner, lines=[wish], country="GB", currency="USD", now=now, choices=choices)
        return checkout.place_order(
            quote_id=quote.pk,
            shown_total=Money(quote.total_minor, "USD"),
            contact=Contact(email="ada@example.org", name="Ada", payment_terms=PaymentTerms.INVOICE),
            address=Address.from_json(ADDRESS),
            owner=owner,
            actor=SYSTEM,
            key=key,
            now=now,
        )

    def wait() -> None:
        with suppress(threading.BrokenBarrierError):
            both.wait(1)

    first = placed("one")
    release, redeem = vouchers.release, vouchers.redeem

    def release_and_wait(**named: Any) -> bool:
        released = release(**named)
        wait()
        return released

    def wait_and_redeem(**named: Any) -> Any:
        wait()
        return redeem(**named)

    monkeypatch.setattr(vouchers, "release", release_and_wait)
    monkeypatch.setattr(vouchers, "redeem", wait_and_redeem)
    todo = iter(
        [
            lambda: placed("two"),
            lambda: cancellations.cancel(order_id=first.pk, reason="", actor=SYSTEM, now=now),
        ]
    )

    def one() -> object:
        return next(todo)()

    found = races.run(one, threads=2)
    assert [each for each in found if isinstance(each, Exception)] == []
    voucher.refresh_from_db()
    assert (voucher.used, Order.objects.count()) == (1, 2)
