"""What a look changes in a picture: grounds, views, platings, effects, attachments."""

import numpy as np
import pytest

from designs.rendering import PLATINGS, VIEWS, Look, render
from designs.rendering.attachments import ATTACHMENTS
from designs.rendering.backs import back
from designs.rendering.grounds import GROUNDS, TRANSPARENT
from designs.rendering.pinart import PinArt, Post
from designs.rendering.platings import coats
from designs.rendering.prepared import laid_out
from designs.rendering.scales import COIN_MM, field_mm

PX = 240
OPAQUE = tuple(ground for ground in GROUNDS if ground != TRANSPARENT)


def _drawn(art: PinArt, view: str = "front", px: int = PX, **look: object) -> np.ndarray:
    return render(art, view=view, look=Look(**look), px=px).rgba.astype(int)  # type: ignore[arg-type]  # a test's own


def _differ(pictures: list[np.ndarray], least: float) -> bool:
    return all(
        np.abs(first - second).mean() > least for n, first in enumerate(pictures) for second in pictures[n + 1 :]
    )


def test_every_ground_looks_different_and_carries_a_shadow(made):
    art = made("ring").pin_art
    grounds = [_drawn(art, ground=ground) for ground in OPAQUE]
    assert _differ(grounds, 5)
    for picture in grounds:
        lit, shaded = picture[PX // 10, PX // 10, :3].mean(), picture[int(0.89 * PX), int(0.60 * PX), :3].mean()
        assert shaded < lit


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("ground", [TRANSPARENT, "slate"])
def test_every_view_lies_on_its_ground_or_on_nothing(made, view, ground):
    alpha = _drawn(made("ring").pin_art, view=view, ground=ground, card_text="Ring")[..., 3]
    assert alpha.max() == 255
    assert (alpha[0, 0] == 0) == (ground == TRANSPARENT)


def test_every_attachment_is_drawn_as_what_it_is(made):
    art = made("text_logo").pin_art
    backs = [_drawn(art, "back", attachment=attachment)[..., :3] for attachment in ATTACHMENTS]
    assert _differ(backs, 0.5)


def test_bars_and_magnets_take_no_posts(made):
    """A magnet sits in the widest part, whatever posts the pin was planned with."""
    art = made("text_logo").pin_art
    bare = _drawn(art, "back", attachment="none")[..., :3]
    magnet = _drawn(art, "back", attachment="magnet")[..., :3]
    changed = np.abs(bare - magnet).max(axis=2) > 60
    rows, columns = np.nonzero(changed)
    assert abs(columns.mean() - PX / 2) < PX * 0.06
    assert abs(rows.mean() - PX / 2) < PX * 0.06


@pytest.mark.parametrize("attachment", ["rubber_clutch", "tie_tack", "magnet", "safety_pin"])
def test_stamp_keeps_clear_of_what_holds_the_pin(made, attachment):
    pin = laid_out(made("cat").pin_art, 2 * PX)
    pictures = [
        back(pin, TRANSPARENT, coats("gold"), attachment, stamp).astype(int)[..., :3] for stamp in ("", "MADE BY A CAT")
    ]
    held = [back(pin, TRANSPARENT, coats("gold"), kind, "").astype(int)[..., :3] for kind in ("none", attachment)]
    stamped = np.abs(pictures[0] - pictures[1]).max(axis=2) > 30
    parts = np.abs(held[0] - held[1]).max(axis=2) > 60
    assert stamped.sum() > 300
    assert not (stamped & parts).any()


def test_stamp_that_does_not_fit_is_left_out(made):
    art = made("cat").pin_art
    long = "A STAMP MUCH TOO LONG FOR THE BACK OF ANY"
    assert (_drawn(art, "back", stamp=long) == _drawn(art, "back")).all()


def test_card_has_holes_where_the_posts_go(made):
    art = made("ring").pin_art
    middle = Post(x_mm=art.width_mm / 2, y_mm=art.height_mm / 2, diameter_mm=1.0)
    with_hole = PinArt(**{**{k: getattr(art, k) for k in art.__dataclass_fields__}, "posts": (middle,)})
    picture = _drawn(with_hole, "card", px=600)
    centre = picture[round(600 * 0.47), picture.shape[1] // 2, :3]
    assert centre.mean() < 120


def test_three_quarter_view_shows_the_thickness(made):
    """A thicker pin shows more metal beside its face."""
    art = made("flag").pin_art
    thick = PinArt(**{**{k: getattr(art, k) for k in art.__dataclass_fields__}, "thickness_mm": 3.0})
    shapes = []
    for each in (art, thick):
        rows, columns = np.nonzero(_drawn(each, "three_quarter", px=600, ground=TRANSPARENT)[..., 3])
        shapes.append(np.ptp(columns) / np.ptp(rows))
    assert shapes[1] > shapes[0] * 1.01


def test_actual_size_is_to_scale(made):
    art = made("flag", size_mm=30.0).pin_art
    alpha = _drawn(art, "actual_size", px=600, ground=TRANSPARENT)[..., 3]
    per_mm = 600 / field_mm(art.width_mm, art.height_mm)
    row = alpha[round((600 - 9 * per_mm) / 2)]
    pin = np.flatnonzero(row[: round(36 * per_mm)] > 127)
    assert (pin[-1] - pin[0] + 1) / per_mm == pytest.approx(art.width_mm, abs=0.15)
    coin = np.flatnonzero(row[round(37 * per_mm) :] > 127)
    assert (coin[-1] - coin[0]) / per_mm == pytest.approx(COIN_MM, abs=0.4)


@pytest.mark.parametrize("effect", ["translucent", "gemstone"])
def test_effect_shows_in_its_own_colour(made, effect):
    art = made("mushroom").pin_art
    pin = laid_out(art, PX)
    plain, changed = _drawn(art), _drawn(art, effects={2: effect})
    away = np.abs(plain - changed)[..., :3].max(axis=2)[pin.box]
    assert (away[(pin.owner == 2) & (pin.enamel > 0.3)] > 8).mean() > 0.6


def test_metal_is_seen_through_clear_enamel(made):
    """Another plating changes a clear colour and no other."""
    art = made("mushroom").pin_art
    pin = laid_out(art, PX)
    gold, silver = (_drawn(art, effects={2: "translucent"}, plating=name) for name in ("gold", "silver"))
    away = np.abs(gold - silver)[..., :3].max(axis=2)[pin.box]
    assert away[(pin.owner == 2) & (pin.enamel > 0.3)].mean() > 4
    assert away[(pin.owner == 3) & (pin.enamel > 0.3)].max() == 0


def test_small_gemstone_areas_keep_their_colour(made):
    """An area too narrow for a stone of a millimetre is filled, never black."""
    art = made("cat").pin_art
    dark = next(entry.label for entry in art.palette if entry.hex == "#f6b8b0")
    pin = laid_out(art, PX)
    shown = _drawn(art, effects={dark: "gemstone"})[..., :3][pin.box]
    assert shown[pin.owner == dark].mean() > 60


def test_second_plating_changes_only_its_part(made):
    art = made("cat").pin_art
    pin = laid_out(art, PX)
    gold, dual = _drawn(art), _drawn(art, second_plating="black_nickel")
    away = np.abs(gold - dual)[..., :3].max(axis=2)[pin.box]
    assert away[(pin.outline > 0.15) & (pin.outline < 0.45) & (pin.enamel < -0.1)].mean() > 30
    assert away[pin.outline > 0.9].max() == 0


def test_dyed_metal_has_the_colour_of_its_dye(made):
    art = made("line_art").pin_art
    pin = laid_out(art, PX)
    metal = (pin.outline > 0.12) & (pin.enamel < -0.12)
    for dye, channel in (("#c02020", 0), ("#20a040", 1), ("#2030c0", 2)):
        shown = _drawn(art, plating="dyed", dye=dye)[..., :3][pin.box][metal].mean(axis=0)
        assert int(np.argmax(shown)) == channel


def test_antique_metal_is_darker_in_its_recesses(made):
    art = made("cat", process="die_struck").pin_art
    pin = laid_out(art, PX)
    plain = _drawn(art, process="die_struck", plating="silver")[..., :3].mean(axis=2)[pin.box]
    antique = _drawn(art, process="die_struck", plating="antique_silver")[..., :3].mean(axis=2)[pin.box]
    ground, lines = pin.enamel > 0.15, (pin.enamel < -0.08) & (pin.outline > 0.4)
    assert antique[ground].mean() < 0.65 * plain[ground].mean()
    assert antique[lines].mean() / plain[lines].mean() > antique[ground].mean() / plain[ground].mean() + 0.15


def test_dome_has_a_highlight(made):
    art = made("planet").pin_art
    plain, domed = _drawn(art)[..., :3], _drawn(art, epoxy=True)[..., :3]
    brighter = (domed - plain).min(axis=2) > 80
    assert 0.002 < brighter.mean() < 0.12
    rows, columns = np.nonzero(brighter)
    assert rows.mean() + columns.mean() < PX


def test_choices_that_do_not_exist_are_named():
    with pytest.raises(ValueError, match="second_plating is 'tin'"):
        Look(second_plating="tin")
    with pytest.raises(ValueError, match="dye is 'red'"):
        Look(dye="red")


def test_every_plating_can_be_the_second_one(made):
    art = made("ring").pin_art
    for name in PLATINGS:
        assert _drawn(art, px=64, second_plating=name)[..., 3].min() == 255
