"""Examples for the API's page; tests hold them against the schema."""

from typing import Any

from designs.api.examples import FINDING, MEASURES, SPEC

_DESIGN = "2f6d9a3c-6f0e-4f0a-8d39-6a0f6f2f9c11"
_QUOTE = "8d0f5a2e-1c0b-4a53-9f57-0f3a9a4b7c21"
_ORDER = "c1a7f2de-55c7-4a7c-8a4e-3f2f3a1d9e31"
_LINE = "f0b7a6f2-7a41-4d4f-9a36-2a5f8d1c6e41"
_PROOF = "a4e1c9d0-3b7e-4c8b-b1f5-6d2e7f8a9b51"
_ADDRESS: dict[str, Any] = {
    "name": "Ada Lovelace",
    "line1": "12 St James's Square",
    "line2": "",
    "city": "London",
    "region": "",
    "postal_code": "SW1Y 4JH",
    "country": "GB",
}
_CONTACT: dict[str, Any] = {"email": "ada@brass.example", "name": "Ada Lovelace"}
_TAX: dict[str, Any] = {"name": "No tax collected yet", "rate_percent": "", "treatment": "charged", "note": ""}
NEW_QUOTE: dict[str, Any] = {
    "lines": [{"design_id": _DESIGN, "quantity": 250, "spec": {"packaging": "backing_card"}}],
    "country": "GB",
    "currency": "USD",
}
QUOTE: dict[str, Any] = {
    "id": _QUOTE,
    "number": "Q-2026-000042",
    "version": 1,
    "live": True,
    "country": "GB",
    "region": "",
    "service": "standard",
    "vat_number": "",
    "currency": "USD",
    "lines": [
        {
            "kind": "custom",
            "title": "Mushroom",
            "design_id": _DESIGN,
            "variant_id": None,
            "spec": SPEC,
            "quantity": 250,
            "charged_quantity": 250,
            "items": [
                {
                    "code": "pins",
                    "label": "Soft enamel, 1.25 inch",
                    "quantity": 250,
                    "unit_minor": 145,
                    "amount_minor": 36250,
                },
                {"code": "die", "label": "Mould", "quantity": 1, "unit_minor": 7500, "amount_minor": 7500},
            ],
            "total_minor": 43750,
            "next_break": {
                "quantity": 300,
                "extra_pins": 50,
                "extra_minor": 310,
                "sentence": "50 more pins cost only $3.10",
            },
        }
    ],
    "subtotal_minor": 43750,
    "discount_minor": 0,
    "discounts": [],
    "shipping_minor": 1800,
    "tax_minor": 0,
    "tax_inclusive": False,
    "tax": _TAX,
    "total_minor": 45550,
    "price_version": "USD-1",
    "created_at": "2026-11-23T10:00:00Z",
    "expires_at": "2026-12-23T10:00:00Z",
    "order_id": None,
}
NEW_ORDER: dict[str, Any] = {
    "quote_id": _QUOTE,
    "shown_total_minor": 45550,
    "contact": _CONTACT,
    "address": _ADDRESS,
    "purchase_order": "PO-7781",
}
ORDER: dict[str, Any] = {
    "id": _ORDER,
    "number": "PS-2026-0042",
    "live": True,
    "state": "unpaid",
    "currency": "USD",
    "subtotal_minor": 43750,
    "discount_minor": 0,
    "discounts": [],
    "shipping_minor": 1800,
    "tax_minor": 0,
    "tax_inclusive": False,
    "tax": _TAX,
    "total_minor": 45550,
    "due_minor": 45550,
    "quote_id": _QUOTE,
    "purchase_order": "PO-7781",
    "payment_terms": "now",
    "due_date": None,
    "contact": _CONTACT,
    "language": "en",
    "address": _ADDRESS,
    "placed_at": "2026-11-23T10:05:00+00:00",
    "paid_at": None,
    "allowed_actions": ["pay", "cancel"],
    "lines": [
        {
            "id": _LINE,
            "position": 1,
            "kind": "custom",
            "title": "Mushroom",
            "quantity": 250,
            "state": "placed",
            "on_hold": False,
            "spec": SPEC,
            "total_minor": 43750,
            "discount_minor": 0,
            "tax_minor": 0,
            "cancellation_cost_minor": 0,
            "missing_quantity": 0,
            "allowed_actions": [],
            "claim_until": None,
            "return_until": None,
            "ship_by_date": "2026-12-18",
            "design_id": _DESIGN,
            "proof_id": None,
            "variant_id": None,
        }
    ],
    "shipments": [],
    "payments": [
        {
            "id": "5d3c2b1a-0f9e-4d8c-a7b6-c5d4e3f2a161",
            "state": "open",
            "provider": "stripe",
            "gift_card": None,
            "amount_minor": 45550,
            "captured_minor": 0,
            "refunded_minor": 0,
            "created_at": "2026-11-23T10:05:00+00:00",
            "settled_at": None,
        }
    ],
}
ORDER_DETAIL: dict[str, Any] = {
    **ORDER,
    "requote": None,
    "payment_url": "https://checkout.stripe.com/c/pay/cs_live_a1b2c3",
    "order_url": "https://shop.example/orders/open/eyJ…/",
    "timeline": [
        {
            "at": "2026-11-23T10:05:00+00:00",
            "action": "order.placed",
            "text": "We have your order.",
            "actor": "Brass & Co: shop",
            "line_id": "",
        }
    ],
}
PAYMENT_PAGE: dict[str, Any] = {
    "payment_url": "https://checkout.stripe.com/c/pay/cs_live_a1b2c3",
    "expires_at": "2026-11-23T10:40:00Z",
}
CANCEL: dict[str, Any] = {"reason": "The event was called off.", "shown_cost_minor": 4375}
CANCELLATION_TERMS: dict[str, Any] = {
    "version": "C-1",
    "return_days": 14,
    "stages": [
        {
            "stage": "approved",
            "when": "Custom pins, approved",
            "percent": 10,
            "charges_die": False,
            "minimums": [{"currency": "USD", "amount_minor": 2500}],
            "sentence": "10 % of the line, at least $25.00",
        }
    ],
}
DOCUMENTS: dict[str, Any] = {
    "results": [
        {
            "kind": "invoice",
            "name": "INV-2026-0017.pdf",
            "media_type": "application/pdf",
            "line_id": None,
            "url": "https://shop.example/files/private/…/INV-2026-0017.pdf",
        }
    ]
}
COMMENT: dict[str, Any] = {"comment": "Please make this eye a little larger.", "spot": {"x_mm": 12.4, "y_mm": 8.1}}
APPROVAL: dict[str, Any] = {"proof_hash": "5e" * 32, "shown_total_minor": 43750, "terms_accepted": True}
PROOF_MEND: dict[str, Any] = {"proof_hash": "5e" * 32, "mend": "bridge"}
PROOF_PROCESS: dict[str, Any] = {"proof_hash": "5e" * 32, "process": "offset_print"}
PROOF: dict[str, Any] = {
    "id": _PROOF,
    "revision": 1,
    "state": "awaiting_approval",
    "proof_hash": "5e" * 32,
    "design_id": _DESIGN,
    "order_id": _ORDER,
    "line_id": _LINE,
    "quantity": 250,
    "total_minor": 43750,
    "currency": "USD",
    "spec": SPEC,
    "measures": MEASURES,
    "findings": [FINDING],
    "files": [{"name": "pdf", "url": "https://shop.example/files/private/…/proof-1.pdf"}],
    "comments": [],
    "approval": None,
    "terms": {
        "version": "2026-1",
        "statement": "I have checked spelling, size and colours. …",
    },
    "allowed_actions": ["approve", "mend", "change_process", "request_changes", "comment"],
    "created_at": "2026-11-23T11:00:00Z",
    "sent_at": "2026-11-23T11:20:00Z",
}
NEXT_PROOF: dict[str, Any] = {
    **PROOF,
    "id": "b7d2a5c8-4e1f-4a6d-9c3b-8f0e1d2c3b61",
    "revision": 2,
    "state": "rendering",
    "proof_hash": None,
    "measures": None,
    "findings": [],
    "files": [],
    "allowed_actions": ["comment"],
    "sent_at": None,
}
PRICE_ANSWER: dict[str, Any] = {
    "requote_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "accept": True,
    "shown_total_minor": 51200,
}
