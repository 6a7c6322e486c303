"""How far a worker is with a design, and which steps of it can be undone and redone, as pages show them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from designs.models import Design, Step
from designs.states import DesignState, Stage

_RESHAPING = ("lines", "line_mm", "max_colours", "background", "shape", "bridge", "mend", "merges", "cutouts")


@dataclass(frozen=True, slots=True)
class ShownStage:
    """One stage of the worker's way; `state` is done, now or ahead."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Way:
    """A step that can be gone to, and in words what that changes; `reshapes` where the drawing is read anew."""

    number: int
    what: str
    reshapes: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """Undo and redo, where there is something to undo and redo."""

    undo: Way | None
    redo: Way | None


def list_stages(design: Design) -> list[ShownStage]:
    """Every stage of turning an artwork into a pin, and where this design is; only drawing where only that is due."""
    if design.state == DesignState.READY:
        return [ShownStage(str(Stage.DRAWING.label), "now")]
    order = list(Stage)
    at = order.index(Stage(design.stage)) if design.state == DesignState.FLATTENING and design.stage else -1
    shown = [ShownStage(_("Uploaded"), "done")]
    for place, stage in enumerate(order):
        shown.append(ShownStage(str(stage.label), "done" if place < at else "now" if place == at else "ahead"))
    return shown


def list_ways(design: Design) -> Ways:
    """What undo and redo would do to a design at hand; one query."""
    around = {
        step.number: step for step in design.steps.filter(number__range=(max(design.step - 1, 0), design.step + 1))
    }
    here = around.get(design.step)
    before, after = around.get(design.step - 1), around.get(design.step + 1)
    return Ways(
        undo=_way(before.number, before, here) if before and here else None,
        redo=_way(after.number, here, after) if after and here else None,
    )


def _way(number: int, one: Step, other: Step) -> Way:
    reshapes = any(one.flatten.get(name) != other.flatten.get(name) for name in _RESHAPING)
    return Way(number, _what(one, other), reshapes)


def _what(one: Step, other: Step) -> str:
    words = {
        "process": _("process"),
        "plating": _("plating"),
        "size_mm": _("size"),
        "thickness_mm": _("thickness"),
        "addons": _("add-ons"),
        "attachment": _("fastening"),
        "packaging": _("packaging"),
        "rush": _("rush production"),
        "colours": _("enamel"),
        "effects": _("effect"),
        "merges": _("merged colours"),
        "cutouts": _("cut-out"),
        "lines": _("drawing lines"),
        "line_mm": _("line width"),
        "background": _("background"),
        "shape": _("outline"),
        "bridge": _("loose pieces"),
        "max_colours": _("number of colours"),
    }
    old, new = {**one.spec, **one.flatten}, {**other.spec, **other.flatten}
    return ", ".join(word for name, word in words.items() if old.get(name) != new.get(name))
