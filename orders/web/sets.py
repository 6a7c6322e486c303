"""Several designs beside each other, with what they cost; and several ordered together as a set."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options
from catalog.web import market
from designs.models import Design
from designs.selectors import designs
from designs.states import DesignState
from designs.web import specs
from orders.selectors import baskets as basket_rows
from orders.services import baskets, previews
from orders.services.previews import Market, Preview
from orders.web import access, pictures
from orders.web.forms.sets import CompareForm, SetForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import Invalid, PinshopError

MOST = 4
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Compared:
    """One design of a comparison: its picture, its price, or why it has none."""

    design: Design
    picture: str
    preview: Preview | None
    refusal: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of all of them; `differs` where they are not the same."""

    label: str
    values: tuple[str, ...]
    differs: bool


@require_safe
@access.answers_refusals
def show(request: HttpRequest) -> HttpResponseBase:
    """The visitor's designs, to be chosen from."""
    rows = designs.list_designs(owner=owners.of_request(request))[:SHOWN]
    context = {
        "designs": [{"row": row, "picture": pictures.of_design(row)} for row in rows],
        "chosen": request.GET.getlist("d"),
        "most": MOST,
    }
    return render(request, "orders/designs.html", context)


@require_safe
@access.answers_refusals
def compare(request: HttpRequest) -> HttpResponseBase:
    """Two to four designs side by side at one quantity."""
    form = CompareForm(request.GET)
    ids = _ids(request.GET.getlist("d"))
    if not form.is_valid() or not 2 <= len(ids) <= MOST:
        messages.warning(request, _("Choose two to four designs to see them side by side."))
        return redirect("orders:designs")
    owner, quantity = owners.of_request(request), form.cleaned_data["quantity"] or previews.USUAL_QUANTITY
    found = designs.list_chosen(design_ids=ids, owner=owner)
    place = previews.get_market(
        designs=found, country=market.country_of(request), currency=market.currency_of(request), now=timezone.now()
    )
    compared = [_compared(design, quantity, place) for design in found]
    basket = basket_rows.find_basket(owner=owner)
    context = {
        "compared": compared,
        "rows": list(_rows(found)),
        "quantity": quantity,
        "version": basket.version if basket else 0,
        "orderable": all(each.preview and not each.preview.blocked for each in compared),
    }
    return render(request, "orders/compare.html", context)


@require_POST
@access.answers_refusals
def add(request: HttpRequest) -> HttpResponseBase:
    """Put several designs into the basket together, the same number of each."""
    form = SetForm(request.POST)
    ids = _ids(request.POST.getlist("d"))
    if not form.is_valid() or not ids:
        raise Invalid(_("Choose at least one design and how many of each you want."))
    baskets.add_designs(
        owner=owners.of_request(request, to=Scope.QUOTES_WRITE),
        design_ids=ids,
        quantity=form.cleaned_data["quantity"],
        version=form.cleaned_data["version"],
        now=timezone.now(),
    )
    messages.success(request, _("The set is in your basket."))
    return redirect("orders:basket")


def _ids(given: Iterable[str]) -> list[UUID]:
    ids: dict[UUID, None] = {}
    for entry in given:
        try:
            ids[UUID(entry)] = None
        except ValueError:
            raise Invalid(_("One of these designs is not named as ours are. Choose them again.")) from None
    return list(ids)


def _compared(design: Design, quantity: int, place: Market) -> Compared:
    picture = pictures.of_design(design)
    if design.state != DesignState.READY:
        return Compared(design, picture, None, str(design.get_state_display()))
    try:
        preview = previews.price(design=design, quantity=quantity, choices={}, market=place)
    except PinshopError as error:
        return Compared(design, picture, None, error.message)
    return Compared(design, picture, preview, "")


def _rows(found: list[Design]) -> Iterable[Row]:
    offered = options.get_options()
    columns = [specs.list_rows(designs.spec_of(each), designs.measures_of(each), offered) for each in found]
    labels = max(columns, key=len)
    for first in labels:
        values = tuple(next((row.value for row in column if row.label == first.label), "–") for column in columns)
        yield Row(first.label, values, len(set(values)) > 1)
