"""What is held about one person: asked of each app for the copy that people may have of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from pinshop.core import logs
from pinshop.core.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class Held:
    """Records as plain JSON by the name of their kind, and stored files (SHA-256) by the path they get in the copy."""

    records: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


def merge(parts: Iterable[Held]) -> Held:
    """All of it together."""
    records: dict[str, Any] = {}
    files: dict[str, str] = {}
    for part in parts:
        records.update(part.records)
        files.update(part.files)
    return Held(records, files)


def mails_of(*, emails: Collection[str], about: Collection[str] = ()) -> QuerySet[OutgoingMail]:
    """The mails to these addresses; with `about` (ids, an order's number) only those that are about one of these."""
    rows = OutgoingMail.objects.filter(to__in=emails)
    if not about:
        return rows
    wanted = Q(pk__in=[])
    for word in about:
        wanted |= Q(dedupe_key__contains=word) | Q(text__contains=word)
    return rows.filter(wanted)


def list_mails(*, emails: Collection[str], about: Collection[str] = ()) -> Held:
    """The mails of a person as records, with their links and codes cut; arguments as for `mails_of`."""
    mails = [
        {
            "to": mail.to,
            "subject": mail.subject,
            "text": "" if mail.dedupe_key.startswith("account:") else logs.shorten(mail.text),
            "written_at": mail.created_at,
            "sent_at": mail.sent_at,
        }
        for mail in mails_of(emails=emails, about=about).order_by("created_at")
    ]
    return Held({"mails": mails})
