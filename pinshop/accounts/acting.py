"""On whose behalf somebody acts in the browser: their own, or that of a business they belong to.

The choice lasts for the session. It decides whose basket, uploads and lists a page is about; what has an address of its
own (a design, a quote, an order) is open to whoever belongs to its owner, whatever is chosen at the moment.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from pinshop.accounts import selectors
from pinshop.accounts.enums import RIGHTS, Role, Scope
from pinshop.accounts.models import Member, User
from pinshop.core.errors import Conflict, Forbidden, NotFound

FIELD = "acting_for"  # in the session, and in the forms of pages that do not name what they are about
_FOUND, _DROPPED = "_acting_member", "_acting_dropped"
_ALL = frozenset(Scope)


class ActingChanged(Conflict):
    """The page was made for another owner than the browser acts for now: another tab, or the place in a business, changed."""

    code = "acting_changed"


class RightMissing(Forbidden):
    """The member's role in the business does not allow this."""

    code = "right_missing"


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything that a person may look at: their own rows, and the live ones of the businesses they belong to."""

    user_id: UUID

    def where(self, prefix: str = "") -> Q:
        """The filter for these rows; `prefix` as in `design__`."""
        businesses = Member.objects.filter(user_id=self.user_id).values("business_id")
        return Q(**{f"{prefix}user_id": self.user_id}) | Q(
            **{f"{prefix}business_id__in": businesses, f"{prefix}live": True}
        )


def find_member(request: HttpRequest) -> Member | None:
    """The person's place in the business that they act for; None where they act for themselves.

    Read once for a request. Who was taken out of the business acts for themselves again.
    """
    if not hasattr(request, _FOUND):
        setattr(request, _FOUND, _read(request))
    found: Member | None = getattr(request, _FOUND)
    return found


def act_for(request: HttpRequest, *, user: User, business_id: UUID, to: Scope = Scope.ORDERS_READ) -> Member:
    """Act for a business of the person's from now on. Raises NoSuchBusiness, and RightMissing where that is for more."""
    member = selectors.get_membership(user=user, business_id=business_id)
    _check_role(member, to)
    request.session[FIELD] = str(member.business_id)
    setattr(request, _FOUND, member)
    return member


def act_for_oneself(request: HttpRequest) -> None:
    """Act for nobody else from now on."""
    request.session.pop(FIELD, None)
    setattr(request, _FOUND, None)


def check(request: HttpRequest, *, to: Scope) -> None:
    """Raise where what this browser stands for is not what its page showed, or may not do this.

    ActingChanged where the form names another owner; RightMissing where the role does not allow it.
    """
    member = find_member(request)
    now = str(member.business_id) if member else ""
    if hasattr(request, _DROPPED) or request.POST.get(FIELD, now) != now:
        whom = member.business.name if member else _("yourself")
        told = _(
            "This page was made for somebody else: you now act for %(whom)s. Nothing was changed. Look at it again."
        )
        raise ActingChanged(told % {"whom": whom})
    if member is not None:
        _check_role(member, to)


def check_right(request: HttpRequest, *, business_id: UUID | None, to: Scope, invited: bool = False) -> None:
    """Raise where the person may not do this with what belongs to a business; a person's own things and a guest's pass.

    NotFound for who does not belong to it, unless `invited` by a signed link to exactly this; RightMissing where the role
    does not allow it.
    """
    if business_id is None:
        return
    member = _member_of(request, business_id)
    if member is not None:
        _check_role(member, to)
    elif not invited:
        raise NotFound(gettext("There is no such thing, or it is not yours."))


def is_member(request: HttpRequest, *, business_id: UUID | None) -> bool:
    """Whether the person belongs to this business."""
    return business_id is not None and _member_of(request, business_id) is not None


def rights_over(request: HttpRequest, *, business_id: UUID | None) -> frozenset[Scope]:
    """What whoever was let in may do with what belongs to this business, or to nobody's: all; members what their role allows."""
    member = _member_of(request, business_id) if business_id else None
    return RIGHTS[Role(member.role)] if member else _ALL


def _read(request: HttpRequest) -> Member | None:
    chosen = request.session.get(FIELD)
    if not chosen or not isinstance(request.user, User):
        return None
    member = selectors.find_membership(user=request.user, business_id=UUID(chosen))
    if member is None:
        del request.session[FIELD]
        setattr(request, _DROPPED, True)
    return member


def _member_of(request: HttpRequest, business_id: UUID) -> Member | None:
    if not isinstance(request.user, User):
        return None
    member = find_member(request)
    if member is not None and member.business_id == business_id:
        return member
    return selectors.find_membership(user=request.user, business_id=business_id)


def _check_role(member: Member, to: Scope) -> None:
    if not member.may(to):
        able = _(" or ").join(_(role.label).lower() for role in Role if to in RIGHTS[role])
        told = _("You are %(role)s at %(name)s, and this takes another role. Ask somebody who is %(able)s there.")
        facts = {"role": _(member.get_role_display()).lower(), "name": member.business.name, "able": able}
        raise RightMissing(told % facts)
