"""Checks that the shop is alive and can do its work."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from kombu.exceptions import OperationalError

from pinshop.core import broker
from pinshop.core.models import QueueHeartbeat


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work; `problem` is empty where it does."""

    name: str
    problem: str


def beat(*, queue: str, now: datetime) -> None:
    """A worker of `queue` has just done a task."""
    QueueHeartbeat.objects.update_or_create(queue=queue, defaults={"beat_at": now})


def list_checks(*, now: datetime) -> list[Check]:
    """Database, broker, and that each queue is consumed."""
    try:
        beats = dict(QueueHeartbeat.objects.values_list("queue", "beat_at"))
        database = Check("database", "")
    except Error as error:
        connection.close()
        beats, database = {}, Check("database", f"no answer: {type(error).__name__}")
    checks = [database, _broker()]
    if database.problem:
        return checks + [Check(f"queue {queue}", "not known without the database") for queue in settings.QUEUES]
    late = timedelta(seconds=settings.HEARTBEAT_LATE_SECONDS)
    for queue in settings.QUEUES:
        last = beats.get(queue)
        problem = ""
        if last is None:
            problem = "no worker has taken a task yet"
        elif now - last > late:
            problem = f"no worker has taken a task for {int((now - last).total_seconds())} s"
        checks.append(Check(f"queue {queue}", problem))
    return checks


def _broker() -> Check:
    try:
        broker.ping()
    except (OperationalError, OSError) as error:
        return Check("broker", f"no answer: {error}")
    return Check("broker", "")
