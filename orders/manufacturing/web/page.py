"""The page of a manufacturer without an API: opened by the signed link in its mail, without a login."""

import io
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options
from designs.selectors import proofs
from orders.manufacturing import states
from orders.manufacturing.enums import ProductionState
from orders.manufacturing.models import ProductionOrder
from orders.manufacturing.selectors import production as productions
from orders.manufacturing.services import answers, links
from orders.manufacturing.web.forms import RejectForm, ReportForm
from orders.quoted import Address
from orders.services import packing_lists
from pinshop.core import files
from pinshop.core.errors import NotFound, PinshopError
from pinshop.core.links import LinkExpired

View = Callable[[HttpRequest, str, UUID], HttpResponseBase]


def _opened_by_link(view: View) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Read the token; 404 where it opens nothing, with the reason where the link itself is at fault.

    These pages are kept by no cache and found by no search.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            response = view(request, token, links.read(token))
        except LinkExpired as refusal:
            response = render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
        except NotFound as refusal:
            raise Http404(refusal.message) from refusal
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


@require_safe
@_opened_by_link
def show(request: HttpRequest, token: str, production_order_id: UUID) -> HttpResponse:
    """What is to be made, the files, and what can be answered now."""
    return _page(request, token, production_order_id)


@require_POST
@_opened_by_link
def accept(request: HttpRequest, token: str, production_order_id: UUID) -> HttpResponse:
    """Yes."""
    try:
        answers.accept(production_order_id=production_order_id, now=timezone.now())
    except PinshopError as refusal:
        return _refused(request, token, production_order_id, refusal)
    messages.success(request, "Thank you. Report each stage here as it is done.")
    return redirect("manufacturing:page", token)


@require_POST
@_opened_by_link
def reject(request: HttpRequest, token: str, production_order_id: UUID) -> HttpResponse:
    """No, and why."""
    form = RejectForm(request.POST)
    if not form.is_valid():
        return _page(request, token, production_order_id, reject_form=form, status=422)
    try:
        answers.reject(production_order_id=production_order_id, reason=form.cleaned_data["reason"], now=timezone.now())
    except PinshopError as refusal:
        return _refused(request, token, production_order_id, refusal, reject_form=form)
    messages.success(request, "Thank you for telling us. Please do not make it; we come back to you.")
    return redirect("manufacturing:page", token)


@require_POST
@_opened_by_link
def report(request: HttpRequest, token: str, production_order_id: UUID) -> HttpResponse:
    """One stage is done."""
    form = ReportForm(request.POST, stages=states.STAGES)
    if not form.is_valid():
        return _page(request, token, production_order_id, report_form=form, status=422)
    try:
        receipt = answers.report(production_order_id=production_order_id, report=form.report(), now=timezone.now())
    except PinshopError as refusal:
        return _refused(request, token, production_order_id, refusal, report_form=form)
    if receipt.why:
        messages.info(request, f"Nothing changed: {receipt.why}.")
    else:
        messages.success(request, "Thank you, we have it.")
    return redirect("manufacturing:page", token)


@require_safe
@_opened_by_link
def packing_list(request: HttpRequest, _token: str, production_order_id: UUID) -> HttpResponseBase:
    """The list that goes into the parcel, drawn now."""
    del request
    line = answers.get_answerable(production_order_id=production_order_id).line
    drawn = packing_lists.draw(line.order, [line], ships_from="")
    name = f"{line.order.number}-packing-list-{line.position}.pdf"
    return FileResponse(io.BytesIO(drawn), filename=name, content_type="application/pdf")


def _refused(
    request: HttpRequest, token: str, production_order_id: UUID, refusal: PinshopError, **forms: Any
) -> HttpResponse:
    """The page again with what was filled in, and the refusal beside its fields."""
    form = forms.get("report_form")
    for name, sentence in refusal.fields.items():
        if form is not None and name in form.fields:
            form.add_error(name, sentence)
    return _page(request, token, production_order_id, refusal=refusal, status=refusal.status, **forms)


def _page(
    request: HttpRequest,
    token: str,
    production_order_id: UUID,
    *,
    refusal: PinshopError | None = None,
    reject_form: RejectForm | None = None,
    report_form: ReportForm | None = None,
    status: int = 200,
) -> HttpResponse:
    production = answers.get_answerable(production_order_id=production_order_id)
    left = productions.list_stages_left(production)
    context = {
        "production": production,
        "asked": production.request,
        **_choices(production),
        "ship_to": _address(production),
        "token": token,
        "refusal": refusal,
        "files": _files(production),
        "progress": _progress(production),
        "may_answer": production.state in {ProductionState.CREATED, ProductionState.SUBMITTED},
        "may_reject": production.state in states.BEFORE_WORK,
        "reject_form": reject_form or RejectForm(),
        "report_form": (report_form or ReportForm(stages=left)) if left else None,
    }
    return render(request, "manufacturing/page.html", context, status=status)


def _files(production: ProductionOrder) -> dict[str, str]:
    front = proofs.get_package(proof_id=production.proof_id).files["front"]
    extension = files.EXTENSIONS[files.get(front).media_type]
    found = {
        "front": files.link(front, name=f"{production.number}-front.{extension}"),
        "die_lines": files.link(production.die_lines_sha256, name=f"{production.number}-die-lines.svg"),
    }
    if production.tech_pack_sha256:
        found["tech_pack"] = files.link(production.tech_pack_sha256, name=f"{production.number}-tech-pack.pdf")
    return found


def _choices(production: ProductionOrder) -> dict[str, str]:
    """Process and plating in words; a code whose option is no longer on offer stands for itself."""
    offered = options.get_options()
    names = {each.code: each.name for each in offered.processes} | {each.code: each.name for each in offered.platings}
    return {name: names.get(code, code) for name, code in production.request.items() if name in {"process", "plating"}}


def _address(production: ProductionOrder) -> list[str]:
    order = production.line.order
    return Address.from_json(order.address).lines(str(order.shipping.get("country_name", "")))


def _progress(production: ProductionOrder) -> list[dict[str, Any]]:
    """Every stage with whether it is done; none where production has ended without pins."""
    if production.state not in states.PATH:
        return []
    here = states.PATH.index(ProductionState(production.state))
    shown = (ProductionState.ACCEPTED, *states.STAGES)
    return [{"label": stage.label, "is_done": states.PATH.index(stage) <= here} for stage in shown]
