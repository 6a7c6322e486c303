"""Designs and proofs as templates show them: signed links, marks on the picture, options with their state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from catalog.choices import Options, Plating
from catalog.services import compatibility
from catalog.spec import PinSpec
from designs import engine
from designs.flatten import FlattenChoices
from designs.models import Design, Proof
from designs.report import Finding, Report
from designs.selectors import proofs
from designs.services import choices, pictures
from designs.web import places
from pinshop.core import files
from pinshop.core.words import Sentence

_FLATTEN_WORDS: Mapping[str, tuple[Any, Mapping[str, Any]]] = {
    "lines": (
        gettext_lazy("Dark drawing lines"),
        {
            "auto": gettext_lazy("Decide for me"),
            "metal": gettext_lazy("Become metal"),
            "enamel": gettext_lazy("Become enamel"),
        },
    ),
    "background": (
        gettext_lazy("Background"),
        {"auto": gettext_lazy("Decide for me"), "keep": gettext_lazy("Keep it"), "remove": gettext_lazy("Remove it")},
    ),
    "shape": (
        gettext_lazy("Outline"),
        {
            "none": gettext_lazy("As drawn"),
            "circle": gettext_lazy("A circle"),
            "shield": gettext_lazy("A shield"),
            "square": gettext_lazy("A rounded square"),
        },
    ),
    "bridge": (
        gettext_lazy("Loose pieces"),
        {
            "off": gettext_lazy("Leave them"),
            "auto": gettext_lazy("Join them by bridges"),
            "plate": gettext_lazy("Put them on one plate"),
        },
    ),
}
_SEVERITIES = {
    "block": gettext_lazy("Must be mended"),
    "warn": gettext_lazy("May fail"),
    "ask": gettext_lazy("Your choice"),
}


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """One view of a pin: signed links that expire."""

    view: str
    label: str
    webp: str
    jpeg: str
    small: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A mend as a button."""

    mend: str
    label: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All places of one rule, told once; `number` is that of the first."""

    number: int
    numbers: str
    rule: str
    severity: str
    severity_label: str
    message: str
    staff_message: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One option of the configurator; `blocked` says why it cannot be taken with the rest."""

    code: str
    name: str
    note: str
    chosen: bool
    blocked: str
    tones: tuple[str, ...] = ()  # of a plating, from light to dark, as sRGB hex


@dataclass(frozen=True, slots=True)
class Select:
    """A question about how the drawing is read."""

    name: str
    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on with the counts that can be chosen."""

    card: Card
    counts: tuple[int, ...]
    count: int


def _views() -> dict[str, str]:
    return {
        "front": gettext("Front"),
        "back": gettext("Back"),
        "card": gettext("On its card"),
        "artwork": gettext("Your artwork"),
    }


def list_pictures(design: Design) -> list[ShownPicture]:
    """The views that are drawn, front first; and last the artwork as pixels."""
    return [
        _picture(view, design.pictures[view], design.name)
        for view in (*engine.VIEWS, "artwork")
        if view in design.pictures
    ]


def list_proof_pictures(proof: Proof) -> list[ShownPicture]:
    """The pictures of a rendered proof."""
    shown = []
    for view in engine.VIEWS:
        if view in proof.files:
            link = files.link(proof.files[view], name=f"{view}.jpg")
            shown.append(ShownPicture(view, view.capitalize(), link, link, link))
    return shown


@dataclass(frozen=True, slots=True)
class Live:
    """The pin for the browser: a signed link to its bundle, and how it is made, by the catalogue's codes."""

    src: str
    process: str
    plating: str
    epoxy: bool


def find_live(design: Design) -> Live | None:
    """The live pin of a design; None where none was made (yet)."""
    made = design.pictures.get(pictures.LIVE)
    if made is None:
        return None
    spec = PinSpec.from_json(design.spec)
    return Live(
        src=files.link(made[""]["pin"], name=f"{design.id}.pin"),
        process=spec.process,
        plating=spec.plating,
        epoxy=spec.count_of("epoxy_dome") > 0,
    )


