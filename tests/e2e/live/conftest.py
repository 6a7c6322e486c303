from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright

from designs.rendering import FlattenOptions, HousePalette, PinArt, Rules, flatten
from designs.rendering.sandbox import Sandbox
from tests.e2e.live import stage as stages

SAMPLES = stages.ROOT / "designs" / "samples"


@cache
def _art(name: str, process: str, effects: tuple[tuple[int, str], ...]) -> PinArt:
    options = FlattenOptions(process=process, effects=dict(effects))
    svg = (SAMPLES / f"{name}.svg").read_bytes()
    return flatten(svg, options=options, rules=Rules.seed(), palette=HousePalette.seed()).pin_art


def art(name: str, process: str = "soft_enamel", **effects: str) -> PinArt:
    """One of the project's artworks as a pin; `effects` by label, as in `_2="glitter"`."""
    return _art(name, process, tuple((int(label[1:]), effect) for label, effect in effects.items()))


@pytest.fixture(scope="module")
def painter(playwright: Playwright) -> Iterator[Browser]:
    """A Chromium with WebGL2."""
    browser = stages.launched(playwright)
    yield browser
    browser.close()
    Sandbox.shared().close()


@pytest.fixture
def stage(painter: Browser) -> Iterator[stages.Stage]:
    """An empty page with room for a small pin; any error on it fails the test."""
    with stages.Stage.opened(painter, 160) as opened:
        yield opened
    assert opened.problems == []
