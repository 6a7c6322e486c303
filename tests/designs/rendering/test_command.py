import json

import numpy as np
import pytest
from PIL import Image

from designs.rendering import HousePalette, warm_up
from designs.rendering.__main__ import main
from designs.rendering.sandbox import Sandbox
from tests.designs.rendering import arts


def test_command_writes_the_pin_its_report_and_its_pictures(tmp_path, capsys):
    source = tmp_path / "cat.svg"
    source.write_text(arts.CAT)
    out = tmp_path / "out"
    assert (
        main(
            [
                str(source),
                "--size-mm",
                "25",
                "--plating",
                "silver",
                "--effects",
                "2=glitter",
                "--views",
                "front,card",
                "--px",
                "200",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    assert {path.name for path in out.iterdir()} == {
        "labels.png",
        "pinart.json",
        "report.json",
        "front.webp",
        "card.webp",
        "dielines.svg",
        "preview.bin",
    }
    facts = json.loads((out / "pinart.json").read_text())
    labels = np.asarray(Image.open(out / "labels.png"))
    assert labels.dtype == np.uint8
    assert max(labels.shape) / facts["px_per_mm"] == pytest.approx(25, abs=0.001)
    assert {entry["label"] for entry in facts["palette"]} == set(np.unique(labels).tolist()) - {0, 1}
    assert facts["palette"][0]["effect"] == "glitter"
    x0, y0, x1, y1 = facts["artwork_box"]
    assert (x1 - x0) == pytest.approx(y1 - y0, abs=1)
    assert x0 < 0.1 * labels.shape[1]
    assert {"changes", "posts", "weight_g", "border_mm", "timings_ms"} <= set(facts)
    keys = {"rule", "severity", "measured_mm", "limit_mm", "at_mm", "box_mm", "message", "mend"}
    assert all(keys <= set(finding) for finding in json.loads((out / "report.json").read_text())["findings"])
    assert "mm" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.png", b"hello", "not a picture"), ("b.svg", b"", "empty"), ("c.jpg", b"\xff\xd8\xff\xe0", "damaged")],
)
def test_command_ends_with_two_and_one_line_for_what_it_cannot_read(tmp_path, capsys, name, content, words):
    source = tmp_path / name
    source.write_bytes(content)
    assert main([str(source), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err
    assert not (tmp_path / "out").exists()


def test_command_names_a_missing_file(tmp_path, capsys):
    assert main([str(tmp_path / "nothing.png"), "--out", str(tmp_path)]) == 2
    assert "nothing.png" in capsys.readouterr().err


def test_option_that_does_not_exist_ends_with_two(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["a.png", "--gemstones", "3", "--out", str(tmp_path)])
    assert caught.value.code == 2
    assert "--gemstones" in capsys.readouterr().err


def test_warm_worker_has_its_sandbox_running():
    warm_up()
    assert Sandbox.shared().running
    assert HousePalette.seed() is HousePalette.seed()


def test_sandbox_replaces_a_child_that_died():
    sandbox = Sandbox()
    try:
        first = sandbox.draw(arts.RING.encode(), kind="svg", px=64).rgba
        sandbox.stop()
        assert not sandbox.running
        assert np.array_equal(sandbox.draw(arts.RING.encode(), kind="svg", px=64).rgba, first)
    finally:
        sandbox.close()
