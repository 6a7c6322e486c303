"""Reading businesses, their members and keys, as one person may."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import F, QuerySet
from django.utils.translation import gettext

from pinshop.accounts.enums import Role
from pinshop.accounts.models import ApiKey, Member, User
from pinshop.core.errors import Forbidden, NotFound
from pinshop.core.personal import Held


class NoSuchBusiness(NotFound):
    """There is no such business, or the person is no member of it: both answer alike."""


class NoSuchKey(NotFound):
    """The business has no such key."""


class OwnersOnly(Forbidden):
    """A member asked for what only an owner of the business may do."""


def list_memberships(*, user: User) -> QuerySet[Member]:
    """The businesses that a person belongs to, by name."""
    return Member.objects.filter(user=user).select_related("business").order_by("business__name", "pk")


def find_membership(*, user: User, business_id: UUID) -> Member | None:
    """A person's place in a business; None for who does not belong to it."""
    return Member.objects.filter(user=user, business_id=business_id).select_related("business").first()


def get_membership(*, user: User, business_id: UUID) -> Member:
    """A person's place in a business; raises NoSuchBusiness."""
    member = find_membership(user=user, business_id=business_id)
    if member is None:
        raise NoSuchBusiness(gettext("There is no such business, or you do not belong to it."))
    return member


def get_ownership(*, user: User, business_id: UUID) -> Member:
    """A person's place in a business that they own; raises NoSuchBusiness, OwnersOnly."""
    member = get_membership(user=user, business_id=business_id)
    if member.role != Role.OWNER:
        raise OwnersOnly(
            gettext("Only an owner of %(name)s may do this. Ask one of them.") % {"name": member.business.name}
        )
    return member


def list_members(*, business_id: UUID) -> QuerySet[Member]:
    """Everybody in a business, by e-mail address."""
    return Member.objects.filter(business_id=business_id).select_related("user").order_by("user__email")


def list_keys(*, business_id: UUID) -> QuerySet[ApiKey]:
    """The API keys of a business, those in force first, newest first."""
    return ApiKey.objects.filter(business_id=business_id).order_by(F("revoked_at").asc(nulls_first=True), "-created_at")


def get_key(*, business_id: UUID, key_id: UUID) -> ApiKey:
    """One key of a business; raises NoSuchKey."""
    key = ApiKey.objects.filter(business_id=business_id, pk=key_id).first()
    if key is None:
        raise NoSuchKey(gettext("This business has no such API key."))
    return key


def list_emails(*, user: User) -> list[str]:
    """Every address of a person, that of the login first."""
    others = EmailAddress.objects.filter(user=user).exclude(email=user.email).values_list("email", flat=True)
    return [user.email, *others]


def list_held(*, user: User) -> Held:
    """What is held about a person's account."""
    account = {
        "email": user.email,
        "emails": list_emails(user=user),
        "name": user.name,
        "created_at": user.created_at,
        "last_login": user.last_login,
        "businesses": [{"name": member.business.name, "role": member.role} for member in list_memberships(user=user)],
    }
    return Held({"account": account})
