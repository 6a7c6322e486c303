"""Statements of account as PDF. Drawn when asked for; what they say is in invoices, credit notes and payments."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from orders.payments.documents import drawing
from orders.payments.selectors import statements
from orders.payments.selectors.statements import Account, Entry
from orders.selectors import personal
from pinshop.accounts.models import Business


def draw(*, business: Business, month: date) -> bytes:
    """The PDF of a business's month."""
    accounts = statements.list_accounts(business_id=business.pk, month=month)
    language = personal.language_of_business(business_id=business.pk)
    return drawing.draw("statement", drawing.in_words_of(language, lambda: _data(business, month, accounts)))


def name_of(month: date) -> str:
    """The file's name."""
    return f"statement-{month:%Y-%m}.pdf"


def _data(business: Business, month: date, accounts: list[Account]) -> dict[str, Any]:
    return {
        "number": date_format(month, gettext("F Y")),
        "seller": drawing.seller(),
        "buyer": {"name": business.name, "email": business.billing_email, "lines": []},
        "customer": _short(business.pk),
        "accounts": [
            {
                "currency": account.currency,
                "opening": str(account.opening),
                "closing": str(account.closing),
                "settled": not account.closing,
                "entries": [_entry(entry) for entry in account.entries],
            }
            for account in accounts
        ],
    }


def _entry(entry: Entry) -> dict[str, str]:
    return {
        "date": date_format(timezone.localtime(entry.at), gettext("j M")),
        "what": f"{entry.what} {entry.number}".strip(),
        "order": entry.order_number,
        "purchase_order": entry.purchase_order,
        "amount": str(entry.amount),
    }


def _short(business_id: UUID) -> str:
    return str(business_id)[:8].upper()
