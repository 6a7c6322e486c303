"""An order as plain JSON: what webhooks carry and the API can build on."""

from typing import Any

from orders.models import Order
from orders.selectors import orders


def of_order(order: Order) -> dict[str, Any]:
    """The whole state of an order from `orders.rows()`: a receiver needs no earlier message."""
    return {
        "id": str(order.pk),
        "number": order.number,
        "live": order.live,
        "state": str(orders.state_of(order)),
        "currency": order.currency,
        "subtotal_minor": order.subtotal_minor,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "total_minor": order.total_minor,
        "quote_id": str(order.quote_id),
        "placed_at": order.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "allowed_actions": orders.list_actions(order),
        "lines": [
            {
                "id": str(line.pk),
                "position": line.position,
                "kind": line.kind,
                "title": line.title,
                "quantity": line.quantity,
                "state": line.state,
                "total_minor": line.total_minor,
                "ship_by_date": line.ship_by_date.isoformat() if line.ship_by_date else None,
                "design_id": str(line.design_id) if line.design_id else None,
                "proof_id": str(line.proof_id) if line.proof_id else None,
                "variant_id": str(line.variant_id) if line.variant_id else None,
            }
            for line in order.lines.all()
        ],
        "shipments": [
            {
                "id": str(shipment.pk),
                "carrier": shipment.carrier,
                "tracking_numbers": shipment.tracking_numbers,
                "tracking_url": shipment.tracking_url,
                "state": shipment.state,
            }
            for shipment in order.shipments.all()
        ],
    }
