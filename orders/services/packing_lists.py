"""Packing lists: what is in a parcel, and abroad what the customs ask. Drawn when asked for; nothing is stored.

The customs code is that of imitation jewellery of base metal, not plated with precious metal and no cuff links: heading
7117.19 of the Harmonized System, under which US customs put enamelled pins (rulings NY E84786, NY I88127, HQ 966797).
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from catalog.spec import PinSpec
from orders.models import Order, OrderLine, Shipment
from orders.payments.documents import drawing
from orders.quoted import Address
from orders.services import weights
from pinshop.core.money import Money, total

CUSTOMS_CODE = "7117.19"
CUSTOMS_GOODS = "Enamelled pins, imitation jewellery of base metal"
REPLACEMENT = "replacement, free of charge"
ORIGIN_UNKNOWN = "to be stated by the sender"


def draw_shipment(shipment: Shipment) -> bytes:
    """The PDF of the lines of a shipment."""
    return draw(
        shipment.order,
        list(shipment.lines.select_related("remake_of").order_by("position")),
        packed=shipment.created_at,
        carrier=shipment.carrier,
        tracking=", ".join(shipment.tracking_numbers),
    )


def draw(
    order: Order,
    lines: Sequence[OrderLine],
    *,
    ships_from: str | None = None,
    packed: datetime | None = None,
    carrier: str = "",
    tracking: str = "",
) -> bytes:
    """The PDF of some lines of an order, sent together to its address.

    `ships_from` is the country that the parcel leaves, the shop's by default; empty where it is not known, and then what
    customs ask is on the list.
    """
    address = Address.from_json(order.address)
    leaves = settings.SHOP_COUNTRY if ships_from is None else ships_from
    net_g = sum(map(_weight_g, lines))
    data = {
        "number": f"{order.number}, {_places(lines)}",
        "order": order.number,
        "purchase_order": order.purchase_order,
        "packed": f"{packed:%-d %B %Y}" if packed else "",
        "carrier": carrier,
        "tracking": tracking,
        "delivery": str(order.shipping.get("service_name", "")),
        "seller": drawing.seller(),
        "buyer": {
            "name": address.name,
            "email": order.contact_email,
            "lines": address.lines(str(order.shipping.get("country_name", ""))),
        },
        "lines": [_line(line, order) for line in lines],
        "pieces": f"{sum(map(_pieces, lines)):,}",
        "net": f"{net_g:,} g",
        "gross": f"{net_g + weights.PARCEL_G:,} g",
        "customs": _customs(order, lines) if address.country != leaves else None,
    }
    return drawing.draw("packing_list", data)


def name_of(shipment: Shipment) -> str:
    """The file's name."""
    places = "-".join(str(place) for place in shipment.lines.order_by("position").values_list("position", flat=True))
    return f"{shipment.order.number}-packing-list-{places}.pdf"


def _places(lines: Sequence[OrderLine]) -> str:
    places = ", ".join(str(line.position) for line in lines)
    return f"line {places}" if len(lines) == 1 else f"lines {places}"


def _line(line: OrderLine, order: Order) -> dict[str, str]:
    return {
        "quantity": f"{_pieces(line):,}",
        "title": line.title,
        "what": _what(line),
        "weight": f"{_weight_g(line):,} g",
        "code": CUSTOMS_CODE,
        "value": str(_value(line, order)),
    }


def _what(line: OrderLine) -> str:
    """What a packer sees: size and packaging of custom pins, the shelf's number of ready-made ones; what is sent free."""
    words = []
    if line.spec is not None:
        spec = PinSpec.from_json(line.spec)
        words = [f"{spec.size_mm:g} mm", spec.packaging.replace("_", " ")]
    elif line.variant is not None:
        words = [f"From the shelf: {line.variant.sku}"]
    return ", ".join([*words, *([REPLACEMENT] if line.remake_of_id else [])])


def _pieces(line: OrderLine) -> int:
    return line.quantity - line.missing_quantity


def _weight_g(line: OrderLine) -> int:
    return -(-line.weight_g * _pieces(line) // line.quantity)


def _value(line: OrderLine, order: Order) -> Money:
    """What the pieces in the parcel cost, without tax: the value that customs ask for.

    A replacement that is sent free has the value of as many pieces of the line that was paid: customs value the goods, not
    what is charged for them (article 2 of the WTO's Agreement on Customs Valuation).
    """
    paid = line.remake_of or line
    contained = paid.tax_minor if order.tax_inclusive else 0
    whole = Money(paid.total_minor - paid.discount_minor - contained, order.currency)
    return whole.split([_pieces(line), paid.quantity - _pieces(line)])[0]


def _customs(order: Order, lines: Sequence[OrderLine]) -> dict[str, str]:
    value = total((_value(line, order) for line in lines), order.currency)
    return {
        "goods": CUSTOMS_GOODS,
        "value": f"{value} ({order.currency})",
        "origin": settings.COUNTRY_OF_ORIGIN or ORIGIN_UNKNOWN,
    }
