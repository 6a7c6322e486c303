"""The proof sheet: the one document that customer, staff and factory read, made by typst from data and pictures."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from catalog.choices import Options
from catalog.spec import PinSpec
from designs.documents import revision_changes
from designs.measures import Measures, inches
from designs.models import Proof
from designs.report import Finding, Report
from designs.sheet import Sheet

TEMPLATE = Path(__file__).with_name("proof_sheet.typ")
TOLERANCE = "± 0.2 mm"
STATEMENT = (
    "I have checked the drawing, the spelling, the size, the colours, the plating and the attachment. Colours on a screen "
    "or on paper are indicative; the codes count. The outline may differ by ± 0.2 mm, and enamel is filled by hand, so no "
    "two pins are quite alike. My approval starts the making of the die and is final."
)
_NO_SYSTEM_FONTS = typst.Fonts(include_system_fonts=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """A finding or a change with the number or sign in front of it."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a finding lies; mm from the left top corner of the pin."""

    number: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the template prints, as text and millimetres."""

    shop: str
    design: str
    design_id: str
    date: str
    revision: str
    proof_hash: str
    head: tuple[Row, ...]
    width_mm: float
    height_mm: float
    width: str
    height: str
    thickness_mm: float
    posts: tuple[Row, ...]
    colours: tuple[Mapping[str, Any], ...]
    colourless: str
    spec: tuple[Row, ...]
    findings: tuple[Note, ...]
    marks: tuple[Mark, ...]
    mended: tuple[Note, ...]
    changes: tuple[str, ...]
    files: tuple[Row, ...]
    plating_note: str
    statement: str


def describe(
    proof: Proof, *, content: Mapping[str, Any], proof_hash: str, before: Mapping[str, Any] | None, options: Options
) -> Content:
    """What the sheet of a proof says, from what its hash is taken of and the manifest of the revision before."""
    spec, sheet = PinSpec.from_json(content["spec"]), Sheet.from_json(content["sheet"])
    measures, report = Measures.from_json(content["measures"]), Report.from_json(content["report"])
    return Content(
        shop=settings.SHOP_NAME,
        design=proof.design.name,
        design_id=str(proof.design_id),
        date=written(proof.created_at),
        revision=f"{proof.revision:02d}",
        proof_hash=proof_hash,
        head=_rows(("Order", sheet.order_number), ("Customer", sheet.customer), ("Date", written(proof.created_at))),
        width_mm=measures.width_mm,
        height_mm=measures.height_mm,
        width=_both(measures.width_mm),
        height=_both(measures.height_mm),
        thickness_mm=measures.thickness_mm,
        posts=tuple(
            Row(f"Post {number}", f"x {post.x_mm:.1f}  y {post.y_mm:.1f}  ⌀ {post.diameter_mm:.1f} mm")
            for number, post in enumerate(measures.posts, start=1)
        ),
        colours=tuple({**asdict(colour), "number": colour.number} for colour in measures.colours),
        colourless=_colourless(spec, options),
        spec=spec_rows(spec, measures=measures, options=options) + _order_rows(sheet),
        findings=_findings(report),
        marks=tuple(Mark(found.number, *found.at_mm) for found in report.findings if found.at_mm),
        mended=_mended(report),
        changes=revision_changes.list_changes(before, content),
        files=tuple(Row(name, sha256) for name, sha256 in sorted(content["files"].items())),
        plating_note=next((each.proof_note for each in options.platings if each.code == spec.plating), ""),
        statement=STATEMENT,
    )


def write(content: Content, *, pictures: Mapping[str, bytes]) -> bytes:
    """The sheet as PDF. `pictures` are files by name: back.jpg, card.jpg, and bare.png, the front on nothing.

    The same content and pictures give the same bytes: only the fonts inside typst are used, and the PDF carries no
    time.
    """
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        root = Path(folder)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        (root / "data.json").write_text(json.dumps(asdict(content)), encoding="utf-8")
        for name, data in pictures.items():
            (root / name).write_bytes(data)
        return typst.compile(
            root / TEMPLATE.name, root=root, font_paths=_NO_SYSTEM_FONTS, ignore_system_fonts=True, timestamp=0
        )


def spec_rows(spec: PinSpec, *, measures: Measures, options: Options) -> tuple[Row, ...]:
    """The table of what is made, in the shop's words; a code whose option is no longer on offer stands for itself."""
    process = next((each for each in options.processes if each.code == spec.process), None)
    addons = [f"{_name(options.addons, code)}{f' × {count}' if count > 1 else ''}" for code, count in spec.addons]
    return _rows(
        ("Process", _name(options.processes, spec.process)),
        ("Base metal", process.base_metal.capitalize() if process else ""),
        ("Size", f"{measures.width_mm:.1f} × {measures.height_mm:.1f} mm, {TOLERANCE}"),
        ("Thickness", f"{spec.thickness_mm:g} mm"),
        ("Weight", f"about {measures.weight_g:.1f} g"),
        ("Plating", _name(options.platings, spec.plating)),
        ("Colours", str(len(measures.colours)) if measures.colours else ""),
        ("Add-ons", ", ".join(addons) or "None"),
        ("Attachment", _attachment(spec, measures, options)),
        ("Packaging", _name(options.packagings, spec.packaging)),
        ("Production", "Rush" if spec.rush else "Standard"),
    )


def written(at: datetime) -> str:
    """A date as people write it: 23 November 2026."""
    return f"{at.day} {at:%B %Y}"


def _colourless(spec: PinSpec, options: Options) -> str:
    """What stands in place of the colour table where no colour is mixed."""
    printed = any(each.code == spec.process and each.fill == "print" for each in options.processes)
    return "Printed in full colour from the artwork." if printed else "Metal only: no colour is filled."


def _findings(report: Report) -> tuple[Note, ...]:
    """One note per rule and severity, with the numbers of all its places: a dozen thin lines are one sentence."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for found in report.findings:
        groups.setdefault((found.rule, found.severity), []).append(found)
    return tuple(Note(_span([each.number for each in group]), group[0].message) for group in groups.values())


def _mended(report: Report) -> tuple[Note, ...]:
    counts = Counter(change.text for change in report.changes)
    return tuple(Note(f"{count} ×", text[:1].upper() + text[1:] + ".") for text, count in counts.most_common(8))


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def _order_rows(sheet: Sheet) -> tuple[Row, ...]:
    quantity = f"{sheet.quantity:,}" if sheet.quantity else ""
    return _rows(
        ("Quantity", f"{quantity}, {sheet.overs}" if quantity and sheet.overs else quantity),
        ("Price per pin", sheet.unit_price),
        ("Total", sheet.total),
        ("Ships by", sheet.ship_by),
        ("Note", sheet.note),
    )


def _attachment(spec: PinSpec, measures: Measures, options: Options) -> str:
    name = _name(options.attachments, spec.attachment)
    option = next((each for each in options.attachments if each.code == spec.attachment), None)
    if option is not None and option.max_posts == 0:
        return name
    posts = len(measures.posts)
    return f"{name}, {posts} post{'' if posts == 1 else 's'}"


def _name(among: Any, code: str) -> str:
    return next((str(each.name) for each in among if each.code == code), code)


def _rows(*pairs: tuple[str, str]) -> tuple[Row, ...]:
    return tuple(Row(label, value) for label, value in pairs if value)


def _both(length_mm: float) -> str:
    return f"{length_mm:.2f} mm · {inches(length_mm)} in"
