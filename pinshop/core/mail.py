"""E-mail through the outbox: written in the transaction, sent once by a worker.

A mail named `order_placed` has two templates, `mail/order_placed.txt` (whose first line is the subject) and
`mail/order_placed.html`. Their sentences are marked for translation; the translations are in locale/.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from pinshop.core import files, languages, outbox
from pinshop.core.models import OutgoingMail

TOPIC = "core.mail.send"
# Where a code stands in a mail that is kept; what is worth money to whoever reads it is filled in when the mail is sent.
CODE_PLACE = "•••• •••• •••• ••••"
_codes: dict[str, Callable[[str], str]] = {}


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as its templates give it."""

    subject: str
    text: str
    html: str


def codes(kind: str) -> Callable[[Callable[[str], str]], Callable[[str], str]]:
    """Register what gives the code of a reference when a mail with it is sent."""

    def register(find: Callable[[str], str]) -> Callable[[str], str]:
        _codes[kind] = find
        return find

    return register


def render(*, name: str, context: Mapping[str, Any], language: str = languages.DEFAULT) -> Written:
    """The words of a mail in one of MAIL_LANGUAGES; nothing is stored or sent."""
    known = {
        "shop_name": settings.SHOP_NAME,
        "base_url": settings.BASE_URL,
        "support_email": settings.SUPPORT_EMAIL,
    }
    whole = {**known, **context}
    with translation.override(language):
        subject, _, text = render_to_string(f"mail/{name}.txt", whole, using="text").strip().partition("\n")
        html = render_to_string(f"mail/{name}.html", {**whole, "subject": subject.strip()})
    return Written(subject=subject.strip(), text=text.strip() + "\n", html=html)


def send(
    *,
    to: str,
    name: str,
    context: Mapping[str, Any],
    key: str,
    now: datetime,
    attachments: Sequence[tuple[str, str]] = (),
    language: str = languages.DEFAULT,
    code_of: tuple[str, str] | None = None,
) -> bool:
    """Write one mail in the caller's transaction; the same `key` writes it once for ever, and then gives False.

    `attachments` are (file name, SHA-256 of a stored file). `code_of` is the kind (see `codes`) and the reference of a code
    that is filled in for CODE_PLACE when the mail is sent.
    """
    written = render(name=name, context=context, language=language)
    mail, is_new = OutgoingMail.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "to": to,
            "subject": written.subject[:200],
            "text": written.text,
            "html": written.html,
            "attachments": [list(pair) for pair in attachments],
            "code_of": code_of,
            "created_at": now,
        },
    )
    if is_new:
        outbox.enqueue(TOPIC, payload={"mail_id": str(mail.id)}, key=str(mail.id), now=now)
    return is_new


def deliver(*, mail_id: UUID, now: datetime) -> bool:
    """Hand one mail to the mail server. False where it was sent before."""
    mail = OutgoingMail.objects.filter(id=mail_id, sent_at=None).first()
    if mail is None:
        return False
    text, html = mail.text, mail.html
    if mail.code_of is not None:
        kind, reference = mail.code_of
        code = _codes[kind](reference)
        text, html = text.replace(CODE_PLACE, code), html.replace(CODE_PLACE, code)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={"Message-ID": f"<{mail.id}@{settings.BASE_URL.partition('//')[2].partition(':')[0]}>"},
    )
    message.attach_alternative(html, "text/html")
    for file_name, sha256 in mail.attachments:
        message.attach(file_name, files.read(sha256), files.get(sha256).media_type)
    message.send()
    OutgoingMail.objects.filter(id=mail_id, sent_at=None).update(sent_at=now)
    return True


def sweep_sent(*, before: datetime) -> int:
    """Delete mails that were sent before a moment; returns how many."""
    rows = OutgoingMail.objects.filter(sent_at__lt=before)
    return rows.delete()[0]


def list_attached(hashes: Collection[str]) -> set[str]:
    """Those of the files that a mail carries."""
    carried = OutgoingMail.objects.exclude(attachments=[]).values_list("attachments", flat=True)
    return {sha256 for pairs in carried.iterator() for _, sha256 in pairs if sha256 in set(hashes)}
