"""The real engine for tests of what surrounds it: the same work is done once in a run, and pictures are small."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from designs import engine, rendering
from designs.services import pictures, renders

_done: dict[tuple[object, ...], Any] = {}


def _once(work: Callable[..., Any], key: Callable[..., tuple[object, ...]]) -> Callable[..., Any]:
    """`work`, which is not repeated where `key` of its arguments is one that was seen before."""

    @wraps(work)
    def remembered(*args: Any, **how: Any) -> Any:
        found = (work, *key(*args, **how))
        if found not in _done:
            _done[found] = work(*args, **how)
        return _done[found]

    return remembered


def _of_artwork(
    content: bytes, *, options: object, rules: rendering.Rules, palette: object, tell: object = None
) -> tuple[object, ...]:
    del tell  # what was made before is not made again, so there is nothing to tell
    return content, repr(options), rules.version, repr(palette)


def _of_pin(pin: rendering.PinArt | rendering.Prepared, **how: object) -> tuple[object, ...]:
    art = pin.art if isinstance(pin, rendering.Prepared) else pin
    return repr(art.facts()), hash(art.labels.tobytes()), repr(how)


def _of_picture(picture: rendering.Picture, *how: object, **named: object) -> tuple[object, ...]:
    return picture.rgba.shape, hash(picture.rgba.tobytes()), how, repr(named)


_flatten = _once(rendering.flatten, _of_artwork)
_render = _once(rendering.render, _of_pin)
_dielines = _once(rendering.dielines, _of_pin)
_encode = _once(rendering.Picture.encode, _of_picture)


@pytest.fixture
def quick_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once and small. What a test sees is what the engine made, never a stand-in."""
    monkeypatch.setattr(rendering, "flatten", _flatten)
    monkeypatch.setattr(rendering, "render", _render)
    monkeypatch.setattr(rendering, "dielines", _dielines)
    monkeypatch.setattr(rendering.Picture, "encode", _encode)
    monkeypatch.setattr(pictures, "WIDTHS", (160, 80))
    monkeypatch.setattr(renders, "PICTURE_PX", 160)
    monkeypatch.setattr(engine, "PREVIEW_PX", 160)
