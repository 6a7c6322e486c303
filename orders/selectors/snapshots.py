"""An order as plain JSON: what webhooks carry and the API can build on."""

from datetime import datetime
from typing import Any

from orders.claims.selectors import claims
from orders.enums import LineState
from orders.models import Order, OrderLine
from orders.payments.selectors import balances
from orders.quoted import Tax
from orders.selectors import cancellation, orders, quotes


def of_order(order: Order, *, now: datetime) -> dict[str, Any]:
    """The whole state of an order from `orders.rows()`: a receiver needs no earlier message.

    `now` decides what may still be done.
    """
    return {
        "id": str(order.pk),
        "number": order.number,
        "live": order.live,
        "state": str(orders.state_of(order)),
        "currency": order.currency,
        "subtotal_minor": order.subtotal_minor,
        "discount_minor": order.discount_minor,
        "discounts": order.discounts,
        "shipping_minor": order.shipping_minor,
        "tax_minor": order.tax_minor,
        "tax_inclusive": order.tax_inclusive,
        "total_minor": order.total_minor,
        "tax": _tax(quotes.tax_of(order)),
        "quote_id": str(order.quote_id),
        "purchase_order": order.purchase_order,
        "payment_terms": order.payment_terms,
        "due_minor": balances.due_of(order).amount_minor,
        "due_date": order.due_date.isoformat() if order.due_date else None,
        "contact": {"email": order.contact_email, "name": order.contact_name},
        "language": order.language,
        "address": order.address,
        "placed_at": order.placed_at.isoformat(),
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "allowed_actions": orders.list_actions(order, now=now),
        "lines": [
            {
                "id": str(line.pk),
                "position": line.position,
                "kind": line.kind,
                "title": line.title,
                "quantity": line.quantity,
                "state": line.state,
                "on_hold": line.on_hold,
                "spec": _spec(line.spec),
                "total_minor": line.total_minor,
                "discount_minor": line.discount_minor,
                "tax_minor": line.tax_minor,
                "cancellation_cost_minor": _cost(line),
                "missing_quantity": line.missing_quantity,
                "allowed_actions": claims.list_actions(line, now=now),
                "claim_until": _at(claims.claim_until(line)),
                "return_until": _at(claims.return_until(line)),
                "ship_by_date": line.ship_by_date.isoformat() if line.ship_by_date else None,
                "design_id": str(line.design_id) if line.design_id else None,
                "proof_id": str(line.proof_id) if line.proof_id else None,
                "variant_id": str(line.variant_id) if line.variant_id else None,
            }
            for line in orders.lines_with_parcels(order)
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
        "payments": [
            {
                "id": str(payment.pk),
                "state": payment.state,
                "provider": payment.provider,
                "gift_card": payment.gift_card.ending if payment.gift_card else None,
                "amount_minor": payment.amount_minor,
                "captured_minor": payment.captured_minor,
                "refunded_minor": payment.refunded_minor,
                "created_at": payment.created_at.isoformat(),
                "settled_at": payment.settled_at.isoformat() if payment.settled_at else None,
            }
            for payment in order.payments.all()
        ],
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _cost(line: OrderLine) -> int | None:
    """What cancelling it costs now, or did; None where it cannot be cancelled."""
    if line.state == LineState.CANCELLED:
        return line.cancellation_cost_minor
    cost = cancellation.find_cost(line)
    return None if cost is None else cost.amount_minor


def _spec(spec: dict[str, Any] | None) -> dict[str, Any] | None:
    """A specification with its add-ons as objects, as callers of the API write them."""
    if not spec:
        return None
    return {**spec, "addons": [{"code": code, "count": count} for code, count in spec.get("addons", [])]}


def _tax(tax: Tax) -> dict[str, str]:
    return {"name": tax.name, "rate_percent": tax.rate_percent, "treatment": str(tax.treatment), "note": tax.note}
