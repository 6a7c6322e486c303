import statistics
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from designs.rendering import FlattenOptions, HousePalette, Rules, flatten, live, platings, shading
from designs.rendering.prepared import laid_out
from tests.designs.rendering import arts

SAMPLES = sorted(Path("designs/samples").glob("*.svg"))


def pin(data, **options):
    return flatten(data, options=FlattenOptions(**options), rules=Rules.seed(), palette=HousePalette.seed()).pin_art


@pytest.fixture(scope="module")
def cat():
    return pin(arts.artwork("cat"))


def filled(head, parts, name, px):
    """A part's polygons as a mask over the picture of `px` that the pin lies in."""
    scale = px * head["fill"] / max(head["width_mm"], head["height_mm"])
    mask = np.zeros((px, px), np.uint8)
    rings = [np.rint((ring * scale + px / 2 - 0.5) * 16).astype(np.int32) for ring in polygons(head, parts, name)]
    cv2.fillPoly(mask, rings, (1,), shift=4)
    return mask > 0


def polygons(head, parts, name):
    return live.polygons_of(head["parts"][name], parts[name])


def test_browser_reads_the_facts_of_the_pin(cat):
    head, parts = live.read(live.bundle(cat))
    assert [(each["label"], each["fill"]) for each in head["palette"]] == [(e.label, e.fill) for e in cat.palette]
    assert (head["width_mm"], head["height_mm"], head["process"]) == (cat.width_mm, cat.height_mm, "soft_enamel")
    assert list(parts) == ["outline", "enamel", "owner", "room", "satin", "wave", "flow"]


@pytest.mark.parametrize("name", ["outline", "enamel"])
def test_edges_are_those_that_the_proof_is_drawn_from(cat, name):
    head, parts = live.read(live.bundle(cat))
    drawn = laid_out(cat, 1200)
    depth = {"outline": drawn.outline, "enamel": drawn.enamel}[name]
    inside = filled(head, parts, name, 1200)[drawn.box]
    # The filled polygons take each pixel that they touch.
    away = np.abs(depth) * drawn.px_per_mm > 1.2
    assert (inside == (depth > 0))[away].all()
    assert np.count_nonzero(inside) == pytest.approx(np.count_nonzero(depth > 0), rel=0.05)


def test_labels_reach_under_the_metal_and_are_the_pins_own(cat):
    head, parts = live.read(live.bundle(cat))
    drawn = laid_out(cat, live.LIVE_PX)
    owner = live.plane_of(head["parts"]["owner"], parts["owner"])
    assert (owner[drawn.owner > 0] == drawn.owner[drawn.owner > 0]).all()
    wide = cv2.dilate((drawn.owner > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert (owner[wide] > 0).all()


def test_metal_mirrors_the_engines_own_room(cat):
    head, parts = live.read(live.bundle(cat))
    room = live.plane_of(head["parts"]["room"], parts["room"])
    assert room.ravel().tolist() == (shading.room().mirrored & 255).tolist()


def test_every_plating_travels_and_those_that_the_shop_names(cat):
    head, _ = live.read(
        live.bundle(cat, {"gold": ("gold", ""), "dual": ("gold", "silver"), "rainbow": ("rainbow", "")})
    )
    assert list(head["platings"]) == ["dual", "gold", "rainbow"]
    first, second = head["platings"]["dual"]
    assert (first, second["rainbow"]) == (head["platings"]["gold"][0], False)
    assert head["platings"]["rainbow"][0]["rainbow"] is True
    ramp = platings.rgb(platings.coat("gold"))
    assert first["tones"][0] == pytest.approx(ramp[0].tolist(), abs=1)
    assert first["tones"][-1] == pytest.approx(ramp[-1].tolist(), abs=1)
    assert set(live.read(live.bundle(cat))[0]["platings"]) == set(platings.PLATINGS)


def test_print_travels_as_a_picture():
    printed = pin(arts.artwork("photo"), process="offset_print")
    _, parts = live.read(live.bundle(printed))
    shown = cv2.cvtColor(cv2.imdecode(np.frombuffer(parts["print"], np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    true = cv2.resize(printed.print_rgba, shown.shape[1::-1], interpolation=cv2.INTER_AREA)
    inside = true[..., 3] == 255
    assert np.abs(shown.astype(int) - true[..., :3])[inside].mean() < 8


def test_stones_are_set_in_the_metal(cat):
    jewelled = replace(cat, palette=tuple(replace(entry, effect="gemstone") for entry in cat.palette))
    head, parts = live.read(live.bundle(jewelled))
    assert {stone["label"] for stone in head["stones"]} <= {entry.label for entry in cat.palette}
    inside = filled(head, parts, "enamel", 600)
    scale = 600 * head["fill"] / max(head["width_mm"], head["height_mm"])
    assert len(head["stones"]) > 3
    for stone in head["stones"]:
        assert inside[round(stone["y"] * scale + 300), round(stone["x"] * scale + 300)]
        assert 0.5 <= stone["radius"] <= 2.5


def test_bundle_is_small_and_the_same_again(cat):
    sizes = [len(live.bundle(pin(path.read_bytes()))) for path in SAMPLES[:6]]
    assert statistics.median(sizes) < 35_000
    assert live.bundle(cat) == live.bundle(cat)


def test_other_bytes_are_refused():
    with pytest.raises(ValueError, match="not a live bundle"):
        live.read(b"PNG nothing of the kind")
