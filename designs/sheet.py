"""What an order says on its proof sheet; `orders` fills it, `designs` prints it and hashes it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """The order's part of a proof sheet, ready to print; empty strings leave their line out.

    `reference` is the order line's id: a new revision replaces earlier ones of the same reference. `unit_price` and
    `total` are written with their currency (`$2.13`), `ship_by` as people read it (`4 December 2026`).
    """

    reference: str = ""
    order_number: str = ""
    customer: str = ""
    quantity: int = 0
    unit_price: str = ""
    total: str = ""
    ship_by: str = ""
    overs: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sheet":
        """Read what `to_json` wrote."""
        return cls(**data)
