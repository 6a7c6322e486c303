"""The small picture beside a line: of the design's front, or of the pin in the catalogue."""

from typing import Any

from designs.models import Design
from orders.models import BasketLine, OrderLine
from pinshop.core import files


def of_basket_line(line: BasketLine) -> str:
    """Its address; empty where there is no picture (yet)."""
    return _of(line.design, line.variant)


def of_order_line(line: OrderLine) -> str:
    """Its address; empty where there is no picture (yet)."""
    return _of(line.design, line.variant)


def _of(design: Design | None, variant: Any) -> str:
    if design is not None:
        return of_design(design)
    if variant is None:
        return ""
    front = min(variant.pin.pictures.all(), key=lambda picture: picture.position, default=None)
    return files.public_path(front.file) if front else ""


def of_design(design: Design) -> str:
    """Its address, empty where there is none (yet): a signed link: what customers upload and what is made from it is private."""
    sizes = design.pictures.get("front") or {}
    for width in sorted(sizes, key=int):
        formats = sizes[width]
        for extension in ("webp", "png"):
            if extension in formats:
                return files.link(formats[extension], name=f"front.{extension}")
    return ""
