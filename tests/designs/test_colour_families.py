"""Colours are called what people call them."""

import json

import pytest

from catalog.models import ColourFamily
from designs import colour_families
from designs.measures import Colour
from tests.plugins.seeded import ENGINE

HOUSE = {row["name"]: row["hlc"] for row in json.loads((ENGINE / "palette.json").read_text())["colours"]}


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Black", "black"),
        ("Charcoal", "black"),
        ("Dove Grey", "grey"),
        ("White", "white"),
        ("Pale Tangerine", "white"),
        ("Rich Crimson", "red"),
        ("Rich Vermilion", "red"),
        ("Bright Tangerine", "orange"),
        ("Deep Tangerine", "brown"),
        ("Muted Tangerine", "brown"),
        ("Light Amber", "yellow"),
        ("Bright Yellow", "yellow"),
        ("Bright Lime", "green"),
        ("Rich Green", "green"),
        ("Rich Teal", "teal"),
        ("Bright Turquoise", "teal"),
        ("Deep Cobalt", "blue"),
        ("Rich Azure", "blue"),
        ("Rich Violet", "purple"),
        ("Bright Magenta", "pink"),
        ("Light Rose", "pink"),
        ("Light Crimson", "pink"),
    ],
)
def test_house_colours_are_in_the_family_of_their_name(name: str, family: str) -> None:
    assert colour_families.family_of(HOUSE[name]) == family


def test_every_house_colour_has_a_family_and_every_family_a_house_colour() -> None:
    assert {colour_families.family_of(hlc) for hlc in HOUSE.values()} == set(ColourFamily)


def test_unreadable_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="H060_L045_C040"):
        colour_families.family_of("#ff0000")


def _colour(name: str, percent: float) -> Colour:
    return Colour(2, name, "E-1", HOUSE[name], "#000000", "#000000", "", 10.0, percent, 1.0, 1.0)


def test_families_of_a_pin_come_by_area_and_details_are_left_out() -> None:
    colours = [
        _colour("Rich Teal", 7.9),
        _colour("Deep Cobalt", 20),
        _colour("White", 40),
        _colour("Rich Azure", 25.1),
        _colour("Rich Crimson", 7),
    ]
    assert colour_families.list_families(colours) == (ColourFamily.BLUE, ColourFamily.WHITE)
    assert colour_families.list_families([]) == ()
