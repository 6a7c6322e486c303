"""The wish list in the browser: hearts on pins, and the list itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import pins
from catalog.selectors import wish_lists as lists
from catalog.services import wish_lists
from catalog.web import cards, keeping, market
from catalog.web.pins import answers_refusals
from pinshop.accounts import owners


@require_safe
@answers_refusals
def show(request: HttpRequest) -> HttpResponse:
    """What this visitor has wished for."""
    known = request.user.is_authenticated or owners.guest_key_of(request)
    found = lists.list_pins(owner=owners.of_request(request), now=timezone.now()) if known else []
    wished = {each.pin_id for each in found}
    context = {"cards": cards.of_pins(found, currency=market.currency_of(request), wished=wished)}
    return render(request, "catalog/wish_list.html", context)


@require_POST
@answers_refusals
def change(request: HttpRequest) -> HttpResponse:
    """Put a pin on the list (`add`) or take it off (`remove`); htmx gets the heart as it is now."""
    owner, adds = owners.of_request(request), "add" in request.POST
    slug = request.POST.get("add" if adds else "remove", "")
    if adds:
        wish_lists.add(owner=owner, slug=slug, now=timezone.now())
    else:
        wish_lists.remove(owner=owner, slug=slug)
    if keeping.wants_part(request):
        context = {"slug": slug, "name": pins.find_name(slug=slug), "wished": adds, "wish_url": request.path}
        return render(request, "components/heart.html", context)
    back = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "catalog:wish_list")
