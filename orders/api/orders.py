"""Orders in the API: placed, paid, followed, cancelled."""

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api import documents, wishes
from orders.api.examples import CANCEL, DOCUMENTS, NEW_ORDER, ORDER, ORDER_DETAIL, PAYMENT_PAGE, PRICE_ANSWER
from orders.api.serializers.orders import OrderDetailOutput, OrderInput, OrderOutput
from orders.api.serializers.steps import CancelInput, DocumentsOutput, PaymentPageOutput, RequoteAnswerInput
from orders.enums import PaymentTerms
from orders.models import Order
from orders.payments.services import sessions
from orders.quoted import Address, Contact
from orders.selectors import orders, quotes, snapshots
from orders.services import cancellations, checkout, links, purchases, requotes, tries
from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.accounts.models import ApiKey
from pinshop.core.api import inputs, pages
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView
from pinshop.core.errors import Conflict, NotFound, Unavailable
from pinshop.core.money import Money
from pinshop.core.words import Sentence


class OrderList(ApiView):
    """The orders of the key's business and side."""

    scopes = {"GET": Scope.ORDERS_READ, "POST": Scope.ORDERS_WRITE}

    @extend_schema(
        operation_id="listOrders",
        parameters=pages.PARAMETERS,
        responses=pages.of(OrderOutput),
        examples=[example(pages.example_of(ORDER))],
    )
    def get(self, request: Request) -> Response:
        """List orders, newest first."""
        rows = orders.list_orders(owner=owners.of_key(key_of(request))).order_by("-placed_at", "-id")
        return pages.answer(rows, request, self, partial(snapshots.of_order, now=timezone.now()))

    @extend_schema(
        operation_id="createOrder",
        request=OrderInput,
        responses={201: OrderDetailOutput},
        examples=[example(NEW_ORDER, request=True), example(ORDER_DETAIL, status="201")],
    )
    def post(self, request: Request) -> Response:
        """Place an order, from a quote or from lines at today's price. Pay it at `payment_url`."""
        key = key_of(request)
        placed = _place(inputs.read(OrderInput, request.data), key, request.headers["Idempotency-Key"])
        _open_page(placed.pk)
        return Response(_detail(orders.get_any(order_id=placed.pk)), status=201)


class OrderDetail(ApiView):
    """One order."""

    scopes = {"GET": Scope.ORDERS_READ}

    @extend_schema(operation_id="getOrder", responses=OrderDetailOutput, examples=[example(ORDER_DETAIL)])
    def get(self, request: Request, order_id: UUID) -> Response:
        """Read an order with its lines, timeline, payments, shipments and what may be done now."""
        return Response(_detail(orders.get_order(order_id=order_id, owner=owners.of_key(key_of(request)))))


