import io
from dataclasses import replace

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from designs.rendering import HousePalette, Look, contact_sheet, prepare, proof_sheet, render
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.prepared import FRONT_FILL

PX = 300
PX_PER_MM = 6.0
ACCENT = (140, 47, 75)


def _drawn(made, name: str) -> tuple[proof_sheet.Content, dict[str, bytes]]:
    flattened, look = made(name), Look()
    pin = prepare(flattened.pin_art, PX)
    content = proof_sheet.describe(
        flattened, look=look, palette=HousePalette.seed(), name="same", files={}, proof_hash="0" * 64
    )
    pictures = {view: render(pin, view=view, look=look, px=PX).encode("jpeg", 90) for view in ("back", "card")}
    return content, {
        **pictures,
        "bare": contact_sheet.bare(pin, look, PX).encode("jpeg", 90, proof_sheet.PANEL),
    }


def test_every_sheet_of_a_worker_holds_its_own_pictures_as_they_were_given(made):
    """Also where the text and the pictures' size are those of the last sheet."""
    content, first = _drawn(made, "ring")
    _, second = _drawn(made, "cat")
    for pictures, others in ((first, second), (second, first)):
        pdf = proof_sheet.write(content, pictures=pictures)
        assert [jpeg in pdf for jpeg in pictures.values()] == [True] * 3
        assert not any(jpeg in pdf for jpeg in others.values())


def test_a_paper_that_does_not_exist_is_refused(made):
    content, pictures = _drawn(made, "ring")
    with pytest.raises(ValueError, match="paper is 'a5'"):
        proof_sheet.write(content, pictures=pictures, paper="a5")


def _black(width_mm: float, height_mm: float) -> bytes:
    """A front that is one black rectangle of these proportions, as `bare` lays a pin out."""
    side = 2000
    image = Image.new("RGB", (side, side), proof_sheet.PANEL)
    wide, high = (FRONT_FILL * side * length / max(width_mm, height_mm) for length in (width_mm, height_mm))
    box = ((side - wide) / 2, (side - high) / 2, (side + wide) / 2 - 1, (side + high) / 2 - 1)
    ImageDraw.Draw(image).rectangle(box, fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _page(pdf: bytes, number: int) -> Bytes2D:
    with pypdfium2.PdfDocument(pdf) as sheet:
        return sheet[number].render(scale=PX_PER_MM * 25.4 / 72).to_numpy()[..., 2::-1].copy()


def _boxes(mask: Mask) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height of the parts of a mask, the largest first."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return [tuple(row[:4]) for row in sorted(stats[1:].tolist(), key=lambda row: -row[4])]


@pytest.mark.parametrize("paper", proof_sheet.PAPERS)
@pytest.mark.parametrize(("width_mm", "height_mm"), [(40.0, 16.0), (15.0, 38.0), (30.0, 30.0)])
def test_marks_lie_where_the_findings_are(made, width_mm, height_mm, paper):
    """Measured on the page: the middles of the numbered discs over the picture of the pin, within 0.2 mm of paper."""
    content, pictures = _drawn(made, "ring")
    spots = [(0.2, 0.25), (0.8, 0.5), (0.4, 0.75)]
    marks = tuple(proof_sheet.Mark(n, x * width_mm, y * height_mm) for n, (x, y) in enumerate(spots, start=1))
    content = replace(content, width_mm=width_mm, height_mm=height_mm, marks=marks)
    pdf = proof_sheet.write(content, pictures={**pictures, "bare": _black(width_mm, height_mm)}, paper=paper)
    page = _page(pdf, 1).astype(int)
    disc = np.abs(page - ACCENT).max(axis=2) < 24
    (left, top, wide, high), *_ = _boxes((page.max(axis=2) < 40) | disc)
    discs = _boxes(disc[top : top + high, left : left + wide])[: len(spots)]
    found = sorted((x + w / 2, y + h / 2) for x, y, w, h in discs)
    asked = sorted((x * wide, y * high) for x, y in spots)
    assert np.allclose(found, asked, atol=0.2 * PX_PER_MM)
