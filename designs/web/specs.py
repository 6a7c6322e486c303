"""What a pin is made as, in rows for people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalog.choices import Options, UnknownOption
from catalog.spec import PinSpec
from designs.measures import Measures
from designs.web.places import MM_PER_INCH


@dataclass(frozen=True, slots=True)
class Row:
    """One fact."""

    label: str
    value: str


def list_rows(spec: PinSpec, measures: Measures | None, options: Options) -> list[Row]:
    """The choices of a pin by their names; an option that is no longer offered keeps its code."""
    rows = [
        Row(_("Process"), _name(options.process, spec.process)),
        Row(_("Plating"), _name(options.plating, spec.plating)),
        Row(_("Size"), _size(spec, measures)),
        Row(_("Metal"), _("%(mm)s mm thick") % {"mm": number_format(spec.thickness_mm, 1)}),
    ]
    if measures is not None:
        rows.append(Row(_("Enamel"), ", ".join(colour.name for colour in measures.colours) or _("none")))
    addons = [
        f"{count} × {_name(options.addon, code)}" if count > 1 else _name(options.addon, code)
        for code, count in spec.addons
    ]
    return [
        *rows,
        Row(_("Add-ons"), ", ".join(addons) or _("none")),
        Row(_("On the back"), _name(options.attachment, spec.attachment)),
        Row(_("Packaging"), _name(options.packaging, spec.packaging)),
    ]


def _size(spec: PinSpec, measures: Measures | None) -> str:
    if measures is None:
        return f"{number_format(spec.size_mm, 1)} mm"
    sides = (measures.width_mm, measures.height_mm)
    millimetres = " × ".join(number_format(side, 1) for side in sides)
    inches = " × ".join(number_format(side / MM_PER_INCH, 2) for side in sides)
    return f"{millimetres} mm ({inches} in)"


def _name(find: Callable[[str], Any], code: str) -> str:
    try:
        return str(find(code).name)
    except UnknownOption:
        return code
