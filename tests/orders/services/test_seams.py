"""Where paying later, another price, amendments and cancellations of one order meet: no money is lost, none invented."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from catalog.models import PinVariant, Stock
from designs.services.amendments import Amendment
from orders.cancellation import CancellationStep, CancellationTerms
from orders.enums import CancellationStage, PaymentTerms, RequoteState
from orders.models import Order, OrderLine, Requote
from orders.payments.models import Invoice, Refund
from orders.payments.selectors import balances
from orders.payments.services import giftcards, sessions, transfers
from orders.payments.services.giftcards import Gift
from orders.quoted import Address, Contact, Wish
from orders.selectors import cancellation, credit, orders
from orders.services import amendments, approvals, cancellations, checkout, fulfilment, promises, quotes
from orders.services.approvals import PriceOpen
from orders.services.requotes import Change
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import ADDRESS, GUEST, SPEC
from tests.orders.services.test_payment_terms import approve, custom, mails, place
from tests.orders.services.test_requotes import FEWER, LARGER, accept, first_line, pay, propose, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]
MIDDLE = replace(SPEC, size_mm=38.1)


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


def amend(order: Order, now: datetime) -> None:
    """The customer's own cheaper change, after the designs have agreed to it."""
    line = first_line(order)
    line.order = Order.objects.get(pk=order.pk)
    amendment = Amendment.__new__(Amendment)
    object.__setattr__(amendment, "spec", MIDDLE)
    object.__setattr__(amendment, "words", "Smaller")
    amendments._settle(line, amendment, actor=SYSTEM, now=now)


def kept(order: Order) -> int:
    """What came and has not gone back."""
    balance = balances.get_balance(order=read(order))
    return balance.captured_minor - balance.refunded_minor


def test_line_cancelled_while_its_dearer_price_is_due_gives_back_what_was_paid_for_it(
    order: Order, now: datetime
) -> None:
    first, second = order.lines.order_by("position")
    accept(propose(order, LARGER, now), now)
    cancellations.cancel(order_id=order.pk, line_ids=[first.pk], reason="", actor=SYSTEM, now=now)
    found = read(order)
    assert (Refund.objects.get().amount_minor, found.difference_minor) == (first.payable_minor, 0)
    assert kept(order) == second.payable_minor + order.shipping_minor


def test_order_cancelled_while_a_dearer_price_is_due_keeps_nothing_that_comes_later(
    order: Order, now: datetime
) -> None:
    accept(propose(order, LARGER, now), now)
    sessions.prepare(order=read(order), due=balances.due_of(read(order)), now=now)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert kept(order) == 0
    pay(order, now)
    assert read(order).attention.startswith("Paid twice: give $135.00 back")


def test_cheaper_change_lowers_what_a_dearer_price_still_asks(order: Order, now: datetime) -> None:
    accept(propose(order, LARGER, now), now)
    asked = read(order).difference_minor
    dearest = read(order).total_minor
    amend(order, now)
    found = read(order)
    assert (Refund.objects.count(), asked - found.difference_minor) == (0, dearest - found.total_minor)
    pay(order, now)
    assert (kept(order), read(order).attention) == (read(order).total_minor, "")


def test_change_of_the_customer_withdraws_a_price_that_was_proposed_before(order: Order, now: datetime) -> None:
    accept(propose(order, LARGER, now), now)
    pay(order, now)
    row = propose(order, Change(LARGER.spec, 200), now)
    amend(order, now)
    assert Requote.objects.get(pk=row.pk).state == RequoteState.WITHDRAWN


def test_price_of_a_line_goes_with_it(order: Order, now: datetime) -> None:
    row = propose(order, LARGER, now)
    cancellations.cancel(order_id=order.pk, line_ids=[row.line_id], reason="", actor=SYSTEM, now=now)
    assert orders.find_requote(read(order)) is None


