import hashlib
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from designs.rendering import FlattenOptions, HousePalette, PinArt, Rules, dielines, flatten, read_dielines
from tests.designs.rendering import arts

ROOT = Path(__file__).resolve().parents[3]
FINGERPRINT = """
import hashlib, json, sys
from designs.rendering import FlattenOptions, HousePalette, Rules, flatten
from tests.designs.rendering import arts
found = {}
for name in sys.argv[1:]:
    made = flatten(arts.artwork(name), options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    found[name] = hashlib.sha256(made.pin_art.to_bytes() + repr((made.changes, made.findings)).encode()).hexdigest()
print(json.dumps(found))
"""


def _fingerprint(made):
    report = repr((made.changes, made.findings)).encode()
    return hashlib.sha256(made.pin_art.to_bytes() + report).hexdigest()


def _neighbours(labels):
    return ((labels[:, 1:], labels[:, :-1]), (labels[1:], labels[:-1]))


@pytest.mark.parametrize("name", arts.NAMES)
def test_no_two_colours_touch(made, name):
    labels = made(name).pin_art.labels
    for a, b in _neighbours(labels):
        assert not ((a != b) & (np.minimum(a, b) >= 2)).any()


@pytest.mark.parametrize("name", arts.NAMES)
def test_every_colour_ends_in_metal(made, name):
    labels = np.pad(made(name).pin_art.labels, 1)
    for a, b in _neighbours(labels):
        assert not ((np.minimum(a, b) == 0) & (np.maximum(a, b) >= 2)).any()


@pytest.mark.parametrize("name", arts.NAMES)
def test_loose_pieces_are_reported(made, name):
    flattened = made(name)
    count, _ = cv2.connectedComponents((flattened.pin_art.labels > 0).view(np.uint8), connectivity=4)
    loose = [f for f in flattened.findings if f.rule == "silhouette_pieces" and f.severity == "block"]
    assert len(loose) == min(count - 2, 12)
    assert all(finding.mend == "bridge" and finding.at_mm is not None for finding in loose)


