"""Fixtures that every test may use."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

pytest_plugins = [f"tests.plugins.{name}" for name in ("engine", "seeded", "worker")]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--screenshots FOLDER` keeps a picture of every page that tests/e2e/test_pages.py looks at."""
    parser.addoption("--screenshots", type=Path, help="folder for a picture of every page")


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Monday 23 November 2026, 10:00 UTC."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """No test sees what another left in the cache."""
    yield
    cache.clear()


@pytest.fixture
def time_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set what `django.utils.timezone.now` says, for code at the edge that reads the clock itself."""

    def set_time(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_time