def test_clock_leaves_an_order_alone_whose_proofs_are_not_all_approved(now: datetime) -> None:
    order = place(custom(now), custom(now), terms=PaymentTerms.ON_APPROVAL, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    approve(first_line(order), now)
    assert cancellations.cancel_unpaid(now=now + timedelta(days=60)) == 0


def test_rush_is_promised_from_the_payment_on(now: datetime) -> None:
    order = place(custom(now), terms=PaymentTerms.ON_APPROVAL, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    line = first_line(order)
    OrderLine.objects.filter(pk=line.pk).update(spec={**(line.spec or {}), "rush": True}, ship_by_date=now.date())
    approve(line, now)
    later = now + timedelta(days=7)
    assert promises.refund_missed(now=later) == 0
    transfers.record(order_id=order.pk, amount=balances.due_of(read(order)), reference="T", actor=SYSTEM, now=later)
    fulfilment.start(order_id=order.pk, now=later)
    day = first_line(order).ship_by_date
    assert day is not None
    assert day > later.date()


def test_last_line_that_waited_being_cancelled_asks_for_the_money(now: datetime) -> None:
    order = place(custom(now), custom(now), terms=PaymentTerms.ON_APPROVAL, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    first, second = order.lines.order_by("position")
    approve(first, now)
    cancellations.cancel(order_id=order.pk, line_ids=[second.pk], reason="", actor=SYSTEM, now=now)
    assert "payment_due" in mails()


def test_order_that_a_gift_card_covers_after_all_is_paid_by_it(now: datetime) -> None:
    wish = custom(now)
    quote = quotes.make(owner=GUEST, lines=[wish], country="GB", currency="USD", now=now)
    worth = Money(quote.total_minor - 100, "USD")
    card = giftcards.issue(gift=Gift(worth), key=uuid4(), actor=SYSTEM, now=now)
    order = place(wish, terms=PaymentTerms.ON_APPROVAL, now=now, gift_cards=card.code)
    fulfilment.start(order_id=order.pk, now=now)
    accept(propose(order, FEWER, now), now)
    assert read(order).paid_at is None
    approve(first_line(order), now)
    found = read(order)
    assert (found.paid_at, kept(order)) == (now, found.total_minor)
    with pytest.raises(sessions.AlreadyPaid):
        sessions.open(order_id=order.pk, now=now)


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(name="Brass & Co", billing_email="b@example.org", credit_limit_minor=10_000_000)


def by_invoice(business: Business, now: datetime) -> Order:
    owner = Owner(business_id=business.pk)
    order = place(custom(now, owner), custom(now, owner), terms=PaymentTerms.INVOICE, now=now, owner=owner)
    fulfilment.start(order_id=order.pk, now=now)
    return order


def run(now: datetime) -> None:
    """What workers do with the messages about confirmed orders."""
    for order in Order.objects.all():
        fulfilment.start(order_id=order.pk, now=now)


def test_invoice_is_issued_when_the_last_line_that_waited_is_cancelled(business: Business, now: datetime) -> None:
    from orders.services import payment_terms
    from pinshop.core.models import OutboxMessage

    order = by_invoice(business, now)
    first, second = order.lines.order_by("position")
    approve(first, now)
    OutboxMessage.objects.all().delete()
    cancellations.cancel(order_id=order.pk, line_ids=[second.pk], reason="", actor=SYSTEM, now=now)
    assert OutboxMessage.objects.filter(topic=payment_terms.CONFIRMED_TOPIC).exists()
    run(now)
    assert Invoice.objects.get().total_minor == balances.due_of(read(order)).amount_minor


def test_cost_of_cancelling_an_order_by_invoice_is_billed(business: Business, now: datetime) -> None:
    order = by_invoice(business, now)
    free, tenth = (CancellationStep(percent, charges_die=False, minimums={}) for percent in (0, 10))
    steps = {CancellationStage.BEFORE_APPROVAL: free, CancellationStage.APPROVED: tenth}
    Order.objects.update(cancellation=CancellationTerms(version="1", return_days=14, steps=steps).to_json())
    approve(first_line(order), now)
    cost = cancellation.find_cost_of_order(read(order))
    assert cost
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now, shown_cost=cost)
    run(now)
    assert (Invoice.objects.get().total_minor, balances.due_of(read(order))) == (cost.amount_minor, cost)
    transfers.record(order_id=order.pk, amount=cost, reference="T", actor=SYSTEM, now=now)
    assert not credit.get_open(business_id=business.pk, currency="USD")
    assert read(order).attention == ""


def test_transfer_of_less_leaves_the_rest_due(business: Business, variant: PinVariant, now: datetime) -> None:
    wish = Wish(quantity=2, variant_id=variant.pk)
    order = place(wish, terms=PaymentTerms.INVOICE, now=now, owner=Owner(business_id=business.pk))
    transfers.record(order_id=order.pk, amount=Money(100, "USD"), reference="B-1", actor=SYSTEM, now=now)
    found = read(order)
    assert (found.paid_at, found.attention, balances.due_of(found)) == (
        None,
        "Paid $1.00, but $29.00 was due.",
        Money(2800, "USD"),
    )
    assert credit.get_open(business_id=business.pk, currency="USD") == Money(2800, "USD")
    transfers.record(order_id=order.pk, amount=Money(2800, "USD"), reference="B-2", actor=SYSTEM, now=now)
    assert (read(order).paid_at, kept(order)) == (now, 2900)


def test_test_keys_order_puts_nothing_on_the_shelf(business: Business, variant: PinVariant, now: datetime) -> None:
    wish = Wish(quantity=1000, variant_id=variant.pk)
    order = place(wish, terms=PaymentTerms.INVOICE, now=now, owner=Owner(business_id=business.pk, live=False))
    fulfilment.start(order_id=order.pk, now=now)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert Stock.objects.get(variant=variant).on_hand == 10


@pytest.mark.django_db(transaction=True)
def test_two_versions_of_a_quote_placed_at_once_make_one_order(now: datetime) -> None:
    first = quotes.make(owner=GUEST, lines=[custom(now)], country="GB", currency="USD", now=now)
    todo = iter([first, quotes.renew(quote_id=first.pk, owner=GUEST, now=now)])

    def one() -> Order:
        quote = next(todo)
        return checkout.place_order(
            quote_id=quote.pk,
            shown_total=Money(quote.total_minor, "USD"),
            contact=Contact(email="ada@example.org", name="Ada"),
            address=Address.from_json(ADDRESS),
            owner=GUEST,
            actor=SYSTEM,
            key=str(quote.pk),
            now=now,
        )

    results = races.run(one, threads=2)
    assert sorted(type(each).__name__ for each in results) == ["Order", "QuoteOrdered"]
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_approval_waits_for_a_price_that_is_being_accepted(now: datetime) -> None:
    order = place(custom(now), custom(now), terms=PaymentTerms.NOW, now=now)
    pay(order, now)
    fulfilment.start(order_id=order.pk, now=now)
    row = propose(order, LARGER, now)
    other = OrderLine.objects.get(order=order, position=2)
    seen: list[Exception] = []

    def look() -> None:
        try:
            with transaction.atomic():
                approvals._refuse_while_price_is_open(approvals._lock(other.pk))
        except PriceOpen as refusal:
            seen.append(refusal)
        finally:
            connection.close()

    rival = threading.Thread(target=look)
    with transaction.atomic():
        accept(row, now)
        rival.start()
        rival.join(0.5)
        assert rival.is_alive()
    rival.join()
    assert [str(refusal)[:8] for refusal in seen] == ["Pay the "]
