"""VAT numbers of businesses: read, and looked up in the register of the EU (VIES)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from orders.enums import VatState
from orders.models import VatNumber
from pinshop.core import audit, http
from pinshop.core.actors import Actor
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.outbox import GiveUp, RetryLater

VIES = "VIES"
KEEP = timedelta(days=30)  # how long an answer of the register counts before it is asked again
TIMEOUT_SECONDS = 5.0  # somebody waits for the page


class VatNumberInvalid(Invalid):
    """The text is no VAT number of an EU member state: wrong letters, length or check digit."""

    code = "vat_number_invalid"


def read(text: str) -> str:
    """A VAT number as the register writes it (`DE136695976`); empty for empty text. Raises VatNumberInvalid.

    Only its form and check digit are looked at, by python-stdnum.
    """
    if not text.strip():
        return ""
    try:
        return str(vat.validate(text)).upper()
    except ValidationError:
        message = gettext(
            "%(strip)s is not a VAT number of an EU country. Write it with its letters, such as DE136695976."
        ) % {"strip": text.strip()[:30]}
        raise VatNumberInvalid(message, fields={"vat_number": message}) from None


def check(*, text: str, now: datetime) -> VatNumber | None:
    """Look a number up at VIES; None for empty text. Raises VatNumberInvalid. Call it outside transactions.

    Where VIES is switched off (VIES_URL is empty) or does not answer, the number stays as it was, "not checked" at first.
    A young answer, and one that staff gave, is not asked for again.
    """
    number = read(text)
    if not number:
        return None
    row, _ = VatNumber.objects.get_or_create(number=number, defaults={"created_at": now})
    fresh = row.checked_at is not None and (row.source != VIES or now - row.checked_at < KEEP)
    if fresh or not settings.VIES_URL:
        return row
    try:
        answer = http.request(
            "GET",
            f"{settings.VIES_URL}/ms/{number[:2]}/vat/{number[2:]}",
            headers={"Accept": "application/json"},
            timeout_seconds=TIMEOUT_SECONDS,
        )
        told = answer.raise_for_status().json()
    except (RetryLater, GiveUp):
        return row
    return _record(row, told, now=now)


def confirm(*, number: str, state: VatState, source: str, actor: Actor, now: datetime) -> VatNumber:
    """Staff have looked a number up themselves; `source` says where. Raises NotFound."""
    with transaction.atomic():
        if not VatNumber.objects.filter(pk=number).update(state=state, source=source[:100], checked_at=now):
            raise NotFound(gettext("There is no such VAT number."))
        row = VatNumber.objects.get(pk=number)
        audit.record(
            subject=row, action="vat_number.confirmed", actor=actor, now=now, data={"state": state, "source": source}
        )
    return row


def _record(row: VatNumber, told: Any, *, now: datetime) -> VatNumber:
    """VIES says `isValid`, or in `userError` that a member state's register does not answer."""
    if not isinstance(told, dict) or told.get("userError", "VALID") not in {"VALID", "INVALID"}:
        return row
    state = VatState.VALID if told.get("isValid") is True else VatState.UNKNOWN
    name = str(told.get("name") or "").strip("- ")
    VatNumber.objects.filter(pk=row.pk).update(state=state, name=name[:300], source=VIES, checked_at=now)
    return VatNumber.objects.get(pk=row.pk)
