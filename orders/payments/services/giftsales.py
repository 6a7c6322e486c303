"""Selling gift cards: an order of its own, paid on the payment page, issued once when it is paid, given back while unspent.

A gift card is a multi-purpose voucher: no tax is charged when it is sold, because what it buys is taxed when it is spent.
Nothing of it is shipped, no voucher lowers it, and no gift card pays for it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from catalog.prices import LinePrice, PriceItem
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine, Quote
from orders.payments.models import GiftCard
from orders.payments.services import giftcards, sessions
from orders.payments.services.giftcards import Gift
from orders.quoted import Address, Contact, QuotedLine, Tax
from orders.selectors import shipping
from orders.services import lines, notices, numbers, totals
from pinshop.accounts.owners import Owner
from pinshop.core import audit, idempotency
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Conflict, Invalid
from pinshop.core.money import format_money, zero

TITLE = "Gift card"
# Directive 2006/112/EC, article 30b (2), as of Directive (EU) 2016/1065: handing over a multi-purpose voucher is not taxed.
TAX = Tax(
    name="",
    rate_percent="",
    source="Directive (EU) 2016/1065",
    note="A gift card is a multi-purpose voucher: no tax is charged for it, what it buys is taxed when it is spent.",
)
MAIL_HOUR = time(8, tzinfo=UTC)  # at which a card with a day is mailed
LATEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What cards are sold over in a currency, in minor units: amounts to choose from, and the bounds of one's own."""

    choices: tuple[int, ...]
    least: int
    most: int


AMOUNTS = {
    "USD": Amounts((25_00, 50_00, 100_00, 200_00), least=10_00, most=500_00),
    "EUR": Amounts((25_00, 50_00, 100_00, 200_00), least=10_00, most=500_00),
    "GBP": Amounts((20_00, 40_00, 80_00, 150_00), least=10_00, most=400_00),
    "JPY": Amounts((3_000, 5_000, 10_000, 30_000), least=1_000, most=75_000),
}


class GiftCardSpent(Conflict):
    """Something of the card was spent, or it is blocked, so that it cannot be given back."""

    code = "gift_card_spent"


@dataclass(frozen=True, slots=True)
class Present:
    """A card to buy: what is on it, who gets it with which words, and on which day (None: as soon as it is paid)."""

    gift: Gift
    country: str
    mail_on: date | None = None


def buy(*, present: Present, contact: Contact, owner: Owner, actor: Actor, key: str, now: datetime) -> Order:
    """Store the order of a gift card, to be paid on the payment page. The same `key` again returns it.

    The card is made now and holds nothing before `issue`. Raises Invalid for an amount out of bounds, an address that is
    none or a day that is past or too far; NotShippedThere for a country that the shop does not know.
    """
    _check(present, contact, now=now)
    place = shipping.get_country(code=present.country)
    with transaction.atomic():
        claim = idempotency.claim(
            scope=f"gift-card:{owner.user_id or owner.business_id or owner.guest_key}",
            key=key,
            request=idempotency.fingerprint(repr((present, contact)).encode()),
            now=now,
        )
        if claim.answer is not None:
            return Order.objects.get(pk=claim.answer[1]["order_id"])
        order = _store(present, contact, owner, place.name, now=now)
        audit.record(
            subject=order,
            action="order.placed",
            actor=actor,
            now=now,
            note="We have your order.",
            data={"quote": order.quote.number, "total_minor": order.total_minor},
        )
        sessions.prepare(order=order, due=present.gift.amount, now=now)
        notices.order_placed(order, now=now)
        notices.order_updated(order, now=now)
        idempotency.complete(claim, status=201, answer={"order_id": str(order.pk)})
    return order


def issue(*, line_id: UUID, now: datetime) -> bool:
    """Put the money onto the card of a paid line, once, and mail it where its day has come. False where that was done."""
    with transaction.atomic():
        line = lines.lock_with_order(line_id=line_id)
        if line.state != LineState.PLACED or line.order.paid_at is None:
            return False
        unissued = GiftCard.objects.filter(line=line, issued_at=None)
        if not unissued.update(issued_at=now, active=True, balance_minor=F("initial_minor")):
            return False
        card = GiftCard.objects.get(line=line)
        data = {"amount_minor": card.initial_minor, "currency": card.currency, "order": line.order.number}
        audit.record(subject=card, action="gift_card.issued", actor=SYSTEM, now=now, data=data)
        _mail(line, card, now=now)
    return True


def mail_due(*, now: datetime) -> int:
    """Mail the cards whose day has come; returns how many. For the clock; again there is nothing to do."""
    waiting = GiftCard.objects.filter(_is_due(now), line__isnull=False)
    mailed = 0
    for line_id in list(waiting.order_by("mail_at").values_list("line_id", flat=True)[:100]):
        with transaction.atomic():
            line = lines.lock_with_order(line_id=line_id)
            card = GiftCard.objects.filter(_is_due(now), line=line).first()
            if card is not None and line.state == LineState.PLACED:
                _mail(line, card, now=now)
                mailed += 1
    return mailed


