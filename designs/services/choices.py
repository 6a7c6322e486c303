"""What a customer changes about a design: what is ordered, how it is flattened, and the mends that a finding offers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from catalog.choices import Options
from catalog.selectors import options as catalog_options
from catalog.services import compatibility
from catalog.spec import PinSpec
from designs import engine
from designs.errors import ChoiceInvalid, DesignChanged, DesignRefused, MendGone, StepGone
from designs.flatten import FlattenChoices
from designs.models import Design, Step
from designs.report import Finding
from designs.selectors import designs
from designs.services import flattening, transitions
from designs.states import DesignState
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import Actor

LINE_STEP_MM = 0.05
Chosen = tuple[PinSpec, FlattenChoices]
MENDS: Mapping[str, str] = {
    "bridge": gettext_noop("Join the pieces by metal bridges"),
    "plate": gettext_noop("Put all pieces on one metal plate"),
    "thicken": gettext_noop("Make the metal lines thicker"),
    "print": gettext_noop("Have it printed instead"),
    "max_colours": gettext_noop("Merge the nearest colours"),
    "merge": gettext_noop("Give small areas to their neighbour"),
    "fill": gettext_noop("Fill small holes and gaps with metal"),
    "line": gettext_noop("Put metal between the colours"),
    "remove_background": gettext_noop("Remove the background"),
    "keep_background": gettext_noop("Keep the background"),
}


def _gone() -> str:
    return gettext("This is mended, or the design has changed since. Look at the findings again.")


def check(*, spec: PinSpec, flatten: FlattenChoices, options: Options | None = None) -> None:
    """Raise ChoiceInvalid where the engine or the catalogue's compatibility rules (of `options`) forbid these choices."""
    found = compatibility.check(spec=spec, options=options or catalog_options.get_options())
    conflicts = [conflict for conflict in found if conflict.severity == "block"]
    if conflicts:
        raise ChoiceInvalid(
            " ".join(conflict.message for conflict in conflicts),
            fields={name: conflict.message for conflict in conflicts for name in conflict.fields},
            rules=[conflict.rule for conflict in conflicts],
        )
    engine.options_of(spec, flatten)
    engine.check_colours(flatten)


def change(
    *,
    design_id: UUID,
    owner: Owner,
    version: int,
    spec: PinSpec | None = None,
    flatten: FlattenChoices | None = None,
    actor: Actor,
    now: datetime,
) -> Design:
    """Write new choices where `version` is the one that the customer saw, and have done again what they affect.

    Size, process and flatten options flatten the artwork anew; plating, enamels, epoxy and attachment only draw new
    pictures; the rest (packaging, rush, other add-ons) needs no worker. Each change is a step that can be undone. The
    choices that the design has already change nothing, so a second press is harmless. Raises DesignNotFound,
    DesignChanged, DesignRefused, ChoiceInvalid.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    before = (PinSpec.from_json(design.spec), designs.choices_of(design))
    after = (spec or before[0], flatten or before[1])
    if after == before:
        return design
    _check_open(design, version)
    check(spec=after[0], flatten=after[1])
    with transaction.atomic():
        _write(design, before, after, step=design.step + 1, actor=actor, now=now)
        Step.objects.filter(design=design, number__gt=design.step).delete()
        for number, (chosen, read) in ((design.step, before), (design.step + 1, after)):
            Step.objects.get_or_create(
                design=design,
                number=number,
                defaults={"spec": chosen.to_json(), "flatten": read.to_json(), "created_at": now},
            )
    return designs.get_design(design_id=design_id, owner=owner)


def go_to_step(*, design_id: UUID, owner: Owner, version: int, number: int, actor: Actor, now: datetime) -> Design:
    """Take the choices of an earlier step (undo) or a later one (redo); going where the design is changes nothing.

    Raises StepGone where there is no such step (any more); otherwise as `change` does.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    if design.step == number:
        return design
    _check_open(design, version)
    step = design.steps.filter(number=number).first()
    if step is None:
        raise StepGone(gettext("This step is no longer there: the design was changed since. Look at it again."))
    before = (PinSpec.from_json(design.spec), designs.choices_of(design))
    after = (PinSpec.from_json(step.spec), FlattenChoices.from_json(step.flatten))
    check(spec=after[0], flatten=after[1])
    _write(design, before, after, step=number, actor=actor, now=now)
    return designs.get_design(design_id=design_id, owner=owner)


def mend(*, design_id: UUID, owner: Owner, mend: str, actor: Actor, now: datetime) -> Design:
    """Take a mend that an open finding offers, or `plate` where one offers `bridge`, and flatten anew.

    While the design is being flattened nothing happens, so a second press is harmless. Raises MendGone where no finding
    offers the mend, or where it was taken already and did not help; otherwise as `change` does.
    """
    design = designs.get_design(design_id=design_id, owner=owner)
    if design.state in {DesignState.RECEIVED, DesignState.FLATTENING}:
        return design
    report = designs.report_of(design)
    if report is None or design.state != DesignState.READY:
        raise MendGone(_gone())
    chosen = (PinSpec.from_json(design.spec), designs.choices_of(design))
    spec, flatten = mended(chosen=chosen, findings=report.findings, mend=mend)
    return change(
        design_id=design_id,
        owner=owner,
        version=design.version,
        spec=spec,
        flatten=flatten,
        actor=actor,
        now=now,
    )


