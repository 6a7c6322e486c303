"""A real Celery worker process on the test database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from pinshop.core.models import QueueHeartbeat

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass
class Worker:
    """A running worker of all queues; `log` is what it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    def pool_pids(self) -> list[int]:
        """The processes that do the work."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def wait_for(self, condition: Callable[[], bool], *, what: str, seconds: float = 30) -> None:
        """Return as soon as the condition holds; fail with the worker's log where it never does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            time.sleep(0.05)
        pytest.fail(f"{what} did not happen within {seconds} s; the worker printed:\n{self.log.read_text()[-4000:]}")


def start(
    log: Path,
    *,
    queues: str = "render,default,outbound",
    concurrency: int = 1,
    app: str = "pinshop.celery",
    **extra: str,
) -> Worker:
    """Start a worker on this test's database and broker and wait until it consumes."""
    environment = {**os.environ, **extra, "DATABASE_URL": _test_database_url(), "PINSHOP_REDIS_FIXED": "yes"}
    environment |= {"REDIS_URL": settings.REDIS_URL, "FILES_ROOT": str(settings.FILES_ROOT), "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "pinshop.settings.test"
    for inherited in ("PYTEST_XDIST_WORKER", "COVERAGE_PROCESS_START"):
        environment.pop(inherited, None)
    command = [sys.executable, "-m", "celery", "-A", app, "worker", "--queues", queues]
    command += ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle", "--hostname", "tests@%h"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    worker = Worker(process, log)
    names = queues.split(",")
    try:
        worker.wait_for(
            lambda: QueueHeartbeat.objects.filter(queue__in=names).count() == len(names),
            what="the worker's first heartbeat",
            seconds=START_SECONDS,
        )
    except pytest.fail.Exception:
        stop(worker)  # else it would go on working in the database of the tests that follow
        raise
    return worker


def stop(worker: Worker) -> None:
    """Ask it to finish, then make it."""
    worker.process.send_signal(signal.SIGTERM)
    try:
        worker.process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(worker.process.pid, signal.SIGKILL)
        worker.process.wait()


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A worker of all queues; the test's transactions are real."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    running = start(tmp_path / "worker.log")
    yield running
    stop(running)


def _test_database_url() -> str:
    base = os.environ["DATABASE_URL"].rpartition("/")[0]
    return f"{base}/{connection.settings_dict['NAME']}"
