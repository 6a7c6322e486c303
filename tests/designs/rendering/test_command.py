import hashlib
import json

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from designs.rendering import HousePalette, contact_sheet, warm_up
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
                "--paper",
                "us-letter",
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
        "live.pin",
        "proof.pdf",
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
    with pypdfium2.PdfDocument(out / "proof.pdf") as sheet:
        assert [sheet[n].get_size() for n in range(len(sheet))] == [(792, 612)] * 2
        said = "".join(page.get_textpage().get_text_bounded() for page in sheet)
    assert "cat.svg" in said
    assert facts["palette"][0]["house"] in said
    assert hashlib.sha256((out / "dielines.svg").read_bytes()).hexdigest()[:40] in said


def test_proof_sheet_is_the_same_at_every_run(tmp_path):
    source = tmp_path / "ring.svg"
    source.write_text(arts.RING)
    sheets = []
    for run in ("first", "second"):
        assert main([str(source), "--views", "", "--px", "64", "--out", str(tmp_path / run)]) == 0
        sheets.append((tmp_path / run / "proof.pdf").read_bytes())
    assert sheets[0] == sheets[1]


def test_batch_makes_every_artwork_of_a_folder_and_one_sheet_of_all(tmp_path, capsys):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "cat.svg").write_text(arts.CAT)
    (folder / "ring.svg").write_text(arts.RING)
    (folder / "torn.png").write_bytes(b"hello")
    (folder / "notes.txt").write_text("not an artwork, and not taken for one")
    assert main(["--batch", str(folder), "--views", "front", "--px", "64", "--out", str(out)]) == 2
    said = capsys.readouterr()
    assert said.out == f"2 of 3 artworks made into pins in {out}\n"
    assert "torn.png: " in said.err
    assert sorted(path.name for path in out.iterdir()) == ["cat.svg", "contact-sheet.jpg", "ring.svg"]
    assert (out / "ring.svg" / "front.webp").stat().st_size > 0
    with Image.open(out / "contact-sheet.jpg") as image:
        assert image.size == (2 * contact_sheet.CELL_PX, contact_sheet.CELL_PX)


def test_batch_of_a_folder_without_artworks_ends_with_two(tmp_path, capsys):
    assert main(["--batch", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == f"{tmp_path}: there is no artwork here\n"


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


def test_command_writes_relief_and_second_metal_of_a_struck_pin(tmp_path):
    source, out = tmp_path / "cat.svg", tmp_path / "out"
    source.write_text(arts.CAT)
    how = ["--process", "die_struck", "--second-plating", "silver", "--views", "front", "--px", "120"]
    assert main([str(source), *how, "--out", str(out)]) == 0
    labels, relief, second = (
        np.asarray(Image.open(out / f"{name}.png")) for name in ("labels", "relief", "second_plating")
    )
    assert np.array_equal(relief == 255, labels == 1)
    assert np.array_equal(second == 255, labels >= 2)
    assert json.loads((out / "pinart.json").read_text())["relief_mm_per_level"] > 0
