"""A limit on how often something may be done: one atomic counter per window in Redis.

Counting with INCR leaves nothing between reading and writing, so many threads, processes and machines share one limit.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit: `remaining` of `limit` for the next `reset_seconds`."""

    limit: int
    window_seconds: int
    remaining: int
    reset_seconds: int
    allowed: bool


def take(name: str, *, limit: int, window_seconds: int, now: datetime) -> Allowance:
    """Use one of `limit` in the current window of `name`.

    Windows are fixed to the clock. Where Redis does not answer, the call is allowed: a limit is a courtesy between
    callers, and an outage of the counter must not become an outage of the shop.
    """
    seconds = int(now.timestamp())
    window, into = divmod(seconds, window_seconds)
    key = f"limit:{name}:{window}"
    try:
        with _client().pipeline(transaction=True) as both:
            both.incr(key)
            both.expire(key, window_seconds * 2)
            used = int(both.execute()[0])
    except redis.RedisError as error:
        logger.warning("no limit on %s, Redis does not answer: %s", name, error)
        used = 0
    return Allowance(limit, window_seconds, max(limit - used, 0), window_seconds - into, used <= limit)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)
