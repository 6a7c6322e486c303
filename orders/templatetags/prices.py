"""The price within a page of an app below this one, which knows of no prices."""

from typing import Any, cast

from django import template
from django.http import HttpRequest

from catalog.spec import PinSpec
from designs.models import Design
from orders.web import prices
from pinshop.core.errors import PinshopError

register = template.Library()


@register.inclusion_tag("orders/fragments/price_panel.html", takes_context=True)
def price_panel(context: template.Context, design: Design, spec: PinSpec, quantity: int) -> dict[str, Any]:
    """The price of a design with these choices, or why there is none."""
    request = cast("HttpRequest", context["request"])
    try:
        return prices.describe(request, design_id=design.pk, quantity=quantity, choices=_choices(spec))
    except PinshopError as refusal:
        return {"refusal": refusal}


def _choices(spec: PinSpec) -> dict[str, object]:
    names = ("process", "plating", "size_mm", "thickness_mm", "attachment", "packaging", "addons", "rush")
    return {name: value for name, value in spec.to_json().items() if name in names}
