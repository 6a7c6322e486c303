"""Gift cards: issued by staff or sold, spent when an order is placed, filled again by refunds. A card is a way to pay.

What a card pays is a `Payment` of provider `gift_card`, so that what came for an order, what is due and what goes back are
counted in one place. Its balance and the payments and refunds of it always come to what it was issued with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from orders.models import Order
from orders.payments import providers
from orders.payments.enums import PaymentState
from orders.payments.models import GiftCard, Payment
from orders.payments.selectors.balances import CardPart, Cover
from orders.payments.services import giftcodes
from orders.services import tries
from pinshop.accounts.owners import Owner
from pinshop.core import audit, languages, mail
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.money import Money

_READ = str.maketrans("OIL", "011")
MAX_CARDS = 10  # in one order


class GiftCardRefused(Invalid):
    """A card pays nothing here; `reason` in `extra` says why, for programs."""

    code = "gift_card_refused"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message, fields={"gift_cards": message}, reason=reason)


@dataclass(frozen=True, slots=True)
class Gift:
    """A card to issue. `email` may be empty: then nobody is told, and whoever issues it hands the code on."""

    amount: Money
    email: str = ""
    name: str = ""
    message: str = ""
    note: str = ""
    expires_at: datetime | None = None
    language: str = languages.DEFAULT  # of MAIL_LANGUAGES, what its mail speaks


@dataclass(frozen=True, slots=True)
class Issued:
    """A card that was issued. `code` is shown only now; empty where the card was issued before by the same key."""

    card: GiftCard
    code: str


def issue(*, gift: Gift, key: UUID, actor: Actor, now: datetime) -> Issued:
    """Make a card, and mail its code to its receiver. The same `key` again returns the card, without its code.

    Raises as `check`.
    """
    check(gift, now=now)
    with transaction.atomic():
        fields = {**new(gift, now=now), "balance_minor": gift.amount.amount_minor, "issued_at": now, "active": True}
        card, is_new = GiftCard.objects.get_or_create(issue_key=key, defaults=fields)
        if not is_new:
            return Issued(card, "")
        data = {"amount_minor": card.initial_minor, "currency": card.currency}
        audit.record(subject=card, action="gift_card.issued", actor=actor, now=now, data=data)
        if gift.email:
            tell(card=card, now=now)
    return Issued(card, giftcodes.written(giftcodes.of_card(card.pk)))


def new(gift: Gift, *, now: datetime) -> dict[str, Any]:
    """The columns of a card that is not issued yet: it holds nothing."""
    card_id = uuid4()
    code = giftcodes.of_card(card_id)
    return {
        "id": card_id,
        "code_hash": giftcodes.hash_of(code),
        "ending": giftcodes.ending_of(code),
        "currency": gift.amount.currency,
        "initial_minor": gift.amount.amount_minor,
        "balance_minor": 0,
        "active": False,
        "expires_at": gift.expires_at,
        "receiver_email": gift.email,
        "receiver_name": gift.name,
        "message": gift.message,
        "language": gift.language,
        "note": gift.note,
        "created_at": now,
    }


def tell(*, card: GiftCard, now: datetime, giver: str = "") -> None:
    """Mail a card's code to its receiver, once each; the mail that is kept has no code, it is filled in when it is sent."""
    gift = Gift(Money(card.initial_minor, card.currency), name=card.receiver_name, message=card.message)
    mail.send(
        to=card.receiver_email,
        name="gift_card",
        context={"card": card, "gift": gift, "giver": giver, "code": mail.CODE_PLACE},
        key=f"gift_card:{card.pk}:{card.edition}" if card.edition else f"gift_card:{card.pk}",
        now=now,
        language=card.language,
        code_of=(giftcodes.KIND, giftcodes.reference_of(card)),
    )
    GiftCard.objects.filter(pk=card.pk, mailed_at=None).update(mailed_at=now)


def switch(*, card_id: UUID, active: bool, actor: Actor, now: datetime) -> bool:
    """Block a card, or let it be used again. False where it is so already. Raises NotFound."""
    with transaction.atomic():
        issued = GiftCard.objects.filter(pk=card_id, active=not active, issued_at__isnull=False, taken_back_at=None)
        if not issued.update(active=active):
            if not GiftCard.objects.filter(pk=card_id).exists():
                raise NotFound(gettext("There is no such gift card."))
            return False
        action = "gift_card.unblocked" if active else "gift_card.blocked"
        audit.record(subject=GiftCard.objects.get(pk=card_id), action=action, actor=actor, now=now)
    return True


def look(*, codes: str, owner: Owner, now: datetime) -> list[GiftCard]:
    """The cards of these codes, for whoever has them. Raises GiftCardRefused and TooManyTries."""
    wanted = read(codes)
    tries.count(owner=owner, now=now)
    return _find(wanted, now=now)


def preview(*, codes: str, total: Money, owner: Owner, now: datetime) -> Cover:
    """What these cards would pay of a total; nothing is stored. Raises as `look`, and for cards of another currency."""
    rest, parts = total, []
    for card in _usable(look(codes=codes, owner=owner, now=now), total.currency):
        part = min(Money(card.balance_minor, card.currency), rest)
        if part:
            parts.append(CardPart.of(card, part))
            rest -= part
    return Cover(tuple(parts), rest)


