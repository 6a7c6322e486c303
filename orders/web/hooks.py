"""Doors for machines: what Stripe and carriers tell us. The raw bytes are verified before anything is read."""

from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from orders.models.shipments import MAX_EVENT_ID
from orders.payments.gateway import SignatureWrong
from orders.payments.services import inbox
from orders.services import shipments
from orders.services.shipments import SAMPLE_CARRIER, Tracking
from pinshop.core import hooks


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """An event of Stripe: 200 once it is stored (again too), 400 for a wrong signature, 422 for an id we cannot keep."""
    try:
        inbox.receive(
            provider="stripe",
            body=request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            now=timezone.now(),
        )
    except (SignatureWrong, hooks.MessageIdInvalid) as error:
        return hooks.refuse(error)
    return JsonResponse({"received": True})


@csrf_exempt
@require_POST
def sample_carrier(request: HttpRequest) -> HttpResponse:
    """A tracking message of the sample carrier, signed as Standard Webhooks say.

    200 once it is stored (again too), 400 for a wrong signature, 422 for an id we cannot keep.
    """
    try:
        message = _verifier(settings.CARRIER_WEBHOOK_SECRET).verify(request.body, dict(request.headers))
        tracking = _read(message)
    except hooks.MessageIdInvalid as error:
        return hooks.refuse(error)
    except (WebhookVerificationError, ValueError, KeyError, TypeError):
        return hooks.refuse(SignatureWrong(gettext("This message does not carry the carrier's current signature.")))
    shipments.record_tracking(tracking=tracking, now=timezone.now())
    return JsonResponse({"received": True})


@cache
def _verifier(secret: str) -> Webhook:
    return Webhook(secret)


def _read(message: dict[str, Any]) -> Tracking:
    happened_at = parse_datetime(str(message["at"]))
    if not isinstance(happened_at, datetime) or happened_at.tzinfo is None:
        msg = "a message tells when it happened"
        raise ValueError(msg)
    return Tracking(
        carrier=SAMPLE_CARRIER,
        event_id=hooks.check_id(str(message["id"]), longest=MAX_EVENT_ID),
        tracking_number=str(message["number"])[:60],
        status=str(message["type"]).removeprefix("parcel.")[:40],
        happened_at=happened_at,
    )


app_name = "hooks"

urlpatterns = [
    path("stripe/", stripe, name="stripe"),
    path("carriers/sample/", sample_carrier, name="sample_carrier"),
]
