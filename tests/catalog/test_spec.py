"""PinSpec: one description, readable as JSON, strict about its shape."""

import json

import pytest

from catalog.spec import PinSpec, SpecInvalid

SPEC = PinSpec(
    process="soft_enamel",
    plating="gold",
    size_mm=31.754,
    colours=5,
    addons=(("glow", 1), ("glitter", 2)),
    attachment="rubber",
    posts=2,
    packaging="backing_card",
)


def test_spec_survives_json() -> None:
    assert PinSpec.from_json(json.loads(json.dumps(SPEC.to_json()))) == SPEC


def test_spec_rounds_lengths_and_sorts_addons() -> None:
    assert (SPEC.size_mm, SPEC.addons) == (31.75, (("glitter", 2), ("glow", 1)))
    assert (SPEC.count_of("glitter"), SPEC.count_of("spinner")) == (2, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"size_mm": 0}, "size_mm"),
        ({"size_mm": "30"}, "size_mm"),
        ({"size_mm": True}, "size_mm"),
        ({"size_mm": float("nan")}, "size_mm"),
        ({"thickness_mm": None}, "thickness_mm"),
        ({"process": ""}, "process"),
        ({"plating": 3}, "plating"),
        ({"colours": -1}, "colours"),
        ({"colours": 2.0}, "colours"),
        ({"posts": 100}, "posts"),
        ({"rush": 1}, "rush"),
        ({"addons": {"glitter": 1}}, "addons"),
        ({"addons": [["glitter", 0]]}, "addons"),
        ({"addons": [["glitter", 1], ["glitter", 2]]}, "addons"),
        ({"addons": [["glitter"]]}, "addons"),
        ({"addons": ["glitter"]}, "addons"),
        ({"shape": "round"}, "shape"),
    ],
)
def test_spec_names_the_field_at_fault(change: dict[str, object], field: str) -> None:
    with pytest.raises(SpecInvalid) as refusal:
        PinSpec.from_json(SPEC.to_json() | change)
    assert list(refusal.value.fields) == [field]


def test_spec_names_every_missing_field() -> None:
    with pytest.raises(SpecInvalid) as refusal:
        PinSpec.from_json({"colours": 3})
    assert sorted(refusal.value.fields) == ["plating", "process", "size_mm"]
