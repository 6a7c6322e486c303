"""A new price ships the new weight: by the order's own service and its own price steps, in every paper to the cent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalog.spec import PinSpec
from orders.enums import PaymentTerms
from orders.models import Order, OrderLine, Requote, ShippingOffer, ShippingRate, TaxRate
from orders.payments.models import CreditNote, Invoice, Refund
from orders.payments.selectors import balances
from orders.payments.services import credit_notes, invoices, repayments
from orders.services import cancellations, fulfilment, weights
from orders.services.requotes import Change
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money, format_money
from tests.orders.factories import SPEC
from tests.orders.services.test_payment_terms import custom, place
from tests.orders.services.test_requotes import accept, first_line, pay, propose, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]
HEAVY = Change(SPEC, 1000)  # 8.0 kg: beyond the last step of 5 kg, so that one full parcel is added
SMALL = Change(replace(SPEC, size_mm=19.05), 60)


@pytest.fixture(autouse=True)
def _no_rendering() -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    route = outbox._routes["designs.proof.render"]
    outbox._routes["designs.proof.render"] = outbox._Route(lambda _message: None, "render", 1, None)
    yield
    outbox._routes["designs.proof.render"] = route


def paid(now: datetime, lines: int = 1) -> Order:
    """100 pins a line, of 8 g each with card and clutches: $15.00 of shipping."""
    found = place(*[custom(now) for _ in range(lines)], terms=PaymentTerms.NOW, now=now)
    pay(found, now)
    fulfilment.start(order_id=found.pk, now=now)
    return read(found)


def taxed(percent: str, *, inclusive: bool) -> None:
    TaxRate.objects.create(
        country="GB",
        name="VAT",
        rate=Decimal(percent) / 100,
        inclusive=inclusive,
        unconfirmed=False,
        source="a test",
        valid_from=date(2020, 1, 1),
    )


def test_heavier_parcel_costs_what_its_weight_costs(now: datetime) -> None:
    order = paid(now)
    row = propose(order, HEAVY, now)
    assert (order.shipping_minor, row.quote.shipping_minor) == (1500, 3000)
    assert row.change_of("shipping_minor") == (Money(1500, "USD"), Money(3000, "USD"))
    accept(row, now)
    found = read(order)
    assert (found.shipping_minor, found.shipping["weight_g"]) == (3000, row.quote.shipping["weight_g"])
    assert found.difference_minor == row.quote.total_minor - order.total_minor
    pay(order, now)
    fulfilment.start(order_id=order.pk, now=now)
    own, more = Invoice.objects.order_by("number")
    assert (own.data["shipping"], more.data["shipping"]) == ("$15.00", "$15.00")
    assert own.total_minor + more.total_minor == found.total_minor


def test_lighter_parcel_gives_shipping_back(now: datetime) -> None:
    order = paid(now)
    row = accept(propose(order, SMALL, now), now)
    assert (order.shipping_minor, read(order).shipping_minor) == (1500, 500)
    assert Refund.objects.get().amount_minor == order.total_minor - row.quote.total_minor
    assert balances.get_balance(order=read(order)).surplus == Money(0, "USD")


def test_same_weight_costs_the_same_though_the_table_became_dearer(now: datetime) -> None:
    order = paid(now)
    ShippingRate.objects.update(price_minor=9900)
    ordered = PinSpec.from_json(first_line(order).spec)
    row = propose(order, Change(replace(ordered, colours=5), 100), now)
    assert (row.quote.shipping_minor, row.quote.shipping["weight_g"]) == (1500, order.shipping["weight_g"])
    assert propose(order, HEAVY, now).quote.shipping_minor == 3000


def test_service_that_has_ended_keeps_its_price_and_says_so(now: datetime) -> None:
    order = paid(now)
    ShippingOffer.objects.filter(zone_id="uk").delete()
    row = propose(order, HEAVY, now)
    assert (row.quote.shipping_minor, row.shipping_service_ended) == (1500, True)
    accept(row, now)
    assert read(order).shipping_minor == 1500


def test_what_was_cancelled_is_not_weighed(now: datetime) -> None:
    order = paid(now, lines=2)
    first, second = order.lines.order_by("position")
    cancellations.cancel(order_id=order.pk, line_ids=[second.pk], reason="", actor=SYSTEM, now=now)
    row = propose(order, SMALL, now)
    assert row.quote.shipping["weight_g"] < first.weight_g
    assert row.quote.shipping_minor == 500


def test_shipping_never_costs_less_than_what_of_it_went_back(now: datetime) -> None:
    order = paid(now)
    back = [repayments.of_shipping(Money(900, "USD"))]
    repayments.give_back(order_id=order.pk, parts=back, reason="", key="one", actor=SYSTEM, now=now)
    accept(propose(order, SMALL, now), now)
    balance = balances.get_balance(order=read(order))
    assert (read(order).shipping_minor, balance.left_of_shipping) == (900, Money(0, "USD"))
    assert balance.left == Money(balance.total_minor - 900, "USD")


@given(pieces=st.integers(1, 10_000), weight_g=st.integers(1, 10**6))
def test_unchanged_pins_weigh_what_they_did(pieces: int, weight_g: int) -> None:
    assert weights.of_changed(weight_g=weight_g, was=SPEC, pieces=pieces, spec=SPEC, quantity=pieces) == weight_g


@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    inclusive=st.booleans(),
    percent=st.sampled_from(["19", "7", "8.875", "0.1"]),
    lines=st.integers(1, 2),
    size=st.sampled_from([19.05, 25.4, 31.75, 50.8]),
    quantity=st.integers(50, 1200),
)
def test_papers_of_a_new_price_sum_to_the_order_with_its_tax(
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    inclusive: bool,  # noqa: FBT001 - drawn
    percent: str,
    lines: int,
    size: float,
    quantity: int,
) -> None:
    monkeypatch.setattr(invoices, "draw", lambda _data: b"%PDF")
    monkeypatch.setattr(credit_notes, "draw", lambda _data: b"%PDF")
    with transaction.atomic():
        taxed(percent, inclusive=inclusive)
        order = paid(now, lines=lines)
        row = accept(propose(order, Change(replace(SPEC, size_mm=size), quantity), now), now)
        _check_papers(order, row, now)
        transaction.set_rollback(True)


def _check_papers(order: Order, row: Requote, now: datetime) -> None:
    found = read(order)
    more = found.total_minor - order.total_minor
    taxes = [found.tax_minor - order.tax_minor, order.tax_minor]
    if more > 0:
        pay(order, now)
        fulfilment.start(order_id=order.pk, now=now)
    for refund in Refund.objects.filter(payment__order=order):
        Refund.objects.filter(pk=refund.pk).update(state="succeeded")
        credit_notes.issue(refund_id=refund.pk, now=now)
    found = read(order)
    billed = sum(Invoice.objects.values_list("total_minor", flat=True))
    credited = sum(CreditNote.objects.values_list("total_minor", flat=True))
    assert billed - credited == found.total_minor == row.quote.total_minor
    balance = balances.get_balance(order=found)
    assert balance.left.amount_minor == found.total_minor
    assert balance.surplus == Money(0, "USD")
    assert found.tax_minor == row.quote.tax_minor
    shares = OrderLine.objects.filter(order=order).values_list("tax_minor", flat=True)
    assert sum(shares) <= found.tax_minor
    own = Invoice.objects.get(requote=None)
    assert own.data["tax"] == format_money(taxes[1], "USD")
    if more > 0:
        assert Invoice.objects.get(requote=row).data["tax"] == format_money(taxes[0], "USD")
    if more < 0:
        assert CreditNote.objects.get().tax_minor == -taxes[0]
    assert first_line(order).quantity == row.quote.lines[0]["quantity"]
