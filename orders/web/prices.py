"""The price table of the configurator, as a fragment."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.web import market
from orders.services import previews
from orders.web import access
from orders.web.forms.prices import PriceForm
from pinshop.accounts import owners
from pinshop.core.errors import Invalid


@require_safe
@access.answers_refusals
def design_price(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The itemised price of a design for a quantity and choices in the query; nothing is stored."""
    form = PriceForm(request.GET)
    if not form.is_valid():
        fields = {name: " ".join(str(error) for error in errors) for name, errors in form.errors.items()}
        raise Invalid(next(iter(fields.values())), fields=fields)
    preview = previews.price_design(
        design_id=design_id,
        owner=owners.reach_of(request),
        quantity=form.cleaned_data["quantity"],
        choices=form.choices(),
        country=form.cleaned_data["country"] or market.country_of(request),
        currency=market.currency_of(request),
        now=timezone.now(),
    )
    return render(request, "orders/fragments/price.html", {"preview": preview, "design_id": design_id})
