"""The price of a configuration: as a fragment for htmx, and within the configurator's page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.spec import PinSpec
from catalog.web import market
from orders.services import previews
from orders.web import access, charts
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
    context = describe(
        request,
        design_id=design_id,
        quantity=form.cleaned_data["quantity"],
        choices=form.choices(),
        country=form.cleaned_data["country"],
    )
    return render(request, "orders/fragments/price.html", context)


def describe(
    request: HttpRequest, *, design_id: UUID, quantity: int, choices: Mapping[str, object], country: str = ""
) -> dict[str, Any]:
    """What the price's template shows of a design of this visitor; raises as `previews.price_design` does."""
    preview = previews.price_design(
        design_id=design_id,
        owner=owners.reach_of(request),
        quantity=quantity,
        choices=choices,
        country=country or market.country_of(request),
        currency=market.currency_of(request),
        now=timezone.now(),
    )
    return {
        "preview": preview,
        "design_id": design_id,
        "chart": charts.draw(preview),
        "link": request.build_absolute_uri(_link(design_id, preview.spec, quantity)),
    }


def _link(design_id: UUID, spec: PinSpec, quantity: int) -> str:
    """The address that opens the configurator with exactly these choices."""
    chosen = [
        ("process", spec.process),
        ("plating", spec.plating),
        ("size_mm", f"{spec.size_mm:g}"),
        ("thickness_mm", f"{spec.thickness_mm:g}"),
        ("attachment", spec.attachment),
        ("packaging", spec.packaging),
        *(("addon", f"{code}:{count}") for code, count in spec.addons),
        *((("rush", "on"),) if spec.rush else ()),
        ("quantity", str(quantity)),
    ]
    return f"{reverse('designs:detail', args=[design_id])}?{urlencode(chosen)}"