class PaymentPage(ApiView):
    """The page where an order is paid."""

    scopes = {"POST": Scope.ORDERS_WRITE}

    @extend_schema(
        operation_id="openPaymentPage", request=None, responses=PaymentPageOutput, examples=[example(PAYMENT_PAGE)]
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Open the payment page of an order. While one is open, it is the same."""
        order = orders.get_order(order_id=order_id, owner=owners.of_key(key_of(request)))
        payment = sessions.open(order_id=order.pk, now=timezone.now())
        return Response(PaymentPageOutput({"payment_url": payment.page_url, "expires_at": payment.expires_at}).data)


class Cancellation(ApiView):
    """The end of an order."""

    scopes = {"POST": Scope.ORDERS_WRITE}

    @extend_schema(
        operation_id="cancelOrder",
        request=CancelInput,
        responses=OrderDetailOutput,
        examples=[example(CANCEL, request=True), example(ORDER_DETAIL)],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Cancel an order or some of its lines. Free until the proof is approved; later it costs what the line says."""
        key = key_of(request)
        order = orders.get_order(order_id=order_id, owner=owners.of_key(key))
        values = inputs.read(CancelInput, request.data)
        cancellations.cancel(
            order_id=order.pk,
            line_ids=values.get("line_ids"),
            reason=values["reason"] or Sentence(gettext_noop("You cancelled it.")),
            shown_cost=Money(values["shown_cost_minor"], order.currency),
            actor=owners.actor_of_key(key),
            now=timezone.now(),
        )
        return Response(_detail(orders.get_any(order_id=order.pk)))


class PriceAnswer(ApiView):
    """The answer to a new price."""

    scopes = {"POST": Scope.ORDERS_WRITE}

    @extend_schema(
        operation_id="answerPrice",
        request=RequoteAnswerInput,
        responses=OrderDetailOutput,
        examples=[example(PRICE_ANSWER, request=True), example(ORDER_DETAIL)],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Accept or decline a new price. More is then paid on a payment page, less comes back at once."""
        key = key_of(request)
        order = orders.get_order(order_id=order_id, owner=owners.of_key(key))
        values = inputs.read(RequoteAnswerInput, request.data)
        if values["requote_id"] not in {row.pk for row in order.requotes.all()}:
            raise NotFound(gettext("There is no such new price of this order."))
        common: dict[str, Any] = {
            "requote_id": values["requote_id"],
            "actor": owners.actor_of_key(key),
            "now": timezone.now(),
        }
        if values["accept"]:
            shown = Money(values["shown_total_minor"], order.currency)
            requotes.accept(shown_total=shown, **common)
        else:
            requotes.decline(**common)
        return Response(_detail(orders.get_any(order_id=order.pk)))


class DocumentList(ApiView):
    """The files of an order."""

    scopes = {"GET": Scope.ORDERS_READ}

    @extend_schema(operation_id="listDocuments", responses=DocumentsOutput, examples=[example(DOCUMENTS)])
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the invoice, its credit notes and the proof sheets of an order, with links."""
        order = orders.get_order(order_id=order_id, owner=owners.of_key(key_of(request)))
        return Response(DocumentsOutput({"results": documents.list_documents(order)}).data)


def _place(values: dict[str, Any], key: ApiKey, idempotency_key: str) -> Order:
    owner = owners.of_key(key)
    if values["gift_cards"] or values["voucher"]:
        tries.count(owner=owner, now=timezone.now())
    common: dict[str, Any] = {
        "contact": Contact(
            **values["contact"],
            purchase_order=values["purchase_order"],
            gift_cards=" ".join(values["gift_cards"]),
            payment_terms=PaymentTerms(values["payment_terms"]),
            language=values["language"],
        ),
        "address": Address(**{**values["address"], "country": values["address"]["country"].upper()}),
        "owner": owner,
        "actor": owners.actor_of_key(key),
        # Of the API key and what it sent, so that the order is made once even where the first answer was lost.
        "key": str(uuid5(key.pk, idempotency_key)),
        "now": timezone.now(),
    }
    shown = values.get("shown_total_minor")
    if "lines" in values:
        purchase = purchases.Purchase(
            lines=wishes.read(values["lines"], owner=owner),
            currency=values.get("currency", settings.DEFAULT_CURRENCY),
            shown_total_minor=shown,
            voucher=values["voucher"],
        )
        return purchases.buy(purchase=purchase, **common)
    quote = quotes.get_quote(quote_id=values["quote_id"], owner=owner)
    total = Money(quote.total_minor if shown is None else shown, quote.currency)
    return checkout.place_order(quote_id=quote.pk, shown_total=total, **common)


def _requote(order: Order) -> dict[str, Any] | None:
    row = orders.find_requote(order)
    if row is None:
        return None
    shipping_before, shipping = row.change_of("shipping_minor")
    return {
        "id": str(row.pk),
        "reason": row.reason,
        "line_id": str(row.line_id),
        "before_minor": row.before_total.amount_minor,
        "total_minor": row.after_total.amount_minor,
        "shipping_before_minor": shipping_before.amount_minor,
        "shipping_minor": shipping.amount_minor,
        "shipping_service_ended": row.shipping_service_ended,
        "expires_at": row.quote.expires_at.isoformat(),
    }


def _open_page(order_id: UUID) -> None:
    """A payment page, where there can be one now: the order stands either way, and the caller may ask for it again."""
    try:
        sessions.open(order_id=order_id, now=timezone.now())
    except (Unavailable, Conflict):
        return


def _detail(order: Order) -> dict[str, Any]:
    open_page = next((payment.page_url for payment in order.payments.all() if payment.state == "open"), None)
    return {
        **snapshots.of_order(order, now=timezone.now()),
        "payment_url": open_page,
        "requote": _requote(order),
        "order_url": links.order_url(order),
        "timeline": [{**asdict(entry), "at": entry.at.isoformat()} for entry in orders.list_timeline(order)],
    }
