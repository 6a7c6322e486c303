import cv2

from designs.rendering import shading
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HousePalette
from designs.rendering.pipeline import flatten
from designs.rendering.rules import Rules
from designs.rendering.sandbox import Sandbox
from designs.rendering.views import Look, render

_SAMPLE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    b'<circle cx="5" cy="5" r="4" fill="#cc2222"/><circle cx="5" cy="5" r="2" fill="#ffffff"/></svg>'
)


def warm_up() -> None:
    """Make a worker ready: one thread for array work, the sandbox started, one small pin made."""
    cv2.setNumThreads(1)
    Sandbox.shared().warm_up()
    shading.environment()
    made = flatten(_SAMPLE, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    render(made.pin_art, view="front", look=Look(), px=200).encode("webp")
