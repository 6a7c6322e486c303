"""What is taken off an order by invoice is in its papers: in the invoice before it is issued, in credit notes after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from django.db.models import F
from django.utils import timezone

from orders.cancellation import CancellationStep, CancellationTerms
from orders.enums import CancellationStage, OrderState, PaymentTerms
from orders.models import Order, OrderLine
from orders.payments.gateway import RefundOutcome, RefundTruth
from orders.payments.models import CreditNote, Invoice, Payment, Refund
from orders.payments.selectors import balances, papers, statements
from orders.payments.services import credit_notes, giftcards, refunds, repayments, sessions, settlement, transfers
from orders.payments.services.giftcards import Gift
from orders.payments.services.sessions import AlreadyPaid, NotPayable
from orders.selectors import orders
from orders.services import cancellations, fulfilment, requotes, unders
from orders.services.requotes import Change
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests.orders.factories import SPEC
from tests.orders.payments.conftest import Sandbox
from tests.orders.payments.test_invoices import text_of
from tests.orders.services.test_payment_terms import approve, custom, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


@pytest.fixture(autouse=True)
def _no_rendering() -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    route = outbox._routes["designs.proof.render"]
    outbox._routes["designs.proof.render"] = outbox._Route(lambda _message: None, "render", 1, None)
    yield
    outbox._routes["designs.proof.render"] = route


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(
        name="Acme Bicycles", billing_email="pins@acme.example", credit_limit_minor=10_000_000
    )


def ordered(business: Business, now: datetime, **choices: str) -> tuple[Order, OrderLine, OrderLine]:
    """An order of two lines of 100 pins, $655.00 with shipping, whose proofs are being made."""
    owner = Owner(business_id=business.pk)
    order = place(custom(now, owner), custom(now, owner), terms=PaymentTerms.INVOICE, now=now, owner=owner, **choices)
    fulfilment.start(order_id=order.pk, now=now)
    first, second = order.lines.order_by("position")
    return order, first, second


def bill(*lines: OrderLine, now: datetime) -> Invoice:
    for line in lines:
        approve(line, now)
    fulfilment.start(order_id=lines[0].order_id, now=now)
    return Invoice.objects.get()


def read(order: Order) -> Order:
    return orders.get_any(order_id=order.pk)


def closing(business: Business, now: datetime) -> Money:
    [account] = statements.list_accounts(business_id=business.pk, month=now.date())
    return account.closing


def due(order: Order) -> Money:
    return balances.due_of(read(order))


def test_what_was_credited_before_is_a_row_of_the_invoice(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    unders.refund_missing(line_id=first.pk, packed=90, now=now)
    invoice = bill(first, second, now=now)
    assert (invoice.total_minor, due(order), invoice.data["total"]) == (62_300, Money(62_300, "USD"), "$623.00")
    assert invoice.data["discounts"] == [{"label": f"{first.title}: credited", "amount": "-$32.00"}]
    assert (CreditNote.objects.count(), closing(business, now)) == (0, Money(62_300, "USD"))
    transfers.record(order_id=order.pk, amount=Money(62_300, "USD"), reference="B-1", actor=SYSTEM, now=now)
    assert (read(order).attention, closing(business, now)) == ("", Money(0, "USD"))


def test_shipping_and_tax_of_what_was_credited_are_not_billed(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    OrderLine.objects.filter(pk=first.pk).update(tax_minor=6_400)
    Order.objects.update(tax_minor=6_400, total_minor=order.total_minor + 6_400)
    parts = [
        repayments.of_line(first, Money(3_520, "USD")),
        repayments.of_shipping(Money(500, "USD")),
    ]
    repayments.give_back(order_id=order.pk, parts=parts, reason="", key="one", actor=SYSTEM, now=now)
    invoice = bill(first, second, now=now)
    assert (invoice.total_minor, due(order).amount_minor) == (65_500 + 6_400 - 4_020,) * 2
    assert [row["amount"] for row in invoice.data["discounts"]] == [
        str(Money(-3_520 + _tax_of(first, 3_520), "USD")),
        "-$5.00",
    ]
    assert invoice.data["tax"] == str(Money(6_400 - _tax_of(first, 3_520), "USD"))


def _tax_of(line: OrderLine, minor: int) -> int:
    return round(6_400 * minor / (line.payable_minor + 6_400))


def test_what_is_credited_after_the_invoice_has_a_note(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    invoice = bill(first, second, now=now)
    for _ in range(2):
        unders.refund_missing(line_id=first.pk, packed=90, now=now)
    note = CreditNote.objects.get()
    assert (invoice.total_minor, note.total_minor, note.invoice, note.number[:3]) == (65_500, 3_200, invoice, "CN-")
    assert (due(order), closing(business, now)) == (Money(62_300, "USD"), Money(62_300, "USD"))
    assert papers.list_credit_notes(order=order) == []
    outbox.drain()
    drawn = credit_notes.draw_pending(credit_note_id=note.pk, now=now)
    assert papers.list_credit_notes(order=order) == [drawn]
    text = text_of(files.read(str(drawn.file_id)))
    for words in (note.number, invoice.number, first.title, "$32.00", "Taken off what is to be paid", "10 pins"):
        assert words in text, words


def test_note_that_lowers_an_unpaid_invoice_is_mailed_once_with_its_pdf(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    Order.objects.update(language="de")
    invoice = bill(first, second, now=now)
    unders.refund_missing(line_id=first.pk, packed=90, now=now)
    note = CreditNote.objects.get()
    for _ in range(2):
        credit_notes.draw_pending(credit_note_id=note.pk, now=now)
    note.refresh_from_db()
    [mail] = OutgoingMail.objects.filter(dedupe_key=f"invoice_lowered:{note.pk}")
    assert (mail.to, mail.subject) == (order.contact_email, f"Rechnungskorrektur zur Rechnung {invoice.number}")
    assert mail.attachments == [[f"{note.number}.pdf", note.file_id]]
    for words in (
        "32,00\N{NO-BREAK SPACE}$",
        "623,00\N{NO-BREAK SPACE}$",
        invoice.number,
        order.number,
        f"Von 100 × {first.title} fehlen 10 Pins",
    ):
        assert words in mail.text
        assert words in mail.html


def test_line_cancelled_after_the_invoice_and_then_the_rest_have_notes(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    bill(first, second, now=now)
    unders.refund_missing(line_id=first.pk, packed=90, now=now)
    cancellations.cancel_line(line_id=first.pk, reason="", actor=SYSTEM, now=now, waive=True)
    assert list(CreditNote.objects.order_by("number").values_list("total_minor", flat=True)) == [3_200, 28_800]
    assert closing(business, now) == due(order) == Money(33_500, "USD")
    cancellations.cancel_line(line_id=second.pk, reason="", actor=SYSTEM, now=now, waive=True)
    assert sum(CreditNote.objects.values_list("total_minor", flat=True)) == 65_500
    assert closing(business, now) == due(order) == Money(0, "USD")
    assert [row["label"] for row in CreditNote.objects.order_by("number").last().data["rows"]] == [
        second.title,
        "Shipping",
    ]


def test_what_cancelling_costs_stays_billed(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    bill(first, second, now=now)
    steps = {CancellationStage.APPROVED: CancellationStep(percent=10, charges_die=False, minimums={})}
    Order.objects.update(cancellation=CancellationTerms(version="1", return_days=14, steps=steps).to_json())
    cancellations.cancel_line(line_id=first.pk, reason="", actor=SYSTEM, now=now)
    assert CreditNote.objects.get().total_minor == 28_800
    assert closing(business, now) == due(order) == Money(36_700, "USD")


def test_what_goes_back_onto_a_gift_card_is_credited_once(business: Business, now: datetime) -> None:
    card = giftcards.issue(gift=Gift(Money(10_000, "USD")), key=uuid4(), actor=SYSTEM, now=now)
    order, first, second = ordered(business, now, gift_cards=card.code)
    bill(first, second, now=now)
    assert closing(business, now) == due(order) == Money(55_500, "USD")
    cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now, waive=True)
    outbox.drain()
    note = CreditNote.objects.get()
    assert (note.total_minor, Refund.objects.get().credit_note, Refund.objects.get().state) == (
        65_500,
        note,
        "succeeded",
    )
    assert (Payment.objects.get().refunded_minor, due(order)) == (10_000, Money(0, "USD"))
    [account] = statements.list_accounts(business_id=business.pk, month=Refund.objects.get().settled_at.date())
    assert account.closing == Money(0, "USD")


def test_refund_after_the_payment_has_a_note_of_its_own(business: Business, now: datetime) -> None:
    order, first, second = ordered(business, now)
    bill(first, second, now=now)
    unders.refund_missing(line_id=first.pk, packed=90, now=now)
    transfers.record(order_id=order.pk, amount=Money(62_300, "USD"), reference="B-1", actor=SYSTEM, now=now)
    parts = [repayments.of_line(second, Money(3_200, "USD"))]
    [refund] = repayments.give_back(order_id=order.pk, parts=parts, reason="", key="two", actor=SYSTEM, now=now)
    Refund.objects.update(state="succeeded", settled_at=now)
    note = credit_notes.issue(refund_id=refund.pk, now=now)
    assert note is not None
    assert (CreditNote.objects.count(), note.data["rows"][0]["line_id"]) == (2, str(second.pk))
    assert closing(business, now) == Money(0, "USD")


def test_cheaper_price_after_a_dearer_one_is_credited(now: datetime) -> None:
    order = place(custom(now), custom(now), terms=PaymentTerms.NOW, now=now)
    _pay(order, now)
    _accept(order, Change(replace(SPEC, size_mm=50.8), 100), now)
    _pay(order, now)
    _accept(order, Change(replace(SPEC, size_mm=38.1), 100), now)
    assert list(Invoice.objects.order_by("number").values_list("total_minor", flat=True)) == [65_500, 13_500]
    refund = Refund.objects.get()
    Refund.objects.update(state="succeeded", settled_at=now)
    note = credit_notes.issue(refund_id=refund.pk, now=now)
    assert note is not None
    assert (read(order).total_minor, refund.amount_minor, note.total_minor) == (69_500, 9_500, 9_500)
    surplus = repayments.of_surplus(Money(100, "USD"))
    Payment.objects.filter(pk=refund.payment_id).update(captured_minor=F("captured_minor") + 100)
    repayments.give_back(order_id=order.pk, parts=[surplus], reason="", key="x", actor=SYSTEM, now=now)
    Refund.objects.update(state="succeeded", settled_at=now)
    assert credit_notes.issue(refund_id=Refund.objects.get(key="x").pk, now=now) is None


def cancelled_whole(business: Business, now: datetime) -> Order:
    """An order whose lines were cancelled after the approval, at 10 % each: $64.00, as its invoice says."""
    order, first, second = ordered(business, now)
    for line in (first, second):
        approve(line, now)
    steps = {CancellationStage.APPROVED: CancellationStep(percent=10, charges_die=False, minimums={})}
    Order.objects.update(cancellation=CancellationTerms(version="1", return_days=14, steps=steps).to_json())
    cost = Money(6_400, "USD")
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now, shown_cost=cost)
    assert due(order) == cost
    with pytest.raises(NotPayable, match="was cancelled, so there is nothing to pay"):
        sessions.open(order_id=order.pk, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    return order


def test_what_cancelling_the_whole_order_costs_is_paid_by_card(business: Business, sandbox: Sandbox) -> None:
    now = timezone.now()  # the provider's clock is the one on the wall
    order = cancelled_whole(business, now)
    found = read(order)
    assert (Invoice.objects.get().total_minor, orders.state_of(found)) == (6_400, OrderState.CANCELLED)
    assert orders.is_payable(found)
    payment = sessions.open(order_id=order.pk, now=now)
    assert payment.amount_minor == 6_400
    assert sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=now)
    outbox.drain()
    found = read(order)
    assert (found.paid_at, found.attention, due(order)) == (now, "", Money(0, "USD"))
    assert not orders.is_payable(found)
    mail = OutgoingMail.objects.get(dedupe_key=f"order_paid:{order.pk}")
    assert "Your payment of $64.00 for what cancelling cost has arrived" in mail.text
    with pytest.raises(AlreadyPaid):
        sessions.open(order_id=order.pk, now=now)


@pytest.mark.parametrize("later", [False, True])
def test_refund_that_fails_is_no_longer_taken_off(business: Business, now: datetime, later: bool) -> None:  # noqa: FBT001 - parametrized
    order, first, _ = ordered(business, now)
    transfers.record(order_id=order.pk, amount=Money(60_000, "USD"), reference="B-1", actor=SYSTEM, now=now)
    parts = [repayments.of_line(first, Money(10_000, "USD")), repayments.of_shipping(Money(500, "USD"))]
    [refund] = repayments.give_back(order_id=order.pk, parts=parts, reason="", key="one", actor=SYSTEM, now=now)
    assert (refund.amount_minor, refund.lowered, due(order)) == (5_000, True, Money(0, "USD"))
    if later:
        refunds.record(refund_id=refund.pk, truth=RefundTruth("re", RefundOutcome.SUCCEEDED, ""), now=now)
    for _ in range(2):
        refunds.record(refund_id=refund.pk, truth=RefundTruth("re", RefundOutcome.FAILED, "closed account"), now=now)
    assert credited_of(order) == 5_500
    assert repayments.get_balance(order=read(order)).surplus.amount_minor == 0
    [again] = repayments.give_back(
        order_id=order.pk,
        parts=[repayments.of_line(first, Money(5_000, "USD"))],
        reason="",
        key="two",
        actor=SYSTEM,
        now=now,
    )
    refunds.record(refund_id=again.pk, truth=RefundTruth("re_2", RefundOutcome.SUCCEEDED, ""), now=now)
    assert (credited_of(order), due(order)) == (10_500, Money(0, "USD"))


def credited_of(order: Order) -> int:
    found = read(order)
    return sum(line.credited_minor for line in found.lines.all()) + found.credited_shipping_minor


def _pay(order: Order, now: datetime) -> None:
    transfers.record(order_id=order.pk, amount=due(order), reference=str(uuid4()), actor=SYSTEM, now=now)
    for _ in range(2):
        fulfilment.start(order_id=order.pk, now=now)


def _accept(order: Order, change: Change, now: datetime) -> None:
    line = OrderLine.objects.get(order=order, position=1)
    row = requotes.propose(line_id=line.pk, change=change, reason="Another size.", actor=SYSTEM, now=now)
    requotes.accept(requote_id=row.pk, shown_total=row.after_total, actor=SYSTEM, now=now)
