"""The kernel's tasks: deliver and relay the outbox, send mail, beat hearts, clear out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from pinshop.core import health, idempotency, mail, outbox


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
    """Forget messages that were done a month ago, idempotency keys of yesterday, and sessions that have ended."""
    now = timezone.now()
    outbox.sweep_done(before=now - timedelta(days=30))
    idempotency.sweep(now=now)
    SessionStore.clear_expired()


@shared_task(name="core.heartbeat")
def heartbeat(*, queue: str, **_: Any) -> None:
    """Prove that a queue is consumed."""
    health.beat(queue=queue, now=timezone.now())


@outbox.handles(mail.TOPIC, queue="outbound")
def send_mail(message: outbox.Message) -> None:
    """Hand a mail to the mail server."""
    mail.deliver(mail_id=UUID(message.payload["mail_id"]), now=timezone.now())
