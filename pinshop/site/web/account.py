"""A person's own pages."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from designs.models import Design
from designs.selectors import designs
from designs.web import shown
from orders.models import Order
from orders.selectors import orders
from pinshop.accounts import acting, owners, selectors
from pinshop.accounts.services import people
from pinshop.core.money import Money
from pinshop.site.web.forms import ActingForm, NameForm
from pinshop.site.web.signed_in import person, signed_in

SHOWN = 12


@signed_in
@require_http_methods(["GET", "HEAD"])
def home(request: HttpRequest) -> HttpResponse:
    """Orders and designs of the person who is signed in, or of the business they act for; and their businesses."""
    user = person(request)
    owner = owners.of_request(request)
    context = {
        "orders": [_shown_order(order) for order in orders.list_orders(owner=owner)[:SHOWN]],
        "designs": [_shown_design(design) for design in designs.list_designs(owner=owner)[:SHOWN]],
        "memberships": selectors.list_memberships(user=user),
    }
    return render(request, "site/account.html", context)


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Act for a business from now on, or for oneself again."""
    form = ActingForm(request.POST)
    business_id = form.cleaned_data["business"] if form.is_valid() else None
    if business_id is None:
        acting.act_for_oneself(request)
        messages.success(request, _("You act for yourself: basket, designs and orders are your own."))
    else:
        name = acting.act_for(request, user=person(request), business_id=business_id).business.name
        told = _("You act for %(name)s: basket, designs and orders are those of %(name)s.") % {"name": name}
        messages.success(request, told)
    return redirect("account_home")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The person's name, and the ways to the pages of sign-in."""
    user = person(request)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_valid():
        people.rename(
            user_id=user.pk, name=form.cleaned_data["name"], actor=owners.actor_of_request(request), now=timezone.now()
        )
        messages.success(request, gettext("Your name is saved."))
        return redirect("account_profile")
    return render(request, "site/profile.html", {"form": form})


def _shown_order(order: Order) -> dict[str, object]:
    lines = [f"{line.quantity} × {line.title}" for line in order.lines.all()]
    return {
        "row": order,
        "state": orders.state_of(order),
        "summary": ", ".join(lines),
        "total": Money(order.total_minor, order.currency),
    }


def _shown_design(design: Design) -> dict[str, object]:
    front = next((picture for picture in shown.list_pictures(design) if picture.view == "front"), None)
    return {"row": design, "picture": front.small if front else ""}