def take_back(*, line: OrderLine, actor: Actor, now: datetime) -> None:
    """Switch off the card of a line that is cancelled, in its transaction, against whoever spends it at this moment.

    Raises GiftCardSpent where something of it was spent. A card that is not issued yet never will be.
    """
    card = GiftCard.objects.get(line=line)
    if card.issued_at is None:
        return
    if not GiftCard.objects.filter(_is_whole(), pk=card.pk).update(active=False, balance_minor=0, taken_back_at=now):
        raise GiftCardSpent(
            gettext("Something of gift card %(card)s was spent, or it is blocked, so it cannot be given back.")
            % {"card": card}
        )
    audit.record(subject=card, action="gift_card.taken_back", actor=actor, now=now, data={"line_id": str(line.pk)})


def _is_whole() -> Q:
    """Nothing of the card was spent: it holds what it was issued over."""
    return Q(active=True, balance_minor=F("initial_minor"))


def _is_due(now: datetime) -> Q:
    return Q(issued_at__isnull=False, mailed_at=None, active=True, mail_at__lte=now) & ~Q(receiver_email="")


def _mail(line: OrderLine, card: GiftCard, *, now: datetime) -> None:
    if card.mail_at is not None and now < card.mail_at:
        note = f"The gift card is paid. It is mailed on {card.mail_at:%-d %B %Y}."
        audit.record(subject=line.order, action="gift_card.waits", actor=SYSTEM, now=now, note=note)
        return
    giftcards.tell(card=card, giver=line.order.contact_name, now=now)
    note = "The gift card is on its way to its receiver."
    lines.advance(line_id=line.pk, to=LineState.DELIVERED, actor=SYSTEM, now=now, note=note)


def _store(present: Present, contact: Contact, owner: Owner, country_name: str, *, now: datetime) -> Order:
    amount = present.gift.amount
    price = LinePrice(1, 1, (PriceItem("gift_card", TITLE, 1, amount, amount),), amount, "")
    quoted = QuotedLine(kind=LineKind.GIFT_CARD, title=TITLE, quantity=1, price=price, weight_g=0)
    found = totals.add_up(prices=[amount], shipping=zero(amount.currency), tax=TAX, currency=amount.currency)
    quote = Quote.objects.create(
        **owner.fields(),
        number=numbers.take("Q", now=now),
        country=present.country,
        currency=amount.currency,
        lines=[quoted.to_json()],
        **found.columns(),
        shipping={"by_email": True, "country_name": country_name},
        tax=TAX.to_json(),
        expires_at=now + timedelta(days=1),
        created_at=now,
    )
    order = Order.objects.create(
        **owner.fields(),
        **quote.amounts(),
        quote=quote,
        number=numbers.take("PS", now=now),
        contact_email=contact.email,
        contact_name=contact.name,
        language=contact.language,
        address=Address(contact.name, line1="", city="", postal_code="", country=present.country).to_json(),
        placed_at=now,
    )
    line = OrderLine.objects.create(
        order=order,
        position=1,
        kind=LineKind.GIFT_CARD,
        title=TITLE,
        quantity=1,
        price=price.to_json(),
        total_minor=amount.amount_minor,
        weight_g=0,
        updated_at=now,
    )
    mail_at = datetime.combine(present.mail_on, MAIL_HOUR) if present.mail_on else None
    GiftCard.objects.create(**giftcards.new(present.gift, now=now), issue_key=line.pk, line=line, mail_at=mail_at)
    return order


def _check(present: Present, contact: Contact, *, now: datetime) -> None:
    """Every fault at once."""
    wrong: dict[str, str] = {}
    amount, mail_on = present.gift.amount, present.mail_on
    bounds = AMOUNTS[amount.currency]
    if not bounds.least <= amount.amount_minor <= bounds.most:
        least, most = (format_money(minor, amount.currency) for minor in (bounds.least, bounds.most))
        wrong["amount"] = f"Choose an amount from {least} to {most}."
    for field, address in (("receiver_email", present.gift.email), ("email", contact.email)):
        try:
            validate_email(address)
        except ValidationError:
            wrong[field] = "Give an e-mail address that we can write to, such as ada@example.org."
    if not contact.name.strip():
        wrong["name"] = "Give your name."
    if mail_on is not None and not now.date() <= mail_on <= (now + LATEST).date():
        wrong["mail_on"] = "Choose a day from today on, within a year; or none, and it is mailed when it is paid."
    if wrong:
        raise Invalid(gettext("Please look at the marked fields."), fields=wrong)
