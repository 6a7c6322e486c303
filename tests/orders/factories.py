"""Rows for tests that begin in the middle of an order's life."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from catalog.models import Artist, Pin, PinVariant, Plating, Process, Stock
from catalog.services import listings, seeds
from catalog.spec import PinSpec
from designs.models import Artwork, Design
from orders.enums import LineKind
from orders.models import Order, OrderLine, Quote
from orders.services import numbers
from pinshop.accounts.owners import Owner

SPEC = PinSpec(process="soft_enamel", plating="gold", size_mm=31.75, colours=3, posts=2)
PRICE = {
    "quantity": 100,
    "charged_quantity": 100,
    "currency": "USD",
    "total_minor": 9500,
    "table_version": "1",
    "items": [{"code": "pins", "label": "Pins", "quantity": 100, "unit_minor": 95, "amount_minor": 9500}],
}
GUEST = Owner(guest_key="guest-of-the-tests")
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}

US_ADDRESS = {
    "name": "Grace Hopper",
    "line1": "1 Harbor Road",
    "line2": "",
    "city": "Austin",
    "region": "TX",
    "postal_code": "78701",
    "country": "US",
}


def make_order(*, now: datetime, owner: Owner = GUEST, total_minor: int = 10_000, **fields: Any) -> Order:
    """An order without lines."""
    amounts: dict[str, Any] = {
        "currency": "USD",
        "subtotal_minor": total_minor - 500,
        "shipping_minor": 500,
        "tax_minor": 0,
        "total_minor": total_minor,
        "shipping": {},
        "tax": {},
        "price_version": 1,
    }
    quote = Quote.objects.create(
        **owner.fields(),
        **amounts,
        number=numbers.take("Q", now=now),
        country="GB",
        lines=[],
        expires_at=now,
        created_at=now,
    )
    return Order.objects.create(
        **owner.fields(),
        **amounts,
        **{
            "number": numbers.take("PS", now=now),
            "quote": quote,
            "contact_email": "ada@example.org",
            "contact_name": "Ada Lovelace",
            "address": ADDRESS,
            "placed_at": now,
            "confirmed_at": fields.get("paid_at"),
            **fields,
        },
    )


def make_line(order: Order, *, kind: str = LineKind.CUSTOM, state: str = "placed", **fields: Any) -> OrderLine:
    """A line of an order in any state."""
    custom = kind == LineKind.CUSTOM
    return OrderLine.objects.create(
        **{
            "order": order,
            "position": order.lines.count() + 1,
            "kind": kind,
            "title": "Sleepy fox",
            "design": make_design(now=order.placed_at) if custom and "design" not in fields else None,
            "variant": None if custom or "variant" in fields else make_variant(now=order.placed_at),
            "quantity": 100,
            "spec": SPEC.to_json() if custom else None,
            "price": PRICE,
            "total_minor": 9500,
            "weight_g": 500,
            "state": state,
            "updated_at": order.placed_at,
            **fields,
        }
    )


def make_design(*, now: datetime, owner: Owner = GUEST, spec: PinSpec = SPEC, **fields: Any) -> Design:
    """A design as if it were flattened; what the engine would have measured is made up."""
    artwork = Artwork.objects.create(
        sha256=sha256(b"artwork").hexdigest(), media_type="image/png", size=7, name="fox.png", created_at=now
    )
    measures = {
        "width_mm": spec.size_mm,
        "height_mm": spec.size_mm,
        "thickness_mm": spec.thickness_mm,
        "weight_g": 5.0,
        "colours": [],
        "posts": [],
        "cutouts": [],
    }
    return Design.objects.create(
        **{
            **owner.fields(),
            "name": "Sleepy fox",
            "artwork": artwork,
            "spec": spec.to_json(),
            "state": "ready",
            "rights_version": "1",
            "rights_accepted_at": now,
            "pinart_sha256": sha256(b"pin art").hexdigest(),
            "measures": measures,
            "flattened_version": 1,
            "pictured_version": 1,
            "created_at": now,
            "updated_at": now,
            **fields,
        }
    )


def make_variant(*, now: datetime, slug: str = "moon-moth", on_hand: int = 10, price_minor: int = 1200) -> PinVariant:
    """A ready-made pin on sale."""
    if not Process.objects.exists():
        seeds.load_options()
    artist, _ = Artist.objects.get_or_create(slug="marit", defaults={"name": "Marit Solvang"})
    pin = Pin.objects.create(
        slug=slug,
        name=slug.replace("-", " ").capitalize(),
        alt="A moth.",
        process=Process.objects.first(),
        plating=Plating.objects.first(),
        size_mm=Decimal(32),
        artist=artist,
        published_at=now,
    )
    variant = PinVariant.objects.create(pin=pin, sku=slug, price_minor=price_minor)
    Stock.objects.create(variant=variant, on_hand=on_hand)
    listings.refresh(pin_ids=[pin.pk])
    return variant
