"""Outbox handlers of the shell."""

from uuid import UUID

from django.utils import timezone

from pinshop.core import outbox
from pinshop.core.errors import NotFound
from pinshop.site import seed
from pinshop.site.services.privacy import customers, exports
from pinshop.site.services.privacy.customers import Wish

# A drawing that fails three times fails always; the pins after it are drawn all the same.
MOST_ATTEMPTS = 3


@outbox.handles(exports.TOPIC)
def copy_data(message: outbox.Message) -> None:
    """Make the copy of a person's data and mail its link."""
    try:
        exports.deliver(subject=message.payload["subject"], message_id=message.id, now=timezone.now())
    except NotFound as gone:
        raise outbox.GiveUp(str(gone)) from gone


@outbox.handles(customers.TOPIC)
def tell_of_wish(message: outbox.Message) -> None:
    """Tell a business's endpoints what its customer asks for."""
    told = message.payload
    try:
        customers.tell_webhooks(
            order_id=UUID(told["order_id"]), wish=Wish(told["wish"]), asked_at=told["asked_at"], now=timezone.now()
        )
    except NotFound as gone:
        raise outbox.GiveUp(str(gone)) from gone


def _pass_over(message: outbox.Message) -> None:
    seed.pass_over_first(slugs=message.payload["slugs"], now=timezone.now())


@outbox.handles(seed.PICTURE_TOPIC, queue="render", max_attempts=MOST_ATTEMPTS, on_dead=_pass_over)
def picture_sample_pin(message: outbox.Message) -> None:
    """Draw a sample pin, and order the next one."""
    seed.picture_first(slugs=message.payload["slugs"], now=timezone.now())
