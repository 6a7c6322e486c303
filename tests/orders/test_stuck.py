"""What waits on whom: every kind of wait with its age, oldest first, at the same few queries."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from catalog.models import PinVariant
from orders.claims.models import Claim, GoodsReturn
from orders.enums import LineKind
from orders.manufacturing.models import Manufacturer, ProductionOrder
from orders.models import Order, OrderLine, Shipment, TrackingEvent
from orders.selectors import stuck
from pinshop.accounts.enums import StaffGroup
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from tests.orders.admin.test_orders import staff
from tests.orders.factories import make_line, make_order, make_variant
from tests.orders.services.test_waiting import make_proof

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
HASH = sha256(b"tech pack").hexdigest()
QUERIES = 7
SetClock = Callable[[datetime], None]


@pytest.fixture
def manufacturer(now: datetime) -> Manufacturer:
    return Manufacturer.objects.create(
        name="Enamel Works", kind="email", processes=[], contact_email="works@example.org", created_at=now
    )


def produce(line: OrderLine, manufacturer: Manufacturer, state: str, at: datetime, **fields: Any) -> ProductionOrder:
    return ProductionOrder.objects.create(
        **{
            "number": f"PO-{uuid4().hex[:8]}",
            "line": line,
            "manufacturer": manufacturer,
            "state": state,
            "quantity": 100,
            "proof_id": uuid4(),
            "proof_hash": HASH,
            "die_lines_sha256": HASH,
            "tech_pack_sha256": HASH,
            "created_at": at,
            "updated_at": at,
            **fields,
        }
    )


def proofed(line: OrderLine, at: datetime, **state: Any) -> OrderLine:
    proof = make_proof(line, sent_at=at)
    type(proof).objects.filter(pk=proof.pk).update(**state)
    OrderLine.objects.filter(pk=line.pk).update(proof=proof)
    return line


def everything(now: datetime, manufacturer: Manufacturer) -> dict[str, tuple[str, str, int]]:
    """One order for each kind of wait, placed so many hours ago; returns what is expected, by the order's number."""
    expected: dict[str, tuple[str, str, int]] = {}

    def order(hours: int, who: str, what: str, **fields: Any) -> Order:
        found = make_order(now=now - timedelta(hours=hours), **{"paid_at": now - timedelta(hours=hours), **fields})
        expected[found.number] = (who, what, hours)
        return found

    def at(hours: int) -> datetime:
        return now - timedelta(hours=hours)

    shelved = PinVariant.objects.first() or make_variant(now=now)
    unpaid = order(3, "customer", "pay", paid_at=None)
    make_line(unpaid)
    make_line(unpaid)
    proofed(make_line(order(200, "customer", "decide on the proof"), state="awaiting_approval"), at(200))
    proofed(make_line(order(5, "staff", "check the proof"), state="proofing"), at(5), state="staff_check")
    proofed(make_line(order(6, "staff", "draw the next revision"), state="proofing"), at(6), state="changes_requested")
    proofed(
        make_line(order(7, "machines", "render the proof"), state="proofing"),
        at(7),
        state="rendering",
        proof_hash=None,
        rendered_at=None,
    )
    make_line(order(8, "machines", "begin the work"), state="placed")
    make_line(order(9, "staff", "pack"), kind=LineKind.READY, state="picking", variant=shelved)
    make_line(order(10, "staff", "ship"), state="packed")
    make_line(order(11, "staff", "release the line"), state="struck", on_hold=True)
    make_line(order(12, "staff", "find a manufacturer"), state="approved")
    produce(
        make_line(order(13, "machines", "send it to the manufacturer"), state="approved"),
        manufacturer,
        "created",
        at(13),
    )
    produce(make_line(order(14, "manufacturer", "accept"), state="handed_over"), manufacturer, "submitted", at(14))
    produce(
        make_line(order(15, "manufacturer", "report the next stage"), state="plated"), manufacturer, "plated", at(15)
    )
    produce(
        make_line(order(16, "staff", "solve a problem in production"), state="packed"),
        manufacturer,
        "packed",
        at(16),
        problem="90 of 100 packed.",
    )
    for hours, state, who, what in (
        (17, "created", "machines", "announce the parcel"),
        (18, "registered", "carrier", "collect the parcel"),
    ):
        shipment = Shipment.objects.create(
            order=order(hours, who, what), carrier="Post", state=state, created_at=at(hours)
        )
        make_line(shipment.order, state="shipped", shipment=shipment)
    parcel = Shipment.objects.create(
        order=order(19, "carrier", "deliver"), carrier="Post", state="in_transit", created_at=at(40)
    )
    TrackingEvent.objects.create(
        carrier="Post",
        event_id=uuid4().hex,
        shipment=parcel,
        tracking_number="1",
        status="",
        happened_at=at(19),
        received_at=at(19),
    )
    claimed = make_line(order(21, "staff", "decide a claim"), state="delivered")
    Claim.objects.create(line=claimed, kind="damaged", pieces=1, text="Bent.", opened_at=at(21))
    returned = make_line(order(22, "customer", "send pins back"), state="delivered")
    GoodsReturn.objects.create(line=returned, pieces=1, asked_at=at(22))
    business = Business.objects.create(name="Northwind", billing_email="books@example.com")
    owed = {
        "confirmed_at": at(23),
        "payment_terms": "invoice",
        "owner": Owner(business_id=business.pk),
        "paid_at": None,
    }
    make_line(order(23, "customer", "pay the invoice", **owed), state="delivered")
    later = {"confirmed_at": at(24), "payment_terms": "on_approval", "paid_at": None}
    unpaid_yet = make_line(order(24, "customer", "pay", **later), state="approved")
    OrderLine.objects.filter(pk=unpaid_yet.pk).update(updated_at=at(24))
    looked = order(20, "staff", "look at the order", attention="Paid twice: give $5.00 back.")
    audit.record(subject=looked, action="order.paid", actor=SYSTEM, now=at(20))
    make_line(looked)
    return expected


