"""Which drawing a price was made for: the artwork, and how it was to be flattened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Drawing:
    """What of a design may change after a quote. A proof of the quote's line shows this and nothing newer."""

    artwork_id: int
    flatten: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {"artwork_id": self.artwork_id, "flatten": dict(self.flatten)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Drawing":
        """Read what `to_json` wrote."""
        return cls(int(data["artwork_id"]), data["flatten"])
