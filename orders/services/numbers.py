"""Numbers that people read, one series a year."""

from datetime import datetime

from django.db import connection

_NEXT = """
INSERT INTO orders_counter (series, value) VALUES (%s, 1)
ON CONFLICT (series) DO UPDATE SET value = orders_counter.value + 1
RETURNING value
"""


def take(prefix: str, *, now: datetime) -> str:
    """The next number of the year, such as `PS-2026-000123`.

    The counter's row stays locked until the caller's transaction ends, and a rollback gives the number back: a series
    has no gaps and no doubles. Take it last, so that the lock is held for a moment only.
    """
    series = f"{prefix}-{now.year}"
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [series])
        row = cursor.fetchone()
    return f"{series}-{row[0]:06d}"
