import numpy as np
import pytest

from designs.rendering import HousePalette, Rules, colours
from designs.rendering.palette import SEED, generate


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_difference_agrees_with_the_published_data(first, second, expected):
    """Pairs of Sharma, Wu, Dalal (2005), table 1."""
    assert float(colours.delta_e(first, second)) == pytest.approx(expected, abs=5e-5)
    assert float(colours.delta_e(second, first)) == pytest.approx(expected, abs=5e-5)


def test_lab_and_oklab_of_known_colours():
    assert colours.lab([255, 255, 255]) == pytest.approx([100, 0, 0], abs=0.01)
    assert colours.lab([255, 0, 0]) == pytest.approx([54.29, 80.80, 69.89], abs=0.05)
    assert colours.oklab([255, 0, 0]) == pytest.approx([0.6280, 0.2249, 0.1258], abs=5e-4)


def test_lab_goes_there_and_back():
    grid = np.stack(np.meshgrid(*[np.arange(0, 256, 51)] * 3), axis=-1).reshape(-1, 3)
    again = colours.encoded(colours.lab_to_light(colours.lab(grid)))
    assert np.abs(again - grid).max() < 0.01


def test_seed_palette_is_the_formula_written_down():
    seed = HousePalette.seed()
    assert seed == generate(seed.version)
    assert SEED.read_text(encoding="utf-8") == seed.to_json()


def test_seed_palette_has_enough_distinct_names_and_colours():
    found = HousePalette.seed().colours
    assert len(found) >= 96
    assert [colour.code for colour in found] == [f"E-{n:03d}" for n in range(1, len(found) + 1)]
    for key in ("name", "hex", "hlc"):
        assert len({getattr(colour, key) for colour in found}) == len(found)


def test_nearest_house_colour_of_a_house_colour_is_itself():
    for colour in HousePalette.seed().colours:
        found, away = HousePalette.seed().nearest(colour.hex)
        assert found == colour
        assert away < 0.5


def test_seed_rules_hold_the_numbers_of_each_process():
    rules = Rules.seed()
    assert {name: rules.process(name).line_mm for name in ("soft_enamel", "hard_enamel", "cast_3d")} == {
        "soft_enamel": 0.30,
        "hard_enamel": 0.35,
        "cast_3d": 0.40,
    }
    assert (
        rules.process("soft_enamel").limit("metal_width").block,
        rules.process("hard_enamel").limit("metal_width").block,
    ) == (0.20, 0.25)
    assert rules.process("uv_print").limit("gradient").block is None
