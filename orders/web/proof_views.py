"""What the viewer of a proof shows: each view as a drawing in mm, the revision before it on the same spot, the marks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from designs import engine
from designs.measures import Measures
from designs.models import Proof, ProofComment
from designs.selectors import proofs
from pinshop.core import files

_ROOM_MM = 2.0
# A mark is drawn in px of a picture this wide; the script gives it the same size at every zoom.
_USUAL_PX = 600


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture and its place, in mm from the pin's left top corner; a card's fills its drawing."""

    address: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class View:
    """One side of the proof as a square drawing; `before` is the same side of the revision before."""

    code: str
    name: str
    box: str
    now: Layer
    before: Layer | None


@dataclass(frozen=True, slots=True)
class Said:
    """A comment; the ones about a spot carry their mark's number and place."""

    comment: ProofComment
    number: int | None
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class ActualSize:
    """The front cut to the pin, with the size in mm at which it is shown."""

    box: str
    width: str
    height: str
    ruler: str
    now: Layer


def list_views(proof: Proof, before: Proof | None) -> list[View]:
    """The views of a rendered proof; empty where it has no pictures."""
    names = {"front": _("Front"), "back": _("Back"), "card": _("Card")}
    return [
        View(code, name, _box(code, proof), _layer(proof, proof, code), _layer_before(before, proof, code))
        for code, name in names.items()
        if code in proof.files
    ]


def get_actual_size(proof: Proof) -> ActualSize | None:
    """The front at the size of the pin; None where it has no picture."""
    if "front" not in proof.files:
        return None
    measures = _measures(proof)
    width, height = measures.width_mm + 2 * _ROOM_MM, measures.height_mm + 3 * _ROOM_MM
    end, below = measures.width_mm, measures.height_mm + 1.2 * _ROOM_MM
    return ActualSize(
        box=_mm(-_ROOM_MM, -_ROOM_MM, width, height),
        width=_mm(width),
        height=_mm(height),
        ruler=f"M0 {below - 0.7:.2f}v1.4M0 {below:.2f}H{end:.2f}m0 -0.7v1.4",
        now=_layer(proof, proof, "front"),
    )


def list_said(comments: Iterable[ProofComment]) -> list[Said]:
    """The comments in order, those about a spot numbered from 1."""
    said: list[Said] = []
    number = 0
    for comment in comments:
        if comment.x_mm is None or comment.y_mm is None:
            said.append(Said(comment, None))
            continue
        number += 1
        said.append(Said(comment, number, _mm(comment.x_mm), _mm(comment.y_mm)))
    return said


def mark_scale(proof: Proof) -> str:
    """The mm that a px of a mark takes where no script measures the screen."""
    return f"{_side(_measures(proof)) / _USUAL_PX:.4f}"


def _layer_before(before: Proof | None, proof: Proof, code: str) -> Layer | None:
    return _layer(before, proof, code) if before is not None and code in before.files else None


def _layer(shown: Proof, on: Proof, code: str) -> Layer:
    """A picture of `shown`, in its own size, its pin's middle on the middle of the pin of `on`."""
    address = files.link(shown.files[code], name=f"{code}.jpg")
    if code == "card":
        return Layer(address, "0", "0", "100", "100")
    side, measures = _side(_measures(shown)), _measures(on)
    left, top = (measures.width_mm - side) / 2, (measures.height_mm - side) / 2
    return Layer(address, _mm(left), _mm(top), _mm(side), _mm(side))


def _box(code: str, proof: Proof) -> str:
    if code == "card":
        return "0 0 100 100"
    measures = _measures(proof)
    side = _side(measures)
    return _mm((measures.width_mm - side) / 2, (measures.height_mm - side) / 2, side, side)


def _side(measures: Measures) -> float:
    """How many mm the square picture of a front or a back shows."""
    return max(measures.width_mm, measures.height_mm) / engine.FRONT_FILL


def _measures(proof: Proof) -> Measures:
    measures = proofs.measures_of(proof)
    if measures is None:
        raise ValueError(f"proof {proof.pk} is not rendered")
    return measures


def _mm(*values: float) -> str:
    return " ".join(f"{value:.2f}" for value in values)
