"""Quotes in the API."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.prices import PriceTable
from catalog.selectors import prices
from catalog.services import pricing
from orders.api import wishes
from orders.api.examples import NEW_QUOTE, QUOTE
from orders.api.serializers.quotes import QuoteInput, QuoteOutput
from orders.models import Quote
from orders.quoted import Choices, QuotedLine
from orders.selectors import quotes as rows
from orders.services import quotes, tries, vat_numbers
from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.core.api import inputs
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView


class QuoteList(ApiView):
    """The quotes of the key's business and side."""

    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        operation_id="createQuote",
        request=QuoteInput,
        responses={201: QuoteOutput},
        examples=[example(NEW_QUOTE, request=True), example(QUOTE, status="201")],
    )
    def post(self, request: Request) -> Response:
        """Make a quote. Its price is binding for 30 days, itemised, with shipping and tax."""
        owner = owners.of_key(key_of(request))
        values = inputs.read(QuoteInput, request.data)
        now = timezone.now()
        if values["voucher"]:
            tries.count(owner=owner, now=now)
        vat_numbers.check(text=values["vat_number"], now=now)
        quote = quotes.make(
            owner=owner,
            lines=wishes.read(values["lines"], owner=owner),
            country=values["country"].upper(),
            currency=values["currency"],
            choices=Choices(**{name: values[name] for name in ("region", "service", "vat_number", "voucher")}),
            now=now,
        )
        return Response(_shown(quote), status=201)


class QuoteDetail(ApiView):
    """One quote."""

    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(operation_id="getQuote", responses=QuoteOutput, examples=[example(QUOTE)])
    def get(self, request: Request, quote_id: UUID) -> Response:
        """Read a quote."""
        return Response(_shown(rows.get_quote(quote_id=quote_id, owner=owners.of_key(key_of(request)))))


def _shown(quote: Quote) -> dict[str, Any]:
    lines = rows.lines_of(quote)
    table = prices.get_table(currency=quote.currency, version=quote.price_version) if quote.price_version else None
    order = getattr(quote, "order", None)
    known = {str(name): getattr(quote, str(name), None) for name in QuoteOutput().fields}
    return QuoteOutput(
        {**known, "lines": [_line(line, table) for line in lines], "order_id": order.pk if order else None}
    ).data


def _line(line: QuotedLine, table: PriceTable | None) -> dict[str, Any]:
    priced = line.price.to_json()
    return {
        "kind": line.kind,
        "title": line.title,
        "design_id": line.design_id,
        "variant_id": line.variant_id,
        "spec": line.spec,
        "quantity": line.quantity,
        "charged_quantity": line.price.charged_quantity,
        "items": priced["items"],
        "total_minor": line.total.amount_minor,
        "next_break": _break(line, table),
    }


def _break(line: QuotedLine, table: PriceTable | None) -> dict[str, Any] | None:
    if line.spec is None or table is None:
        return None
    found = pricing.next_break(spec=line.spec, quantity=line.quantity, table=table)
    if found is None:
        return None
    return {
        "quantity": found.at.quantity,
        "extra_pins": found.extra_pins,
        "extra_minor": found.extra.amount_minor,
        "sentence": found.sentence,
    }
