"""The proof engine as the shop uses it: choices in, a pin with report, measures and pictures out.

The only module here (besides `tasks`, which warms it up) that knows `designs.rendering`. The limits and the house palette
come from the catalogue, so what staff edit there is what the engine checks.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache

from django.utils.translation import gettext

from catalog.selectors import rules as catalog_rules
from catalog.spec import PinSpec
from designs import rendering
from designs.errors import ArtworkRefused, ChoiceInvalid
from designs.flatten import FlattenChoices
from designs.measures import Colour, Cutout, Measures, Post
from designs.rendering import artwork as artworks
from designs.rendering import chosen, live, options, pipeline, posts, proof_sheet, sharing, swatches, views
from designs.rendering.wording import Wording
from designs.report import Change, Finding, Report
from pinshop.core.words import Sentence

Picture = rendering.Picture
Swatch = swatches.Swatch
sheets = proof_sheet
VIEWS = ("front", "back", "card")  # the views of the engine that the shop shows
FRONT_FILL: float = views.FRONT_FILL  # the share of the front picture that the pin's longest side takes
EFFECTS = options.EFFECTS
STAGES = pipeline.STAGES
PREVIEW_PX = 1200
PRINT_PROCESS = "offset_print"
SPOT_PRINTED = swatches.SPOT_PRINTED
_COLOUR = re.compile("#[0-9a-f]{6}")
_DRAWN_ATTACHMENT = {
    "butterfly": "butterfly_clutch",
    "rubber": "rubber_clutch",
    "deluxe": "deluxe_clutch",
    "tie_tack": "tie_tack",
    "magnet": "magnet",
    "safety_pin": "safety_pin",
}
# Two metals are shown as gold lines in a silver rim and on a silver ground.
_DUAL = ("gold", "silver")
_SHOWN_PLATING = {"color_dyed": "dyed", "colour_dyed": "dyed"}
_SHOWN_COATS = {**live.COATS, "dual": _DUAL, **{code: (shown, "") for code, shown in _SHOWN_PLATING.items()}}


@dataclass(frozen=True)
class Pin:
    """A flattened pin, which can be stored, drawn and cut. Opaque to everyone but this module."""

    art: rendering.PinArt = field(repr=False)
    _laid_out: dict[int, rendering.Prepared] = field(default_factory=dict, repr=False, compare=False)

    def to_bytes(self) -> bytes:
        """The pin as a file (a zip); the same pin gives the same bytes."""
        return self.art.to_bytes()

    def picture(self, *, view: str, spec: PinSpec, px: int, bare: bool = False) -> rendering.Picture:
        """One of `VIEWS`, `px` high, as this spec is made; `bare` leaves the ground transparent."""
        look = replace(look_of(spec), ground="transparent") if bare else look_of(spec)
        if px not in self._laid_out:
            self._laid_out.clear()
            self._laid_out[px] = rendering.prepare(self.art, px)
        return rendering.render(self._laid_out[px], view=view, look=look, px=px)

    def label_at(self, x_mm: float, y_mm: float) -> int:
        """What lies at a place of the pin: 0 nothing, 1 metal, 2.. the label of a colour."""
        return chosen.label_at(self.art, x_mm, y_mm)

    def neighbours(self, label: int) -> tuple[int, ...]:
        """The labels of the colours beside a colour, across no more than a metal line."""
        return chosen.neighbours(self.art, label)

    def live(self) -> bytes:
        """The pin for the browser, in every plating of the catalogue, by its codes."""
        return live.bundle(self.art, _SHOWN_COATS)

    def dielines(self) -> bytes:
        """The die lines, an SVG in mm."""
        return rendering.dielines(self.art).encode()


@dataclass(frozen=True)
class Flattened:
    """What became of an artwork: the pin, its report and measures, and sentences for the customer."""

    pin: Pin
    report: Report
    measures: Measures
    notes: tuple[str, ...]


def sniff(content: bytes) -> str:
    """The media type by the first bytes; raises ArtworkRefused for empty, too large or foreign files. Decodes nothing."""
    try:
        return rendering.sniff(content)
    except rendering.ArtworkError as error:
        raise _refused(error) from error


def open_pin(data: bytes) -> Pin:
    """Read what `Pin.to_bytes` wrote."""
    return Pin(rendering.PinArt.from_bytes(data))


def _tell_nobody(_stage: str) -> None:
    return


def flatten(
    content: bytes, *, spec: PinSpec, choices: FlattenChoices, tell: Callable[[str], None] = _tell_nobody
) -> Flattened:
    """Turn an artwork into the pin that spec and choices ask for; the same input gives the same pin.

    `tell` is called as each of `STAGES` begins. Raises ArtworkRefused with the sentence for the customer, ChoiceInvalid
    for choices that the engine does not know.
    """
    version, rules, palette = _rules()
    try:
        made = rendering.flatten(content, options=options_of(spec, choices), rules=rules, palette=palette, tell=tell)
    except rendering.ArtworkError as error:
        raise _refused(error) from error
    report = Report(
        rules_version=version,
        findings=tuple(_finding(number, found) for number, found in enumerate(made.findings, start=1)),
        changes=tuple(Change(kind=each.kind, text=each.text, at_mm=each.at_mm) for each in made.changes),
    )
    art = chosen.filled(made.pin_art, choices.colours, palette)
    return Flattened(Pin(art), report, _measures(art, palette, spec), made.notes)


def refilled(pin: Pin, *, spec: PinSpec, choices: FlattenChoices) -> tuple[Pin, Measures]:
    """The pin with the enamels that are chosen now, and its measures: no other part of it changes."""
    _, _, palette = _rules()
    art = chosen.filled(pin.art, choices.colours, palette)
    return Pin(art), _measures(art, palette, spec)


def differences(among: Sequence[str], other: str) -> list[float]:
    """How different colours `#rrggbb` look from another (CIEDE2000): 1 is hardly seen, over 20 is another colour."""
    return chosen.differences(among, other)


def contrasts(among: Sequence[str], other: str) -> list[float]:
    """The contrast of colours `#rrggbb` with another, 1 to 21, by WCAG 2."""
    return chosen.contrasts(among, other)


def check_colours(choices: FlattenChoices) -> None:
    """Raise ChoiceInvalid for an enamel that the house does not have, or a colour that is not written as one."""
    if not choices.colours:
        return
    _, _, palette = _rules()
    known = {colour.code for colour in palette.colours}
    for colour, code in choices.colours.items():
        if not _COLOUR.fullmatch(colour) or code not in known:
            message = gettext("There is no enamel %(code)s for the colour %(colour)s. Choose one of the palette.") % {
                "code": f"{code!r}",
                "colour": f"{colour!r}",
            }
            raise ChoiceInvalid(message, fields={"flatten.colours": message})


def for_sharing(front: Picture) -> Picture:
    """A bare front on a sheet of paper, wider than high, as other sites show a page that somebody shares."""
    return sharing.on_paper(front)


def preview(content: bytes) -> rendering.Picture:
    """The artwork itself as pixels, so that no uploaded SVG or PDF is ever shown; raises ArtworkRefused."""
    try:
        return rendering.Picture(artworks.decode(content, px=PREVIEW_PX).rgba)
    except rendering.ArtworkError as error:
        raise _refused(error) from error


def options_of(spec: PinSpec, choices: FlattenChoices) -> rendering.FlattenOptions:
    """The engine's options; equal options mean that nothing has to be flattened anew. Raises ChoiceInvalid."""
    try:
        return rendering.FlattenOptions(
            size_mm=spec.size_mm,
            process=_process(spec),
            lines=choices.lines,
            line_mm=choices.line_mm,
            max_colours=choices.max_colours,
            background=choices.background,
            shape=choices.shape,
            bridge=choices.bridge,
            effects=dict(choices.effects),
            mend=choices.mend,
            merges=tuple(sorted(choices.merges.items())),
            cutouts=tuple(sorted(choices.cutouts)),
        )
    except (ValueError, TypeError) as error:
        text = str(error)
        raise ChoiceInvalid(
            gettext("This choice does not fit: %(text)s.") % {"text": text},
            fields={f"flatten.{text.split(' ', maxsplit=1)[0]}": text},
        ) from error


