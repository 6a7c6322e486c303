"""Another price after proofing: accepted before it counts, and paid or given back before anything can be approved."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from designs.models import Proof
from orders.enums import OrderState, PaymentTerms, RequoteState
from orders.models import Order, OrderLine, Quote, Requote
from orders.payments.models import Invoice, Payment, Refund
from orders.payments.selectors import balances
from orders.payments.services import settlement
from orders.quoted import Address, Contact
from orders.selectors import orders
from orders.services import approvals, checkout, erasure, fulfilment, requotes, retention
from orders.services.approvals import PriceOpen
from orders.services.checkout import PriceChanged, QuoteOrdered
from orders.services.quotes import QuoteExpired
from orders.services.requotes import Change, RequoteAnswered, TooLateToRequote
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import ADDRESS, GUEST, SPEC
from tests.orders.services.test_payment_terms import custom, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]
LARGER = Change(replace(SPEC, size_mm=50.8), 100)
FEWER = Change(SPEC, 60)


@pytest.fixture(autouse=True)
def _no_rendering() -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    route = outbox._routes["designs.proof.render"]
    outbox._routes["designs.proof.render"] = outbox._Route(lambda _message: None, "render", 1, None)
    yield
    outbox._routes["designs.proof.render"] = route


@pytest.fixture
def order(now: datetime) -> Order:
    """A paid order of two lines of 100, whose proofs are being made."""
    found = place(custom(now), custom(now), terms=PaymentTerms.NOW, now=now)
    pay(found, now)
    fulfilment.start(order_id=found.pk, now=now)
    return read(found)


def pay(order: Order, now: datetime) -> None:
    """What is due comes in, as the provider's answer is recorded."""
    payment = Payment.objects.filter(order=order, state__in=["created", "open"]).first()
    if payment is None:
        payment = Payment.objects.create(
            order=order,
            currency="USD",
            amount_minor=balances.due_of(read(order)).amount_minor,
            provider="stripe",
            idempotency_key=f"payment-{order.payments.count()}",
            expires_at=now + timedelta(minutes=35),
            asked_at=now,
            created_at=now,
        )
    from orders.payments.gateway import Page, PageState

    captured = Money(payment.amount_minor, "USD")
    page = Page(f"cs_{payment.pk}", PageState.PAID, "", f"pi_{payment.pk}", captured, str(payment.pk))
    settlement.record(payment_id=payment.pk, page=page, now=now)


def read(order: Order) -> Order:
    return orders.get_any(order_id=order.pk)


def first_line(order: Order) -> OrderLine:
    return OrderLine.objects.get(order=order, position=1)


def propose(order: Order, change: Change, now: datetime) -> Requote:
    return requotes.propose(line_id=first_line(order).pk, change=change, reason="A larger pin.", actor=SYSTEM, now=now)


def accept(row: Requote, now: datetime) -> Requote:
    return requotes.accept(requote_id=row.pk, shown_total=Money(row.quote.total_minor, "USD"), actor=SYSTEM, now=now)


def mails() -> list[str]:
    return sorted(mail.dedupe_key.partition(":")[0] for mail in OutgoingMail.objects.all())


def test_new_price_is_the_next_version_and_changes_nothing_yet(order: Order, now: datetime) -> None:
    before = (order.total_minor, order.quote_id, first_line(order).spec)
    row = propose(order, LARGER, now)
    assert (row.quote.number, row.quote.version) == (order.quote.number, 2)
    assert row.quote.total_minor > order.total_minor
    assert row.quote.shipping_minor == order.shipping_minor
    found = read(order)
    assert (found.total_minor, found.quote_id, first_line(order).spec) == before
    assert "requote_proposed" in mails()


