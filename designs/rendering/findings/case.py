"""A pin with what is measured on it once and used by several rules."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from designs.rendering import edges, widths
from designs.rendering.arrays import Bytes2D, Mask
from designs.rendering.findings.finding import Box, Point, widest
from designs.rendering.pinart import FIRST_ENAMEL, METAL, PinArt
from designs.rendering.rules import ProcessRules

REACH_MARGIN_PX = 2.0
REACH = 1.1


@dataclass(frozen=True)
class Case:
    """A pin, the rules of its process, and its edges."""

    art: PinArt
    rules: ProcessRules
    outline: edges.Edges | None = None

    @cached_property
    def inner(self) -> edges.Edges:
        """The edges of all metal and of every colour."""
        return edges.traced(self.art.labels, first=METAL)

    @cached_property
    def outer(self) -> edges.Edges:
        """The edges of the pin's silhouette and of its cut-outs."""
        return self.outline or edges.traced(np.minimum(self.art.labels, METAL), first=METAL)

    @cached_property
    def spans(self) -> widths.Spans:
        """The widths of metal and colours, as far as a limit reaches."""
        colour = max(widest(self.rules.limit("enamel_width")), widest(self.rules.limit("print_feature")))
        metal = max(widest(self.rules.limit("metal_width")), widest(self.rules.limit("border_width")))
        reach = {label: self._reach(colour) for label in range(FIRST_ENAMEL, FIRST_ENAMEL + len(self.art.palette))}
        return widths.spans(self.inner, self.art.labels, reach={METAL: self._reach(metal), **reach})

    @cached_property
    def solid_spans(self) -> widths.Spans:
        """The widths of the silhouette."""
        limit = max(widest(self.rules.limit("neck_width")), widest(self.rules.limit("bridge_width")))
        solid = np.minimum(self.art.labels, METAL)
        return widths.spans(self.outer, solid, reach={METAL: self._reach(limit)})

    def _reach(self, limit_mm: float) -> float:
        return REACH * limit_mm * self.art.px_per_mm + REACH_MARGIN_PX if limit_mm else 0.0

    @cached_property
    def value(self) -> Bytes2D:
        """The label of the region of each inner side."""
        return np.asarray(self.art.labels[self.inner.row, self.inner.column], dtype=np.uint8)

    @cached_property
    def metal(self) -> Mask:
        """Which inner sides bound metal."""
        return np.asarray(self.value == METAL, dtype=np.bool_)

    @cached_property
    def colour(self) -> Mask:
        """Which inner sides bound a colour."""
        return np.asarray(self.value >= FIRST_ENAMEL, dtype=np.bool_)

    def mm(self, pixels: float) -> float:
        """Pixels in mm."""
        return round(float(pixels) / self.art.px_per_mm, 3)

    def point(self, place: tuple[float, float]) -> Point:
        """A place in pixels, in mm."""
        return (self.mm(place[0]), self.mm(place[1]))

    def box(self, box: tuple[float, float, float, float]) -> Box:
        """A box in pixels, in mm."""
        return (self.mm(box[0]), self.mm(box[1]), self.mm(box[2]), self.mm(box[3]))