def ended(now: datetime) -> None:
    """What waits on nobody: delivered, cancelled, and what a test key ordered."""
    make_line(make_order(now=now, paid_at=now), state="delivered")
    make_line(make_order(now=now), state="cancelled")


def test_every_kind_of_wait_is_listed_with_its_age_oldest_first(now: datetime, manufacturer: Manufacturer) -> None:
    expected = everything(now, manufacturer)
    ended(now)
    waits = stuck.list_waits(now=now)
    found = {
        wait.number: (wait.reason.who.value, wait.reason.what, round(wait.age(now) / timedelta(hours=1)))
        for wait in waits
    }
    assert found == expected
    assert len(waits) == len(expected)
    assert waits == sorted(waits, key=lambda wait: wait.since)
    assert {wait.reason for wait in waits} == {each for each in vars(stuck).values() if isinstance(each, stuck.Reason)}
    late = {wait.reason.what for wait in waits if wait.is_late(now)}
    assert {"decide on the proof", "render the proof", "look at the order"} <= late
    assert not late & {"pay", "check the proof", "accept", "deliver"}


@pytest.mark.parametrize("times", [1, 5])
def test_it_takes_the_same_queries_for_one_and_for_many(
    now: datetime, manufacturer: Manufacturer, times: int, django_assert_num_queries: Any
) -> None:
    for _ in range(times):
        everything(now, manufacturer)
    with django_assert_num_queries(QUERIES):
        assert len(stuck.list_waits(now=now)) == 22 * times


def test_command_prints_what_is_late_and_all_of_it_when_asked(
    now: datetime, manufacturer: Manufacturer, time_at: SetClock
) -> None:
    everything(now, manufacturer)
    time_at(now)
    late, whole = StringIO(), StringIO()
    call_command("stuck_orders", stdout=late)
    call_command("stuck_orders", "--all", stdout=whole)
    lines = late.getvalue().splitlines()
    assert lines[0].split()[:2] == ["1", "week"]
    assert "Customers to decide on the proof" in lines[0]
    assert lines[0].endswith("Sleepy fox")
    assert "Customers to pay" not in late.getvalue()
    assert whole.getvalue().splitlines()[-1] == "22 waits"


def test_page_is_for_staff_who_see_orders(now: datetime, manufacturer: Manufacturer, client: Client) -> None:
    everything(now, manufacturer)
    page = reverse("admin:orders_order_waits")
    html = staff(StaffGroup.ORDERS).get(page).content.decode()
    assert "To decide on the proof" in html
    assert "90 of 100 packed." in html
    assert client.get(page).status_code == 302
    assert staff().get(page).status_code == 403
    assert "What waits on whom" in staff(StaffGroup.PROOFING).get(reverse("admin:index")).content.decode()
