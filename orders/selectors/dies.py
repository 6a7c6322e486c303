"""Which dies the shop still has: a pin that was struck is made again without paying for its die, in any colours."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from catalog.spec import PinSpec
from designs.models import Design
from orders.enums import LineKind, LineState
from orders.models import OrderLine
from orders.states import PRODUCTION

KEPT = timedelta(days=3 * 365)
_MADE = (*PRODUCTION, LineState.SHIPPED, LineState.DELIVERED)
_OF_COLOUR = frozenset({"colours", "effects"})  # what of a drawing's reading changes no metal
_ON_TOP = frozenset({"glitter", "glow", "pearl", "epoxy_dome"})  # add-ons that need no other die

Dies = frozenset[str]


def list_kept(*, designs: Collection[Design], now: datetime) -> Dies:
    """The dies that were made for the artworks of these designs and are still kept; one query."""
    rows = OrderLine.objects.filter(
        kind=LineKind.CUSTOM,
        design__artwork_id__in={design.artwork_id for design in designs},
        state__in=_MADE,
        order__placed_at__gt=now - KEPT,
        proof__isnull=False,
    ).select_related("proof")
    return frozenset(
        _key(PinSpec.from_json(row.proof.spec), row.proof.artwork_id, row.proof.flatten) for row in rows if row.proof
    )


def is_kept(*, design: Design, spec: PinSpec, among: Dies) -> bool:
    """Whether this design, made by this spec, is struck by one of the dies: same drawing, size, process and holes."""
    return _key(spec, design.artwork_id, design.flatten) in among


def _key(spec: PinSpec, artwork_id: int, flatten: Mapping[str, Any]) -> str:
    reading = {name: value for name, value in flatten.items() if name not in _OF_COLOUR and value not in (None, {}, [])}
    addons = [addon for addon in spec.addons if addon[0] not in _ON_TOP]
    return json.dumps([artwork_id, spec.process, spec.size_mm, spec.thickness_mm, addons, reading], sort_keys=True)
