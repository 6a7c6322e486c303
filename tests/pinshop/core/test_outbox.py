"""The outbox delivers at least once, never two at a time, and gives up in sight."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from pinshop.core import outbox
from pinshop.core.models import OutboxMessage

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


def _race(message_id: UUID, at: datetime, threads: int = 16) -> int:
    barrier = threading.Barrier(threads)

    def run() -> None:
        barrier.wait()
        try:
            outbox.deliver(message_id=message_id, now=at)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
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
    outbox.enqueue("tests.topic", now=now)
    assert _race(_only().id, now) > 1
