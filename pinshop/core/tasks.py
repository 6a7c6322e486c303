"""The kernel's tasks: deliver and relay the outbox, send mail, beat hearts, clear out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from pinshop.core import health, mail, outbox


@shared_task(name=outbox.DELIVER_TASK)
def deliver(*, message_id: str, **_: Any) -> None:
    """Deliver one outbox message."""
    outbox.deliver(message_id=UUID(message_id), now=timezone.now())


@shared_task(name="core.relay_outbox")
def relay_outbox(**_: Any) -> None:
    """Send what is due and was missed."""
    outbox.relay(now=timezone.now())


@shared_task(name="core.sweep_outbox")
def sweep_outbox(**_: Any) -> None:
    """Forget what was done a month ago."""
    outbox.sweep_done(before=timezone.now() - timedelta(days=30))


@shared_task(name="core.heartbeat")
def heartbeat(*, queue: str, **_: Any) -> None:
    """Prove that a queue is consumed."""
    health.beat(queue=queue, now=timezone.now())


@outbox.handles(mail.TOPIC, queue="outbound")
def send_mail(message: outbox.Message) -> None:
    """Hand a mail to the mail server."""
    mail.deliver(mail_id=UUID(message.payload["mail_id"]), now=timezone.now())
