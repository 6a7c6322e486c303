import ctypes
import gc
import io

import cv2
from PIL import Image, ImageDraw

from designs.rendering import proof_sheet
from designs.rendering.findings import check
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pipeline import Flattened, flatten
from designs.rendering.prepared import Prepared, prepare
from designs.rendering.rules import Rules
from designs.rendering.sandbox import Sandbox
from designs.rendering.vectors import dielines
from designs.rendering.views import VIEWS, Look, render

_DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#cc2222"/>'
    b'<circle cx="50" cy="50" r="20" fill="#ffffff"/><circle cx="30" cy="50" r="0.3"/><path d="M20 50h60" stroke="#000"/>'
    b'<path d="M50 10v28" stroke="#14f" stroke-width=".6"/><text x="40" y="80" font-size="6">Ab</text></svg>'
)
# Between them they call every kernel.
_LOOKS = (
    Look(effects={2: "glitter", 3: "pearl"}, epoxy=True),
    Look(effects={2: "translucent", 3: "gemstone"}, second_plating="silver"),
    Look(process="hard_enamel", plating="rainbow", ground="transparent"),
    Look(process="die_struck"),
    Look(process="cast_3d", night=True),
)


def warm_up() -> None:
    """Make a worker ready: one thread for array work, the sandbox started, every kernel compiled, fonts read."""
    cv2.setNumThreads(1)
    Sandbox.shared().warm_up()
    rules, palette = Rules.seed(), HousePalette.seed()
    for process in rules.processes:
        made = flatten(_DRAWING, options=FlattenOptions(process=process, bridge="auto"), rules=rules, palette=palette)
        check(made.pin_art, process=process, rules=rules)
    for sample in (_picture("PNG"), _picture("JPEG")):
        made = flatten(sample, options=FlattenOptions(), rules=rules, palette=palette)
    dielines(made.pin_art)
    pin = prepare(made.pin_art, 100)
    for look in _LOOKS:
        render(pin, view="front", look=look, px=100).encode("webp")
    for view in VIEWS:
        render(pin, view=view, look=Look(stamp="A", ground="transparent"), px=100)
    _print(made, pin)
    _give_back()


def _give_back() -> None:
    """Return the memory that compiling took; only the GNU C library can."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _print(made: Flattened, pin: Prepared) -> None:
    """A proof sheet: typst reads its fonts with the first one."""
    content = proof_sheet.describe(
        made, look=Look(), palette=HousePalette.seed(), name="", files={}, proof_hash="0" * 64
    )
    front = render(pin, view="front", look=Look(ground="transparent"), px=100).encode("jpeg")
    proof_sheet.write(content, pictures={"back": front, "card": front, "bare": front})


def _picture(form: str) -> bytes:
    """A small drawing with holes and specks: on a clear ground as PNG, on white with noise as JPEG."""
    image = Image.new("RGBA", (120, 120), (255, 255, 255, 255 if form == "JPEG" else 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, 110, 110), fill="#cc2222", outline="#000000", width=4)
    pen.ellipse((50, 50, 70, 70), fill=(0, 0, 0, 0) if form == "PNG" else "#ffffff")
    for n in range(4):
        pen.point((30 + 5 * n, 40), fill="#1144ff")
    buffer = io.BytesIO()
    if form == "JPEG":
        noise = Image.effect_noise(image.size, 40).convert("RGB")
        image = Image.blend(image.convert("RGB"), noise, 0.1)
    image.save(buffer, form)
    return buffer.getvalue()
