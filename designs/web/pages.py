"""The page of a design: what it looks like as a pin, what should be mended, and its choices."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs import engine, rights
from designs.errors import MendGone
from designs.selectors import designs
from designs.services import choices
from designs.web import shown
from designs.web.access import answers_refusals, get_design
from designs.web.forms import ACCEPTED, ChoicesForm, MendForm, ReplaceForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import NotFound, PinshopError


@require_safe
@answers_refusals
def show(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The design's page."""
    return page(request, design_id, status=200)


@require_safe
@answers_refusals
def status(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """What htmx asks for while a worker is busy: the waiting note, or word that the page is to be loaded anew."""
    design = get_design(request, design_id)
    if not designs.is_busy(design):
        return HttpResponse(status=200, headers={"HX-Refresh": "true"})
    return render(request, "designs/_status.html", {"design": design})


@require_POST
@answers_refusals
def change(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Take the choices of the form; refusals are shown beside them, and nothing that was chosen is lost."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return page(request, design_id, form=form, status=422)
    try:
        flatten = form.flatten(designs.choices_of(design))
        spec = form.spec(PinSpec.from_json(design.spec), flatten, catalog_options.get_options())
        choices.change(
            design_id=design_id,
            owner=design.owner(),
            version=form.cleaned_data["version"],
            spec=spec,
            flatten=flatten,
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except PinshopError as refusal:
        return page(request, design_id, form=form, refusal=refusal, status=refusal.status)
    return redirect("designs:detail", design_id=design_id)


@require_POST
@answers_refusals
def mend(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """Take a mend that a finding offers."""
    design = get_design(request, design_id, to=Scope.DESIGNS_WRITE)
    form = MendForm(request.POST)
    try:
        if not form.is_valid():
            raise MendGone("Choose one of the mends that are offered.")
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
    return redirect("designs:detail", design_id=design_id)


def page(
    request: HttpRequest,
    design_id: UUID,
    *,
    status: int,
    form: ChoicesForm | None = None,
    upload_form: ReplaceForm | None = None,
    refusal: PinshopError | None = None,
) -> HttpResponseBase:
    """The design's page, with what was refused on it."""
    design = get_design(request, design_id)
    report, measures = designs.report_of(design), designs.measures_of(design)
    spec, flatten = PinSpec.from_json(design.spec), designs.choices_of(design)
    context: dict[str, Any] = {
        "design": design,
        "busy": designs.is_busy(design),
        "spec": spec,
        "flatten": flatten,
        "flatten_selects": shown.list_selects(flatten),
        "engine_effects": engine.EFFECTS,
        "measures": measures,
        "pictures": shown.list_pictures(design),
        "live": shown.find_live(design),
        "marks": shown.list_marks(report, measures),
        "findings": shown.list_groups(report),
        "changes": report.changes if report else (),
        "options": shown.options_of(spec, catalog_options.get_options()),
        "form": form,
        "upload_form": upload_form or ReplaceForm(initial={"version": design.version}),
        "refusal": refusal,
        "accepted": ACCEPTED,
        "rights_text": rights.TEXT,
    }
    return render(request, "designs/detail.html", context, status=status)
