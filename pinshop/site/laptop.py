"""People and a business for a shop on a laptop, so that everything can be tried at once.

Never for a shop that others can reach: the passwords are printed in a terminal and written to a file.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from pinshop.accounts.enums import Role, Scope, StaffGroup
from pinshop.accounts.models import Business, Member, User
from pinshop.accounts.services import api_keys
from pinshop.core.actors import SYSTEM

STAFF = "staff@pinshop.example"
CUSTOMER = "customer@pinshop.example"
BUSINESS = "Northwind Bicycles"


def load(*, logins: Path, now: datetime) -> bool:
    """Make people and a business once and write how to log in to `logins`; returns whether they were made.

    Where the file is lost, everybody gets a new password and the business a new key.
    """
    with transaction.atomic():
        if logins.exists() and User.objects.filter(email=STAFF).exists():
            return False
        password = "-".join(secrets.choice(_WORDS) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
        staff = _person(STAFF, "Sam of the shop", password, is_staff=True)
        staff.groups.set(Group.objects.filter(name__in=[group.value for group in StaffGroup]))
        customer = _person(CUSTOMER, "Casey Customer", password, is_staff=False)
        business, _ = Business.objects.get_or_create(name=BUSINESS, defaults={"billing_email": CUSTOMER})
        Member.objects.get_or_create(business=business, user=customer, defaults={"role": Role.OWNER})
        for old in business.api_keys.filter(revoked_at=None):
            api_keys.revoke(key_id=old.pk, actor=SYSTEM, now=now)
        _, secret = api_keys.create(
            business=business,
            name="Laptop",
            scopes=Scope.values,
            live=True,
            actor=SYSTEM,
            now=now,
            expires_at=now + timedelta(days=365),
        )
    logins.parent.mkdir(parents=True, exist_ok=True)
    logins.touch(mode=0o600)
    logins.write_text(
        f"staff login     {STAFF}  password {password}\n"
        f"customer login  {CUSTOMER}  password {password}\n"
        f"API key         {secret}\n"
    )
    return True


def _person(email: str, name: str, password: str, *, is_staff: bool) -> User:
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    user.set_password(password)
    user.is_staff = is_staff
    user.save(update_fields=["password", "is_staff"])
    # Whoever is to log in at once has no link in a mail to open first.
    EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


_WORDS = (
    "amber",
    "anvil",
    "brass",
    "cedar",
    "cobalt",
    "copper",
    "coral",
    "enamel",
    "ember",
    "flint",
    "garnet",
    "hazel",
    "indigo",
    "juniper",
    "kiln",
    "lacquer",
    "maple",
    "mint",
    "nickel",
    "ochre",
    "onyx",
    "opal",
    "pearl",
    "plum",
    "quartz",
    "rivet",
    "saffron",
    "silver",
    "slate",
    "teal",
    "umber",
    "willow",
)  # fmt: skip - a list of words
