"""Papers of the shop as PDF, drawn by typst from data that is ready to print."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

_FOLDER = Path(__file__).resolve().parent
_NO_SYSTEM_FONTS = typst.Fonts(include_system_fonts=False)


def draw(name: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `name`.typ with these data, a few hundredths of a second; the same data give the same bytes.

    Only the fonts inside typst are used, and the PDF carries no time.
    """
    return typst.compile(
        _FOLDER / f"{name}.typ",
        root=settings.BASE_DIR,
        sys_inputs={"data": json.dumps(data)},
        font_paths=_NO_SYSTEM_FONTS,
        ignore_system_fonts=True,
        timestamp=0,
    )


def seller() -> dict[str, Any]:
    """Who writes: the shop, as its papers name it."""
    return {"name": settings.SHOP_NAME, "lines": list(settings.SHOP_ADDRESS), "email": settings.SUPPORT_EMAIL}