def list_groups(report: Report | None) -> list[FindingGroup]:
    """The findings, those of one rule and severity together."""
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for found in report.findings if report else ():
        groups.setdefault(places.rule_of(found), []).append(found)
    return [_group(group) for group in groups.values()]


def options_of(spec: PinSpec, options: Options) -> dict[str, Any]:
    """Every option as a card, for the template."""
    blocked = compatibility.list_blocked(spec=spec, options=options)
    return {
        "processes": _cards("process", options.processes, spec.process, blocked),
        "platings": _cards("plating", options.platings, spec.plating, blocked),
        "attachments": _cards("attachment", options.attachments, spec.attachment, blocked),
        "packagings": _cards("packaging", options.packagings, spec.packaging, blocked),
        "sizes": options.sizes,
        "thicknesses": _thicknesses(spec, options),
        "counted": [(code, count) for code, count in spec.addons if code in {"glitter", "glow", "pearl"}],
        "addons": [
            AddOn(
                card=_card("addon", option, chosen=spec.count_of(option.code) > 0, blocked=blocked),
                counts=tuple(range(1, option.max_count + 1)),
                count=spec.count_of(option.code),
            )
            for option in options.addons
            if option.code not in {"glitter", "glow", "pearl"}
        ],
    }


def _thicknesses(spec: PinSpec, options: Options) -> tuple[float, ...]:
    process = next((each for each in options.processes if each.code == spec.process), None)
    return tuple(sorted({*(process.thicknesses_mm if process else ()), spec.thickness_mm}))


def list_selects(flatten: FlattenChoices) -> list[Select]:
    """How the drawing is read, as select boxes."""
    return [
        Select(
            name=name,
            label=str(label),
            cards=tuple(Card(code, str(word), "", getattr(flatten, name) == code, "") for code, word in words.items()),
        )
        for name, (label, words) in _FLATTEN_WORDS.items()
    ]


def proof_context(proof: Proof) -> dict[str, Any]:
    """What `designs/_proof.html` shows of a proof: pictures at full size, PDF, report and comments."""
    report = proofs.report_of(proof)
    overridden = set(proof.overrides.values_list("rule", flat=True))
    return {
        "proof": proof,
        "pictures": list_proof_pictures(proof),
        "pdf": files.link(proof.pdf_sha256, name=f"proof-{proof.revision:02d}.pdf") if proof.pdf_sha256 else "",
        "measures": proofs.measures_of(proof),
        "findings": list_groups(report),
        "overridden": overridden,
        "comments": list(proof.comments.filter(answers=None).prefetch_related("replies")),
    }


def _picture(view: str, sizes: Mapping[str, Mapping[str, str]], name: str) -> ShownPicture:
    widths = sorted(sizes, key=int)
    large, small = sizes[widths[-1]], sizes[widths[0]]
    return ShownPicture(
        view=view,
        label=_views()[view],
        webp=files.link(large["webp"], name=f"{name} {view}.webp"),
        jpeg=files.link(large["jpeg"], name=f"{name} {view}.jpg"),
        small=files.link(small["webp"], name=f"{name} {view} small.webp"),
    )


def _group(group: list[Finding]) -> FindingGroup:
    first, last = group[0], group[-1]
    return FindingGroup(
        number=first.number,
        numbers=str(first.number) if first is last else f"{first.number}–{last.number}",
        rule=first.rule,
        severity=first.severity,
        severity_label=str(_SEVERITIES[first.severity]),
        message=first.message,
        staff_message=first.staff_message,
        offers=tuple(Offer(mend, Sentence(choices.MENDS[mend])) for mend in choices.list_mends(first)),
    )


def _cards(kind: str, among: Iterable[Any], chosen: str, blocked: Mapping[tuple[str, str], str]) -> list[Card]:
    return [_card(kind, option, chosen=option.code == chosen, blocked=blocked) for option in among]


def _card(kind: str, option: Any, *, chosen: bool, blocked: Mapping[tuple[str, str], str]) -> Card:
    tones = (option.highlight_hex, option.mid_hex, option.low_hex) if isinstance(option, Plating) else ()
    return Card(option.code, option.name, option.description, chosen, blocked.get((kind, option.code), ""), tones)
