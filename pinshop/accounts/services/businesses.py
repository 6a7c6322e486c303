"""Opening a business, and who belongs to it."""

from datetime import datetime

from django.db import transaction

from pinshop.accounts.enums import Role
from pinshop.accounts.models import Business, Member, User
from pinshop.core import audit
from pinshop.core.actors import Actor


def open_business(*, name: str, billing_email: str, user: User, actor: Actor, now: datetime) -> Business:
    """Open a business with `user` as its owner; asked again with the same name and owner, it returns the first."""
    with transaction.atomic():
        # The person's row is the queue: two presses of one button come one after the other.
        User.objects.select_for_update().get(pk=user.pk)
        known = Member.objects.filter(user=user, role=Role.OWNER, business__name__iexact=name.strip()).first()
        if known is not None:
            return known.business
        business = Business.objects.create(name=name.strip(), billing_email=billing_email, created_at=now)
        Member.objects.create(business=business, user=user, role=Role.OWNER)
        audit.record(subject=business, action="business.opened", actor=actor, now=now)
    return business
