"""What went back on an invoiced order has a numbered paper with the same amount."""

import itertools
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import PinVariant
from orders.models import Order, OrderLine
from orders.payments.models import CreditNote, Payment, Refund
from orders.payments.services import credit_notes, refunds, repayments, sessions, settlement
from orders.services import cancellations
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.payments.conftest import GOOD, REFUND_FAILS, Sandbox, place_order
from tests.orders.payments.test_invoices import text_of

pytestmark = pytest.mark.django_db(transaction=True)


def pay(sandbox: Sandbox, order: Order, number: str = GOOD) -> Payment:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment, number)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    outbox.drain()
    return payment


def give_back(order: Order, minor: int, *, shipping_minor: int = 0, key: str = "one") -> list[Refund]:
    parts = [repayments.of_line(order.lines.get(), Money(minor, "USD"))] if minor else []
    parts += [repayments.of_shipping(Money(shipping_minor, "USD"))] if shipping_minor else []
    return repayments.give_back(
        order_id=order.pk, parts=parts, reason="A pin was scratched.", key=key, actor=SYSTEM, now=timezone.now()
    )


def test_refund_of_an_invoiced_order_is_credited_with_the_same_figures(sandbox: Sandbox, order: Order) -> None:
    payment = pay(sandbox, order)
    give_back(order, 1000, shipping_minor=200)
    outbox.drain()
    note = CreditNote.objects.get()
    told = sandbox.wait_for("charge.refunded", _charge(sandbox, payment)).json["data"]["object"]
    assert (note.number, note.total_minor, told["amount_refunded"]) == (f"CN-{timezone.now().year}-000001", 1200, 1200)
    assert (note.invoice, Refund.objects.get().credit_note) == (order.invoice, note)
    text = text_of(files.read(str(note.file_id)))
    expected = (note.number, order.invoice.number, order.number, "A pin was scratched.", "Moon moth", "$10.00", "$2.00")
    for words in (*expected, "Shipping", "Credited (USD)", "$12.00", "Ada Lovelace"):
        assert words in text, words
    mail = OutgoingMail.objects.get(subject="$12.00 is on its way back to you")
    assert mail.attachments == [[f"{note.number}.pdf", note.file_id]]
    assert "The credit note is attached." in mail.text


def _charge(sandbox: Sandbox, payment: Payment) -> str:
    payment.refresh_from_db()
    told = [message.json["data"]["object"] for message in sandbox.receiver.messages]
    of_payment = [each for each in told if each.get("payment_intent") == payment.intent_id]
    return str(next(each["id"] for each in of_payment if each["object"] == "charge"))


def test_telling_it_twice_or_many_times_at_once_issues_one_note_and_one_mail(sandbox: Sandbox, order: Order) -> None:
    pay(sandbox, order)
    [refund] = give_back(order, 1000)
    refunds.send(refund_id=refund.pk, now=timezone.now())
    told = races.run(lambda: credit_notes.announce(refund_id=refund.pk, now=timezone.now()), threads=8)
    assert told == [True] * 8
    assert CreditNote.objects.count() == OutgoingMail.objects.filter(subject__contains="on its way back").count() == 1
    assert credit_notes.announce(refund_id=refund.pk, now=timezone.now()) is True
    assert CreditNote.objects.count() == 1


def test_notes_of_an_order_given_back_in_parts_hold_exactly_its_tax(
    sandbox: Sandbox, variant: PinVariant, destinations: None
) -> None:
    order = place_order(variant, quantity=2)
    OrderLine.objects.update(tax_minor=383)  # of $24.00, where prices contain 19 %
    Order.objects.update(tax_minor=463, tax_inclusive=True)
    pay(sandbox, order)
    for number, minor in enumerate((1, 333, 334, 1000, 732)):
        give_back(order, minor, key=str(number))
    give_back(order, 0, shipping_minor=500, key="shipping")
    outbox.drain()
    notes = list(CreditNote.objects.order_by("number"))
    assert [note.number[-6:] for note in notes] == [f"{number:06d}" for number in range(1, 7)]
    assert sum(note.total_minor for note in notes) == 2900
    assert (sum(note.tax_minor for note in notes[:-1]), notes[-1].tax_minor) == (383, 80)


def test_refund_of_an_order_without_an_invoice_is_told_without_a_note(sandbox: Sandbox, order: Order) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=timezone.now())
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    surplus = repayments.of_surplus(Money(2900, "USD"))
    refunds.refund(
        payment_id=payment.pk,
        amount=Money(2900, "USD"),
        allocation=[surplus.to_json()],
        reason="It came late.",
        key="one",
        actor=SYSTEM,
        now=timezone.now(),
    )
    outbox.drain()
    assert (Refund.objects.get().state, CreditNote.objects.count()) == ("succeeded", 0)
    assert OutgoingMail.objects.get(subject__contains="on its way back").attachments == []


def test_note_of_a_refund_that_failed_later_goes_to_the_next_one(sandbox: Sandbox, order: Order) -> None:
    pay(sandbox, order, REFUND_FAILS)
    [first] = give_back(order, 1000)
    outbox.drain()
    note = CreditNote.objects.get()
    told = sandbox.wait_for("refund.failed", Refund.objects.get().provider_refund_id)
    assert told
    refunds.settle(refund_id=first.pk, now=timezone.now())
    assert Refund.objects.get().state == "failed"
    [second] = give_back(order, 1000, key="again")
    Refund.objects.filter(pk=second.pk).update(state="succeeded", settled_at=timezone.now())
    credit_notes.announce(refund_id=second.pk, now=timezone.now())
    second.refresh_from_db()
    assert (CreditNote.objects.get(), second.credit_note) == (note, note)


def test_credit_note_never_changes(sandbox: Sandbox, order: Order, now: datetime) -> None:
    pay(sandbox, order)
    give_back(order, 1000)
    outbox.drain()
    rows = CreditNote.objects.all()
    for change in ({"total_minor": 1}, {"data": {}}, {"file": None}, {"number": "CN-1"}, {"issued_at": now}):
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        rows._raw_delete(rows.db)


@given(tax=st.integers(0, 10**6), more=st.integers(0, 10**7), cuts=st.lists(st.integers(0, 10**7), max_size=12))
def test_tax_of_parts_that_go_back_sums_to_the_whole_tax(tax: int, more: int, cuts: list[int]) -> None:
    payable = tax + more
    marks = sorted({0, payable, *(cut for cut in cuts if cut < payable)})
    within = [credit_notes.tax_within(tax, payable, mark) for mark in marks]
    shares = [late - early for early, late in itertools.pairwise(within)]
    assert (sum(shares), min(shares, default=0) >= 0) == (tax, True)
