import cv2

from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pipeline import flatten
from designs.rendering.prepared import prepare
from designs.rendering.rules import Rules
from designs.rendering.sandbox import Sandbox
from designs.rendering.views import VIEWS, Look, render

_SAMPLE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    b'<circle cx="5" cy="5" r="4" fill="#cc2222"/><circle cx="5" cy="5" r="2" fill="#ffffff"/></svg>'
)
# Between them they call every kernel.
_LOOKS = (
    Look(effects={2: "glitter", 3: "pearl"}, epoxy=True),
    Look(process="hard_enamel", plating="rainbow", ground="transparent"),
    Look(process="die_struck"),
    Look(process="cast_3d", night=True),
)


def warm_up() -> None:
    """Make a worker ready: one thread for array work, the sandbox started, one small pin made."""
    cv2.setNumThreads(1)
    Sandbox.shared().warm_up()
    made = flatten(_SAMPLE, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    pin = prepare(made.pin_art, 200)
    for look in _LOOKS:
        render(pin, view="front", look=look, px=100).encode("webp")
    for view in VIEWS:
        render(pin, view=view, look=Look(), px=100)
