"""Idempotency keys: a write that is sent twice happens once, and the second caller gets the first answer.

The rules are those that API users know from Stripe and pretix: the same key with the same request replays the stored
answer (also a refusal), with another request it is refused, and while the first is still running the second is told to
wait. A claim that its process never finished is free again after a minute.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from pinshop.core.errors import Conflict, Invalid
from pinshop.core.models import IdempotencyKey

LOCK = timedelta(seconds=60)
KEEP = timedelta(hours=24)
MAX_LENGTH = 255

# One statement, so that of rivals one claims; a key that is older than KEEP is as good as new.
_CLAIM = """
INSERT INTO core_idempotencykey (scope, key, fingerprint, locked_until, created_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (scope, key) DO UPDATE SET fingerprint = excluded.fingerprint, locked_until = excluded.locked_until,
    created_at = excluded.created_at, status = NULL, answer = NULL
WHERE core_idempotencykey.created_at <= %s
RETURNING id
"""


class KeyReused(Invalid):
    """The key came before with another request."""

    code = "idempotency_key_reused"


class KeyInUse(Conflict):
    """The first request with this key is still running."""

    code = "idempotency_key_in_use"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work once, until `locked_until`. `answer` is set where it was done before: (HTTP status, body)."""

    row_id: int
    answer: tuple[int, Any] | None
    locked_until: datetime | None = None


def fingerprint(*parts: bytes) -> str:
    """A hash of the request; parts are length-prefixed so that no two requests run together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def claim(*, scope: str, key: str, request: str, now: datetime) -> Claim:
    """Claim `key` within `scope` (an API key's or session's id) for the request with this fingerprint.

    Raises KeyReused where the key belongs to another request, KeyInUse while the first is running, Invalid for a key
    that is empty or over 255 characters.
    """
    if not key or len(key) > MAX_LENGTH:
        raise Invalid(
            gettext("Idempotency-Key must have 1 to %(most)s characters.") % {"most": MAX_LENGTH},
            fields={"Idempotency-Key": "length"},
        )
    ends = now + LOCK
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [scope, key, request, ends, now, now - KEEP])
        taken = cursor.fetchone()
    if taken is not None:
        return Claim(taken[0], None, ends)
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if row.fingerprint != request:
        raise KeyReused("This Idempotency-Key was sent before with another request. Use a new key for a new request.")
    if row.status is not None:
        return Claim(row.pk, (row.status, row.answer))
    if not IdempotencyKey.objects.filter(_free(now), pk=row.pk).update(locked_until=ends):
        raise KeyInUse(
            gettext("The first request with this Idempotency-Key is still running. Send it again in 5 seconds."),
            retry_after=5,
        )
    return Claim(row.pk, None, ends)


def complete(claimed: Claim, *, status: int, answer: Any) -> bool:
    """Store the answer for those who ask again. False where the claim ran out and another request holds the key now."""
    return bool(_held(claimed).update(status=status, answer=answer, locked_until=None))


def release(claimed: Claim) -> bool:
    """Give the key back unanswered, so that the same request may try again: for failures of ours, never for refusals.

    False where the claim ran out and another request holds the key now.
    """
    return bool(_held(claimed).update(locked_until=None))


def sweep(*, now: datetime) -> int:
    """Forget the keys that have had their 24 hours; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEEP).delete()[0]


def _free(now: datetime) -> Q:
    return Q(status=None) & (Q(locked_until__isnull=True) | Q(locked_until__lte=now))


def _held(claimed: Claim) -> QuerySet[IdempotencyKey]:
    return IdempotencyKey.objects.filter(pk=claimed.row_id, status=None, locked_until=claimed.locked_until)
