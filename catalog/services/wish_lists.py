"""Wish lists: what guests and people would like to have. Each change may be made twice and holds once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Pin, WishedPin
from catalog.selectors.pins import PinNotFound
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Conflict

MOST = 500


class WishListFull(Conflict):
    """A wish list holds no more."""

    code = "wish_list_full"


def add(*, owner: Owner, slug: str, now: datetime) -> None:
    """Put a pin on sale on the owner's list. Raises PinNotFound, WishListFull."""
    pin = Pin.objects.filter(slug=slug, published_at__lte=now).first()
    if pin is None:
        raise PinNotFound(gettext("This pin is not on sale. Look through the catalogue for another one."))
    if WishedPin.objects.filter(owner.where()).count() >= MOST:
        raise WishListFull(gettext("A wish list holds %(most)s pins. Take some off it first.") % {"most": MOST})
    WishedPin.objects.bulk_create([WishedPin(pin=pin, created_at=now, **owner.fields())], ignore_conflicts=True)


def remove(*, owner: Owner, slug: str) -> None:
    """Take a pin off the owner's list, whether it is on sale or not."""
    WishedPin.objects.filter(owner.where(), pin__slug=slug).delete()


def adopt(*, guest_key: str, user_id: UUID) -> None:
    """Give what a guest wished for to the person who has logged in; what both wished for stays once."""
    if guest_key:
        with transaction.atomic():
            rows = list(WishedPin.objects.select_for_update().filter(guest_key=guest_key).order_by("pk"))
            wished = [WishedPin(pin_id=row.pin_id, created_at=row.created_at, user_id=user_id) for row in rows]
            WishedPin.objects.bulk_create(wished, ignore_conflicts=True)
            WishedPin.objects.filter(pk__in=[row.pk for row in rows]).delete()


def erase(*, user_id: UUID) -> None:
    """Delete a person's list, in the caller's transaction."""
    WishedPin.objects.filter(user=user_id).delete()


def sweep(*, before: datetime) -> int:
    """Delete what guests wished for before a moment; returns how many."""
    return WishedPin.objects.filter(created_at__lt=before).exclude(guest_key="").delete()[0]
