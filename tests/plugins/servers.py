"""Gives every test run a PostgreSQL and a Valkey of its own, unless DATABASE_URL and REDIS_URL name others.

Loaded by `-p` before pytest-django reads the settings, so that these find the addresses in the environment. The
servers belong to the process that was started; pytest-xdist's workers inherit the environment.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pinshop.local import postgres, valkey

_stops: list[Callable[[], None]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start what is not there yet."""
    if "PYTEST_XDIST_WORKER" in os.environ or os.environ.get("PINSHOP_TEST_SERVERS") == "running":
        return
    atexit.register(_stop_all)  # also where pytest ends before it has configured anything
    base = Path(__file__).resolve().parents[2] / "var" / "test"
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="servers-", dir=base))
    folder.chmod(0o755)
    _stops.append(lambda: shutil.rmtree(folder, ignore_errors=True))
    if "DATABASE_URL" not in os.environ:
        database = postgres.start(folder / "postgres", durable=False)
        _stops.append(database.stop)
        os.environ["DATABASE_URL"] = database.url
    if "REDIS_URL" not in os.environ:
        broker = valkey.start(folder / "valkey", durable=False)
        _stops.append(broker.stop)
        os.environ["REDIS_URL"] = broker.url
    if "FILES_ROOT" not in os.environ:
        os.environ["FILES_ROOT"] = str(folder / "files")
    os.environ["PINSHOP_TEST_SERVERS"] = "running"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop what this process started."""
    _stop_all()


def _stop_all() -> None:
    while _stops:
        _stops.pop()()