def mended(*, chosen: Chosen, findings: Sequence[Finding], mend: str) -> Chosen:
    """What the choices become by a mend that one of the findings offers; raises MendGone as `mend` does."""
    offered = [found for found in findings if mend in list_mends(found)]
    if not offered:
        raise MendGone(_gone())
    after = _MENDS[mend](chosen, offered)
    if after == chosen:
        raise MendGone(
            gettext("This was tried already and was not enough. Change the artwork, the size or the process.")
        )
    return after


def list_mends(finding: Finding) -> tuple[str, ...]:
    """The ids of the mends that a customer may take for a finding, best first."""
    offers = {"bridge": ("bridge", "plate"), "background": ("remove_background", "keep_background")}
    return tuple(name for name in offers.get(finding.mend, (finding.mend,)) if name in _MENDS)


def _check_open(design: Design, version: int) -> None:
    if design.version != version:
        raise _changed()
    if design.state == DesignState.REFUSED:
        raise DesignRefused(gettext("We cannot make this design, so it cannot be changed. Start with another artwork."))


def _write(design: Design, before: Chosen, after: Chosen, *, step: int, actor: Actor, now: datetime) -> None:
    values: dict[str, Any] = {
        "spec": after[0].to_json(),
        "flatten": after[1].to_json(),
        "version": design.version + 1,
        "step": step,
    }
    anew = design.state != DesignState.READY or _shape(*before) != _shape(*after)
    redraw = anew or _look(*before) != _look(*after)
    with transaction.atomic():
        if anew:
            moved = transitions.move_design(
                design_id=design.id,
                to=DesignState.RECEIVED,
                actor=actor,
                now=now,
                seen=design.version,
                error_code="",
                error_message="",
                **values,
            )
        else:
            # The pictures of a design that is still being drawn stay due.
            redraw = redraw or designs.is_busy(design)
            drawn = design.pictured_version if redraw else design.version + 1
            moved = bool(
                Design.objects.filter(id=design.id, version=design.version, state=DesignState.READY).update(
                    **values, pictured_version=drawn, flattened_version=design.version + 1, updated_at=now
                )
            )
        if not moved:
            raise _changed()
        audit.record(subject=design, action="design.changed", actor=actor, now=now, data=_difference(before, after))
        if redraw:
            flattening.enqueue(design_id=design.id, version=design.version + 1, now=now)


def _shape(spec: PinSpec, flatten: FlattenChoices) -> tuple[object, float]:
    """What the pin and its measures depend on; the engine itself does not ask for the thickness."""
    return engine.options_of(spec, flatten), spec.thickness_mm


def _look(spec: PinSpec, flatten: FlattenChoices) -> tuple[object, object]:
    """What the pictures of a pin depend on besides its shape."""
    return engine.look_of(spec), flatten.colours


def _changed() -> DesignChanged:
    return DesignChanged(gettext("This design was changed in another window. Look at it again and repeat your change."))


def _difference(before: Chosen, after: Chosen) -> dict[str, list[object]]:
    old = {**before[0].to_json(), **before[1].to_json()}
    new = {**after[0].to_json(), **after[1].to_json()}
    return {name: [old[name], new[name]] for name in new if old[name] != new[name]}


def _flattened(**values: object) -> Callable[[Chosen, list[Finding]], Chosen]:
    return lambda chosen, _found: (chosen[0], replace(chosen[1], **values))  # type: ignore[arg-type]  # values of its own fields


def _thicker(chosen: Chosen, found: list[Finding]) -> Chosen:
    """The metal line at the widest limit that is missed, a step more where it has that already."""
    wanted = max((finding.limit or 0.0 for finding in found), default=0.0)
    line = max(wanted, (chosen[1].line_mm or 0.0) + LINE_STEP_MM)
    return chosen[0], replace(chosen[1], line_mm=round(line, 2), mend=True)


def _fewer_colours(chosen: Chosen, found: list[Finding]) -> Chosen:
    most = min(int(finding.limit or 1) for finding in found)
    return chosen[0], replace(chosen[1], max_colours=most)


def _printed(chosen: Chosen, _found: list[Finding]) -> Chosen:
    """The same pin as a print: what print rules out (antique plating, enamel effects) is left out or becomes gold."""
    options = catalog_options.get_options()
    spec = replace(chosen[0], process=engine.PRINT_PROCESS)
    for conflict in compatibility.check(spec=spec, options=options):
        if conflict.severity != "block":
            continue
        if "plating" in conflict.fields:
            spec = replace(spec, plating="gold")
        if "addons" in conflict.fields:
            spec = replace(spec, addons=tuple(each for each in spec.addons if each[0] == "epoxy_dome"))
    return spec, replace(chosen[1], effects={})


_MENDS: Mapping[str, Callable[[Chosen, list[Finding]], Chosen]] = {
    "bridge": _flattened(bridge="auto"),
    "plate": _flattened(bridge="plate"),
    "thicken": _thicker,
    "print": _printed,
    "max_colours": _fewer_colours,
    "merge": _flattened(mend=True),
    "fill": _flattened(mend=True),
    "line": _flattened(mend=True),
    "remove_background": _flattened(background="remove"),
    "keep_background": _flattened(background="keep"),
}
