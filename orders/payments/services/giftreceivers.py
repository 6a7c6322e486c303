"""Who receives a gift card: an address that was mistyped is corrected as long as nothing of the card is spent."""

from datetime import datetime
from math import ceil
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from orders.models import Order
from orders.payments.models import GiftCard
from orders.payments.services import giftcards, giftcodes
from orders.services import lines
from pinshop.core import audit, limits
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound, PinshopError

AN_HOUR = 3  # corrections of one card: no door for mails to strangers
_HOUR_SECONDS = 3600
NOTE = "The address of the gift card's receiver was corrected. It has a new code, and the old one pays nothing."


class CardFixed(Conflict):
    """Something of the card was spent, or it does not pay: its receiver stays."""

    code = "gift_card_fixed"


class TooManyCorrections(PinshopError):
    """The address of this card was corrected too often in this hour."""

    code = "too_many_corrections"
    status = 429


def correct(*, card_id: UUID, email: str, edition: int, actor: Actor, now: datetime) -> bool:
    """Give an unspent card to another address, or to the same again, with a new code; mail it where it was mailed before.

    `edition` is that of the card which was shown: False, and nothing is done, where it has another by now. A card that waits
    for its day is mailed on that day. Raises Invalid, NotFound, CardFixed, TooManyCorrections. Asks Redis.
    """
    try:
        validate_email(email)
    except ValidationError as error:
        text = gettext("Give an e-mail address that we can write to, such as ada@example.org.")
        raise Invalid(text, fields={"receiver_email": text}) from error
    _count(card_id, now=now)
    with transaction.atomic():
        card = _lock(card_id)
        if card.edition != edition:
            return False
        if not card.active or card.balance_minor != card.initial_minor:
            raise CardFixed(
                gettext("Something of gift card %(card)s was spent, or it does not pay, so its receiver stays.")
                % {"card": card}
            )
        _renew(card, email)
        order = Order.objects.get(lines=card.line_id) if card.line_id else None
        data = {"edition": card.edition}
        audit.record(subject=card, action="gift_card.receiver_corrected", actor=actor, now=now, data=data)
        if order is not None:
            audit.record(subject=order, action="gift_card.receiver_corrected", actor=actor, now=now, note=NOTE)
        if card.mailed_at is not None or card.line_id is None:
            GiftCard.objects.filter(pk=card.pk).update(mailed_at=None)
            giftcards.tell(card=card, giver=order.contact_name if order else "", now=now)
    return True


def _count(card_id: UUID, *, now: datetime) -> None:
    allowance = limits.take(f"gift-card-receiver:{card_id}", limit=AN_HOUR, window_seconds=_HOUR_SECONDS, now=now)
    if not allowance.allowed:
        raise TooManyCorrections(
            gettext("This address was corrected too often. Try again in %(minutes)s minutes.")
            % {"minutes": ceil(allowance.reset_seconds / 60)},
            retry_after=allowance.reset_seconds,
        )


def _lock(card_id: UUID) -> GiftCard:
    """The card, locked after the order and the line that sold it."""
    known = GiftCard.objects.filter(pk=card_id).only("line_id").first()
    if known is None:
        raise NotFound(gettext("There is no such gift card."))
    if known.line_id is not None:
        lines.lock_with_order(line_id=known.line_id)
    return GiftCard.objects.select_for_update(of=("self",)).get(pk=card_id)


def _renew(card: GiftCard, email: str) -> None:
    code = giftcodes.of_card(card.pk, edition=card.edition + 1)
    GiftCard.objects.filter(pk=card.pk).update(
        edition=F("edition") + 1,
        code_hash=giftcodes.hash_of(code),
        ending=giftcodes.ending_of(code),
        receiver_email=email,
    )
    card.refresh_from_db()
