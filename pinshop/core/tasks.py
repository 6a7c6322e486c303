"""The kernel's tasks: deliver and relay the outbox, send mail, beat hearts, clear out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from pinshop.core import files, health, idempotency, mail, outbox


@shared_task(name=outbox.DELIVER_TASK, bind=True)
def deliver(self: Any, /, *, message_id: str, **_: Any) -> None:
    """Deliver one outbox message. The broker marks a task as redelivered when the process that had it was lost."""
    abandoned = bool((self.request.delivery_info or {}).get("redelivered"))
    outbox.deliver(message_id=UUID(message_id), now=timezone.now(), abandoned=abandoned)


@shared_task(name="core.relay_outbox")
def relay_outbox(**_: Any) -> None:
    """Send what is due and was missed."""
    outbox.relay(now=timezone.now())


@shared_task(name="core.sweep")
def sweep(**_: Any) -> None:
    """Forget mails and messages that are over, idempotency keys of yesterday, files and sessions that have ended."""
    now = timezone.now()
    outbox.sweep_done(before=now - timedelta(days=settings.OUTBOX_DAYS))
    mail.sweep_sent(before=now - timedelta(days=settings.MAIL_DAYS))
    idempotency.sweep(now=now)
    files.delete_expired(now=now)
    SessionStore.clear_expired()


@shared_task(name="core.heartbeat")
def heartbeat(*, queue: str, **_: Any) -> None:
    """Prove that a queue is consumed."""
    health.beat(queue=queue, now=timezone.now())


@outbox.handles(files.FORGET_TOPIC)
def forget_files(message: outbox.Message) -> None:
    """Delete files that nobody refers to any more."""
    files.delete_unheld(message.payload["sha256"], now=timezone.now())


files.held_by(mail.list_attached)


@outbox.handles(mail.TOPIC, queue="outbound")
def send_mail(message: outbox.Message) -> None:
    """Hand a mail to the mail server."""
    mail.deliver(mail_id=UUID(message.payload["mail_id"]), now=timezone.now())
