"""Deliveries: one signed POST to a real server, again for three days, harmless when late or repeated."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from pinshop.accounts.models import Business, User
from pinshop.core import http, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutboxMessage
from pinshop.local import ports
from pinshop.webhooks.models import Delivery, Endpoint, Event
from pinshop.webhooks.services import deliveries, endpoints, events
from tests import peers
from tests.peers import Peer

DAY = timedelta(days=1)


def _publish(business: Business, now: datetime, subject: str = "order:1", **data: Any) -> Event:
    event = events.publish(
        business_id=business.pk, live=True, type="order.updated", subject=subject, read=lambda: data, now=now
    )
    assert event is not None
    return event


def _drain_for(span: timedelta, start: datetime, time_at: Any) -> list[timedelta]:
    """Let time pass up to `start + span`, delivering what falls due; returns when, counted from `start`."""
    tried: list[timedelta] = []
    time_at(start)
    while message := OutboxMessage.objects.filter(state="pending", due_at__lte=start + span).order_by("due_at").first():
        at = max(message.due_at, start)
        time_at(at)
        outbox.deliver(message_id=message.pk, now=at)
        tried.append(at - start)
    return tried


def test_receiver_verifies_the_signature_and_reads_the_whole_state(
    business: Business, endpoint: Endpoint, peer: Peer
) -> None:
    now = timezone.now()
    event = _publish(business, now, number="P-2026-1", title="Füchse 🦊")
    assert outbox.drain(now=now) == 1
    [received] = peer.received
    assert (received.method, received.path, received.headers["content-type"]) == (
        "POST",
        "/hooks?shop=1",
        "application/json",
    )
    assert received.headers["webhook-id"] == str(event.pk)
    assert Webhook(endpoint.secret).verify(received.body, received.headers) == {
        "type": "order.updated",
        "timestamp": now.isoformat(),
        "id": str(event.pk),
        "sequence": 1,
        "live": True,
        "data": {"number": "P-2026-1", "title": "Füchse 🦊"},
    }
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status, delivery.next_try_at) == (
        "delivered",
        1,
        200,
        None,
    )


def test_changed_body_or_other_secret_fails_verification(business: Business, endpoint: Endpoint, peer: Peer) -> None:
    _publish(business, timezone.now(), total=1)
    outbox.drain()
    [received] = peer.received
    other = endpoints.create(
        business_id=business.pk,
        live=False,
        url=endpoint.url,
        event_types=["order.updated"],
        actor=SYSTEM,
        now=timezone.now(),
    )
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(received.body.replace(b'"total":1', b'"total":9'), received.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other.secret).verify(received.body, received.headers)


def test_delivery_that_arrived_is_not_sent_by_a_late_worker(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime
) -> None:
    _publish(business, now)
    outbox.drain(now=now)
    deliveries.send(delivery_id=Delivery.objects.get().pk, attempt=2, now=now)
    assert len(peer.received) == 1


@pytest.mark.parametrize("code", [500, 503, 429, 404, 401, 302])
def test_refused_delivery_is_tried_again_with_the_same_id_and_body(
    code: int, business: Business, endpoint: Endpoint, peer: Peer, now: datetime, time_at: Any
) -> None:
    peer.replies = [peers.status(code, b"busy", Retry_After="900"), peers.status(204, b"")]
    _publish(business, now)
    assert _drain_for(DAY, now, time_at) == [timedelta(0), timedelta(seconds=5)]
    first, second = peer.received
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 2, 204)


def test_silent_receiver_is_tried_for_three_days_and_then_given_up(
    business: Business, now: datetime, time_at: Any
) -> None:
    url = f"http://127.0.0.1:{ports.find_free()}/"
    endpoints.create(business_id=business.pk, live=True, url=url, event_types=["order.updated"], actor=SYSTEM, now=now)
    _publish(business, now)
    tried = _drain_for(timedelta(days=10), now, time_at)
    assert [int(at.total_seconds()) for at in tried] == [0, 5, 305, 2105, 9305, 27305, 63305, 113705, 185705, 257705]
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status, delivery.next_try_at) == ("failed", 10, None, None)
    assert "ConnectError" in delivery.last_error
    assert OutboxMessage.objects.get().state == "dead"


def test_waiting_delivery_says_when_it_is_tried_next(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime, time_at: Any
) -> None:
    time_at(now)
    peer.replies = [peers.status(500, b"oops")]
    _publish(business, now)
    outbox.drain(now=now)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error, delivery.next_try_at) == (
        "pending",
        "answer 500: oops",
        now + timedelta(seconds=5),
    )


def test_gone_disables_the_endpoint_and_ends_what_waits(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime, time_at: Any
) -> None:
    peer.replies = [peers.status(500), peers.status(410)]
    _publish(business, now, "a")
    _publish(business, now, "b")
    _drain_for(DAY, now, time_at)
    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.disabled_reason) == (now, "It answered 410 Gone.")
    assert len(peer.received) == 2
    assert set(Delivery.objects.values_list("state", "last_error")) == {
        ("failed", "the endpoint is disabled"),
        ("failed", "the receiver wants no more events"),
    }
    _publish(business, now, "c")
    assert Delivery.objects.count() == 2


def test_address_that_turned_private_is_given_up_at_once(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime, settings: Any
) -> None:
    settings.OUTBOUND_PRIVATE_HOSTS = []
    _publish(business, now)
    outbox.drain(now=now)
    delivery = Delivery.objects.get()
    assert (delivery.state, peer.received) == ("failed", [])
    assert "private address" in delivery.last_error


def test_late_and_repeated_deliveries_do_no_harm_to_a_receiver_that_keeps_the_highest_sequence(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime, time_at: Any
) -> None:
    """The receiver of docs/api.md: known ids and older sequences are dropped."""
    peer.replies = [peers.status(500), peers.status(200)]
    for step in ("placed", "approved", "shipped"):
        _publish(business, now, number="P-1", state=step)
    _drain_for(DAY, now, time_at)
    for delivery in Delivery.objects.order_by("event__sequence"):
        assert deliveries.resend(delivery_id=delivery.pk, actor=SYSTEM, now=now) is True
    _drain_for(DAY, now, time_at)
    told = [json.loads(received.body) for received in peer.received]
    assert [each["sequence"] for each in told] == [1, 2, 3, 1, 1, 2, 3]
    kept: dict[str, Any] = {}
    for each in told[1:]:
        if each["sequence"] > kept.get("sequence", 0):
            kept = each
    assert kept["data"] == {"number": "P-1", "state": "shipped"}


def test_resent_delivery_starts_from_its_first_try(
    business: Business, endpoint: Endpoint, peer: Peer, now: datetime, time_at: Any
) -> None:
    peer.replies = [peers.status(500)]
    _publish(business, now)
    _drain_for(timedelta(days=10), now, time_at)
    delivery = Delivery.objects.get()
    assert delivery.state == "failed"
    peer.replies = [peers.status(200)]
    later = now + timedelta(days=10)
    assert deliveries.resend(delivery_id=delivery.pk, actor=SYSTEM, now=later) is True
    assert deliveries.resend(delivery_id=delivery.pk, actor=SYSTEM, now=later) is False
    _drain_for(DAY, later, time_at)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("delivered", 11)


def test_staff_send_a_delivery_again_from_the_admin(
    business: Business, endpoint: Endpoint, peer: Peer, admin_client: Any
) -> None:
    now = timezone.now()
    _publish(business, now)
    outbox.drain(now=now)
    page = admin_client.get("/admin/webhooks/delivery/")
    assert (page.status_code, endpoint.secret.encode() in page.content) == (200, False)
    delivery = Delivery.objects.get()
    admin_client.post("/admin/webhooks/delivery/", {"action": "send_again", "_selected_action": [str(delivery.pk)]})
    outbox.drain()
    assert len(peer.received) == 2
    assert User.objects.filter(is_staff=True).count() == 1


def test_secret_is_not_shown_to_staff(endpoint: Endpoint, admin_client: Any) -> None:
    page = admin_client.get(f"/admin/webhooks/endpoint/{endpoint.pk}/change/")
    assert (page.status_code, endpoint.secret.encode() in page.content) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_receiver_is_called(
    business: Business, endpoint: Endpoint, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import connection

    seen: list[bool] = []
    real = http.request

    def watched(*args: Any, **kwargs: Any) -> http.Answer:
        seen.append(connection.in_atomic_block)
        return real(*args, **kwargs)

    monkeypatch.setattr(http, "request", watched)
    _publish(business, now)
    outbox.drain(now=now)
    assert seen == [False]
