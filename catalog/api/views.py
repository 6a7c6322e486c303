"""The catalogue in the API: what can be chosen, and the ready-made pins. Every key may read it."""

from dataclasses import fields
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.examples import OPTIONS, PIN
from catalog.api.serializers import OptionsOutput, PinOutput, PinQuery
from catalog.selectors import listings, options, pins
from catalog.selectors.listings import Wanted
from catalog.services import pricing
from pinshop.accounts.api.permissions import ANY
from pinshop.core.api import inputs, pages
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView

_FILTERS = ("artist", "series", "cause", "process")


class OptionList(ApiView):
    """What a custom pin can be made of."""

    scopes = {"GET": ANY}

    @extend_schema(operation_id="listOptions", responses=OptionsOutput, examples=[example(OPTIONS)])
    def get(self, _request: Request) -> Response:
        """Everything that can be chosen for a custom pin, with limits and with the rules of what goes together."""
        found = options.get_options()
        limits = {"quantity_min": 1, "quantity_max": pricing.MAX_QUANTITY}
        named = {field.name: getattr(found, field.name) for field in fields(found)}
        return Response(OptionsOutput({**limits, **named}).data)


class PinList(ApiView):
    """The ready-made pins on sale."""

    scopes = {"GET": ANY}

    @extend_schema(
        operation_id="listPins",
        parameters=[PinQuery],
        responses=pages.of(PinOutput),
        examples=[example(pages.example_of(PIN))],
    )
    def get(self, request: Request) -> Response:
        """List ready-made pins, newest first."""
        query = inputs.read_query(PinQuery, request)
        chosen = {name: (query[name],) for name in _FILTERS if query.get(name)}
        page = listings.find(
            now=timezone.now(),
            wanted=Wanted(text=query.get("search", ""), chosen=chosen, sort=listings.NEWEST),
            cursor=query.get("cursor", ""),
            limit=query.get("limit", listings.PAGE_SIZE),
        )
        found = pins.list_pins(pin_ids=[each.pin_id for each in page.pins])
        following = urlencode({**query, "cursor": page.next_cursor})
        return Response(
            {
                "next": f"{settings.BASE_URL}/api/v1/pins?{following}" if page.next_cursor else None,
                "previous": None,
                "results": PinOutput(found, many=True).data,
            }
        )


class PinDetail(ApiView):
    """One ready-made pin."""

    scopes = {"GET": ANY}

    @extend_schema(operation_id="getPin", responses=PinOutput, examples=[example(PIN)])
    def get(self, _request: Request, slug: str) -> Response:
        """Read a ready-made pin with its variants and what is left of them."""
        return Response(PinOutput(pins.get_pin(slug=slug, now=timezone.now())).data)
