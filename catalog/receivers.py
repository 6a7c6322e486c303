"""What the catalogue learns from the frameworks' own signals."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from catalog.services import wish_lists
from pinshop.accounts import owners
from pinshop.accounts.models import User


@receiver(user_logged_in, dispatch_uid="catalog.adopt_guest")
def adopt_guest(*, request: HttpRequest, user: User, **_: Any) -> None:
    """A guest's wish list belongs to the person who has just logged in."""
    wish_lists.adopt(guest_key=owners.guest_key_of(request), user_id=user.pk)
