"""Deleting a person: they leave every row, the numbers stay. Refused while anything is still to be done for them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from catalog.services import wish_lists
from designs.services import erasure as designs
from orders.claims.services import erasure as claims
from orders.manufacturing.services import erasure as manufacturing
from orders.models import Order
from orders.payments.services import erasure as payments
from orders.services import erasure as orders
from pinshop.accounts.services import people as accounts
from pinshop.core import audit, links, mail
from pinshop.core import erasure as kernel
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Forbidden
from pinshop.site.services.privacy import people
from pinshop.site.services.privacy.people import Person

PURPOSE = "site.erasure"
MAX_AGE = timedelta(days=1)


class StaffStay(Forbidden):
    """An account of the staff is closed by a colleague."""

    code = "staff_stay"


def check(*, person: Person) -> None:
    """Raise StaffStay or OrdersOpen where this person cannot be deleted now."""
    if person.user is not None and person.user.is_staff:
        raise StaffStay(gettext("You work here: an administrator closes your account in the admin."))
    orders.check(order_ids=person.order_ids)


def ask(*, person: Person, key: str, now: datetime) -> bool:
    """Mail the link that confirms it to the person's own address; False for the same `key` again. Raises as `check`."""
    check(person=person)
    token = links.sign(purpose=PURPOSE, subject=person.subject)
    context = {"url": settings.BASE_URL + reverse("erase", args=[token]), "number": person.number}
    return mail.send(
        to=person.email, name="erase", context=context, key=f"erase:{key}", now=now, language=person.language
    )


def read(token: str) -> Person:
    """Whom a confirming link is about; raises LinkExpired, NotFound where it was done before."""
    return people.get(links.read(token, purpose=PURPOSE, max_age=MAX_AGE))


def erase(*, person: Person, now: datetime) -> None:
    """Take a person out of the whole shop, all at once or not at all; the files follow. Raises as `check`, LastOwner."""
    check(person=person)
    user_id = person.user.pk if person.user else None
    with transaction.atomic():
        touched = orders.erase(order_ids=person.order_ids, user_id=user_id, now=now)
        touched += claims.erase(order_ids=person.order_ids, now=now)
        emails = person.emails if person.user else ()
        touched += payments.erase(order_ids=person.order_ids, emails=emails, now=now)
        touched += manufacturing.erase(order_ids=person.order_ids, now=now)
        touched += designs.erase(design_ids=person.design_ids, now=now)
        if user_id is not None:
            wish_lists.erase(user_id=user_id)
            accounts.erase(user_id=user_id, now=now)
            touched.append(str(user_id))
        kernel.erase_traces(
            emails=person.emails,
            subject_ids=touched,
            actor_id=str(user_id) if user_id else "",
            about=person.about,
        )
        for order_id in person.order_ids:
            audit.record(subject=Order(pk=order_id), action="order.person_erased", actor=SYSTEM, now=now)
    if user_id is not None:
        kernel.end_sessions(user_id=str(user_id), emails=person.emails)
