"""The outbox: what a transaction decided and somebody must still do, delivered at least once.

A service calls `enqueue` inside its transaction. After the commit a worker of the topic's queue claims the row, runs the
handler outside any transaction and marks it done. Whatever is missed (a crash between commit and kick, a broker that is
down, a worker that dies) is found by the relay, because the row is still open.
"""

import logging
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from pinshop.core import broker
from pinshop.core.models import OutboxMessage

logger = logging.getLogger(__name__)

LEASE = timedelta(
    minutes=5
)  # above the hard time limit of a task (CELERY_TASK_TIME_LIMIT), below the visibility timeout
MAX_ATTEMPTS = 12  # 10 s x 2^n: the twelfth try comes about 5.7 hours after the first
FIRST_RETRY_SECONDS = 10
LONGEST_WAIT = timedelta(days=1)  # whatever the other side asks for: a Retry-After of a year must not lose a message
DELIVER_TASK = "core.deliver"

Handler = Callable[["Message"], None]


class RetryLater(Exception):
    """The other side is down or busy: try again after the backoff, or after `seconds` where it said so."""

    def __init__(self, reason: str, *, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class GiveUp(Exception):
    """The other side refused for good: trying again cannot help."""


class UnknownTopic(LookupError):
    """Nobody handles this topic."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a handler gets. `id` is the idempotency key to hand on to the other side; `attempt` counts from 1."""

    id: UUID
    topic: str
    payload: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class _Route:
    handler: Handler
    queue: str
    max_attempts: int
    on_dead: Handler | None


_routes: dict[str, _Route] = {}


def handles(
    topic: str, *, queue: str = "default", max_attempts: int = MAX_ATTEMPTS, on_dead: Handler | None = None
) -> Callable[[Handler], Handler]:
    """Register the one handler of a topic (in a tasks.py). `on_dead` runs when a message is given up."""

    def register(handler: Handler) -> Handler:
        if topic in _routes and _routes[topic].handler.__qualname__ != handler.__qualname__:
            msg = f"topic {topic} has two handlers"
            raise ValueError(msg)
        _routes[topic] = _Route(handler, queue, max_attempts, on_dead)
        return handler

    return register


def enqueue(
    topic: str,
    *,
    payload: Mapping[str, Any] | None = None,
    key: str | None = None,
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Write one message in the caller's transaction; it is delivered after the commit, or at `due_at`.

    With `key`, the same topic and key is written once for ever, however often this is called.
    Raises UnknownTopic where no handler is registered.
    """
    if topic not in _routes:
        raise UnknownTopic(topic)
    at = now or timezone.now()
    message = OutboxMessage(
        topic=topic,
        queue=_routes[topic].queue,
        dedupe_key=key,
        payload=dict(payload or {}),
        due_at=due_at or at,
        created_at=at,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", ""))[:64],
    )
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    if message.due_at <= at:

        def kick() -> None:
            broker.send(DELIVER_TASK, queue=message.queue, message_id=str(message.id))

        transaction.on_commit(kick, robust=True)


def relay(*, now: datetime, limit: int = 200) -> int:
    """Send every open message that is due (again) to its queue; returns how many.

    A row that was sent but not yet claimed is sent again: the claim in `deliver` lets one worker through. Rows whose
    lease has run out belong to a worker that died; they count as open.
    """
    with transaction.atomic():
        rows = list(
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(_claimable(now), due_at__lte=now)
            .order_by("due_at")
            .values_list("id", "queue")[:limit]
        )
        # Not again for a while: the queue may simply be long.
        OutboxMessage.objects.filter(id__in=[row[0] for row in rows]).update(due_at=now + timedelta(seconds=30))
    for message_id, queue in rows:
        broker.send(DELIVER_TASK, queue=queue, message_id=str(message_id))
    return len(rows)


def deliver(*, message_id: UUID, now: datetime, abandoned: bool = False) -> bool:
    """Claim one message and run its handler. False where it is done, dead or held by another worker.

    The claim counts the attempt before the handler runs, so that a message which kills its worker cannot loop for ever.
    `abandoned` says that the worker which held the message is known to be dead: its lease need not run out first.
    """
    claimable = _claimable(now) | Q(state=OutboxMessage.State.LEASED) if abandoned else _claimable(now)
    claimed = OutboxMessage.objects.filter(claimable, id=message_id).update(
        state=OutboxMessage.State.LEASED, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    row = OutboxMessage.objects.get(id=message_id)
    message = Message(id=row.id, topic=row.topic, payload=row.payload, attempt=row.attempts)
    route = _routes.get(row.topic)
    if route is None:
        _bury(row, None, message, f"nobody handles {row.topic}")
        return True
    if row.attempts > route.max_attempts:
        _bury(row, route, message, row.last_error or "its worker died each time")
        return True
    with structlog.contextvars.bound_contextvars(request_id=row.request_id, topic=row.topic, message=str(row.id)):
        _run(row, route, message, now)
    return True


def drain(*, now: datetime | None = None, limit: int = 1000) -> int:
    """Deliver everything that is due, here and now, in order; for commands and tests. Returns how many ran."""
    done = 0
    while done < limit:
        at = now or timezone.now()
        due = OutboxMessage.objects.filter(_claimable(at), due_at__lte=at)
        ids = list(due.order_by("created_at").values_list("id", flat=True)[:1])
        if not ids:
            break
        deliver(message_id=ids[0], now=at)
        done += 1
    return done


def revive(*, message_id: UUID, now: datetime) -> bool:
    """Give a dead message a new life (from the admin). False where it is not dead."""
    return bool(
        OutboxMessage.objects.filter(id=message_id, state=OutboxMessage.State.DEAD).update(
            state=OutboxMessage.State.PENDING, attempts=0, due_at=now, lease_until=None
        )
    )


def sweep_done(*, before: datetime) -> int:
    """Delete messages that were done before a moment; returns how many."""
    return OutboxMessage.objects.filter(state=OutboxMessage.State.DONE, done_at__lt=before).delete()[0]


def _claimable(now: datetime) -> Q:
    return Q(state=OutboxMessage.State.PENDING) | Q(state=OutboxMessage.State.LEASED, lease_until__lte=now)


def _run(row: OutboxMessage, route: _Route, message: Message, now: datetime) -> None:
    if connection.in_atomic_block and not _in_test_transaction():
        msg = "outbox handlers run outside transactions"
        raise RuntimeError(msg)
    try:
        route.handler(message)
    except GiveUp as error:
        _bury(row, route, message, str(error))
    except Exception as error:
        logger.warning(
            "outbox %s failed (attempt %s): %s",
            row.topic,
            row.attempts,
            error,
            exc_info=not isinstance(error, RetryLater),
        )
        if row.attempts >= route.max_attempts:
            _bury(row, route, message, repr(error))
        else:
            _postpone(row, error, now)
    else:
        _finish(row, state=OutboxMessage.State.DONE, done_at=timezone.now(), last_error="")


def _in_test_transaction() -> bool:
    """TestCase-style tests wrap everything in a transaction of their own; Django marks such blocks."""
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def _postpone(row: OutboxMessage, error: Exception, now: datetime) -> None:
    asked = error.seconds if isinstance(error, RetryLater) else None
    backoff = FIRST_RETRY_SECONDS * 2 ** (row.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, no secret
    _finish(
        row,
        state=OutboxMessage.State.PENDING,
        due_at=max(now, timezone.now()) + min(timedelta(seconds=asked if asked is not None else backoff), LONGEST_WAIT),
        last_error=repr(error)[:2000],
    )


def _bury(row: OutboxMessage, route: _Route | None, message: Message, reason: str) -> None:
    logger.error("outbox %s %s is dead: %s", row.topic, row.id, reason)
    if _finish(row, state=OutboxMessage.State.DEAD, last_error=reason[:2000]) and route and route.on_dead:
        route.on_dead(message)


def _finish(row: OutboxMessage, **changes: Any) -> bool:
    """Write the result by condition: only the lease of this attempt may, so a late worker changes nothing."""
    return bool(
        OutboxMessage.objects.filter(id=row.id, state=OutboxMessage.State.LEASED, attempts=row.attempts).update(
            lease_until=None, **changes
        )
    )
