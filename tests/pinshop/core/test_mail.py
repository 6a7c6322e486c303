"""Mails: written with the change, sent once, readable as text."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outgoing
from django.db import transaction

from pinshop.core import files, mail, outbox
from pinshop.core.models import OutboxMessage, OutgoingMail

TEXT = "{{ shop_name }}: {{ name }}'s pins & more\n\nHello {{ name }}, <{{ address }}>"
HTML = "<h1>{{ subject }}</h1><p>Hello {{ name }}</p>"


@pytest.fixture(autouse=True)
def _templates(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "hello.txt").write_text(TEXT)
    (folder / "hello.html").write_text(HTML)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path]} for engine in settings.TEMPLATES]


def _send(now: datetime, **changes: Any) -> None:
    mail.send(
        **{
            "to": "ann@example.com",
            "name": "hello",
            "context": {"name": "O'Neil & Co", "address": "x"},
            "key": "k",
            "now": now,
            **changes,
        }
    )


@pytest.mark.django_db
def test_mail_is_sent_once_though_delivered_twice(now: datetime) -> None:
    _send(now)
    _send(now)
    row = OutgoingMail.objects.get()
    assert outbox.drain(now=now) == 1
    assert mail.deliver(mail_id=row.id, now=now) is False
    assert len(outgoing.outbox) == 1
    assert OutgoingMail.objects.get().sent_at is not None


@pytest.mark.django_db
def test_text_is_plain_and_html_is_escaped(now: datetime) -> None:
    _send(now)
    row = OutgoingMail.objects.get()
    assert row.subject == "Pinshop: O'Neil & Co's pins & more"
    assert row.text == "Hello O'Neil & Co, <x>\n"
    assert row.html == "<h1>Pinshop: O&#x27;Neil &amp; Co&#x27;s pins &amp; more</h1><p>Hello O&#x27;Neil &amp; Co</p>"


@pytest.mark.django_db
def test_attachment_arrives_with_its_name_and_type(now: datetime) -> None:
    invoice = files.put(b"%PDF-1.7", media_type="application/pdf", now=now)
    _send(now, attachments=[("invoice.pdf", invoice.sha256)])
    outbox.drain(now=now)
    assert outgoing.outbox[0].attachments == [("invoice.pdf", b"%PDF-1.7", "application/pdf")]


@pytest.mark.django_db
def test_mail_has_both_parts_and_a_message_id_of_its_own(now: datetime) -> None:
    _send(now)
    outbox.drain(now=now)
    sent = outgoing.outbox[0]
    assert (sent.to, sent.from_email) == (["ann@example.com"], "Pinshop <hello@pinshop.example>")
    assert [kind for _, kind in sent.alternatives] == ["text/html"]
    assert sent.extra_headers == {"Message-ID": f"<{OutgoingMail.objects.get().id}@localhost>"}


@pytest.mark.django_db(transaction=True)
def test_mail_of_a_rolled_back_change_is_never_written(now: datetime) -> None:
    with transaction.atomic():
        _send(now)
        transaction.set_rollback(True)
    assert (OutgoingMail.objects.count(), OutboxMessage.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_mail_waits_while_the_mail_server_is_down(now: datetime, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    _send(now)
    assert outbox.drain(now=now) == 1
    row = OutboxMessage.objects.get()
    assert (row.state, row.attempts, OutgoingMail.objects.get().sent_at) == ("pending", 1, None)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    outbox.drain(now=row.due_at)
    assert len(outgoing.outbox) == 1


@pytest.mark.django_db
def test_unknown_mail_is_not_sent(now: datetime) -> None:
    assert mail.deliver(mail_id=uuid4(), now=now) is False
