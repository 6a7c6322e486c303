"""Another enamel for a colour of a pin: the house palette, nearest first, beside what it touches."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from catalog.selectors import options as catalog_options
from designs import engine
from designs.errors import ChoiceInvalid
from designs.measures import FIRST_LABEL, Colour, Measures
from designs.models import Design
from designs.selectors import designs
from designs.services import choices
from designs.web import pages
from designs.web.access import answers_refusals, get_design
from designs.web.forms import EnamelForm, PlaceForm
from pinshop.accounts import owners
from pinshop.accounts.enums import Scope
from pinshop.core import files
from pinshop.core.errors import NotFound, PinshopError

ALIKE = 12.0  # CIEDE2000: below this two enamels side by side are taken for one
NEAREST = 12


@dataclass(frozen=True, slots=True)
class Enamel:
    """A colour of the house, `away` from the artwork's; `contrast` is the least to a colour beside it."""

    code: str
    name: str
    hex: str
    away: float
    contrast: float | None
    alike: str
    chosen: bool


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
def enamel(request: HttpRequest, design_id: UUID, label: int) -> HttpResponseBase:
    """The palette for one colour; posted, what was chosen for it."""
    to = Scope.DESIGNS_WRITE if request.method == "POST" else Scope.DESIGNS_READ
    design = get_design(request, design_id, to=to)
    colour, measures = _colour(design, label)
    if request.method != "POST":
        is_part = "HX-Request" in request.headers
        template = "designs/_palette.html" if is_part else "designs/palette.html"
        return render(request, template, {**_context(design, colour, measures), "is_part": is_part})
    form = EnamelForm(request.POST)
    try:
        if not form.is_valid():
            raise ChoiceInvalid(gettext("Choose an enamel of the palette."))
        choices.change(
            design_id=design_id,
            owner=design.owner(),
            version=form.cleaned_data["version"],
            flatten=form.flatten(designs.choices_of(design), colour.hex),
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except PinshopError as refusal:
        return pages.page(request, design_id, refusal=refusal, status=refusal.status)
    return pages.done(request, design_id)


@require_safe
@answers_refusals
def at(request: HttpRequest, design_id: UUID) -> HttpResponseBase:
    """The palette for the colour at a place of the pin; 204 where there is metal, or nothing."""
    design = get_design(request, design_id)
    form = PlaceForm(request.GET)
    if not form.is_valid() or not design.pinart_sha256:
        return HttpResponse(status=204)
    pin = engine.open_pin(files.read(design.pinart_sha256))
    label = pin.label_at(form.cleaned_data["x_mm"], form.cleaned_data["y_mm"])
    measures = designs.measures_of(design)
    if measures is None or label not in {colour.label for colour in measures.colours}:
        return HttpResponse(status=204)
    return redirect("designs:enamel", design_id=design_id, label=label)


def _colour(design: Design, label: int) -> tuple[Colour, Measures]:
    measures = designs.measures_of(design)
    for colour in measures.colours if measures else ():
        if colour.label == label and measures:
            return colour, measures
    raise NotFound(gettext("This pin has no colour %(first_label)s.") % {"first_label": label - FIRST_LABEL + 1})


def _context(design: Design, colour: Colour, measures: Measures) -> dict[str, Any]:
    pin = engine.open_pin(files.read(design.pinart_sha256))
    beside = pin.neighbours(colour.label)
    touching = [other for other in measures.colours if other.label in beside]
    enamels = _enamels(colour, touching)
    by_distance = sorted(enamels, key=lambda each: each.away)
    return {
        "design": design,
        "colour": colour,
        "is_chosen": colour.hex in designs.choices_of(design).colours,
        "touching": touching,
        "nearest": by_distance[:NEAREST],
        "enamels": enamels,
        "others": [other for other in measures.colours if other.label != colour.label],
    }


def _enamels(colour: Colour, touching: list[Colour]) -> list[Enamel]:
    house = catalog_options.get_options().colours
    fills = [each.hex for each in house]
    away = engine.differences(fills, colour.hex)
    beside = [(other, engine.contrasts(fills, other.fill), engine.differences(fills, other.fill)) for other in touching]
    return [
        Enamel(
            code=each.code,
            name=each.name,
            hex=each.hex,
            away=away[n],
            contrast=min((contrasts[n] for _, contrasts, _ in beside), default=None),
            alike=next((f"{other.number}. {other.name}" for other, _, gaps in beside if gaps[n] < ALIKE), ""),
            chosen=each.hex == colour.fill,
        )
        for n, each in enumerate(house)
    ]
