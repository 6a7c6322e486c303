"""The door at which manufacturers with an API report. The raw bytes are verified before anything is read."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.manufacturing.errors import NoProductionOrder
from orders.manufacturing.services import inbox
from orders.manufacturing.services.stages import Outcome
from pinshop.core import hooks
from pinshop.core.errors import PinshopError


@csrf_exempt
@require_POST
def receive(request: HttpRequest, manufacturer_id: UUID) -> JsonResponse:
    """One stage message: 200 once it is stored (again too), 401 for a wrong signature, 404 for an order that is not ours."""
    try:
        receipt = inbox.receive(
            manufacturer_id=manufacturer_id, headers=request.headers, body=request.body, now=timezone.now()
        )
    except PinshopError as refusal:
        return hooks.refuse(refusal)
    if receipt.outcome == Outcome.UNKNOWN:
        return hooks.refuse(NoProductionOrder(f"The message is stored, but {receipt.why}."))
    return JsonResponse({"outcome": receipt.outcome, "why": receipt.why})
