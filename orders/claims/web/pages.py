"""After delivery: reporting a problem with a line, sending ready-made pins back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from orders.claims.selectors import claims as rows
from orders.claims.services import claims, returns
from orders.claims.web.forms import ClaimForm, ReturnForm
from orders.models import OrderLine
from orders.web import access
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core import files
from pinshop.core.errors import Invalid, NotFound, PinshopError


@require_http_methods(["GET", "HEAD", "POST"])
@access.answers_refusals
def report(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """The form for a problem with a delivered line."""
    line = _line(request, order_id, line_id)
    form = ClaimForm(request.POST or None, request.FILES or None, initial={"pieces": line.quantity})
    refusal: PinshopError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            claims.open_claim(
                claim_id=form.claim_id_of(),
                line_id=line_id,
                complaint=form.complaint(),
                actor=owners.actor_of_request(request),
                now=timezone.now(),
            )
        except PinshopError as error:
            refusal = error
        else:
            messages.success(request, gettext("Thank you. We look at it and answer within two working days."))
            return redirect("orders:order", order_id=order_id)
    context = {"line": line, "order": line.order, "form": form, "refusal": refusal, "until": rows.claim_until(line)}
    return render(request, "claims/report.html", context, status=refusal.status if refusal else 200)


@require_POST
@access.answers_refusals
def send_back(request: HttpRequest, order_id: UUID, line_id: UUID) -> HttpResponseBase:
    """Ready-made pins are sent back."""
    line = _line(request, order_id, line_id)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        raise Invalid(gettext("Say how many pieces you send back."))
    given = form.cleaned_data
    returns.ask(
        return_id=given["return_id"],
        line_id=line.pk,
        pieces=given["pieces"],
        reason=given["reason"],
        actor=owners.actor_of_request(request),
        now=timezone.now(),
    )
    messages.success(request, gettext("We have mailed you how to send them back."))
    return redirect("orders:order", order_id=order_id)


def after_delivery(line: OrderLine) -> dict[str, object]:
    """What the order's page shows below a delivered line."""
    actions = rows.list_actions(line, now=timezone.now())
    return {
        "claims": [
            {"row": claim, "photos": [_photo(photo.shown_sha256, photo.failure) for photo in claim.photos.all()]}
            for claim in line.claims.all()
        ],
        "returns": line.returns.all(),
        "claim_until": rows.claim_until(line) if "claim" in actions else None,
        "return_until": rows.return_until(line) if "return" in actions else None,
        "return_form": ReturnForm(initial={"pieces": rows.returnable_pieces(line)}, auto_id=f"return_{line.pk}_%s"),
    }


def _photo(sha256: str, failure: str) -> dict[str, str]:
    return {"url": files.link(sha256, name="photo.jpg") if sha256 else "", "failure": failure}


def _line(request: HttpRequest, order_id: UUID, line_id: UUID) -> OrderLine:
    order = access.get_order(request, order_id, to=Scope.ORDERS_WRITE)
    for line in rows.list_lines(order):
        if line.pk == line_id:
            return line
    raise NotFound(gettext("There is no such delivered line in this order."))
