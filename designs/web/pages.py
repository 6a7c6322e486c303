"""The page of a design: what it looks like as a pin, what should be mended, and its choices.

htmx gets parts of it: what was changed is answered by the panel beside the pin, a refusal by its sentence.
"""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.services import pricing
from catalog.spec import PinSpec
from designs import engine, rights
from designs.errors import MendGone, StepGone
from designs.flatten import FlattenChoices
from designs.models import Design
from designs.selectors import designs
from designs.services import choices
from designs.web import places, shown, stages
from designs.web.access import answers_refusals, get_design
from designs.web.forms import ACCEPTED, ChoicesForm, MendForm, ReplaceForm, StepForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import NotFound, PinshopError

QUANTITY = 100
AUTOSAVE = "choices"  # the form that sends itself: it stays as it is, only what was saved is told
VIEWS = (*engine.VIEWS, "artwork", "size")


@require_safe
@answers_refusals
def show(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The design's page."""
    return page(request, design_id, status=200)


@require_safe
@answers_refusals
def status(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """What htmx asks for while a worker is busy: how far it is, or what it has made."""
    design = get_design(request, design_id)
    seen = request.GET.get("pinart", "")
    if designs.is_busy(design):
        context = {"design": design, "busy": True, "stages": stages.list_stages(design)}
        return render(request, "designs/_status.html", context)
    if not seen or design.state != "ready":
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    answer = render(request, "designs/_drawn.html", _context(request, design))
    answer.headers["HX-Trigger"] = json.dumps({"design-drawn": {"version": design.version}})
    return answer


@require_POST
@answers_refusals
def change(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Take the choices of the form; refusals are shown beside them, and nothing that was chosen is lost."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = ChoicesForm(request.POST)
    try:
        if not form.is_valid() or form.cleaned_data["version"] is None:
            return page(request, design_id, form=form, status=422)
        flatten = form.flatten(designs.choices_of(design))
        choices.change(
            design_id=design_id,
            owner=design.owner(),
            version=form.cleaned_data["version"],
            spec=form.spec(PinSpec.from_json(design.spec), flatten, catalog_options.get_options()),
            flatten=flatten,
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except PinshopError as refusal:
        return page(request, design_id, form=form, refusal=refusal, status=refusal.status)
    return done(request, design_id)


@require_POST
@answers_refusals
def mend(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Take a mend that a finding offers."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = MendForm(request.POST)
    try:
        if not form.is_valid():
            raise MendGone(gettext("Choose one of the mends that are offered."))
        choices.mend(
            design_id=design_id,
            owner=design.owner(),
            mend=form.cleaned_data["mend"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except PinshopError as refusal:
        return page(request, design_id, refusal=refusal, status=refusal.status)
    return done(request, design_id)


@require_POST
@answers_refusals
def step(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Undo or redo."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = StepForm(request.POST)
    try:
        if not form.is_valid():
            raise StepGone(gettext("Choose a step of this design."))
        choices.go_to_step(
            design_id=design_id,
            owner=design.owner(),
            version=form.cleaned_data["version"],
            number=form.cleaned_data["number"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except PinshopError as refusal:
        return page(request, design_id, refusal=refusal, status=refusal.status)
    return done(request, design_id)


def done(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The answer to a change that was taken: the page anew, or for htmx the parts of it that are different now."""
    if not request.headers.get("HX-Request"):
        return redirect("designs:detail", design_id=design_id)
    design = get_design(request, design_id)
    template = "designs/_saved.html" if request.headers.get("HX-Trigger") == AUTOSAVE else "designs/_changed.html"
    answer = render(request, template, _context(request, design))
    answer.headers["HX-Trigger-After-Swap"] = json.dumps({"design-saved": {"version": design.version}})
    return answer


def page(
    request: HttpRequest,
    design_id: UUID,
    *,
    status: int,
    form: ChoicesForm | None = None,
    upload_form: ReplaceForm | None = None,
    refusal: PinshopError | None = None,
) -> HttpResponseBase:
    """The design's page, with what was refused on it; for htmx the sentences of what was refused."""
    design = get_design(request, design_id)
    refused = {"form": form, "refusal": refusal}
    if request.headers.get("HX-Request") and status != HttpResponse.status_code:
        return render(request, "designs/_refused.html", refused, status=status)
    context = {**_context(request, design), **refused}
    if upload_form is not None:
        context["upload_form"] = upload_form
    return render(request, "designs/detail.html", context, status=status)


def _context(request: HttpRequest, design: Design) -> dict[str, Any]:
    options = catalog_options.get_options()
    report, measures = designs.report_of(design), designs.measures_of(design)
    saved, flatten = PinSpec.from_json(design.spec), designs.choices_of(design)
    spec, note = _of_link(request, saved, flatten)
    return {
        "design": design,
        "busy": designs.is_busy(design),
        "stages": stages.list_stages(design),
        "steps": stages.list_ways(design),
        "spec": spec,
        "link_note": note,
        "quantity": _quantity(request),
        "flatten": flatten,
        "flatten_selects": shown.list_selects(flatten),
        "engine_effects": engine.EFFECTS,
        "measures": measures,
        "pictures": shown.list_pictures(design),
        "view": _view(request),
        "size": places.true_size(measures),
        "marks": places.list_marks(report, measures),
        "spots": places.list_spots(measures),
        "live": shown.find_live(design),
        "findings": shown.list_groups(report),
        "changes": report.changes if report else (),
        "options": shown.options_of(spec, options),
        "shared_link": _shared_link(request, design),
        "copy_key": uuid4(),
        "upload_form": ReplaceForm(initial={"version": design.version}),
        "accepted": ACCEPTED,
        "rights_text": gettext(rights.TEXT),
    }


def _of_link(request: HttpRequest, saved: PinSpec, flatten: FlattenChoices) -> tuple[PinSpec, bool]:
    """The choices that a link to a configuration names, not saved yet, and whether they differ from what is saved."""
    form = ChoicesForm(request.GET)
    if request.method != "GET" or "process" not in request.GET or not form.is_valid():
        return saved, False
    thickness = form.cleaned_data["thickness_mm"]
    try:
        spec = form.spec(saved, flatten, catalog_options.get_options())
        spec = replace(spec, thickness_mm=thickness) if thickness else spec
        choices.check(spec=spec, flatten=flatten)
    except PinshopError:
        return saved, False
    return spec, spec != saved


def _shared_link(request: HttpRequest, design: Design) -> str:
    share = design.shares.filter(revoked_at__isnull=True).first()
    return request.build_absolute_uri(reverse("designs:shared", args=[share.token])) if share else ""


def _quantity(request: HttpRequest) -> int:
    """How many are asked for: what the page was asked with, or the usual order."""
    given = request.POST.get("quantity") or request.GET.get("quantity") or ""
    return min(max(int(given), 1), pricing.MAX_QUANTITY) if given.isdecimal() and len(given) < 9 else QUANTITY


def _view(request: HttpRequest) -> str:
    chosen = request.GET.get("view", "")
    return chosen if chosen in VIEWS else VIEWS[0]
