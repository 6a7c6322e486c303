"""Taking a person out of the kernel's rows: mails, messages, idempotent answers, and who did what.

What happened stays, and when; who it was, and every sentence about them, goes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from pinshop.core import personal
from pinshop.core.models import AuditEntry, IdempotencyKey, OutboxMessage, OutgoingMail

ERASED = "erased"
_LONGEST_WORD = 80


def address_of(row_id: object) -> str:
    """The address that stands in place of a person's, different for each row; no mail can reach it."""
    return f"{ERASED}-{row_id}@{ERASED}.invalid"


def is_erased(email: str) -> bool:
    """Whether this address stands in place of a person's."""
    return email.endswith(f"@{ERASED}.invalid")


def erase_traces(
    *, emails: Collection[str], subject_ids: Collection[str], actor_id: str = "", about: Collection[str] = ()
) -> None:
    """Take a person out of mails, messages that are over, kept answers and the audit log, in the caller's transaction.

    `subject_ids` are the rows of theirs that are erased, `actor_id` is their account; `about` as for
    `personal.mails_of`. A guest (no account) may be known here by the same address for other things: these stay.
    Again it changes nothing.
    """
    personal.mails_of(emails=emails, about=about).delete()
    words = set(subject_ids)
    if actor_id:
        words |= set(emails)
        for email in emails:
            OutgoingMail.objects.filter(text__contains=email).delete()
    over = OutboxMessage.objects.filter(state__in=[OutboxMessage.State.DONE, OutboxMessage.State.DEAD])
    for some in _chunks(words):
        _naming(over, "payload", some).update(payload={}, last_error="")
        _naming(IdempotencyKey.objects.all(), "answer", some).delete()
    for entry in AuditEntry.objects.filter(subject_id__in=subject_ids).iterator():
        _erase_entry(entry)
    LogEntry.objects.filter(object_id__in=subject_ids).update(object_repr=ERASED, change_message="")
    if actor_id:
        AuditEntry.objects.filter(actor_id=actor_id).update(actor_label=ERASED)
        for entry in _naming(AuditEntry.objects.all(), "data", emails).iterator():
            _erase_entry(entry)


def end_sessions(*, user_id: str, emails: Collection[str]) -> int:
    """End every session of an account, on all its devices, and sign-ins that have begun; returns how many."""
    ended = 0
    for session in Session.objects.iterator():
        data = session.get_decoded()
        if data.get("_auth_user_id") == user_id or any(email in str(data) for email in emails):
            SessionStore(session.session_key).delete()
            ended += 1
    return ended


def _erase_entry(entry: AuditEntry) -> None:
    AuditEntry.objects.filter(pk=entry.pk).update(note="", data=_without_sentences(entry.data))


def _without_sentences(data: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers, ids and codes stay; whatever a person may have written, or that names one, goes."""
    return {name: value for name, value in data.items() if _is_code(value)}


def _is_code(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_WORD and not any(mark in value for mark in " @\n")
    return value is None or isinstance(value, int | float)


def _naming(rows: QuerySet[Any], column: str, words: Collection[str]) -> QuerySet[Any]:
    """The rows whose JSON contains one of the words."""
    wanted = Q(pk__in=[])
    for word in words:
        wanted |= Q(written__contains=word)
    named: QuerySet[Any] = rows.annotate(written=Cast(column, TextField())).filter(wanted)
    return named


def _chunks(words: Collection[str], size: int = 50) -> list[list[str]]:
    listed = sorted(words)
    return [listed[start : start + size] for start in range(0, len(listed), size)]
