"""Undo and redo: each change of a design is a step, and steps stay until another way is taken."""

from dataclasses import replace
from datetime import datetime

import pytest

from catalog.spec import PinSpec
from designs.errors import ChoiceInvalid, DesignChanged, StepGone
from designs.flatten import FlattenChoices
from designs.measures import Measures
from designs.models import Design, Step
from designs.selectors import designs
from designs.services import choices, flattening
from designs.states import Stage
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import Actor
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db
RED = "#cf2a2a"


class Customer:
    """Who changes designs in these tests."""

    def __init__(self, owner: Owner, actor: Actor, now: datetime) -> None:
        self.who = {"owner": owner, "actor": actor, "now": now}

    def plate(self, design: Design, plating: str) -> Design:
        spec = replace(PinSpec.from_json(design.spec), plating=plating)
        return choices.change(design_id=design.id, version=design.version, spec=spec, **self.who)  # type: ignore[arg-type]  # by keyword

    def read(self, design: Design, **changed: object) -> Design:
        flatten = replace(designs.choices_of(design), **changed)  # type: ignore[arg-type]  # of its own fields
        return choices.change(design_id=design.id, version=design.version, flatten=flatten, **self.who)  # type: ignore[arg-type]  # by keyword

    def go(self, design: Design, number: int, *, version: int | None = None) -> Design:
        seen = version or design.version
        return choices.go_to_step(design_id=design.id, version=seen, number=number, **self.who)  # type: ignore[arg-type]  # by keyword


@pytest.fixture
def customer(guest: Owner, actor: Actor, now: datetime) -> Customer:
    return Customer(guest, actor, now)


def test_undo_and_redo_go_through_every_step(customer: Customer, flattened: Receive) -> None:
    design = flattened()
    for plating in ("silver", "copper", "black_nickel"):
        design = customer.plate(design, plating)
    seen = []
    for number in (2, 1, 0, 1, 2, 3):
        design = customer.go(design, number)
        seen.append(design.spec["plating"])
    assert seen == ["copper", "silver", "gold", "silver", "copper", "black_nickel"]
    assert (design.version, design.step, Step.objects.count()) == (10, 3, 4)


def test_change_after_undo_forgets_what_was_undone(customer: Customer, flattened: Receive) -> None:
    design = customer.plate(customer.plate(flattened(), "silver"), "copper")
    design = customer.plate(customer.go(design, 0), "black_nickel")
    assert (design.step, list(design.steps.order_by("number").values_list("number", flat=True))) == (1, [0, 1])
    with pytest.raises(StepGone):
        customer.go(design, 2)
    assert customer.go(design, 0).spec["plating"] == "gold"


def test_second_press_of_undo_changes_nothing(customer: Customer, flattened: Receive) -> None:
    design = customer.plate(flattened(), "silver")
    once = customer.go(design, 0)
    twice = customer.go(design, 0, version=design.version)
    assert (once.version, twice.version, twice.step) == (3, 3, 0)


def test_undo_of_an_old_page_is_refused(customer: Customer, flattened: Receive) -> None:
    design = customer.plate(flattened(), "silver")
    customer.plate(design, "copper")
    with pytest.raises(DesignChanged):
        customer.go(design, 0)


def test_other_enamel_needs_no_flattening_and_is_undone(customer: Customer, flattened: Receive, now: datetime) -> None:
    design = flattened()
    before = Measures.from_json(design.measures)
    design = customer.read(design, colours={RED: "E-080"})
    assert (design.state, design.flattened_version, design.pictured_version) == ("ready", 2, 1)
    outbox.drain()
    design.refresh_from_db()
    after = Measures.from_json(design.measures)
    assert (after.colours[0].house, after.colours[0].hex, design.pictured_version) == ("E-080", RED, 2)
    assert after.colours[1:] == before.colours[1:]
    design = customer.go(design, 0)
    outbox.drain()
    design.refresh_from_db()
    assert Measures.from_json(design.measures) == before


def test_merge_and_cut_out_flatten_anew(customer: Customer, flattened: Receive) -> None:
    design = customer.read(flattened(), merges={"#ffffff": "#f4e6cf"})
    assert design.state == "received"
    outbox.drain()
    design.refresh_from_db()
    assert len(Measures.from_json(design.measures).colours) == 2
    design = customer.read(design, cutouts=("#f4e6cf",))
    outbox.drain()
    design.refresh_from_db()
    measures = Measures.from_json(design.measures)
    assert ([colour.hex for colour in measures.colours], len(measures.cutouts) > 0) == ([RED], True)


@pytest.mark.parametrize(
    "wrong", [{"colours": {RED: "E-999"}}, {"colours": {"red": "E-001"}}, {"merges": {"red": RED}}, {"cutouts": ("1",)}]
)
def test_colours_that_do_not_exist_are_refused(
    customer: Customer, flattened: Receive, wrong: dict[str, object]
) -> None:
    design = flattened()
    with pytest.raises(ChoiceInvalid):
        customer.read(design, **wrong)
    assert Design.objects.get().version == 1


def test_choices_are_read_as_they_were_written() -> None:
    chosen = FlattenChoices(colours={RED: "E-080"}, merges={"#ffffff": RED}, cutouts=("#000000",))
    assert FlattenChoices.from_json(chosen.to_json()) == chosen
    with pytest.raises(ChoiceInvalid, match="Colours are given per colour"):
        FlattenChoices.from_json({"colours": ["E-080"]})


def test_worker_says_what_it_is_doing(receive: Receive, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    design, seen = receive(artworks.MUSHROOM.replace(RED.encode(), b"#c92a2b")), []  # flattened by no other test
    tell = flattening._tell

    def listening(told: Design, stage: str) -> None:
        tell(told, stage)
        seen.append(Design.objects.values_list("state", "stage").get())

    monkeypatch.setattr(flattening, "_tell", listening)
    flattening.run(design_id=design.id, version=1, now=now)
    assert seen == [("flattening", stage) for stage in Stage.values]
    assert Design.objects.values_list("state", "stage").get() == ("ready", "")