@pytest.mark.parametrize("name", arts.NAMES)
def test_die_lines_read_back_as_what_was_drawn(made, name):
    """No pixel farther than 0.05 mm from an edge of the label map may read back as another label."""
    art = made(name).pin_art
    height, width = art.labels.shape
    again = read_dielines(dielines(art), px_per_mm=art.px_per_mm, height=height, width=width)
    edge = np.zeros(art.labels.shape, dtype=np.uint8)
    edge[:, 1:] |= (art.labels[:, 1:] != art.labels[:, :-1]).view(np.uint8)
    edge[1:] |= (art.labels[1:] != art.labels[:-1]).view(np.uint8)
    away_mm = cv2.distanceTransform(1 - edge, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / art.px_per_mm
    assert float(away_mm[again != art.labels].max(initial=0)) <= 0.05 + 0.5 / art.px_per_mm


@pytest.mark.parametrize("name", arts.NAMES)
def test_pin_has_the_size_that_was_asked_for(made, name):
    art = made(name).pin_art
    assert max(art.width_mm, art.height_mm) == pytest.approx(30, abs=0.001)
    assert art.labels.shape == (round(art.height_mm * art.px_per_mm), round(art.width_mm * art.px_per_mm))
    assert [entry.label for entry in art.palette] == sorted(set(np.unique(art.labels).tolist()) - {0, 1})
    solid = art.labels > 0
    assert all(solid[int(p.y_mm * art.px_per_mm), int(p.x_mm * art.px_per_mm)] for p in art.posts)


@pytest.mark.parametrize(
    ("name", "process"), [("pieces", "soft_enamel"), ("gradient", "hard_enamel"), ("photo", "offset_print")]
)
def test_saved_pin_reads_back_exactly(made, name, process):
    art = made(name, process=process).pin_art
    again = PinArt.from_bytes(art.to_bytes())
    assert again.facts() == art.facts()
    assert np.array_equal(again.labels, art.labels)
    assert (again.print_rgba is None) == (process != "offset_print")
    if art.print_rgba is not None:
        assert np.array_equal(again.print_rgba, art.print_rgba)
    assert again.to_bytes() == art.to_bytes()


def test_bytes_that_are_no_pin_are_refused():
    with pytest.raises(ValueError, match="not a saved PinArt"):
        PinArt.from_bytes(b"hello")


def test_same_artwork_gives_the_same_pin_again_and_in_another_process(made):
    names = ["cat", "noisy_jpeg_on_white", "tiny_png"]
    command = [sys.executable, "-c", FINGERPRINT, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True, timeout=60)
    first = {name: _fingerprint(made(name)) for name in names}
    assert json.loads(done.stdout) == first
    again = flatten(arts.artwork("cat"), options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    assert _fingerprint(again) == first["cat"]


def test_palette_holds_the_exact_colours_of_clean_art(made):
    assert {entry.hex for entry in made("rocket").pin_art.palette} == {
        "#eef2f5",
        "#e0413a",
        "#3c4a57",
        "#63c5ea",
        "#f6a21d",
        "#fde36b",
    }


def test_colour_within_three_is_made_in_the_house_colour(made):
    for entry in made("mushroom").pin_art.palette:
        house = next(c for c in HousePalette.seed().colours if c.code == entry.house)
        assert entry.fill == (house.hex if entry.delta_e <= 3 else entry.hex)


def test_bridges_join_loose_pieces(made):
    flattened = made("pieces", bridge="auto")
    assert [f.rule for f in flattened.findings if f.rule == "silhouette_pieces"] == []
    assert [c.kind for c in flattened.changes].count("bridge") == 2


def test_back_plate_joins_loose_pieces(made):
    flattened = made("pieces", bridge="plate")
    assert [f.rule for f in flattened.findings if f.rule == "silhouette_pieces"] == []
    assert "plate" in [c.kind for c in flattened.changes]


def test_hole_becomes_a_cut_out(made):
    (hole,) = made("ring").pin_art.cutouts
    assert (hole.x_mm, hole.y_mm) == (pytest.approx(15, abs=0.2), pytest.approx(15, abs=0.2))
    assert hole.across_mm == pytest.approx(2 * 18 / 90 * 28.9 - 1.1, abs=0.15)


def test_drawing_lines_become_metal_unless_enamel_is_asked_for(made):
    assert "#231f20" in {entry.hex for entry in made("cat", lines="enamel").pin_art.palette}
    black = [entry.area_mm2 for entry in made("cat").pin_art.palette if entry.hex == "#231f20"]
    drawn = [entry.area_mm2 for entry in made("cat", lines="enamel").pin_art.palette if entry.hex == "#231f20"]
    assert sum(black) < 0.3 * sum(drawn)


def test_gradient_is_reported_with_print_as_mend(made):
    (finding,) = [f for f in made("gradient").findings if f.rule == "gradient"]
    assert (finding.severity, finding.mend) == ("block", "print")


def test_flat_art_has_no_gradient_finding(made):
    for name in ("cat", "flag", "mountain", "mushroom", "cmyk_jpeg", "noisy_jpeg_on_white"):
        assert [f.rule for f in made(name).findings if f.rule == "gradient"] == []


def test_photo_becomes_a_printed_circle(made):
    flattened = made("photo", process="offset_print")
    art = flattened.pin_art
    assert art.width_mm == pytest.approx(art.height_mm, abs=0.1)
    assert art.print_rgba is not None
    assert [f for f in flattened.findings if f.severity == "block"] == []
    assert any("got a shape: a circle" in note for note in flattened.notes)


def test_most_colours_are_limited_on_request(made):
    flattened = made("rocket", max_colours=3)
    assert len(flattened.pin_art.palette) <= 3
    assert any("merged into" in note for note in flattened.notes)
