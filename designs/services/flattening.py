"""The worker's part: an artwork becomes a pin, its report and its pictures."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog.spec import PinSpec
from designs import engine
from designs.errors import ArtworkRefused
from designs.models import Design
from designs.selectors import designs
from designs.services import pictures, transitions
from designs.states import DesignState, Stage
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM

TOPIC = "designs.design.flatten"
GAVE_UP = "Our workshop could not read this artwork. Send it again as PNG or SVG, or write to us and we look at it."


def enqueue(*, design_id: UUID, version: int, now: datetime) -> None:
    """Ask a worker, in the caller's transaction, for what this version of the design still lacks; once per version."""
    outbox.enqueue(
        TOPIC,
        payload={"design_id": str(design_id), "version": version},
        key=f"{design_id}:{version}",
        now=now,
    )


def run(*, design_id: UUID, version: int, now: datetime) -> bool:
    """Flatten a design that waits for it, or only draw its pictures anew; False where nothing is left to do.

    Safe to run again, also after a worker died half way: what is due is read from the row, and results are written only
    where the row still has this version. An artwork that the engine refuses becomes state failed, with the sentence for
    the customer. Everything heavy happens outside transactions.
    """
    design = Design.objects.select_related("artwork").filter(id=design_id, version=version).first()
    if design is None:
        return False
    if design.state == DesignState.READY and design.pictured_version < version:
        return _draw(design, engine.open_pin(files.read(design.pinart_sha256)))
    if design.state not in {DesignState.RECEIVED, DesignState.FLATTENING}:
        return False
    if design.state == DesignState.RECEIVED and not transitions.move_design(
        design_id=design_id, to=DesignState.FLATTENING, actor=SYSTEM, now=now, seen=version
    ):
        return False
    try:
        outcome = engine.flatten(
            files.read(design.artwork.sha256),
            spec=PinSpec.from_json(design.spec),
            choices=designs.choices_of(design),
            tell=lambda stage: _tell(design, stage),
        )
    except ArtworkRefused as refused:
        return fail(design_id=design_id, version=version, code=refused.extra["cause"], message=refused.message, now=now)
    return _finish(design, outcome, now=now)


def _tell(design: Design, stage: str) -> None:
    """Write what the worker is doing, for the page that waits."""
    Design.objects.filter(id=design.id, version=design.version, state=DesignState.FLATTENING).update(stage=stage)


def fail(*, design_id: UUID, version: int, code: str, message: str, now: datetime) -> bool:
    """Say that this version cannot be flattened, and why; False where the design has moved on."""
    return transitions.move_design(
        design_id=design_id,
        to=DesignState.FAILED,
        actor=SYSTEM,
        now=now,
        seen=version,
        note=message,
        stage="",
        error_code=code[:40],
        error_message=message,
    )


def give_up(*, design_id: UUID, version: int, now: datetime) -> bool:
    """Say that the worker failed on this version again and again."""
    return fail(design_id=design_id, version=version, code="engine", message=GAVE_UP, now=now)


def _finish(design: Design, outcome: engine.Flattened, *, now: datetime) -> bool:
    """Pictures first, so that a design is ready only when it can be seen."""
    spec = PinSpec.from_json(design.spec)
    _tell(design, Stage.DRAWING)
    drawn = {
        **({} if design.hides_artwork else pictures.draw_artwork(files.read(design.artwork.sha256))),
        **pictures.draw(outcome.pin, spec=spec),
    }
    pin_art = files.put(outcome.pin.to_bytes(), media_type="application/zip")
    return transitions.move_design(
        design_id=design.id,
        to=DesignState.READY,
        actor=SYSTEM,
        now=now,
        seen=design.version,
        note="Artwork turned into a pin",
        stage="",
        error_code="",
        error_message="",
        notes=list(outcome.notes),
        pinart_sha256=pin_art.sha256,
        report=outcome.report.to_json(),
        measures=outcome.measures.to_json(),
        pictures=drawn,
        flattened_version=design.version,
        pictured_version=design.version,
    )


def _draw(design: Design, pin: engine.Pin) -> bool:
    spec = PinSpec.from_json(design.spec)
    pin, measures = engine.refilled(pin, spec=spec, choices=designs.choices_of(design))
    drawn = {**design.pictures, **pictures.draw(pin, spec=spec)}
    pin_art = files.put(pin.to_bytes(), media_type="application/zip")
    with transaction.atomic():
        return bool(
            Design.objects.filter(
                id=design.id, version=design.version, state=DesignState.READY, pictured_version__lt=design.version
            ).update(
                pictures=drawn,
                pictured_version=design.version,
                pinart_sha256=pin_art.sha256,
                measures=measures.to_json(),
            )
        )
