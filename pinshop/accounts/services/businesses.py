"""Opening a business, and what is kept of it."""

from datetime import datetime
from uuid import UUID

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


def change(*, business_id: UUID, name: str, billing_email: str, vat_number: str, actor: Actor, now: datetime) -> bool:
    """Write the name, the address for invoices and the VAT number of a business; False where they are the same."""
    wanted = {"name": name.strip(), "billing_email": billing_email, "vat_number": vat_number}
    with transaction.atomic():
        business = Business.objects.select_for_update().get(pk=business_id)
        changed = {field: value for field, value in wanted.items() if getattr(business, field) != value}
        if not changed:
            return False
        Business.objects.filter(pk=business_id).update(**changed)
        audit.record(subject=business, action="business.changed", actor=actor, now=now, data=changed)
    return True
