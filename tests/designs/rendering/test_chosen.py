"""What a customer decides about single colours: merged, cut out, filled with another enamel."""

import pytest

from designs.rendering import EmptyArtwork, FlattenOptions, HousePalette, PinArt, Rules, chosen, flatten
from designs.rendering.pipeline import STAGES
from tests.designs import artworks

RED, CREAM, WHITE = "#cf2a2a", "#f4e6cf", "#ffffff"


def _flat(**options: object) -> PinArt:
    wanted = FlattenOptions(size_mm=25.0, **options)  # type: ignore[arg-type]  # the tests' own keywords
    return flatten(artworks.MUSHROOM, options=wanted, rules=Rules.seed(), palette=HousePalette.seed()).pin_art


def _hexes(art: PinArt) -> list[str]:
    return [entry.hex for entry in art.palette]


def test_merged_colours_are_one_and_keep_the_whole_area() -> None:
    before, after = _flat(), _flat(merges=((WHITE, CREAM),))
    assert (_hexes(before), _hexes(after)) == ([RED, CREAM, WHITE], [RED, CREAM])
    whole = [sum(entry.area_mm2 for entry in art.palette) for art in (before, after)]
    assert abs(whole[0] - whole[1]) < 0.05 * whole[0]


def test_order_of_merges_does_not_matter() -> None:
    chain = ((WHITE, CREAM), (CREAM, RED))
    assert _hexes(_flat(merges=chain)) == _hexes(_flat(merges=chain[::-1])) == [RED]


def test_cut_out_colour_becomes_holes() -> None:
    before, after = _flat(), _flat(cutouts=(WHITE,))
    assert (len(before.cutouts), len(after.cutouts)) == (0, 2)
    assert _hexes(after) == [RED, CREAM]


def test_cutting_everything_out_is_refused() -> None:
    with pytest.raises(EmptyArtwork, match="Every colour is cut out"):
        _flat(cutouts=(RED, CREAM, WHITE))


def test_colours_that_are_not_in_the_artwork_change_nothing() -> None:
    assert _hexes(_flat(merges=(("#00ff00", RED),), cutouts=("#0000ff",))) == [RED, CREAM, WHITE]


def test_enamel_is_filled_as_chosen_and_given_back() -> None:
    palette, art = HousePalette.seed(), _flat()
    blue = next(colour for colour in palette.colours if colour.name == "Rich Cobalt")
    other = chosen.filled(art, {RED: blue.code, "#00ff00": blue.code, CREAM: "E-999"}, palette)
    assert [entry.fill for entry in other.palette] == [blue.hex, *(entry.fill for entry in art.palette[1:])]
    assert (other.palette[0].hex, other.palette[0].house, other.palette[0].delta_e > 20) == (RED, blue.code, True)
    assert chosen.filled(other, {}, palette).palette == art.palette


def test_neighbours_and_what_lies_at_a_place() -> None:
    art = _flat()
    assert chosen.neighbours(art, 2) == (3, 4)  # the cap touches the stem and its spots
    assert chosen.neighbours(art, 4) == (2,)
    middle = art.width_mm / 2
    assert [chosen.label_at(art, middle, y) for y in (3.0, 0.2, -1.0, 99.0)] == [2, 1, 0, 0]


def test_stages_are_told_in_their_order() -> None:
    told: list[str] = []
    flatten(
        artworks.MUSHROOM,
        options=FlattenOptions(size_mm=25.0),
        rules=Rules.seed(),
        palette=HousePalette.seed(),
        tell=told.append,
    )
    assert tuple(told) == STAGES


def test_colour_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="merges has 'red'"):
        FlattenOptions(merges=(("red", RED),))


def test_differences_and_contrasts_are_those_of_the_standards() -> None:
    assert chosen.contrasts(["#ffffff", "#767676", "#000000"], "#000000") == pytest.approx([21.0, 4.62, 1.0], abs=0.01)
    assert chosen.contrasts(["#000000"], "#ffffff") == pytest.approx([21.0])
    away = chosen.differences([RED, "#cf2b2a", "#2a4fcf"], RED)
    assert (away[0], away[1] < 1, away[2] > 20) == (0.0, True, True)
