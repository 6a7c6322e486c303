"""From a quote to an order, in one transaction and without any network."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Subquery
from django.utils.translation import gettext

from orders.enums import PaymentTerms
from orders.models import Order, OrderLine, Quote
from orders.payments.services import giftcards, sessions, settlement
from orders.quoted import Address, Contact, QuotedLine, Share
from orders.selectors import cancellation, taxes
from orders.services import (
    addresses,
    baskets,
    notices,
    numbers,
    payment_terms,
    promises,
    quotes,
    reservations,
    totals,
    vouchers,
)
from pinshop.accounts.owners import Owner
from pinshop.core import audit, idempotency
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money


class PriceChanged(Conflict):
    """The total that was shown is not the quote's; `total` says what it is."""

    code = "price_changed"


class RegionChanged(Invalid):
    """The price holds for another state or province, and the tax depends on it."""

    code = "region_changed"


class QuoteOrdered(Conflict):
    """An order was made from this quote before; `order_id` names it."""

    code = "quote_ordered"


def place_order(
    *,
    quote_id: UUID,
    shown_total: Money,
    contact: Contact,
    address: Address,
    owner: Owner,
    actor: Actor,
    key: str,
    now: datetime,
) -> Order:
    """Make an order from a quote, hold its stock for the life of the payment page, and prepare its payment.

    What the contact's gift cards leave is paid on the page, or later by the contact's payment terms; where they leave
    nothing, the order is paid at once.

    The same `key` again returns the order it made; a rival with that key waits for the first and gets its order. Raises
    NotFound, QuoteExpired, QuoteOrdered, PriceChanged, OutOfStock, VoucherRefused, GiftCardRefused, TermsRefused,
    CreditExceeded, Invalid (address, contact): nothing is then stored, and the key is free again.
    """
    address = _check(contact, address)
    codes = giftcards.read(contact.gift_cards)
    fingerprint = idempotency.fingerprint(
        str(quote_id).encode(), str(shown_total).encode(), repr((contact, address)).encode()
    )
    with transaction.atomic():
        claim = idempotency.claim(scope=_scope(owner), key=key, request=fingerprint, now=now)
        if claim.answer is not None:
            return Order.objects.get(pk=claim.answer[1]["order_id"])
        quote, table_id = _lock(quote_id, owner, now=now)
        _refuse(quote, shown_total, address, now=now)
        payment_terms.check(terms=contact.payment_terms, quote=quote)
        order = _store(quote, table_id, contact, address, now=now)
        if quote.voucher:
            vouchers.redeem(order=order, code=quote.voucher["code"], now=now)
        audit.record(
            subject=order,
            action="order.placed",
            actor=actor,
            now=now,
            note="We have your order.",
            data={"quote": quote.number, "total_minor": order.total_minor},
        )
        due = giftcards.spend(order=order, codes=codes, now=now)
        if not due:
            settlement.cover(order=order, actor=actor, now=now)
        elif order.payment_terms == PaymentTerms.NOW:
            sessions.prepare(order=order, due=due, now=now)
            notices.order_placed(order, now=now)
        else:
            payment_terms.confirm(order=order, actor=actor, now=now)
        if quote.from_basket:
            baskets.take_out(owner=owner, lines=[QuotedLine.from_json(line) for line in quote.lines], now=now)
        notices.order_updated(order, now=now)
        idempotency.complete(claim, status=201, answer={"order_id": str(order.pk)})
    return order


def _scope(owner: Owner) -> str:
    side = "" if owner.live else ":test"
    return f"checkout:{owner.user_id or owner.business_id or owner.guest_key}{side}"


def _lock(quote_id: UUID, owner: Owner, *, now: datetime) -> tuple[Quote, UUID | None]:
    """The quote, and with the same query the table of what cancelling costs that is in force."""
    table = Subquery(cancellation.holding(now=now).values("pk")[:1])
    mine = Quote.objects.select_for_update(of=("self",)).filter(owner.where(), pk=quote_id)
    quote = mine.annotate(table_id=table).first()
    if quote is None:
        raise NotFound(gettext("There is no such quote, or it is not yours."))
    if quote.version > 1:
        # Its versions make one order together: they wait for each other at the first.
        Quote.objects.select_for_update().filter(number=quote.number, version=1).first()
    return quote, quote.table_id


