"""What the proof sheet of an order says: the engine prints it, the order and the catalogue give the words."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings

from catalog.choices import Options
from catalog.spec import PinSpec
from designs.documents import revision_changes
from designs.engine import Swatch, sheets
from designs.measures import Measures
from designs.models import Proof
from designs.report import Report
from designs.sheet import Sheet


def describe(
    proof: Proof, *, content: Mapping[str, Any], proof_hash: str, before: Mapping[str, Any] | None, options: Options
) -> sheets.Content:
    """What the sheet of a proof says, from what its hash is taken of and the manifest of the revision before."""
    spec, sheet = PinSpec.from_json(content["spec"]), Sheet.from_json(content["sheet"])
    measures, report = Measures.from_json(content["measures"]), Report.from_json(content["report"])
    date = written(proof.created_at)
    told = [sheets.Told(found.rule, found.severity, found.message, found.at_mm) for found in report.findings]
    return sheets.Content(
        shop=settings.SHOP_NAME,
        design=proof.design.name,
        revision=f"{proof.revision:02d}",
        proof_hash=proof_hash,
        head=sheets.rows(("Order", sheet.order_number), ("Customer", sheet.customer), ("Date", date)),
        width_mm=measures.width_mm,
        height_mm=measures.height_mm,
        width=sheets.both(measures.width_mm),
        height=sheets.both(measures.height_mm),
        thickness_mm=measures.thickness_mm,
        posts=sheets.post_rows((post.x_mm, post.y_mm, post.diameter_mm) for post in measures.posts),
        colours=tuple(Swatch(**asdict(colour)) for colour in measures.colours),
        colourless=_colourless(spec, options),
        spec=spec_rows(spec, measures=measures, options=options) + _order_rows(sheet),
        findings=sheets.finding_notes(told),
        marks=sheets.finding_marks(told),
        mended=sheets.change_notes(change.text for change in report.changes),
        changes=revision_changes.list_changes(before, content),
        files=sheets.rows(*sorted(content["files"].items())),
        plating_note=next((each.proof_note for each in options.platings if each.code == spec.plating), ""),
    )


def spec_rows(spec: PinSpec, *, measures: Measures, options: Options) -> tuple[sheets.Row, ...]:
    """The table of what is made, in the shop's words; a code whose option is no longer on offer stands for itself."""
    process = next((each for each in options.processes if each.code == spec.process), None)
    addons = [f"{_name(options.addons, code)}{f' × {count}' if count > 1 else ''}" for code, count in spec.addons]
    return sheets.rows(
        ("Process", _name(options.processes, spec.process)),
        ("Base metal", process.base_metal.capitalize() if process else ""),
        ("Size", f"{measures.width_mm:.1f} × {measures.height_mm:.1f} mm, {sheets.TOLERANCE}"),
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
    return sheets.PRINTED if printed else sheets.NO_COLOUR


def _order_rows(sheet: Sheet) -> tuple[sheets.Row, ...]:
    quantity = f"{sheet.quantity:,}" if sheet.quantity else ""
    return sheets.rows(
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