def spend(*, order: Order, codes: Sequence[str], now: datetime) -> Money:
    """Pay of an order what these cards hold, in the transaction that places it; returns what is left to pay.

    The cards that expire first are used first, in an order that all share, so that rivals cannot deadlock. Raises
    GiftCardRefused where a card cannot pay anything: then the order is not placed.
    """
    due = Money(order.total_minor, order.currency)
    if codes and not order.live:
        raise GiftCardRefused("test_order", gettext("An order of a test key cannot be paid with a gift card."))
    for card in _usable(_find(codes, now=now), order.currency):
        if not due:
            break
        part = Money(_take(card, due.amount_minor), order.currency)
        if not part:
            raise _used_up(card)
        due -= part
        payment = _store(order, card, part, now=now)
        audit.record(
            subject=order,
            action="order.gift_card_paid",
            actor=SYSTEM,
            now=now,
            note=f"A gift card has paid {part}.",
            data={"payment_id": str(payment.pk), "card_id": str(card.pk), "amount_minor": part.amount_minor},
        )
    return due


def give_back(*, card_id: UUID, amount: Money, now: datetime) -> None:
    """Put money of a refund back onto its card, in the transaction that settles the refund: that is what makes it once.

    A card that is over, or nearly, is good for GIFT_CARD_BACK_DAYS more.
    """
    card = GiftCard.objects.filter(pk=card_id, currency=amount.currency)
    card.update(balance_minor=F("balance_minor") + amount.amount_minor)
    least = now + timedelta(days=settings.GIFT_CARD_BACK_DAYS)
    card.filter(expires_at__lt=least).update(expires_at=least)


def read(text: str) -> tuple[str, ...]:
    """The codes that a person typed, with or without spaces and dashes. Raises GiftCardRefused where it is none."""
    letters = "".join(letter for letter in text.upper() if letter.isalnum()).translate(_READ)
    if not letters:
        return ()
    if len(letters) % giftcodes.LENGTH or not letters.isascii():
        raise GiftCardRefused(
            "unknown",
            gettext("A gift card's code has %(length)s letters and digits, such as 4K7Q-2M9X-0TRB-8WHE.")
            % {"length": giftcodes.LENGTH},
        )
    codes = dict.fromkeys(
        letters[start : start + giftcodes.LENGTH] for start in range(0, len(letters), giftcodes.LENGTH)
    )
    if len(codes) > MAX_CARDS:
        raise GiftCardRefused(
            "too_many", gettext("One order takes at most %(max_cards)s gift cards.") % {"max_cards": MAX_CARDS}
        )
    return tuple(codes)


def check(gift: Gift, *, now: datetime) -> None:
    """Raise Invalid for an amount of nothing, an address that is none, or an end that has passed."""
    if gift.amount.amount_minor <= 0:
        raise Invalid(gettext("Give an amount above zero."), fields={"amount": gettext("Above zero.")})
    if gift.expires_at is not None and gift.expires_at <= now:
        raise Invalid(
            gettext("A new gift card cannot be over already."),
            fields={"expires_at": gettext("In the future, or empty.")},
        )
    if gift.email:
        try:
            validate_email(gift.email)
        except ValidationError as error:
            raise Invalid(
                gettext("Give an e-mail address, or none."), fields={"email": gettext("This is none.")}
            ) from error


def _find(codes: Sequence[str], *, now: datetime) -> list[GiftCard]:
    """The cards, those that expire first coming first. Raises GiftCardRefused where one is unknown, blocked or over."""
    if not codes:
        return []
    rows = {card.code_hash: card for card in GiftCard.objects.filter(code_hash__in=map(giftcodes.hash_of, codes))}
    for code in codes:
        card = rows.get(giftcodes.hash_of(code))
        if card is None or not card.active:
            raise GiftCardRefused(
                "unknown",
                gettext("We have no gift card %(written)s. Look at how it is written, or go on without it.")
                % {"written": giftcodes.written(code)},
            )
        if card.expires_at is not None and card.expires_at <= now:
            raise GiftCardRefused(
                "over",
                gettext("Gift card %(card)s was good until %(expires_at)s.")
                % {"card": card, "expires_at": f"{card.expires_at:%-d %B %Y}"},
            )
    return sorted(rows.values(), key=lambda card: (card.expires_at is None, card.expires_at or now, card.pk))


def _usable(cards: Sequence[GiftCard], currency: str) -> Sequence[GiftCard]:
    for card in cards:
        if card.currency != currency:
            raise GiftCardRefused(
                "currency",
                gettext("Gift card %(card)s is in %(currency)s, and this order in %(wanted)s: it pays in its own only.")
                % {"card": card, "currency": card.currency, "wanted": currency},
            )
        if not card.balance_minor:
            raise _used_up(card)
    return cards


def _used_up(card: GiftCard) -> GiftCardRefused:
    return GiftCardRefused("used_up", gettext("Gift card %(card)s is used up. Go on without it.") % {"card": card})


def _holds(minor: int) -> Q:
    """The card still holds that much."""
    return Q(active=True, balance_minor__gte=minor)


def _take(card: GiftCard, due_minor: int) -> int:
    """Take what is due off the card, or what it holds of it. Of many who take at once, each takes what is then left."""
    while part := min(card.balance_minor, due_minor):
        if GiftCard.objects.filter(_holds(part), pk=card.pk).update(balance_minor=F("balance_minor") - part):
            return part
        card.refresh_from_db()
        if not card.active:
            return 0
    return 0


def _store(order: Order, card: GiftCard, part: Money, *, now: datetime) -> Payment:
    return Payment.objects.create(
        order=order,
        gift_card=card,
        state=PaymentState.SUCCEEDED,
        currency=order.currency,
        amount_minor=part.amount_minor,
        captured_minor=part.amount_minor,
        provider=providers.GIFT_CARD,
        idempotency_key=f"gift-card-{uuid4()}",
        expires_at=now,
        asked_at=now,
        created_at=now,
        settled_at=now,
    )
