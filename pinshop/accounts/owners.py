"""Whose a thing is: a person's, a business's, or that of a guest who has only a browser session."""

import secrets
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from pinshop.accounts import acting
from pinshop.accounts.acting import Reach
from pinshop.accounts.enums import Scope
from pinshop.accounts.models import ApiKey, Business, User
from pinshop.core.actors import Actor

_SESSION_KEY = "guest_key"


@dataclass(frozen=True, slots=True)
class Owner:
    """Exactly one of the three is set. What a business does with a test key is kept apart by `live`."""

    user_id: UUID | None = None
    business_id: UUID | None = None
    guest_key: str = ""
    live: bool = True

    def __post_init__(self) -> None:
        if (self.user_id is not None) + (self.business_id is not None) + bool(self.guest_key) != 1:
            msg = "an owner is one user, one business or one guest"
            raise ValueError(msg)
        if not self.live and self.business_id is None:
            msg = "only a business has a test side"
            raise ValueError(msg)

    def where(self, prefix: str = "") -> Q:
        """The filter for rows of this owner; `prefix` as in `design__`."""
        if self.user_id is not None:
            return Q(**{f"{prefix}user_id": self.user_id})
        if self.business_id is not None:
            return Q(**{f"{prefix}business_id": self.business_id, f"{prefix}live": self.live})
        return Q(**{f"{prefix}guest_key": self.guest_key})

    def fields(self) -> dict[str, UUID | str | bool | None]:
        """The columns of a new row of this owner."""
        return {
            "user_id": self.user_id,
            "business_id": self.business_id,
            "guest_key": self.guest_key,
            "live": self.live,
        }


class Owned(models.Model):
    """A row that belongs to one owner."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    business = models.ForeignKey(Business, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    guest_key = models.CharField(max_length=40, blank=True, db_index=True)
    live = models.BooleanField(
        default=True, help_text="Off for what a business made with a test key: no real money, nothing is produced."
    )

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(
                    Q(user__isnull=False, business__isnull=True, guest_key="")
                    | Q(user__isnull=True, business__isnull=False, guest_key="")
                    | (Q(user__isnull=True, business__isnull=True) & ~Q(guest_key=""))
                ),
                name="%(app_label)s_%(class)s_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(live=True) | Q(business__isnull=False), name="%(app_label)s_%(class)s_test_of_business"
            ),
        ]

    def owner(self) -> Owner:
        """Whose this row is."""
        user_id: UUID | None = getattr(self, "user_id")  # noqa: B009 - the stubs know foreign key columns of concrete models only
        business_id: UUID | None = getattr(self, "business_id")  # noqa: B009 - as above
        return Owner(user_id=user_id, business_id=business_id, guest_key=self.guest_key, live=self.live)


def of_request(request: HttpRequest, *, to: Scope | None = None) -> Owner:
    """The owner a browser stands for: the person, the business they act for, or a guest.

    A guest gets a key in the session at the first need. `to` is what is about to be changed: raises ActingChanged where
    the page was made for another owner, RightMissing where the person's role in the business does not allow it.
    """
    if to is not None:
        acting.check(request, to=to)
    if isinstance(request.user, User):
        member = acting.find_member(request)
        return Owner(business_id=member.business_id) if member else Owner(user_id=request.user.pk)
    if _SESSION_KEY not in request.session:
        request.session[_SESSION_KEY] = secrets.token_urlsafe(24)
    return Owner(guest_key=request.session[_SESSION_KEY])


def reach_of(request: HttpRequest) -> Owner | Reach:
    """Everything that a browser may look at: a person's own things and their businesses', or a guest's."""
    return Reach(request.user.pk) if isinstance(request.user, User) else of_request(request)


def guest_key_of(request: HttpRequest) -> str:
    """The key of the guest this browser was before a login; empty where it never needed one."""
    return str(request.session.get(_SESSION_KEY, ""))


def of_key(key: ApiKey) -> Owner:
    """The owner an API key stands for."""
    return Owner(business_id=key.business_id, live=key.live)


def actor_of_request(request: HttpRequest) -> Actor:
    """Who acts in a browser."""
    if isinstance(request.user, User):
        return actor_of_user(request.user)
    return Actor(kind="guest", id=of_request(request).guest_key[:12], label="Guest")


def actor_of_user(user: User) -> Actor:
    """Who acts as a person with an account."""
    return Actor(kind="staff" if user.is_staff else "customer", id=str(user.pk), label=user.email)


def actor_of_key(key: ApiKey) -> Actor:
    """Who acts through the API."""
    return Actor(kind="api_key", id=str(key.pk), label=f"{key.business.name}: {key.name}")
