"""Changes of a design: what they do again, and whom they refuse."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from catalog.spec import PinSpec
from designs.errors import ChoiceInvalid, DesignChanged, DesignNotFound, DesignRefused, MendGone
from designs.flatten import FlattenChoices
from designs.models import Design
from designs.selectors import designs
from designs.services import choices, flattening, reviews
from designs.states import RefusalGround
from pinshop.accounts.owners import Owner
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(guest: Owner, actor: Actor, now: datetime) -> Any:
    def run(design: Design, **other: Any) -> Design:
        values: dict[str, Any] = {"owner": guest, "version": design.version, "actor": actor, "now": now}
        return choices.change(design_id=design.id, **{**values, **other})

    return run


def _jobs() -> int:
    return OutboxMessage.objects.filter(topic=flattening.TOPIC).count()


@pytest.mark.parametrize(
    ("changed", "state", "busy"),
    [
        ({"size_mm": 30.0}, "received", 1),
        ({"process": "hard_enamel"}, "received", 1),
        ({"thickness_mm": 1.5}, "received", 1),
        ({"plating": "silver"}, "ready", 1),
        ({"addons": (("epoxy_dome", 1),)}, "ready", 1),
        ({"attachment": "rubber"}, "ready", 1),
        ({"packaging": "velvet_bag"}, "ready", 0),
        ({"rush": True}, "ready", 0),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
def test_only_what_a_change_affects_is_done_again(
    flattened: Receive, change: Any, spec: PinSpec, now: datetime, changed: dict[str, Any], state: str, busy: int
) -> None:
    design = flattened()
    before = (design.pictures, design.measures)
    after = change(design, spec=replace(spec, **changed))
    assert (after.version, after.state, designs.is_busy(after), _jobs()) == (2, state, bool(busy), 1 + busy)
    assert after.spec == replace(spec, **changed).to_json()
    if busy:
        assert flattening.run(design_id=design.id, version=2, now=now) is True
        after.refresh_from_db()
        assert (after.pictures, after.measures) != before
    assert (after.state, designs.is_busy(after)) == ("ready", False)
    assert flattening.run(design_id=design.id, version=2, now=now) is False


def test_flatten_options_flatten_anew(flattened: Receive, change: Any, now: datetime) -> None:
    design = flattened()
    after = change(design, flatten=FlattenChoices(max_colours=2))
    assert (after.state, after.version) == ("received", 2)
    flattening.run(design_id=design.id, version=2, now=now)
    after.refresh_from_db()
    assert designs.spec_of(after).colours == 2
    changed = audit.list_entries(subject=after).get(action="design.changed")
    assert changed.data == {"max_colours": [None, 2]}


def test_same_change_twice_happens_once(flattened: Receive, change: Any, spec: PinSpec) -> None:
    design = flattened()
    for _ in range(2):
        after = change(design, spec=replace(spec, plating="silver"))
    assert (after.version, _jobs()) == (2, 2)


def test_change_of_an_old_version_is_refused(flattened: Receive, change: Any, spec: PinSpec) -> None:
    design = flattened()
    change(design, spec=replace(spec, plating="silver"))
    with pytest.raises(DesignChanged):
        change(design, spec=replace(spec, plating="copper"))
    assert Design.objects.get(id=design.id).spec["plating"] == "silver"


def test_change_between_reading_and_writing_is_refused(
    flattened: Receive, change: Any, spec: PinSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = flattened()
    real = choices.check

    def rival(**values: Any) -> None:
        real(**values)
        Design.objects.filter(id=design.id).update(version=9)

    monkeypatch.setattr(choices, "check", rival)
    for changed in ({"plating": "silver"}, {"size_mm": 30.0}):
        Design.objects.filter(id=design.id).update(version=1)
        with pytest.raises(DesignChanged):
            change(design, spec=replace(spec, **changed))
    assert Design.objects.get(id=design.id).spec == design.spec


def test_other_people_cannot_change_a_design(flattened: Receive, change: Any, spec: PinSpec) -> None:
    design = flattened()
    with pytest.raises(DesignNotFound):
        change(design, owner=Owner(guest_key="thief"), spec=replace(spec, plating="silver"))
    assert Design.objects.get(id=design.id).version == 1


@pytest.mark.parametrize(
    ("wanted", "flatten", "field"),
    [
        (PinSpec(process="hard_enamel", plating="antique_gold", size_mm=25), FlattenChoices(), "plating"),
        (PinSpec(process="glass", plating="gold", size_mm=25), FlattenChoices(), "process"),
        (PinSpec(process="soft_enamel", plating="gold", size_mm=200), FlattenChoices(), "size_mm"),
        (PinSpec(process="soft_enamel", plating="unobtainium", size_mm=25), FlattenChoices(), "plating"),
        (None, FlattenChoices(lines="wavy"), "flatten.lines"),
        (None, FlattenChoices(max_colours=99), "flatten.max_colours"),
        (None, FlattenChoices(effects={2: "fire"}), "flatten.effect"),
    ],
    ids=["hard antique", "no such process", "200 mm", "no such plating", "lines", "99 colours", "effect"],
)
def test_choices_that_cannot_be_made_are_refused(
    flattened: Receive, change: Any, wanted: PinSpec | None, flatten: FlattenChoices, field: str
) -> None:
    design = flattened()
    with pytest.raises(ChoiceInvalid) as refused:
        change(design, **({"spec": wanted} if wanted else {}), flatten=flatten)
    assert field in refused.value.fields
    assert Design.objects.get(id=design.id).version == 1


def test_unknown_flatten_choices_are_named() -> None:
    with pytest.raises(ChoiceInvalid) as refused:
        FlattenChoices.from_json({"linez": "metal"})
    assert refused.value.fields == {"flatten.linez": "There is no such choice."}
    with pytest.raises(ChoiceInvalid):
        FlattenChoices.from_json({"effects": {"red": "glitter"}})


@pytest.mark.parametrize("mend", ["bridge", "plate"])
def test_loose_pieces_are_joined_by_the_offered_mend(
    flattened: Receive, guest: Owner, actor: Actor, now: datetime, mend: str
) -> None:
    design = flattened(artworks.TWO_PIECES)
    report = designs.report_of(design)
    assert report is not None
    assert [finding.rule for finding in report.blocking()] == ["silhouette_pieces"]
    assert choices.list_mends(report.blocking()[0]) == ("bridge", "plate")
    for _ in range(2):  # the second press meets a design that is being flattened
        after = choices.mend(design_id=design.id, owner=guest, mend=mend, actor=actor, now=now)
    assert (after.version, after.state) == (2, "received")
    flattening.run(design_id=design.id, version=2, now=now)
    after.refresh_from_db()
    report = designs.report_of(after)
    assert report is not None
    assert report.blocking() == ()
    with pytest.raises(MendGone):
        choices.mend(design_id=design.id, owner=guest, mend=mend, actor=actor, now=now)


def test_printing_as_a_mend_leaves_out_what_prints_cannot_have() -> None:
    from designs.services.choices import _MENDS  # the table itself: gradients come from photographs, slow to make here

    assert set(_MENDS) >= {"bridge", "plate", "thicken", "print", "max_colours", "merge", "fill", "line"}


def test_print_mend_makes_a_spec_that_can_be_made(shop: None) -> None:
    chosen = (
        PinSpec(process="soft_enamel", plating="antique_gold", size_mm=30, addons=(("glitter", 2),)),
        FlattenChoices(effects={2: "glitter"}),
    )
    spec, flatten = choices._MENDS["print"](chosen, [])
    assert spec.process == "offset_print"
    choices.check(spec=spec, flatten=flatten)
    assert flatten.effects == {}


def test_refused_design_cannot_be_changed(
    flattened: Receive, change: Any, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = flattened()
    reviews.refuse(design_id=design.id, ground=RefusalGround.CONTENT, note="Not with us.", actor=staff, now=now)
    with pytest.raises(DesignRefused):
        change(design, spec=replace(spec, plating="silver"))


def test_change_while_pictures_are_drawn_draws_the_newest(
    flattened: Receive, change: Any, spec: PinSpec, now: datetime
) -> None:
    design = flattened()
    second = change(design, spec=replace(spec, plating="silver"))
    third = change(second, spec=replace(spec, plating="silver", packaging="velvet_bag"))
    assert (third.version, designs.is_busy(third)) == (3, True)
    outbox.drain(now=now)
    third.refresh_from_db()
    assert (third.pictured_version, designs.is_busy(third)) == (3, False)
