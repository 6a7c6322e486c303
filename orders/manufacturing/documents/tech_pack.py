"""The tech pack: all that a manufacturer needs to make a pin, in one PDF in mm, made from the approved proof."""

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typst

from catalog.choices import Options
from designs.measures import Measures
from designs.selectors.proofs import Package
from orders.manufacturing.documents import inspection, processes

TEMPLATE = Path(__file__).with_name("tech_pack.typ")
TOLERANCES = "outline ± 0.2 mm, thickness ± 0.15 mm, print ± 0.3 mm"  # zhecraft.com, "12 lines buyers miss"
# The empty margin around the pin in its die lines (designs.rendering.vectors), in mm.
DIE_LINES_MARGIN_MM = 6.0
_FILLED_LAYER = re.compile(
    r'<g inkscape:groupmode="layer" inkscape:label="(?:metal_raised|enamel_\d+)">.*?</g>', re.DOTALL
)
_HAIRLINE = 'stroke-width="0.05"'
_NBSP = "\u00a0"  # keeps a figure and its unit on one line
_NO_SYSTEM_FONTS = typst.Fonts(include_system_fonts=False)


@dataclass(frozen=True, slots=True)
class Job:
    """What the production order adds to the proof: who makes how many by when, and on whose approval."""

    shop: str
    support_email: str
    number: str
    order_number: str
    manufacturer: str
    quantity: int
    due_date: date
    made_at: datetime
    approval_id: str
    approved_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class LineLimits:
    """The thinnest raised line in mm: as it should be, and as it must be."""

    wanted_mm: float
    least_mm: float


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the template prints."""

    job: Mapping[str, Any]
    design: str
    revision: str
    proof_hash: str
    build_line: str
    width_mm: float
    height_mm: float
    thickness_mm: float
    margin_mm: float
    pictures: Mapping[str, str]
    colours: tuple[Mapping[str, Any], ...]
    posts: tuple[Mapping[str, Any], ...]
    metal: tuple[Row, ...]
    work: tuple[Row, ...]
    packing: tuple[Row, ...]
    plan: Mapping[str, Any]
    ownership: tuple[Row, ...]
    files: tuple[Row, ...]
    findings: tuple[str, ...]
    plating_note: str


def describe(
    *, package: Package, job: Job, limits: LineLimits, options: Options, pictures: Mapping[str, str]
) -> Content:
    """What the tech pack of an approved proof says. `pictures` are the names under which `write` gets them."""
    measures, spec = package.measures, package.spec
    return Content(
        job={
            "shop": job.shop,
            "support_email": job.support_email,
            "number": job.number,
            "order_number": job.order_number,
            "manufacturer": job.manufacturer,
            "quantity": f"{job.quantity:,}",
            "due": _date(job.due_date),
            "made": _date(job.made_at.date()),
            "live": job.live,
        },
        design=package.design_name,
        revision=f"{package.revision:02d}",
        proof_hash=package.proof_hash,
        build_line=build_line(package, options),
        width_mm=measures.width_mm,
        height_mm=measures.height_mm,
        thickness_mm=spec.thickness_mm,
        margin_mm=DIE_LINES_MARGIN_MM,
        pictures=pictures,
        colours=tuple({**asdict(colour), "number": colour.number} for colour in measures.colours),
        posts=_posts(measures),
        metal=_metal(package, options),
        work=_work(package, limits, options),
        packing=_packing(package, options),
        plan=asdict(inspection.plan_for(job.quantity)),
        ownership=_ownership(package, job),
        files=tuple(Row(name, sha256) for name, sha256 in sorted(package.files.items())),
        findings=tuple(dict.fromkeys(finding.message for finding in package.findings)),
        plating_note=next((each.proof_note for each in options.platings if each.code == spec.plating), ""),
    )


def write(content: Content, *, files: Mapping[str, bytes], die_lines: bytes) -> bytes:
    """The PDF; the same content and files give the same bytes. `files` are the pictures by the names in the content."""
    with tempfile.TemporaryDirectory(prefix="tech-pack-") as folder:
        root = Path(folder)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        (root / "data.json").write_text(json.dumps(asdict(content)), encoding="utf-8")
        (root / "die-lines.svg").write_bytes(die_lines)
        (root / "outline.svg").write_text(outline_of(die_lines.decode()), encoding="utf-8")
        for name, data in files.items():
            (root / name).write_bytes(data)
        return typst.compile(
            root / TEMPLATE.name, root=root, font_paths=_NO_SYSTEM_FONTS, ignore_system_fonts=True, timestamp=0
        )


def outline_of(die_lines: str) -> str:
    """The die lines without their filled layers: outline, cut-outs, posts and dimensions, in strokes that print."""
    return _FILLED_LAYER.sub("", die_lines).replace(_HAIRLINE, 'stroke-width="0.12"')


def build_line(package: Package, options: Options) -> str:
    """The pin in one sentence, which whoever opens the order reads first (zhecraft.com, "first-time importers")."""
    spec, measures = package.spec, package.measures
    colours = len(measures.colours)
    parts = [
        f"{processes.working_of(spec.process).made} {_base_metal(spec.process, options)} pin",
        _name(options.processes, spec.process).lower() + (f" in {_count(colours, 'colour')}" if colours else ""),
        f"{measures.width_mm:.1f} W × {measures.height_mm:.1f} H{_NBSP}mm",
        f"{spec.thickness_mm:g}{_NBSP}mm thick",
        f"about {measures.weight_g:.1f}{_NBSP}g",
        _name(options.platings, spec.plating).lower(),
        *([_count(len(measures.posts), "post")] if measures.posts else []),
        _name(options.attachments, spec.attachment).lower(),
        *(_addon(options, code, count).lower() for code, count in spec.addons),
        _name(options.packagings, spec.packaging).lower(),
    ]
    return ", ".join(parts) + "."


def _metal(package: Package, options: Options) -> tuple[Row, ...]:
    spec, measures = package.spec, package.measures
    longest = max(measures.width_mm, measures.height_mm)
    return _rows(
        ("Size", f"{measures.width_mm:.2f} W × {measures.height_mm:.2f} H mm, longest side {longest:.2f} mm"),
        ("Thickness", f"{spec.thickness_mm:g} mm"),
        ("Tolerances", TOLERANCES),
        ("Weight", f"about {measures.weight_g:.1f} g"),
        ("Base metal", _base_metal(spec.process, options)),
        ("Plating", f"{_name(options.platings, spec.plating)}, front, back and edges"),
        ("Cut-outs", str(len(measures.cutouts)) if measures.cutouts else "none"),
        ("Back", "as in the picture; " + ("with backstamp" if spec.count_of("backstamp") else "no backstamp")),
        ("Numbering", "laser on the back, running, each number once" if spec.count_of("numbering") else ""),
        ("Attachment", _attachment(package, options)),
        # Regulation (EC) 1907/2006, annex XVII, entries 27, 23 and 63.
        ("Compliance", "nickel release ≤ 0.5 µg/cm² a week; lead ≤ 0.05 %, cadmium ≤ 0.01 % by weight (REACH)"),
    )


def _work(package: Package, limits: LineLimits, options: Options) -> tuple[Row, ...]:
    spec = package.spec
    working = processes.working_of(spec.process)
    addons = ", ".join(_addon(options, code, count) for code, count in spec.addons)
    return _rows(
        ("Process", _name(options.processes, spec.process)),
        ("Steps", working.steps + (" → epoxy dome" if spec.count_of("epoxy_dome") else "")),
        ("Raised lines", f"{limits.wanted_mm:.2f} mm or more, never under {limits.least_mm:.2f} mm"),
        ("Recess", working.recess_depth),
        ("Fill", working.fill_level),
        ("Add-ons", addons or "none"),
        ("Colour match", "by house code and HLC value, never from a screen or this print"),
        ("Changes", "none without our written yes; ask before you mend the drawing"),
    )


def _packing(package: Package, options: Options) -> tuple[Row, ...]:
    sheet = package.sheet
    return _rows(
        ("Each pin", _name(options.packagings, package.spec.packaging)),
        ("Clutches", "on the posts, one per post"),
        # 19 USC 1304 and 19 CFR 134: on the article or the container that reaches the buyer.
        ("Origin", "country of origin in English on each bag or card"),
        ("Quantity", f"{sheet.quantity:,} good pieces. Report the number you packed, even if it is short."),
        ("Agreed with the customer", sheet.overs),
        ("Carton", "label with our number and the piece count; at most 10 kg"),
        ("Note", sheet.note),
    )


def _ownership(package: Package, job: Job) -> tuple[Row, ...]:
    return _rows(
        ("Production order", job.number),
        ("Order", job.order_number),
        ("Design", f"{package.design_name} · {package.design_id}"),
        ("Proof", f"revision {package.revision:02d} · {package.proof_id}"),
        ("Approval", f"{job.approval_id}, {_date(job.approved_at.date())}"),
        ("Die", f"the customer's; keep it for reorders under {job.number}, strike nothing else with it"),
        ("Golden sample", "keep two accepted pieces for reorders"),
    )


def _posts(measures: Measures) -> tuple[Mapping[str, Any], ...]:
    """Where each post stands: from the centre (x to the right, y up) and from the left top corner, seen from the front."""
    return tuple(
        {
            "number": number,
            "centre": f"{_signed(post.x_mm - measures.width_mm / 2)} / {_signed(measures.height_mm / 2 - post.y_mm)}",
            "corner": f"{post.x_mm:.2f} / {post.y_mm:.2f}",
            "diameter": f"{post.diameter_mm:.1f}",
        }
        for number, post in enumerate(measures.posts, start=1)
    )


def _signed(length_mm: float) -> str:
    """With its sign, and without one where it rounds to nothing."""
    rounded = round(length_mm, 2)
    return f"{rounded:+.2f}" if rounded else "0.00"


def _attachment(package: Package, options: Options) -> str:
    spec = package.spec
    name = _name(options.attachments, spec.attachment)
    posts = len(package.measures.posts)
    if not posts:
        return name
    return f"{_count(posts, 'post')} of {processes.post_length_mm(spec.attachment)} mm with {name.lower()}"


def _base_metal(process: str, options: Options) -> str:
    return next((each.base_metal for each in options.processes if each.code == process), "metal")


def _addon(options: Options, code: str, count: int) -> str:
    name = _name(options.addons, code)
    return f"{name} × {count}" if count > 1 else name


def _name(among: Sequence[Any], code: str) -> str:
    """The option's name; a code whose option is no longer on offer stands for itself."""
    return next((str(each.name) for each in among if each.code == code), code.replace("_", " "))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _rows(*pairs: tuple[str, str]) -> tuple[Row, ...]:
    return tuple(Row(label, value) for label, value in pairs if value)