def test_pin_of_another_size_pays_a_die_where_the_one_before_had_its_own(order: Order, now: datetime) -> None:
    again = replace(SPEC, reorder=True)
    OrderLine.objects.filter(pk=first_line(order).pk).update(spec=again.to_json())
    for change, charged in ((Change(replace(again, size_mm=50.8), 100), True), (Change(again, 60), False)):
        items = propose(order, change, now).quote.lines[0]["price"]["items"]
        assert ("die" in {item["code"] for item in items}) is charged


def test_dearer_price_is_paid_before_anything_can_be_approved(order: Order, now: datetime) -> None:
    row = accept(propose(order, LARGER, now), now)
    found = read(order)
    difference = row.quote.total_minor - row.before["total_minor"]
    assert (found.total_minor, found.quote_id, found.difference_minor) == (
        row.quote.total_minor,
        row.quote_id,
        difference,
    )
    line = first_line(order)
    assert (line.spec, line.total_minor) == (
        LARGER.spec.to_json(),
        row.quote.subtotal_minor - found.lines.all()[1].total_minor,
    )
    assert balances.due_of(found) == Money(difference, "USD")
    assert "pay" in orders.list_actions(found, now=now)
    OrderLine.objects.filter(pk=line.pk).update(state="awaiting_approval")
    with pytest.raises(PriceOpen, match=r"Pay the \$.* of the new price first"):
        approvals.approve(
            line_id=line.pk,
            proof_hash="0" * 64,
            shown_total=Money(line.total_minor, "USD"),
            terms_accepted=True,
            actor=SYSTEM,
            now=now,
        )
    pay(order, now)
    found = read(order)
    assert (found.difference_minor, found.attention, "pay" in orders.list_actions(found, now=now)) == (0, "", False)
    assert balances.get_balance(order=found).captured_minor == found.total_minor
    for _ in range(2):
        fulfilment.start(order_id=order.pk, now=now)
    bills = Invoice.objects.order_by("number")
    assert [bill.total_minor for bill in bills] == [order.total_minor, difference]
    assert (bills[1].requote, bills[1].data["total"], bool(bills[1].file_id)) == (
        row,
        str(Money(difference, "USD")),
        True,
    )


def test_cheaper_price_goes_back_at_once(order: Order, now: datetime) -> None:
    row = accept(propose(order, FEWER, now), now)
    less = row.before["total_minor"] - row.quote.total_minor
    assert less > 0
    assert Refund.objects.get().amount_minor == less
    assert (read(order).difference_minor, first_line(order).quantity) == (0, 60)


def test_proof_is_drawn_anew_at_the_new_size(order: Order, now: datetime) -> None:
    old = first_line(order).proof_id
    accept(propose(order, LARGER, now), now)
    line = first_line(order)
    assert line.proof_id != old
    assert (line.state, Proof.objects.get(pk=line.proof_id).spec["size_mm"]) == ("proofing", 50.8)
    assert Proof.objects.get(pk=old).state == "superseded"


def test_acceptance_twice_is_one_and_needs_the_total_that_was_shown(order: Order, now: datetime) -> None:
    row = propose(order, LARGER, now)
    with pytest.raises(PriceChanged):
        requotes.accept(requote_id=row.pk, shown_total=Money(1, "USD"), actor=SYSTEM, now=now)
    assert accept(row, now).answered_at == accept(row, now + timedelta(days=1)).answered_at


def test_declined_price_leaves_the_order_as_it_is(order: Order, now: datetime) -> None:
    row = propose(order, LARGER, now)
    for _ in range(2):
        assert requotes.decline(requote_id=row.pk, actor=SYSTEM, now=now).state == RequoteState.DECLINED
    with pytest.raises(RequoteAnswered, match="declined already"):
        accept(row, now)
    assert read(order).total_minor == order.total_minor


def test_later_price_takes_the_place_of_one_that_waits(order: Order, now: datetime) -> None:
    first, second = propose(order, LARGER, now), propose(order, FEWER, now)
    first.refresh_from_db()
    assert (first.state, second.quote.version) == (RequoteState.WITHDRAWN, 3)


