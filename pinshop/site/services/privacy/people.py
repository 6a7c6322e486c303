"""Whom a wish for privacy is about: the person of an account, or the one to whom a guest's order belongs."""

import json
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from designs.models import Design
from orders.models import Order
from orders.selectors import personal
from pinshop.accounts import selectors
from pinshop.accounts.models import User
from pinshop.core import languages
from pinshop.core.erasure import is_erased
from pinshop.core.errors import Conflict, NotFound


class NobodysOrder(Conflict):
    """The order belongs to an account or a business, which asks for itself."""

    code = "ask_by_account"


@dataclass(frozen=True, slots=True)
class Person:
    """Everything of ours that is about one person.

    `user` is None for a guest, who has exactly one order: its `number`, and in `about` the words by which its mails are
    known. A guest may have other orders under the same address; the link to one is no key to the others.
    """

    user: User | None
    emails: tuple[str, ...]
    order_ids: frozenset[UUID]
    design_ids: frozenset[UUID]
    language: str = languages.DEFAULT
    number: str = ""
    about: frozenset[str] = frozenset()

    @property
    def subject(self) -> str:
        """What a link about this person is signed for."""
        return json.dumps(["order", str(*self.order_ids)] if self.user is None else ["user", str(self.user.pk)])

    @property
    def row(self) -> User | Order:
        """What the audit log says it about."""
        return self.user or Order(pk=next(iter(self.order_ids)))

    @property
    def email(self) -> str:
        """Where they are written to."""
        return self.emails[0]


def get(subject: str) -> Person:
    """The person of a `Person.subject`; raises NotFound, NobodysOrder."""
    kind, pk = json.loads(subject)
    return of_user(user_id=UUID(pk)) if kind == "user" else of_order(order_id=UUID(pk))


def of_user(*, user_id: UUID) -> Person:
    """The person of an account; raises NotFound for one that was closed."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound(gettext("There is no such account any more."))
    order_ids = frozenset(Order.objects.filter(user=user).values_list("pk", flat=True))
    own = set(Design.objects.filter(user=user).values_list("pk", flat=True))
    designs = frozenset(own | personal.list_designs(order_ids=order_ids))
    language = personal.language_of(user_id=user.pk)
    return Person(user, tuple(selectors.list_emails(user=user)), order_ids, designs, language)


def of_order(*, order_id: UUID) -> Person:
    """The guest to whom an order belongs; raises NotFound, and NobodysOrder where it is no guest's."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None or is_erased(order.contact_email):
        raise NotFound(gettext("There is no such order, or its data is deleted."))
    if order.user_id is not None or order.business_id is not None:
        raise NobodysOrder(
            gettext("Order %(number)s belongs to an account. Sign in there, and open *Your data*.")
            % {"number": order.number}
        )
    order_ids = frozenset({order.pk})
    return Person(
        user=None,
        emails=(order.contact_email,),
        order_ids=order_ids,
        design_ids=frozenset(personal.list_designs(order_ids=order_ids)),
        language=order.language,
        number=order.number,
        about=frozenset(personal.list_words(order_id=order.pk)),
    )
