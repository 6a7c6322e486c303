"""The photos of claims, drawn anew by a worker before anybody sees them."""

from datetime import datetime

from django.db import transaction

from designs.errors import ArtworkRefused
from designs.services import photos
from orders.claims.models import ClaimPhoto
from pinshop.core import files

UNREADABLE = "This photo could not be read."


def draw(*, photo_id: int, now: datetime) -> bool:
    """Draw one photo; what cannot be read says so. False where it was done before.

    What came is deleted then: it may say where it was taken.
    """
    photo = ClaimPhoto.objects.get(pk=photo_id)
    if photo.shown_sha256 or photo.failure:
        return False
    waiting = ClaimPhoto.objects.filter(pk=photo_id, shown_sha256="", failure="")
    outcome = {"original_sha256": ""}
    try:
        outcome["shown_sha256"] = photos.draw(content=files.read(photo.original_sha256))
    except ArtworkRefused as refusal:
        outcome["failure"] = refusal.message[:300]
    with transaction.atomic():
        done = bool(waiting.update(**outcome))
        if done:
            files.forget([photo.original_sha256], now=now)
    return done


def give_up(*, photo_id: int) -> None:
    """The worker could not finish it."""
    ClaimPhoto.objects.filter(pk=photo_id, shown_sha256="").update(failure=UNREADABLE)