def test_price_lapses_and_an_approved_line_keeps_its_own(order: Order, now: datetime) -> None:
    row = propose(order, LARGER, now)
    with pytest.raises(QuoteExpired):
        accept(row, now + timedelta(days=30))
    OrderLine.objects.update(state="approved")
    with pytest.raises(TooLateToRequote, match="is approved, so its price stands"):
        accept(row, now)
    with pytest.raises(TooLateToRequote):
        propose(order, FEWER, now)


def test_open_price_has_to_be_answered_before_an_approval(order: Order, now: datetime) -> None:
    propose(order, LARGER, now)
    line = first_line(order)
    with pytest.raises(PriceOpen, match="Accept or decline it first"):
        approvals.approve(
            line_id=line.pk,
            proof_hash="0" * 64,
            shown_total=Money(line.total_minor, "USD"),
            terms_accepted=True,
            actor=SYSTEM,
            now=now,
        )


def test_unpaid_order_simply_costs_the_new_price(now: datetime) -> None:
    order = place(custom(now), terms=PaymentTerms.ON_APPROVAL, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    row = accept(propose(order, LARGER, now), now)
    found = read(order)
    assert (found.difference_minor, balances.due_of(found).amount_minor) == (0, row.quote.total_minor)
    assert orders.state_of(found) == OrderState.PROOFING


def test_no_version_of_an_ordered_quote_can_be_ordered_again(order: Order, now: datetime) -> None:
    old = order.quote
    accept(propose(order, LARGER, now), now)
    with pytest.raises(QuoteOrdered):
        checkout.place_order(
            quote_id=old.pk,
            shown_total=Money(old.total_minor, "USD"),
            contact=Contact("ada@example.org", "Ada"),
            address=Address.from_json(ADDRESS),
            owner=GUEST,
            actor=SYSTEM,
            key="another",
            now=now,
        )


@pytest.mark.django_db(transaction=True)
def test_price_accepted_by_many_at_once_counts_once(now: datetime) -> None:
    order = place(custom(now), terms=PaymentTerms.NOW, now=now)
    pay(order, now)
    fulfilment.start(order_id=order.pk, now=now)
    row = propose(order, FEWER, now)
    results = races.run(lambda: accept(row, now).state, threads=8)
    assert results == [RequoteState.ACCEPTED] * 8
    assert Refund.objects.get().amount_minor == row.before["total_minor"] - row.quote.total_minor


@pytest.mark.parametrize("answer", ["declined", "withdrawn", "open"])
def test_person_with_a_price_that_was_not_taken_can_be_erased(answer: str, now: datetime) -> None:
    user = User.objects.create(email="ada@example.org", name="Ada")
    owner = Owner(user_id=user.pk)
    found = place(custom(now, owner), terms=PaymentTerms.NOW, now=now, owner=owner)
    pay(found, now)
    fulfilment.start(order_id=found.pk, now=now)
    row = propose(found, LARGER, now)
    if answer == "declined":
        requotes.decline(requote_id=row.pk, actor=SYSTEM, now=now)
    elif answer == "withdrawn":
        propose(found, FEWER, now)
    OrderLine.objects.update(state="delivered")
    touched = erasure.erase(order_ids=[found.pk], user_id=user.pk, now=now)
    assert {str(row.quote_id), str(found.quote_id)} <= set(touched)
    assert Requote.objects.get(pk=row.pk).reason == ""
    titles = {line["title"] for quote in Quote.objects.all() for line in quote.lines}
    assert (titles, Requote.objects.count()) == ({"Custom pins"}, 2 if answer == "withdrawn" else 1)


def test_quotes_of_new_prices_are_not_swept_with_the_abandoned(order: Order, now: datetime) -> None:
    row = propose(order, LARGER, now)
    requotes.decline(requote_id=row.pk, actor=SYSTEM, now=now)
    assert retention._list_quotes(now + timedelta(days=400)) == []
