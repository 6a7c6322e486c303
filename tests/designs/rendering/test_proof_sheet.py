import pytest

from designs.rendering import HousePalette, Look, contact_sheet, prepare, proof_sheet, render

PX = 300


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