def check_not_ordered(quote: Quote) -> None:
    """Raise QuoteOrdered where a version of the quote was ordered; the caller holds its first version's lock."""
    earlier = Order.objects.filter(quote__number=quote.number).values_list("pk", "number").first()
    if earlier is not None:
        order_id, number = earlier
        raise QuoteOrdered(
            gettext("Quote %(quote)s was ordered already: see order %(order)s.")
            % {"quote": quote.number, "order": number},
            order_id=str(order_id),
        )


def _refuse(quote: Quote, shown_total: Money, address: Address, *, now: datetime) -> None:
    check_not_ordered(quote)
    quotes.check_usable(quote, now=now)
    total = Money(quote.total_minor, quote.currency)
    if shown_total != total:
        raise PriceChanged(
            gettext(
                "The total of this quote is %(total)s, and you were shown %(shown_total)s. Please look at it again."
            )
            % {"total": total, "shown_total": shown_total},
            total_minor=total.amount_minor,
            currency=total.currency,
        )
    if address.country.upper() != quote.country:
        message = gettext("This price includes shipping to another country. Choose the country again to see its price.")
        raise Invalid(message, fields={"address.country": message})
    if address.region != quote.region and taxes.has_regions(quote.country):
        message = gettext(
            "The tax depends on the state, and this price is for another one. Update the total, and order then."
        )
        raise RegionChanged(message, fields={"address.region": message})


def _store(quote: Quote, table_id: UUID | None, contact: Contact, address: Address, *, now: datetime) -> Order:
    lines = [QuotedLine.from_json(data) for data in quote.lines]
    until = now + timedelta(minutes=settings.PAYMENT_PAGE_MINUTES)
    order = Order(
        **quote.owner().fields(),
        quote=quote,
        contact_email=contact.email,
        contact_name=contact.name,
        language=contact.language,
        address=address.to_json(),
        purchase_order=contact.purchase_order.strip(),
        payment_terms=contact.payment_terms,
        **quote.amounts(),
        cancellation=cancellation.get_terms(table_id=table_id).to_json() if table_id else {},
        reserved_until=until if reservations.needs_stock(lines, live=quote.live) else None,
        placed_at=now,
        number=numbers.take("PS", now=now),
    )
    order.save(force_insert=True)
    shares = totals.shares_of(quote, [line.total for line in lines])
    dates = promises.list_ship_dates(lines=lines, start=now.date())
    rows = OrderLine.objects.bulk_create(
        _line(order, line, share, ship_by, place, now=now)
        for place, (line, share, ship_by) in enumerate(zip(lines, shares, dates, strict=True), start=1)
    )
    reservations.begin_new(order=order, lines=rows)
    return order


def _line(order: Order, line: QuotedLine, share: Share, ship_by: date, position: int, *, now: datetime) -> OrderLine:
    return OrderLine(
        order=order,
        position=position,
        kind=line.kind,
        title=line.title,
        design_id=line.design_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        spec=line.spec.to_json() if line.spec else None,
        price=line.price.to_json(),
        total_minor=line.total.amount_minor,
        discount_minor=share.discount.amount_minor,
        tax_minor=share.tax.amount_minor,
        weight_g=line.weight_g,
        ship_by_date=ship_by,
        updated_at=now,
    )


def _check(contact: Contact, address: Address) -> Address:
    """The address as its country writes it; every fault of contact and address at once."""
    wrong: dict[str, str] = {}
    try:
        validate_email(contact.email)
    except ValidationError:
        wrong["contact.email"] = "Give an e-mail address that we can write to, such as ada@example.org."
    if not contact.name.strip():
        wrong["contact.name"] = "Give your name."
    try:
        spelled = addresses.check(address, prefix="address.")
    except addresses.AddressInvalid as error:
        error.fields = wrong | (error.fields or {})
        raise
    if wrong:
        raise Invalid(gettext("Please complete your contact; see the fields."), fields=wrong)
    return spelled
