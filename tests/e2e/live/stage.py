"""A page with nothing but a live pin on it, in a Chromium that draws WebGL2 by itself (SwiftShader), and no network."""

import base64
import io
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright, Route

from designs.rendering import Look, PinArt, colours, live, render
from designs.rendering.prepared import laid_out
from pinshop.local import chromium

ROOT = Path(__file__).parents[3]
WEBGL = ("--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
SITE = "http://pin.test"
_PAGE = """<!doctype html><meta charset="utf-8"><title>A pin</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/css/components/live-pin.css"><link rel="stylesheet" href="/page.css"><main></main>"""
_CSS = "body {{ margin: 0 }} canvas, live-pin {{ display: block; width: {px}px; height: {px}px }}"
_MOUNT = """async (look) => {
  const { Pin } = await import("/js/pin/pin.js");
  window.pin?.destroy();
  document.querySelector("main").innerHTML = "<canvas></canvas>";
  window.pin = await Pin.mount(document.querySelector("canvas"), "/pins/shown", look, { studio: true });
}"""
_SHOT = """({ x, y, dark, look }) => {
  Object.assign(pin.look, look);
  pin.renderer.show(pin.look);
  Object.assign(pin.now, { x, y, dark });
  Object.assign(pin.wanted, { x, y, dark });
  pin.draw(1);
  return pin.canvas.toDataURL("image/png");
}"""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Away:
    """How far two pictures are from each other over the pin, in Oklab."""

    mean: float
    most: float  # the 95th percentile


@dataclass
class Stage:
    """The page, whose canvas is `px` high and drawn at twice that; `asked` are the paths that it has asked for."""

    page: Page
    px: int
    pins: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @classmethod
    def opened(cls, browser: Browser, px: int, **context: Any) -> "Stage":
        """A stage on a page of its own."""
        page = browser.new_context(viewport={"width": px + 40, "height": px + 40}, **context).new_page()
        stage = cls(page, px)
        page.route("**/*", stage._serve)
        page.on("pageerror", lambda error: stage.problems.append(str(error)))
        page.on("console", lambda message: stage.problems.append(message.text) if message.type == "error" else None)
        page.goto(f"{SITE}/")
        return stage

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.page.context.close()

    def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        self.asked.append(path)
        if path == "/":
            route.fulfill(body=_PAGE, content_type="text/html")
        elif path == "/page.css":
            route.fulfill(body=_CSS.format(px=self.px), content_type="text/css")
        elif path.startswith("/pins/"):
            name = path.removeprefix("/pins/")
            if name in self.pins:
                route.fulfill(body=self.pins[name], content_type="application/octet-stream")
            else:
                route.fulfill(status=404, body="")
        else:
            kind = "text/css" if path.endswith(".css") else "text/javascript"
            route.fulfill(body=(ROOT / "static" / path.lstrip("/")).read_bytes(), content_type=kind)

    def mount(self, art: PinArt, **look: Any) -> None:
        """Show a pin as `window.pin`, alone on the page."""
        self.pins["shown"] = live.bundle(art)
        self.page.evaluate(_MOUNT, look)

    def shot(self, *, x: float = 0, y: float = 0, dark: float = 0, **look: Any) -> Pixels:
        """The pin as it leans, RGBA, in one frame; `look` changes what is said of it."""
        data = self.page.evaluate(_SHOT, {"x": x, "y": y, "dark": dark, "look": look})
        with Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))) as image:
            drawn = np.asarray(image.convert("RGBA"))
        return np.asarray(cv2.resize(drawn, (self.px, self.px), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def launched(playwright: Playwright) -> Browser:
    """A Chromium with WebGL2; raises NoChromium where there is none."""
    found = chromium.find()
    if found is None:
        raise chromium.NoChromium(
            "no Chromium: `make test` installs one, or name yours with CHROMIUM=/path/to/chromium"
        )
    return playwright.chromium.launch(executable_path=str(found), args=list(WEBGL))


def proof_of(art: PinArt, look: Look, px: int) -> Pixels:
    """The engine's own front picture."""
    return render(art, view="front", look=look, px=px).rgba


def away(drawn: Pixels, proof: Pixels, art: PinArt) -> Away:
    """How far a picture is from the proof where the pin lies."""
    px = proof.shape[0]
    laid = laid_out(art, px)
    covered = np.zeros((px, px), dtype=np.bool_)
    covered[laid.box] = laid.cover > 0
    far = np.linalg.norm(colours.oklab(drawn[..., :3]) - colours.oklab(proof[..., :3]), axis=2)[covered]
    return Away(float(far.mean()), float(np.quantile(far, 0.95)))
