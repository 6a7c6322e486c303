"""What a quote is made of, as frozen data: wishes in, itemised lines and amounts out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from catalog.prices import LinePrice
from catalog.spec import PinSpec
from designs.drawing import Drawing
from orders.enums import LineKind
from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class Wish:
    """A line somebody wants a price for: a design with its specification, or a variant of a ready-made pin."""

    quantity: int
    design_id: UUID | None = None
    spec: PinSpec | None = None
    variant_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.design_id is None) == (self.variant_id is None):
            msg = "a wish names a design or a variant"
            raise ValueError(msg)

    @property
    def kind(self) -> LineKind:
        """Custom or ready-made."""
        return LineKind.CUSTOM if self.design_id is not None else LineKind.READY


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """A priced line. `weight_g` is that of all its pieces with their packaging, without the parcel."""

    kind: LineKind
    title: str
    quantity: int
    price: LinePrice
    weight_g: int
    design_id: UUID | None = None
    variant_id: UUID | None = None
    spec: PinSpec | None = None
    drawing: Drawing | None = None

    @property
    def total(self) -> Money:
        """What the line costs."""
        return self.price.total

    def to_json(self) -> dict[str, Any]:
        """The snapshot that a quote keeps."""
        return {
            "kind": str(self.kind),
            "title": self.title,
            "quantity": self.quantity,
            "price": self.price.to_json(),
            "weight_g": self.weight_g,
            "design_id": str(self.design_id) if self.design_id else None,
            "variant_id": str(self.variant_id) if self.variant_id else None,
            "spec": self.spec.to_json() if self.spec else None,
            "drawing": self.drawing.to_json() if self.drawing else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "QuotedLine":
        """Read a snapshot."""
        return cls(
            kind=LineKind(data["kind"]),
            title=data["title"],
            quantity=data["quantity"],
            price=LinePrice.from_json(data["price"]),
            weight_g=data["weight_g"],
            design_id=UUID(data["design_id"]) if data["design_id"] else None,
            variant_id=UUID(data["variant_id"]) if data["variant_id"] else None,
            spec=PinSpec.from_json(data["spec"]) if data["spec"] else None,
            drawing=Drawing.from_json(data["drawing"]) if data.get("drawing") else None,
        )


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of a destination. `rate_percent` is text as people read it; empty where no tax is collected."""

    name: str
    rate_percent: str
    source: str

    @property
    def label(self) -> str:
        """The tax line's name on every page and document."""
        return f"{self.name} {self.rate_percent} %" if self.rate_percent else self.name


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a quote: `total` is the sum of the other three."""

    subtotal: Money
    shipping: Money
    tax: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is told about an order, and under which number of theirs (empty for none) it is filed."""

    email: str
    name: str
    purchase_order: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an order goes. `country` is an ISO 3166-1 alpha-2 code."""

    name: str
    line1: str
    city: str
    postal_code: str
    country: str
    line2: str = ""
    region: str = ""

    def to_json(self) -> dict[str, str]:
        """What `from_json` reads."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> "Address":
        """Read a snapshot."""
        return cls(**data)

    def lines(self, country_name: str = "") -> list[str]:
        """As it stands on a parcel, empty parts left out."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return [
            part
            for part in (self.name, self.line1, self.line2, town, self.region, country_name or self.country)
            if part
        ]
