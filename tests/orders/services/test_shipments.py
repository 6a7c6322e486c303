"""Parcels: announced, followed forward only, and lines with them."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import Webhook

from orders.models import OrderLine, Shipment, TrackingEvent
from orders.services import shipments
from orders.services.shipments import NotPacked, Tracking
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import NotFound
from pinshop.core.models import OutgoingMail
from pinshop.local.serving import Running, running
from tests.orders.factories import make_line, make_order
from tests.pinshop.local.receiver import Receiver, receiving

SECRET = "whsec_b2YgdGhlc2UgdGVzdHMgb25seQ=="
TOKEN = "token-of-these-tests"


@pytest.fixture
def line(db: None, now: datetime) -> OrderLine:
    """A packed ready-made line of a paid order."""
    return make_line(make_order(now=now, paid_at=now), kind="ready", state="packed")


def ship(line: OrderLine, now: datetime, *numbers: str, carrier: str = "Royal Mail") -> Shipment:
    return shipments.ship(line_ids=[line.pk], carrier=carrier, tracking_numbers=numbers, actor=SYSTEM, now=now)


def say(status: str, now: datetime, *, number: str = "RM1", event_id: str = "", carrier: str = "Royal Mail") -> bool:
    tracking = Tracking(carrier, event_id or f"{number}-{status}", number, status, now)
    return shipments.record_tracking(tracking=tracking, now=now)


def state(line: OrderLine) -> str:
    return OrderLine.objects.values_list("state", flat=True).get(pk=line.pk)


def test_line_with_a_tracking_number_is_shipped_once_and_the_customer_told(line: OrderLine, now: datetime) -> None:
    first = ship(line, now, "RM1")
    assert ship(line, now, "RM1").pk == first.pk
    assert (state(line), first.state, first.tracking_numbers) == ("shipped", "registered", ["RM1"])
    mail = OutgoingMail.objects.get()
    assert mail.subject == f"Order {line.order.number} is on its way"
    assert "RM1" in mail.text


def test_only_packed_lines_of_one_order_are_shipped(line: OrderLine, now: datetime) -> None:
    other = make_line(make_order(now=now), state="cured")
    with pytest.raises(NotPacked):
        ship(other, now, "RM1")
    with pytest.raises(NotFound):
        shipments.ship(line_ids=[line.pk, other.pk], carrier="x", actor=SYSTEM, now=now)
    assert Shipment.objects.count() == 0


def test_delivered_moves_lines_and_late_messages_change_nothing(line: OrderLine, now: datetime) -> None:
    ship(line, now, "RM1")
    assert say("delivered", now) is True
    assert say("delivered", now) is False
    assert say("in_transit", now) is False
    assert (state(line), Shipment.objects.get().state) == ("delivered", "delivered")
    assert TrackingEvent.objects.count() == 2
    assert OutgoingMail.objects.filter(subject=f"Order {line.order.number} was delivered").count() == 1


def test_consignment_of_two_parcels_is_delivered_with_the_second(line: OrderLine, now: datetime) -> None:
    ship(line, now, "RM1", "RM2")
    say("delivered", now, number="RM1")
    assert (state(line), Shipment.objects.get().state) == ("shipped", "in_transit")
    say("delivered", now, number="RM2")
    assert (state(line), Shipment.objects.get().state) == ("delivered", "delivered")


def test_message_that_came_before_its_parcel_counts_when_the_parcel_is_known(line: OrderLine, now: datetime) -> None:
    assert say("delivered", now) is False
    ship(line, now, "RM1")
    assert state(line) == "delivered"


def test_message_about_somebody_elses_parcel_is_kept_and_moves_nothing(line: OrderLine, now: datetime) -> None:
    ship(line, now, "RM1")
    assert say("delivered", now, number="RM9") is False
    assert say("delivered", now, carrier="another-carrier") is False
    assert (state(line), TrackingEvent.objects.count()) == ("shipped", 2)


@pytest.fixture
def carrier(tmp_path: Path, settings: Settings) -> Iterator[tuple[Running, Receiver]]:
    """The sample carrier, set as the shop's, telling a receiver."""
    options = ("--token", TOKEN, "--secret", SECRET, "--step-seconds", "0.1", "--retry-seconds", "0.1")
    with receiving() as receiver, running("carrier", *options, state=tmp_path) as server:
        settings.CARRIER_API_BASE = server.url
        settings.CARRIER_API_TOKEN = TOKEN
        settings.CARRIER_WEBHOOK_SECRET = SECRET
        settings.BASE_URL = receiver.url.removesuffix("/hook")
        yield server, receiver


@pytest.mark.django_db(transaction=True)
def test_parcel_is_announced_to_the_sample_carrier_and_its_messages_deliver_it(
    line: OrderLine, carrier: tuple[Running, Receiver], client: Client
) -> None:
    _, receiver = carrier
    shipment = ship(line, timezone.now(), carrier=shipments.SAMPLE_CARRIER)
    assert state(line) == "packed"
    outbox.drain(now=timezone.now() + timedelta(seconds=1))
    number = f"PS{shipment.pk.hex[:20].upper()}"
    current = Shipment.objects.get()
    assert (state(line), current.tracking_numbers) == ("shipped", [number])
    assert current.tracking_url.endswith(f"/track/{number}")
    for message in receiver.wait(lambda found: len(found) >= 3):
        assert message.path == "/hooks/carriers/sample/"
        for _ in range(2):
            assert post(client, message.body, message.headers) == 200
    assert (state(line), Shipment.objects.get().state, TrackingEvent.objects.count()) == ("delivered", "delivered", 3)


def post(client: Client, body: bytes, headers: dict[str, str]) -> int:
    signed = {name: value for name, value in headers.items() if name.startswith("webhook-")}
    response = client.post("/hooks/carriers/sample/", body, content_type="application/json", headers=signed)
    return response.status_code


@pytest.mark.django_db
def test_tracking_message_without_the_carriers_signature_is_refused(client: Client, settings: Settings) -> None:
    settings.CARRIER_WEBHOOK_SECRET = SECRET
    body = b'{"id": "evt_1", "type": "parcel.delivered", "at": "2026-11-23T10:00:00Z", "number": "RM1"}'
    at = timezone.now()
    good = {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("evt_1", at, body.decode()),
    }
    assert post(client, body, good) == 200
    assert post(client, body.replace(b"RM1", b"RM2"), good) == 400
    assert post(client, body, {}) == 400
    assert TrackingEvent.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "status", "stored"), [(0, 422, 0), (100, 200, 1), (101, 422, 0), (256, 422, 0)])
def test_tracking_message_with_an_id_too_long_to_keep_is_refused_and_not_cut(
    client: Client, settings: Settings, length: int, status: int, stored: int
) -> None:
    settings.CARRIER_WEBHOOK_SECRET = SECRET
    message = {"id": "e" * length, "type": "parcel.delivered", "at": "2026-11-23T10:00:00Z", "number": "RM1"}
    body, at = json.dumps(message).encode(), timezone.now()
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body.decode()),
    }
    assert post(client, body, headers) == status
    assert TrackingEvent.objects.count() == stored
