"""Outbox handlers of the shell."""

from django.utils import timezone

from pinshop.core import outbox
from pinshop.core.errors import NotFound
from pinshop.site.services.privacy import exports


@outbox.handles(exports.TOPIC)
def copy_data(message: outbox.Message) -> None:
    """Make the copy of a person's data and mail its link."""
    try:
        exports.deliver(subject=message.payload["subject"], message_id=message.id, now=timezone.now())
    except NotFound as gone:
        raise outbox.GiveUp(str(gone)) from gone
