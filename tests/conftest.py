"""Fixtures that every test may use."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.plugins.worker", "tests.plugins.shop"]


@pytest.fixture
def now() -> datetime:
    """A fixed moment: Monday 23 November 2026, 10:00 UTC."""
    return datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """No test sees what another left in the cache."""
    yield
    cache.clear()
