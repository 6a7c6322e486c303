from collections import Counter

from PIL import Image

from designs.rendering import contact_sheet
from designs.rendering.options import EFFECTS
from designs.rendering.surfaces import PRINTED, PROCESSES


def test_sheet_is_written_with_forty_eight_pins(tmp_path):
    contact_sheet.main(["--out", str(tmp_path / "new" / "sheet.jpg"), "--px", "40"])
    with Image.open(tmp_path / "new" / "sheet.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (8 * 40, 6 * 40))


def test_sheet_shows_every_finish():
    """Four looks of each artwork, and between them all processes but prints and all effects."""
    shown = list(contact_sheet.samples())
    assert len(shown) == 48
    assert set(Counter(look.process for _, look in shown)) == set(PROCESSES) - PRINTED - {"soft_enamel_epoxy"}
    assert {effect for _, look in shown for effect in look.effects.values()} == set(EFFECTS) - {"none"}
