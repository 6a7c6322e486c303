"""What people may ask of the data that is held about them: a copy, and its deletion."""

from uuid import UUID, uuid4

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.web import access
from orders.web.forms.orders import LinkForm
from pinshop.accounts import owners
from pinshop.core.errors import PinshopError
from pinshop.site.services.privacy import customers, erasure, exports, people
from pinshop.site.services.privacy.people import Person
from pinshop.site.web.forms import WishForm
from pinshop.site.web.signed_in import person, signed_in

_COPY_COMES = gettext_lazy("We are putting the copy together and send a link to %(email)s.")
_CONFIRM = gettext_lazy("We have sent a link to %(email)s. Nothing is deleted before you confirm it there.")


@signed_in
@require_safe
def account_data(request: HttpRequest) -> HttpResponse:
    """The page of an account: ask for a copy, or close it for good."""
    wanted = people.of_user(user_id=person(request).pk)
    return render(request, "site/account_data.html", _context(wanted))


@signed_in
@require_POST
def copy_account(request: HttpRequest) -> HttpResponse:
    """Ask for the copy."""
    _ask_copy(request, people.of_user(user_id=person(request).pk))
    return redirect("account_data")


@signed_in
@require_POST
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
def erase_account(request: HttpRequest) -> HttpResponse:
    """Close the account: at once after the password was given again; who has none confirms by a mailed link."""
    user = person(request)
    wanted = people.of_user(user_id=user.pk)
    if not get_reauthentication_flows(user):
        _ask_erasure(request, wanted)
        return redirect("account_data")
    erasure.erase(person=wanted, now=timezone.now())
    logout(request)
    return redirect("erased")


@require_safe
@access.answers_refusals
def order_data(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """The page of a guest's order, or of one that a customer has placed with a business."""
    order = access.get_order(request, order_id)
    if order.business_id is not None:
        return render(request, "site/customer_data.html", {"order": customers.get_order(order_id=order_id)})
    wanted = people.of_order(order_id=order.pk)
    return render(request, "site/order_data.html", {**_context(wanted), "order_id": order_id})


@require_POST
@access.answers_refusals
def copy_order(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Ask for the copy; it goes to the order's own address."""
    _ask_copy(request, people.of_order(order_id=access.get_order(request, order_id).pk))
    return redirect("order_data", order_id=order_id)


@require_POST
@access.answers_refusals
def erase_order(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Ask for the deletion; the link that confirms it goes to the order's own address."""
    _ask_erasure(request, people.of_order(order_id=access.get_order(request, order_id).pk))
    return redirect("order_data", order_id=order_id)


@require_POST
@access.answers_refusals
def pass_on(request: HttpRequest, order_id: UUID) -> HttpResponseBase:
    """Pass the wish of a business's customer on to the business."""
    order = customers.get_order(order_id=access.get_order(request, order_id).pk)
    form = WishForm(request.POST)
    if form.is_valid():
        customers.pass_on(
            order_id=order.pk,
            wish=form.cleaned_data["wish"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
        told = _("We have passed it on to %(name)s. They have a month to answer you.") % {"name": order.business}
        messages.success(request, told)
    return redirect("order_data", order_id=order_id)


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """The link of the mail: says once more what goes, and deletes when that is confirmed."""
    wanted = erasure.read(token)
    if request.method == "POST":
        erasure.erase(person=wanted, now=timezone.now())
        logout(request)
        return redirect("erased")
    return render(request, "site/erase.html", _context(wanted))


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """It is done."""
    return render(request, "site/erased.html", {"invoice_years": settings.INVOICE_YEARS})


def _context(wanted: Person) -> dict[str, object]:
    refusal = None
    try:
        erasure.check(person=wanted)
    except PinshopError as refused:
        refusal = refused.message
    return {
        "wanted": wanted,
        "refusal": refusal,
        "key": uuid4(),
        "export_days": settings.EXPORT_DAYS,
        "invoice_years": settings.INVOICE_YEARS,
    }


def _ask_copy(request: HttpRequest, wanted: Person) -> None:
    exports.ask(person=wanted, actor=owners.actor_of_request(request), now=timezone.now())
    messages.success(request, _COPY_COMES % {"email": wanted.email})


def _ask_erasure(request: HttpRequest, wanted: Person) -> None:
    form = LinkForm(request.POST)
    key = str(form.cleaned_data["key"] if form.is_valid() else uuid4())
    erasure.ask(person=wanted, key=key, now=timezone.now())
    messages.success(request, _CONFIRM % {"email": wanted.email})