def look_of(spec: PinSpec) -> rendering.Look:
    """How the spec is drawn; equal looks mean that the pictures stay as they are."""
    first, second = _DUAL if spec.plating == "dual" else (_SHOWN_PLATING.get(spec.plating, spec.plating), "")
    return rendering.Look(
        process=spec.process if spec.process in rendering.PROCESSES else "soft_enamel",
        plating=first if first in rendering.PLATINGS else "gold",
        second_plating=second,
        epoxy=spec.count_of("epoxy_dome") > 0,
        attachment=_DRAWN_ATTACHMENT.get(spec.attachment, "none"),
    )


def _process(spec: PinSpec) -> str:
    """The process by whose rules a spec is checked; raises ChoiceInvalid for one without rules."""
    _, rules, _ = _rules()
    if spec.process not in rules.processes:
        raise ChoiceInvalid(
            gettext("We have no limits for the process %(process)s; choose one of %(listed)s.")
            % {"process": f"{spec.process!r}", "listed": ", ".join(rules.processes)},
            fields={"process": gettext("Choose another process.")},
        )
    return spec.process


def _rules() -> tuple[str, rendering.Rules, rendering.HousePalette]:
    published = catalog_rules.get_engine_rules()
    rules, palette = _read(json.dumps(published.rules), json.dumps(published.palette))
    return str(published.version), rules, palette


