"""The project's own drawings can be made as the shop sells them."""

import json
import re
from pathlib import Path

import pytest

from designs.rendering import FlattenOptions, HousePalette, Rules, artwork, flatten

SAMPLES = Path("designs/samples")
CATALOGUE = json.loads((SAMPLES / "catalogue.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_no_pin_of_the_catalogue_has_a_finding_that_blocks_it():
    blocked = []
    for pin in CATALOGUE["pins"]:
        effects = {int(label): effect for label, effect in pin.get("flatten", {}).get("effects", {}).items()}
        options = FlattenOptions(size_mm=pin["size_mm"], process=pin["process"], effects=effects)
        made = flatten(
            (SAMPLES / pin["artwork"]).read_bytes(), options=options, rules=Rules.seed(), palette=HousePalette.seed()
        )
        blocked += [(pin["slug"], found.rule) for found in made.findings if found.severity == "block"]
        assert set(effects) <= set(range(2, 2 + len(made.pin_art.palette)))
    assert blocked == []


def test_drawings_use_flat_colours_and_paths_only():
    for path in SAMPLES.glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert 'viewBox="0 0 600 600"' in svg
        assert re.findall(r"<(?:linearGradient|radialGradient|filter|mask|clipPath|text|image|style)\b", svg) == []
        assert "opacity" not in svg
        assert len(set(re.findall(r"#[0-9a-f]{6}", svg))) <= 11


def test_no_drawing_is_cut_off_at_its_edge():
    for path in SAMPLES.glob("*.svg"):
        solid = artwork.decode(path.read_bytes(), px=300).rgba[..., 3] > 128
        edges = (solid[0], solid[-1], solid[:, 0], solid[:, -1])
        assert not any(edge.any() for edge in edges), path.name


def test_every_drawing_is_sold_or_offered_to_try():
    used = {pin["artwork"] for pin in CATALOGUE["pins"]} | {sample["file"] for sample in CATALOGUE["samples"]}
    assert used == {path.name for path in SAMPLES.glob("*.svg")}
