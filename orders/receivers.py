"""What orders learns from the frameworks' own signals."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from orders.services import guests
from pinshop.accounts import owners
from pinshop.accounts.models import User


@receiver(user_logged_in, dispatch_uid="orders.adopt_guest")
def adopt_guest(*, request: HttpRequest, user: User, **_: Any) -> None:
    """A guest's basket, quotes and orders belong to the person who has just logged in."""
    guests.adopt(
        guest_key=owners.guest_key_of(request),
        user_id=user.pk,
        actor=owners.actor_of_user(user),
        now=timezone.now(),
    )
