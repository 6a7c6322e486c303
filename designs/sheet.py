"""What an order says on its proof sheet; `orders` fills it, `designs` prints it and hashes it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

A4, LETTER = "a4", "us-letter"
# Where people print on US Letter (Unicode CLDR 46, supplemental data, measurement data, paper size).
LETTER_COUNTRIES = frozenset({"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"})


def paper_of(country: str) -> str:
    """The paper that is usual in a country (ISO 3166, two letters)."""
    return LETTER if country.upper() in LETTER_COUNTRIES else A4


@dataclass(frozen=True, slots=True)
class Sheet:
    """The order's part of a proof sheet, ready to print; empty strings leave their line out.

    `reference` is the order line's id: a new revision replaces earlier ones of the same reference. `unit_price` and
    `total` are written with their currency (`$2.13`), `ship_by` as people read it (`4 December 2026`). `paper` is
    that of the customer's country, `A4` or `LETTER`.
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
    paper: str = A4

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sheet":
        """Read what `to_json` wrote."""
        return cls(**data)
