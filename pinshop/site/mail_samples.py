"""Sample data for every mail of the shop, so that each can be looked at without anything happening first.

The names are those of templates/mail; a mail with two faces has a sample for each. What a mail needs and no sample has is
found by a test, which also fails for a new mail without one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Row
from typing import Any

from django.conf import settings

from orders.services import unders, waiting
from pinshop.core.money import Money
from pinshop.core.words import Sentence

_FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
_PARTS = frozenset({"base", "account/change"})
_DAY = datetime(2026, 12, 7, 10, 0, tzinfo=UTC)
_HASH = "9f2c4a7be01d53c8a6f49d20b7e3158c4d6a90f1b2e3c4d5a6b7c8d9e0f1a2b3"
_URL = "https://shop.example/orders/open/sample/"

_ORDER = Row(
    number="PS-2026-000123",
    contact_name="Ada Lovelace",
    contact_email="ada@example.org",
    paid_at=_DAY,
    live=True,
    is_mailed=False,
    payment_terms="on_approval",
    due_date=date(2027, 1, 6),
)
_LINE = Row(title="Sleepy Fox", quantity=100, ship_by_date=date(2026, 12, 28), order=_ORDER)
_FINDINGS = [
    Sentence(
        "A metal line is %(width)s mm wide here; it needs %(limit)s mm to be struck cleanly.",
        width=Decimal("0.08"),
        limit=Decimal("0.15"),
    ),
    Sentence("Two colours touch here; enamel needs a metal line between them."),
]
_MISSING = Sentence(unders.SOME_MISSING, missing=3, quantity=1_200, title=_LINE.title, amount=Money(2_500, "USD"))
_CARD = Row(ending="7Q4K", expires_at=datetime(2029, 12, 7, tzinfo=UTC))

# What every sample has; the words of a mail say what it needs of it.
_COMMON: dict[str, Any] = {
    "order": _ORDER,
    "order_url": _URL,
    "total": Money(12_500, "USD"),
    "amount": Money(2_500, "USD"),
    "line": _LINE,
    "lines": [_LINE, Row(title="Moon Moth", quantity=2)],
    "text": "Please make the tail a little longer, and the blue darker.",
    "reason": "A pin was scratched.",
    "note": "The drawing belongs to a film studio.",
    "ground": "rights",
    "proof_hash": _HASH,
    "due": Money(12_500, "USD"),
    "invoice": "INV-2026-000042",
    "before": Money(10_000, "USD"),
    "after": Money(12_500, "USD"),
    "level": 1,
    "outcome": "Made again",
    "answer": "We are sorry. Ten new pieces are on their way to you at no cost.",
    "pieces": 2,
    "address": "1 Mould Lane, Portland OR 97209",
    "shipment": Row(
        carrier="Royal Mail", tracking_numbers=["RM123456789GB"], tracking_url="https://track.example/RM123"
    ),
    "findings": [],
    "decide_by": datetime(2026, 12, 21, tzinfo=UTC),
    "day": 3,
    "card": None,
    "gift": Row(amount=Money(5_000, "USD"), name="Grace", message="Happy birthday! Wear something loud."),
    "giver": "",
    "ended": False,
    "came": Money(2_500, "USD"),
    "code": "K7QM-4X2P",
    "place": "US, OR",
    "certificate": Row(
        state="approved",
        country="US",
        region="OR",
        file_name="certificate.pdf",
        valid_to=date(2028, 12, 31),
        answer="Thank you for the quick reply.",
    ),
    "production": Row(number="PO-2026-000045", quantity=103, line=_LINE, proof_hash=_HASH),
    "page_url": "https://shop.example/factory/sample/",
    "number": "",
    "url": "https://shop.example/sample/",
    "ends": datetime(2026, 12, 14, tzinfo=UTC),
    "email": "ada@example.org",
    "from_email": "ada@example.org",
    "to_email": "countess@example.org",
    "deleted_email": "old@example.org",
    "business": "Northwind",
    "inviter": "grace@example.org",
    "role": "Buyer",
    "days": 14,
    "ip": "192.0.2.7",
    "user_agent": "Firefox 145 on Linux",
    "timestamp": _DAY,
    "activate_url": "https://shop.example/accounts/confirm-email/sample/",
    "password_reset_url": "https://shop.example/accounts/password/reset/sample/",
    "signup_url": "https://shop.example/accounts/signup/",
}
_FACES: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "proof_ready": (("can be approved", {}), ("needs a decision", {"findings": _FINDINGS})),
    "proof_reminder": (
        ("first", {"day": 1}),
        ("later", {}),
        ("needs a decision", {"findings": _FINDINGS}),
    ),
    "order_cancelled": (
        ("was paid", {}),
        ("its proof had waited", {"reason": Sentence(waiting.WAITED, days=14)}),
        ("was not paid", {"order": Row(**{**vars(_ORDER), "paid_at": None})}),
    ),
    "refunded": (
        ("to the bank", {}),
        ("for missing pieces", {"reason": _MISSING}),
        ("to a gift card", {"card": f"•••• {_CARD.ending}"}),
    ),
    "order_paid": (
        ("of pins", {}),
        ("of a gift card", {"order": Row(**{**vars(_ORDER), "is_mailed": True})}),
        ("of a cancelled order", {"ended": True}),
    ),
    "gift_card": (
        ("with a message", {"card": _CARD}),
        ("bought by somebody", {"card": _CARD, "giver": "Grace Hopper"}),
        ("without", {"card": _CARD, "gift": Row(amount=Money(5_000, "USD"), name="", message="")}),
    ),
    "exemption_decided": (
        ("approved", {}),
        ("declined", {"certificate": Row(**{**vars(_COMMON["certificate"]), "state": "declined"})}),
    ),
    "order_confirmed": (
        ("paid on approval", {}),
        ("paid by invoice", {"order": Row(**{**vars(_ORDER), "payment_terms": "invoice"})}),
    ),
    "invoice_lowered": (
        ("a part is left", {}),
        ("nothing is left", {"due": Money(0, "USD")}),
    ),
    "invoice_overdue": (("first", {}), ("second", {"level": 2}), ("last", {"level": 3})),
    "data_copy": (("of an account", {}), ("of an order", {"number": _ORDER.number})),
    "privacy_request": (("a copy", {"deletes": False}), ("its deletion", {"deletes": True})),
    "erase": (("an account", {}), ("an order", {"number": _ORDER.number})),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One face of a mail. `number` counts the faces of its mail from 1."""

    name: str
    number: int
    face: str
    context: Mapping[str, Any]


def list_names() -> list[str]:
    """Every mail there is, by its templates."""
    names = {str(path.relative_to(_FOLDER).with_suffix("")) for path in _FOLDER.rglob("*.txt")}
    return sorted(names - _PARTS)


def list_samples(name: str) -> Iterator[Sample]:
    """The faces of a mail."""
    for number, (face, more) in enumerate(_FACES.get(name, (("", {}),)), 1):
        yield Sample(name=name, number=number, face=face, context={**_COMMON, **more})
