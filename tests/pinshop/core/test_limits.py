"""Limits: counted atomically, told in full, open when the counter is down."""

from datetime import UTC, datetime, timedelta

import pytest
import redis

from pinshop.core import limits
from pinshop.local import ports
from tests import races

AT = datetime(2026, 11, 23, 10, 0, 15, tzinfo=UTC)


def _take(name: str = "a", at: datetime = AT, limit: int = 3) -> limits.Allowance:
    return limits.take(name, limit=limit, window_seconds=60, now=at)


def test_limit_counts_down_and_then_refuses() -> None:
    assert [(a.remaining, a.allowed) for a in (_take() for _ in range(4))] == [
        (2, True),
        (1, True),
        (0, True),
        (0, False),
    ]
    assert _take("b").remaining == 2


def test_window_ends_at_its_time() -> None:
    for _ in range(4):
        _take()
    assert _take().reset_seconds == 45
    assert _take(at=AT + timedelta(seconds=44)).allowed is False
    assert _take(at=AT + timedelta(seconds=45)).remaining == 2


def test_threads_share_one_limit_exactly() -> None:
    results = races.run(lambda: [_take("many", limit=100).allowed for _ in range(20)])
    allowed = [each for result in results if isinstance(result, list) for each in result]
    assert (len(allowed), sum(allowed)) == (320, 100)


def test_counter_does_not_stay_for_ever() -> None:
    _take("short")
    client = limits._client()
    [key] = list(client.scan_iter("limit:short:*"))
    assert 0 < client.ttl(key) <= 120


def test_outage_of_the_counter_lets_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    down = redis.Redis(host="127.0.0.1", port=ports.find_free())
    monkeypatch.setattr(limits, "_client", lambda: down)
    assert _take(limit=1).allowed is True
