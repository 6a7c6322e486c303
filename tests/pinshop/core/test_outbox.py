"""The outbox delivers at least once, never two at a time, and gives up in sight."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from django.db import transaction
from django.utils import timezone

from pinshop.core import outbox
from pinshop.core.models import OutboxMessage
from tests import races

seen: list[outbox.Message] = []
buried: list[outbox.Message] = []
answer: list[Exception] = []


def _handle(message: outbox.Message) -> None:
    seen.append(message)
    if answer:
        raise answer[0]


@pytest.fixture(autouse=True)
def _topic() -> Iterator[None]:
    outbox.handles("tests.topic", queue="default", max_attempts=3, on_dead=buried.append)(_handle)
    for calls in (seen, buried, answer):
        calls.clear()
    yield
    outbox._routes.pop("tests.topic")


def _only() -> OutboxMessage:
    return OutboxMessage.objects.get(topic="tests.topic")


@pytest.mark.django_db(transaction=True)
def test_message_is_delivered_once_and_marked_done(now: datetime) -> None:
    outbox.enqueue("tests.topic", payload={"a": 1}, now=now)
    message_id = _only().id
    assert outbox.deliver(message_id=message_id, now=now) is True
    assert outbox.deliver(message_id=message_id, now=now) is False
    assert [(m.payload, m.attempt) for m in seen] == [({"a": 1}, 1)]
    assert _only().state == "done"


@pytest.mark.django_db(transaction=True)
def test_same_key_is_written_once(now: datetime) -> None:
    for _ in range(2):
        outbox.enqueue("tests.topic", key="order-1", now=now)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_message_of_a_rolled_back_transaction_is_gone(now: datetime) -> None:
    with transaction.atomic():
        outbox.enqueue("tests.topic", now=now)
        transaction.set_rollback(True)
    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_failed_message_is_tried_again_and_then_buried(now: datetime) -> None:
    answer.append(outbox.RetryLater("busy"))
    outbox.enqueue("tests.topic", now=now)
    message_id = _only().id
    at = timezone.now()
    for attempt in (1, 2, 3):
        assert outbox.deliver(message_id=message_id, now=at) is True
        assert _only().attempts == attempt
        at = _only().due_at + timedelta(seconds=1)
    assert _only().state == "dead"
    assert "busy" in _only().last_error
    assert [m.attempt for m in buried] == [3]
    assert outbox.revive(message_id=message_id, now=at) is True
    answer.clear()
    assert outbox.deliver(message_id=message_id, now=at) is True
    assert _only().state == "done"


@pytest.mark.django_db(transaction=True)
def test_refused_message_is_buried_at_once(now: datetime) -> None:
    answer.append(outbox.GiveUp("no such factory"))
    outbox.enqueue("tests.topic", now=now)
    outbox.deliver(message_id=_only().id, now=now)
    assert (_only().state, _only().last_error) == ("dead", "no such factory")


@pytest.mark.django_db(transaction=True)
def test_message_of_a_dead_worker_is_taken_over_after_its_lease(now: datetime) -> None:
    outbox.enqueue("tests.topic", now=now)
    OutboxMessage.objects.update(state="leased", attempts=1, lease_until=now + outbox.LEASE)
    message_id = _only().id
    assert outbox.deliver(message_id=message_id, now=now + outbox.LEASE - timedelta(seconds=1)) is False
    assert outbox.deliver(message_id=message_id, now=now + outbox.LEASE) is True
    assert [m.attempt for m in seen] == [2]


@pytest.mark.django_db(transaction=True)
def test_message_that_kills_its_workers_ends_dead_without_running(now: datetime) -> None:
    outbox.enqueue("tests.topic", now=now)
    OutboxMessage.objects.update(state="leased", attempts=3, lease_until=now)
    outbox.deliver(message_id=_only().id, now=now)
    assert seen == []
    assert _only().state == "dead"


@pytest.mark.django_db(transaction=True)
def test_relay_finds_what_was_never_kicked(now: datetime) -> None:
    outbox.enqueue("tests.topic", due_at=now + timedelta(hours=1), now=now)
    assert outbox.relay(now=now) == 0
    assert outbox.relay(now=now + timedelta(hours=1)) == 1


def test_unknown_topic_is_refused() -> None:
    with pytest.raises(outbox.UnknownTopic):
        outbox.enqueue("tests.nobody")


def _race(message_id: UUID, at: datetime) -> int:
    races.run(lambda: outbox.deliver(message_id=message_id, now=at))
    return len(seen)


@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_run_one_message_once(now: datetime) -> None:
    outbox.enqueue("tests.topic", now=now)
    assert _race(_only().id, now) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_claims_condition_they_run_it_many_times(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition of the claim is what keeps the race out."""
    from django.db.models import Q

    monkeypatch.setattr(outbox, "_claimable", lambda _now: Q())
    outbox.handles("tests.topic", max_attempts=100)(_handle)  # each claim counts an attempt; none may be buried for it
    outbox.enqueue("tests.topic", now=now)
    assert _race(_only().id, now) > 1


@pytest.mark.django_db(transaction=True)
def test_failed_message_waits_also_when_the_clock_is_ahead(now: datetime) -> None:
    answer.append(outbox.RetryLater("busy"))
    ahead = timezone.now() + timedelta(days=1)
    outbox.enqueue("tests.topic", now=ahead)
    assert outbox.drain(now=ahead) == 1
    assert ahead + timedelta(seconds=8) <= _only().due_at <= ahead + timedelta(seconds=12)


def test_every_process_knows_the_topics_of_all_apps() -> None:
    """A web process that has not imported any tasks.py can still enqueue."""
    code = "import django; django.setup(); from pinshop.core import outbox; print(*sorted(outbox._routes))"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "core.mail.send" in ran.stdout.split()


@pytest.mark.django_db(transaction=True)
def test_request_id_follows_into_the_delivery_and_its_log(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    looking = replace(
        outbox._routes["tests.topic"], handler=lambda _: told.append(structlog.contextvars.get_contextvars())
    )
    monkeypatch.setitem(outbox._routes, "tests.topic", looking)
    with structlog.contextvars.bound_contextvars(request_id="req-1"):
        outbox.enqueue("tests.topic", now=now)
    assert _only().request_id == "req-1"
    outbox.drain(now=now)
    assert [(each["request_id"], each["topic"], each["message"]) for each in told] == [
        ("req-1", "tests.topic", str(_only().id))
    ]
    assert "request_id" not in structlog.contextvars.get_contextvars()
