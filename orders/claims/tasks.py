"""Outbox handlers of claims."""

from django.utils import timezone

from orders.claims.selectors import held
from orders.claims.services import claims, photos
from pinshop.core import files, outbox

# A file that kills its worker must not do so all night.
_MOST_ATTEMPTS = 3

files.held_by(held.list_held)


def _not_drawn(message: outbox.Message) -> None:
    photos.give_up(photo_id=int(message.payload["photo_id"]))


@outbox.handles(claims.PHOTO_TOPIC, queue="render", max_attempts=_MOST_ATTEMPTS, on_dead=_not_drawn)
def draw_photo(message: outbox.Message) -> None:
    """Draw a photo anew from its pixels."""
    photos.draw(photo_id=int(message.payload["photo_id"]), now=timezone.now())
