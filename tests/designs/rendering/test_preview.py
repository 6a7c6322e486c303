import statistics
from pathlib import Path

import cv2
import numpy as np
import pytest

from designs.rendering import FlattenOptions, HousePalette, Rules, flatten, preview
from tests.designs.rendering import arts

SAMPLES = sorted(Path("designs/samples").glob("*.svg"))


def pin(data, **options):
    return flatten(data, options=FlattenOptions(**options), rules=Rules.seed(), palette=HousePalette.seed()).pin_art


@pytest.fixture(scope="module")
def cat():
    return pin(arts.artwork("cat"))


def test_browser_reads_the_labels_and_facts_of_the_pin(cat):
    head, planes = preview.read(preview.bundle(cat))
    assert planes["labels"].tolist() == cat.labels.tolist()
    assert [entry["fill"] for entry in head["palette"]] == [entry.fill for entry in cat.palette]
    assert (head["px_per_mm"], head["width_mm"], head["height_mm"]) == (cat.px_per_mm, cat.width_mm, cat.height_mm)
    assert [part["name"] for part in head["parts"]] == ["labels", "enamel", "outline"]


@pytest.mark.parametrize(("name", "first", "step"), [("enamel", 2, 1), ("outline", 1, 2)])
def test_distances_are_true_to_a_few_hundredths_of_a_millimetre(cat, name, first, step):
    head, planes = preview.read(preview.bundle(cat))
    part = next(part for part in head["parts"] if part["name"] == name)
    inside = (cat.labels >= first).astype(np.uint8)
    true = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    true -= cv2.distanceTransform(1 - inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    true = cv2.resize(true, (part["width"], part["height"]), interpolation=cv2.INTER_AREA) / cat.px_per_mm
    told = (planes[name].astype(np.float64) - part["zero"]) * part["mm_per_level"]
    near = np.abs(true) < 0.9 * part["mm_per_level"] * 127
    # Where two edges meet, smoothing rounds the ridge between them.
    assert np.quantile(np.abs(told - true)[near], 0.99) < 0.05
    assert planes[name].shape == (-(-cat.labels.shape[0] // step), -(-cat.labels.shape[1] // step))


def test_print_travels_as_a_picture():
    printed = pin(arts.artwork("photo"), process="offset_print")
    head, planes = preview.read(preview.bundle(printed))
    assert [part["name"] for part in head["parts"]][-1] == "print"
    inside = printed.labels >= 2
    away = np.abs(planes["print"].astype(int) - printed.print_rgba[..., :3])[inside]
    assert away.mean() < 8


def test_bundle_is_small_and_the_same_again(cat):
    sizes = [len(preview.bundle(pin(path.read_bytes()))) for path in SAMPLES[:6]]
    assert statistics.median(sizes) < 150_000
    assert preview.bundle(cat) == preview.bundle(cat)


def test_other_bytes_are_refused():
    with pytest.raises(ValueError, match="not a preview bundle"):
        preview.read(b"PNG nothing of the kind")
