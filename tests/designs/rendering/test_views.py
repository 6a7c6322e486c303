import io

import numpy as np
import pytest
from PIL import Image

from designs.rendering import PLATINGS, PROCESSES, Look, colours, render
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.prepared import laid_out

PX = 300


def _rgb(art, look=None, view="front", px=PX) -> Bytes2D:
    return render(art, view=view, look=look or Look(), px=px).rgba[..., :3]


def _inside(art, label, depth_mm) -> Mask:
    """Pixels of a colour at least `depth_mm` from any metal."""
    pin = laid_out(art, PX)
    mask = np.zeros((PX, PX), dtype=np.bool_)
    mask[pin.box] = (pin.owner == label) & (pin.enamel > depth_mm)
    return mask


@pytest.mark.parametrize("process", ["soft_enamel", "hard_enamel"])
def test_enamel_away_from_metal_keeps_its_colour(made, process):
    """Within CIEDE2000 1.3 on average: measured on every colour of a rocket."""
    away = []
    for name in ("rocket",):
        art = made(name, process=process).pin_art
        rgb = _rgb(art, Look(process=process))
        for entry in art.palette:
            shown = rgb[_inside(art, entry.label, 0.5)]
            if len(shown):
                away.append(colours.delta_e(colours.lab(shown), colours.lab(colours.from_hex(entry.fill))).mean())
    assert float(np.mean(away)) <= 1.3


def test_white_stays_white_and_black_stays_rich(made):
    white, black = made("mushroom").pin_art, made("cat").pin_art
    label = next(entry.label for entry in white.palette if entry.hex == "#ffffff")
    assert _rgb(white)[_inside(white, label, 0.5)].mean() > 250
    label = next(entry.label for entry in black.palette if entry.hex == "#231f20")
    assert _rgb(black)[_inside(black, label, 0.4)].mean() < 50


def test_every_plating_looks_different(made):
    art = made("ring").pin_art
    seen = [_rgb(art, Look(plating=plating), px=120).astype(int) for plating in PLATINGS]
    for n, first in enumerate(seen):
        assert all(np.abs(first - second).mean() > 0.12 for second in seen[n + 1 :])


def test_every_process_looks_different(made):
    art = made("rocket").pin_art
    looks = [
        _rgb(art, Look(process=process), px=120).astype(int)
        for process in PROCESSES
        if process not in {"offset_print", "uv_print"}
    ]
    for n, first in enumerate(looks):
        assert all(np.abs(first - second).mean() > 0.1 for second in looks[n + 1 :])


def test_metal_has_contrast(made):
    art = made("cat").pin_art
    pin = laid_out(art, PX)
    metal = _rgb(art)[pin.box][(pin.outline > 0.1) & (pin.enamel < -0.05)].astype(float).mean(axis=1)
    assert np.percentile(metal, 97) - np.percentile(metal, 3) > 110


@pytest.mark.parametrize("effect", ["glitter", "pearl", "glow"])
def test_effect_changes_only_its_own_colour(made, effect):
    art = made("mushroom").pin_art
    plain, changed = _rgb(art), _rgb(art, Look(effects={2: effect}))
    differs = (plain != changed).any(axis=2)
    assert differs[_inside(art, 2, 0.2)].mean() > 0.9
    assert not differs[_inside(art, 3, 0.2)].any()


def test_glow_is_seen_in_the_dark(made):
    art = made("mushroom").pin_art
    dark = _rgb(art, Look(effects={2: "glow"}, night=True))
    assert dark[_inside(art, 2, 0.3)][:, 1].mean() > 200
    assert dark[_inside(art, 3, 1.0)].mean() < 80


def test_light_comes_from_the_upper_left(made):
    """The shadow lies to the lower right, and the far wall of a recess catches the light."""
    art = made("ring").pin_art
    grey = _rgb(art).astype(float).mean(axis=2)
    assert grey[40:45, 40:45].mean() > grey[255:260, 255:260].mean() + 15


@pytest.mark.parametrize("view", ["front", "back", "card"])
def test_view_is_the_same_again(made, view):
    art = made("pieces").pin_art
    look = Look(card_text="Three friends")
    first, second = (render(art, view=view, look=look, px=160).encode("png") for _ in range(2))
    assert first == second


def test_back_is_mirrored_and_carries_its_clutches(made):
    art = made("text_logo").pin_art
    assert len(art.posts) == 2
    bare, closed = _rgb(art, Look(attachment="none"), "back"), _rgb(art, Look(attachment="rubber_clutch"), "back")
    changed = (np.abs(bare.astype(int) - closed).max(axis=2) > 40).mean(axis=0)
    scale = 0.78 * PX / 30
    for post in art.posts:
        assert changed[round(PX / 2 + (art.width_mm / 2 - post.x_mm) * scale)] > 0.1


@pytest.mark.parametrize(("view", "width"), [("front", 300), ("back", 300), ("card", 207)])
def test_picture_has_the_size_that_was_asked_for(made, view, width):
    picture = render(made("flag").pin_art, view=view, look=Look(card_text="Flag day"), px=300)
    assert picture.rgba.shape == (300, width, 4)


def test_transparent_ground_leaves_only_the_pin(made):
    art = made("ring").pin_art
    alpha = render(art, view="front", look=Look(ground="transparent"), px=300).rgba[..., 3]
    assert (alpha[0, 0], alpha[150, 150], alpha[60, 150]) == (0, 0, 255)


@pytest.mark.parametrize(("form", "kind"), [("webp", "WEBP"), ("jpeg", "JPEG"), ("png", "PNG")])
def test_picture_is_encoded_without_metadata(made, form, kind):
    data = render(made("ring").pin_art, view="front", look=Look(ground="transparent"), px=64).encode(form, quality=80)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size) == (kind, (64, 64))
        assert not {"exif", "icc_profile", "comment"} & set(image.info)


def test_unknown_choices_are_refused_by_name(made):
    art = made("ring").pin_art
    for wrong in (
        {"plating": "unobtainium"},
        {"process": "glass"},
        {"attachment": "glue"},
        {"ground": "sea"},
        {"effects": {2: "fire"}},
    ):
        with pytest.raises(ValueError, match=next(iter(str(v) for v in wrong.values() if isinstance(v, str)), "fire")):
            Look(**wrong)
    with pytest.raises(ValueError, match="view is 'side'"):
        render(art, view="side", look=Look(), px=100)
    with pytest.raises(ValueError, match="px is 5000"):
        render(art, view="front", look=Look(), px=5000)
    with pytest.raises(ValueError, match="encoded as 'bmp'"):
        render(art, view="front", look=Look(), px=64).encode("bmp")
