"""The basket in the browser."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.web import market
from designs.web.access import get_design
from orders.selectors import baskets as basket_rows
from orders.services import baskets, figures, promises
from orders.services.baskets import BasketChanged
from orders.web import access, pictures
from orders.web.forms.basket import AddForm, LineForm, MarketForm, RemoveForm
from pinshop.accounts import owners
from pinshop.accounts.acting import ActingChanged
from pinshop.accounts.enums import Scope
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Invalid, PinshopError


@require_safe
@access.answers_refusals
def show(request: HttpRequest) -> HttpResponseBase:
    """The basket with today's figures; a line that cannot be priced says why and keeps its place."""
    return _page(request)


@require_POST
@access.answers_refusals
def add(request: HttpRequest) -> HttpResponseBase:
    """Put a design or a ready-made pin into the basket."""
    form = AddForm(request.POST)
    _check(form)
    owner, given, now = owners.of_request(request, to=Scope.QUOTES_WRITE), form.cleaned_data, timezone.now()
    if given["design"] is not None:
        _check_side(request, owner, given["design"])
        baskets.add_design(owner=owner, design_id=given["design"], quantity=given["quantity"], now=now)
    else:
        baskets.add_variant(owner=owner, variant_id=given["variant"], quantity=given["quantity"], now=now)
    messages.success(request, gettext("It is in your basket."))
    return redirect("orders:basket")


@require_POST
@access.answers_refusals
def change(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Set the quantity of a line."""
    form = LineForm(request.POST)
    _check(form)
    try:
        baskets.change_line(
            owner=owners.of_request(request, to=Scope.QUOTES_WRITE),
            line_id=line_id,
            quantity=form.cleaned_data["quantity"],
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except BasketChanged as refusal:
        return _page(request, refusal)
    return redirect("orders:basket")


@require_POST
@access.answers_refusals
def remove(request: HttpRequest, line_id: UUID) -> HttpResponseBase:
    """Take a line out."""
    form = RemoveForm(request.POST)
    _check(form)
    try:
        baskets.remove_line(
            owner=owners.of_request(request, to=Scope.QUOTES_WRITE),
            line_id=line_id,
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except BasketChanged as refusal:
        return _page(request, refusal)
    return redirect("orders:basket")


def _check_side(request: HttpRequest, owner: Owner, design_id: UUID) -> None:
    """A design goes into the basket of whose it is: what a business has shown is not bought by a person unawares."""
    design = get_design(request, design_id)
    if design.owner() != owner:
        whose = design.business.name if design.business else _("yourself")
        told = _(
            "%(design)s does not belong to whom you act for. "
            "Choose in your account to act for %(whose)s, then put it into the basket."
        )
        raise ActingChanged(told % {"design": design.name, "whose": whose})


def _page(request: HttpRequest, refusal: PinshopError | None = None) -> HttpResponseBase:
    owner, now = owners.of_request(request), timezone.now()
    basket = basket_rows.find_basket(owner=owner)
    rows = list(basket.lines.all()) if basket else []
    found, problem = None, None
    if rows:
        try:
            found = figures.price(
                owner=owner,
                lines=[basket_rows.wish_of(row) for row in rows],
                country=market.country_of(request),
                currency=market.currency_of(request),
                now=now,
            )
        except PinshopError as error:
            problem = error
    priced = found.lines if found else [None] * len(rows)
    dates = promises.list_ship_dates(lines=found.lines, start=timezone.localdate(now)) if found else priced
    context = {
        "basket": basket,
        "basket_count": len(rows),
        "lines": [
            {"row": row, "quoted": quoted, "ship_by": ship_by, "picture": pictures.of_basket_line(row)}
            for row, quoted, ship_by in zip(rows, priced, dates, strict=True)
        ],
        "figures": found,
        "problem": problem,
        "refusal": refusal,
        "market_form": MarketForm(
            initial={"country": market.country_of(request), "currency": market.currency_of(request)}
        ),
    }
    return render(request, "orders/basket.html", context, status=refusal.status if refusal else 200)


def _check(form: AddForm | LineForm | RemoveForm) -> None:
    if not form.is_valid():
        fields = {name: " ".join(str(error) for error in errors) for name, errors in form.errors.items()}
        raise Invalid(next(iter(fields.values())), fields=fields)
