"""The ship-by date is a promise: shown before paying, and paid for where it is missed."""

from datetime import date, datetime, timedelta

import pytest

from catalog.models import PinVariant
from orders.enums import LineKind
from orders.models import OrderLine, Shipment
from orders.quoted import Wish
from orders.selectors import orders
from orders.selectors import quotes as quote_rows
from orders.services import promises, quotes
from pinshop.core.models import AuditEntry
from tests.orders.books import make_paid_order, refunded
from tests.orders.factories import GUEST, PRICE, SPEC, make_design, make_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
RUSHED = {**SPEC.to_json(), "rush": True}
RUSH_PRICE = {
    **PRICE,
    "items": [
        {"code": "pins", "label": "Pins", "quantity": 100, "unit_minor": 75, "amount_minor": 7500},
        {"code": "rush", "label": "Rush production", "quantity": 1, "unit_minor": 2000, "amount_minor": 2000},
    ],
}
NOTE = "Sleepy fox did not leave by 23 November 2026 as promised, so its rush fee of $20.00 comes back."


@pytest.fixture
def line(now: datetime) -> OrderLine:
    """A rushed line in production that is to leave today, for $95.00 with $20.00 of it for the rush."""
    return late_line(now)


def late_line(now: datetime, **fields: object) -> OrderLine:
    return make_line(
        make_paid_order(now=now),
        **{"state": "filled", "spec": RUSHED, "price": RUSH_PRICE, "ship_by_date": now.date(), **fields},
    )


def test_rush_fee_comes_back_by_itself_once_the_day_is_over(line: OrderLine, now: datetime) -> None:
    assert promises.refund_missed(now=now.replace(hour=23, minute=59)) == 0
    after = now.replace(hour=0) + timedelta(days=1)
    assert [promises.refund_missed(now=after) for _ in range(3)] == [1, 0, 0]
    assert refunded(line.order) == [(2000, NOTE)]
    assert [moment.text for moment in orders.list_timeline(line.order)] == [NOTE]
    assert AuditEntry.objects.filter(action="line.late").count() == 1


def test_fee_comes_back_with_its_share_of_discount_and_tax(now: datetime) -> None:
    """$95.00 less 10 %, with 20 % tax on top: 9500 - 950 + 1710 = 10260, of which 20/95 are for the rush."""
    line = late_line(now, discount_minor=950, tax_minor=1710)
    assert promises.rush_fee_of(line).amount_minor == 2160


@pytest.mark.parametrize(
    "fields",
    [
        {"spec": SPEC.to_json()},
        {"state": "proofing"},
        {"state": "awaiting_approval"},
        {"state": "cancelled"},
        {"state": "shipped"},
        {"state": "delivered"},
    ],
    ids=lambda fields: next(iter(fields.values())) if "state" in fields else "not rushed",
)
def test_other_lines_keep_their_price(now: datetime, fields: dict[str, object]) -> None:
    line = late_line(now, **fields)
    assert promises.refund_missed(now=now + timedelta(days=9)) == 0
    assert refunded(line.order) == []


def test_line_that_left_too_late_was_late_also_where_the_clock_looks_later(now: datetime) -> None:
    for days, missed in ((0, 0), (1, 1)):
        line = late_line(now, state="shipped")
        parcel = Shipment.objects.create(
            order=line.order, carrier="dhl", tracking_numbers=["1"], created_at=now + timedelta(days=days)
        )
        OrderLine.objects.filter(pk=line.pk).update(shipment=parcel)
        assert promises.refund_missed(now=now + timedelta(days=5)) == missed


def test_line_whose_fee_went_back_already_gets_nothing_twice(line: OrderLine, now: datetime) -> None:
    after = now + timedelta(days=1)
    promises.refund_missed(now=after)
    OrderLine.objects.update(missed_at=None)
    promises.refund_missed(now=after)
    assert refunded(line.order) == [(2000, NOTE)]


def test_dates_are_those_that_the_order_keeps_and_take_no_query_per_line(
    now: datetime, variant: PinVariant, destinations: None, django_assert_max_num_queries: object
) -> None:
    design = make_design(now=now)
    wishes = [Wish(quantity=100, design_id=design.pk, spec=SPEC), Wish(quantity=1, variant_id=variant.pk)]
    quote = quotes.make(owner=GUEST, lines=wishes, country="GB", currency="USD", now=now)
    lines = quote_rows.lines_of(quote)
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # of pytest-django
        dates = promises.list_ship_dates(lines=lines * 15, start=now.date())
    assert dates[:2] == dates[2:4]
    assert dates[1] == date(2026, 11, 25)
    assert dates[0] > dates[1]
    assert [line.kind for line in lines] == [LineKind.CUSTOM, LineKind.READY]
