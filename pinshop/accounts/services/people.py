"""What a person may change about themselves, beyond what django-allauth keeps."""

from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext

from pinshop.accounts.enums import Role
from pinshop.accounts.models import Member, User
from pinshop.accounts.services.invitations import LastOwner
from pinshop.core import audit, erasure
from pinshop.core.actors import Actor


def rename(*, user_id: UUID, name: str, actor: Actor, now: datetime) -> bool:
    """Set how a person is called; False where it is the same name."""
    with transaction.atomic():
        if not User.objects.filter(pk=user_id).exclude(name=name).update(name=name):
            return False
        audit.record(subject=User.objects.get(pk=user_id), action="user.renamed", actor=actor, now=now)
    return True


def erase(*, user_id: UUID, now: datetime) -> bool:
    """Close an account for good and take the person out of it, in the caller's transaction; the row stays for its orders.

    False where it was done before. Raises LastOwner where they alone own a business.
    """
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    for member in Member.objects.filter(user=user, role=Role.OWNER).select_related("business"):
        if not Member.objects.filter(business=member.business, role=Role.OWNER).exclude(user=user).exists():
            raise LastOwner(
                gettext("You alone own %(name)s. Make somebody else an owner of it first.")
                % {"name": member.business.name}
            )
    Member.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user_id).update(
        email=erasure.address_of(user_id), name="", password=make_password(None), is_active=False, last_login=None
    )
    audit.record(subject=user, action="user.erased", actor=Actor(kind="customer", id=str(user_id), label=""), now=now)
    return True