@lru_cache(maxsize=4)
def _read(rules: str, palette: str) -> tuple[rendering.Rules, rendering.HousePalette]:
    return rendering.Rules.from_json(rules), rendering.HousePalette.from_json(palette)


def _refused(error: rendering.ArtworkError) -> ArtworkRefused:
    return ArtworkRefused(str(error), fields={"artwork": str(error)}, cause=error.code)


def _finding(number: int, found: rendering.Finding) -> Finding:
    return Finding(
        number=number,
        rule=found.rule,
        severity=found.severity,
        message=_said(found.message),
        staff_message=found.staff_message,
        mend=found.mend or "",
        measured=found.measured_mm,
        limit=found.limit_mm,
        at_mm=found.at_mm,
        box_mm=found.box_mm,
    )


def _said(wording: Wording) -> Sentence:
    figures = {
        name: _said(figure) if isinstance(figure, Wording) else figure for name, figure in wording.figures.items()
    }
    return Sentence(wording.text, **figures)


def _measures(art: rendering.PinArt, palette: rendering.HousePalette, spec: PinSpec) -> Measures:
    return Measures(
        width_mm=art.width_mm,
        height_mm=art.height_mm,
        thickness_mm=spec.thickness_mm,
        weight_g=_weight(art, spec),
        colours=tuple(Colour(**asdict(each)) for each in swatches.swatches(art, palette)),
        posts=tuple(Post(post.x_mm, post.y_mm, post.diameter_mm) for post in art.posts),
        cutouts=tuple(Cutout(hole.x_mm, hole.y_mm, hole.across_mm) for hole in art.cutouts),
    )


def _weight(art: rendering.PinArt, spec: PinSpec) -> float:
    """Grams at the thickness that was chosen; the engine's own figure is for the usual one."""
    solid = float((art.labels > 0).sum()) / art.px_per_mm**2
    filled = 0.0 if art.print_rgba is not None else sum(entry.area_mm2 for entry in art.palette)
    scales = posts.Scales(solid_mm2=solid, enamel_mm2=filled, thickness_mm=spec.thickness_mm)
    return scales.grams(post_count=len(art.posts))
