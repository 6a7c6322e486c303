"""Bringing people into a business, by a signed link to their address; and letting them go."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from pinshop.accounts.enums import Role
from pinshop.accounts.models import Business, Member, User
from pinshop.core import audit, languages, links, mail
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Forbidden

PURPOSE = "accounts.invitation"
MAX_AGE = timedelta(days=14)


class InvitedOther(Forbidden):
    """The invitation went to another address than the account's."""


class LastOwner(Conflict):
    """A business keeps at least one owner."""


def invite(
    *, business: Business, email: str, role: Role, actor: Actor, now: datetime, language: str = languages.DEFAULT
) -> None:
    """Mail a link that joins its reader to the business, good for 14 days; one mail a day and address at most.

    `language`, of MAIL_LANGUAGES, is what the mail speaks: people invite those whose language they speak themselves.
    """
    token = links.sign(purpose=PURPOSE, subject=json.dumps([str(business.pk), email.lower(), role.value]))
    with transaction.atomic():
        mail.send(
            to=email,
            name="account/invitation",
            context={
                "business": business.name,
                "inviter": actor.label,
                "role": role.label,
                "url": settings.BASE_URL + reverse("business_join", args=[token]),
                "days": MAX_AGE.days,
            },
            key=f"accounts.invitation:{business.pk}:{email.lower()}:{role.value}:{now:%F}",
            now=now,
            language=language,
        )
        audit.record(
            subject=business,
            action="business.invited",
            actor=actor,
            now=now,
            data={"email": email.lower(), "role": role.value},
        )


def accept(*, token: str, user: User, actor: Actor, now: datetime) -> Business:
    """Join the business of an invitation; who belongs to it already gets the invitation's role.

    A second time changes nothing. Raises LinkExpired, InvitedOther, LastOwner.
    """
    business_id, email, role = json.loads(links.read(token, purpose=PURPOSE, max_age=MAX_AGE))
    if email != user.email.lower():
        raise InvitedOther(
            gettext("This invitation was sent to %(email)s. Sign in with that address to accept it.") % {"email": email}
        )
    with transaction.atomic():
        business = Business.objects.select_for_update().get(pk=business_id)
        known = Member.objects.filter(business=business, user=user).first()
        if known is not None and known.role == role:
            return business
        if role != Role.OWNER:
            _refuse_last_owner(business, user.pk)
        Member.objects.update_or_create(business=business, user=user, defaults={"role": role})
        audit.record(subject=business, action="business.joined", actor=actor, now=now, data={"role": role})
    return business


def remove(*, business_id: UUID, user_id: UUID, actor: Actor, now: datetime) -> bool:
    """Take a person out of a business; False where they were out already. Raises LastOwner."""
    with transaction.atomic():
        business = Business.objects.select_for_update().get(pk=business_id)
        _refuse_last_owner(business, user_id)
        if not Member.objects.filter(business=business, user_id=user_id).delete()[0]:
            return False
        audit.record(subject=business, action="business.left", actor=actor, now=now, data={"user_id": str(user_id)})
    return True


def _refuse_last_owner(business: Business, user_id: UUID) -> None:
    """Raise LastOwner where the business, whose row is locked, has no other owner than this person."""
    owners = set(business.members.filter(role=Role.OWNER).values_list("user_id", flat=True))
    if owners == {user_id}:
        raise LastOwner(gettext("A business keeps at least one owner. Invite somebody as owner first."))
