"""Claims and returns in the API."""

from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from orders.claims.api.examples import CLAIM, NEW_CLAIM, NEW_RETURN, RETURN
from orders.claims.api.serializers import (
    ClaimInput,
    ClaimOutput,
    ClaimsOutput,
    ClaimUpload,
    ReturnInput,
    ReturnOutput,
    ReturnsOutput,
)
from orders.claims.enums import ClaimKind
from orders.claims.models import Claim
from orders.claims.selectors import claims as rows
from orders.claims.services import claims, returns
from orders.models import Order
from orders.selectors import orders
from pinshop.accounts import owners
from pinshop.accounts.api.authentication import key_of
from pinshop.accounts.enums import Scope
from pinshop.core import files
from pinshop.core.api import inputs
from pinshop.core.api.schema import example
from pinshop.core.api.views import ApiView
from pinshop.core.errors import NotFound


class ClaimList(ApiView):
    """The claims of an order."""

    scopes = {"GET": Scope.ORDERS_READ, "POST": Scope.ORDERS_WRITE}

    @extend_schema(operation_id="listClaims", responses=ClaimsOutput, examples=[example({"results": [CLAIM]})])
    def get(self, request: Request, order_id: UUID) -> Response:
        """List the problems that were reported about an order, and what was decided."""
        order = _order(request, order_id)
        return Response(ClaimsOutput({"results": [_claim(row) for row in rows.list_of_order(order)]}).data)

    @extend_schema(
        operation_id="createClaim",
        request={"multipart/form-data": ClaimUpload, "application/json": ClaimInput},
        responses={201: ClaimOutput},
        examples=[example(NEW_CLAIM, request=True), example(CLAIM, status="201")],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Report a problem with a delivered line, within 30 days of delivery."""
        order, given = _order(request, order_id), _read_claim(request)
        claim = claims.open_claim(
            claim_id=_id(request, "claim"),
            line_id=_line_of(order, given["line_id"]),
            complaint=claims.Complaint(
                kind=ClaimKind(given["kind"]),
                pieces=given["pieces"],
                text=given["text"],
                photos=[photo.read() for photo in given.get("photos", [])],
            ),
            actor=owners.actor_of_key(key_of(request)),
            now=timezone.now(),
        )
        return Response(ClaimOutput(_claim(claim)).data, status=201)


class ReturnList(ApiView):
    """The returns of an order."""

    scopes = {"GET": Scope.ORDERS_READ, "POST": Scope.ORDERS_WRITE}

    @extend_schema(operation_id="listReturns", responses=ReturnsOutput, examples=[example({"results": [RETURN]})])
    def get(self, request: Request, order_id: UUID) -> Response:
        """List what is sent back of an order."""
        order = _order(request, order_id)
        return Response(ReturnsOutput({"results": rows.list_returns(order)}).data)

    @extend_schema(
        operation_id="createReturn",
        request=ReturnInput,
        responses={201: ReturnOutput},
        examples=[example(NEW_RETURN, request=True), example(RETURN, status="201")],
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Send ready-made pins back; they are refunded when they have arrived."""
        order, given = _order(request, order_id), inputs.read(ReturnInput, request.data)
        row = returns.ask(
            return_id=_id(request, "return"),
            line_id=_line_of(order, given["line_id"]),
            pieces=given["pieces"],
            reason=given["reason"],
            actor=owners.actor_of_key(key_of(request)),
            now=timezone.now(),
        )
        return Response(ReturnOutput(row).data, status=201)


def _order(request: Request, order_id: UUID) -> Order:
    return orders.get_order(order_id=order_id, owner=owners.of_key(key_of(request)))


def _line_of(order: Order, line_id: UUID) -> UUID:
    if line_id not in {line.pk for line in order.lines.all()}:
        raise NotFound(gettext("This line is not in this order."))
    return line_id


def _id(request: Request, kind: str) -> UUID:
    """Of the API key and what it sent, so that it is made once even where the first answer was lost."""
    return uuid5(key_of(request).pk, f"{kind}:{request.headers['Idempotency-Key']}")


def _read_claim(request: Request) -> dict[str, Any]:
    if not request.content_type.startswith("multipart/"):
        return inputs.read(ClaimInput, request.data)
    form: dict[str, Any] = request.POST.dict()
    if "photos" in request.FILES:
        form["photos"] = request.FILES.getlist("photos")
    return inputs.read(ClaimUpload, form)


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.pk,
        "line_id": claim.line_id,
        "kind": claim.kind,
        "pieces": claim.pieces,
        "text": claim.text,
        "state": claim.state,
        "answer": claim.answer,
        "refund_minor": claim.refund_minor,
        "remake_line_id": claim.remake_id,
        "photos": [{"url": _url(photo.shown_sha256), "failure": photo.failure} for photo in claim.photos.all()],
        "opened_at": claim.opened_at,
        "decided_at": claim.decided_at,
    }


def _url(sha256: str) -> str | None:
    return f"{settings.BASE_URL}{files.link(sha256, name='photo.jpg')}" if sha256 else None
