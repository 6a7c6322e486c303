"""Ordering in one step: today's price and the order from it, as programs do that show no quote to anybody."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders.models import Order
from orders.quoted import Address, Choices, Contact, Wish
from orders.services import addresses, checkout, quotes
from pinshop.accounts.owners import Owner
from pinshop.core import idempotency
from pinshop.core.actors import Actor
from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought, and for how much: `shown_total_minor` is what the buyer counts on, None takes the price as it is.

    `voucher` is its code, empty for none; gift cards are the contact's.
    """

    lines: tuple[Wish, ...]
    currency: str
    shown_total_minor: int | None = None
    voucher: str = ""


def buy(
    *,
    purchase: Purchase,
    contact: Contact,
    address: Address,
    owner: Owner,
    actor: Actor,
    key: str,
    now: datetime,
) -> Order:
    """Quote these lines for the address and order them, both or neither.

    The same `key` again returns the order it made. Raises as `quotes.make` and `checkout.place_order` do.
    """
    with transaction.atomic():
        claim = idempotency.claim(
            scope=f"purchase:{owner.user_id or owner.business_id or owner.guest_key}",
            key=key,
            request=idempotency.fingerprint(repr((purchase, contact, address)).encode()),
            now=now,
        )
        if claim.answer is not None:
            return Order.objects.get(pk=claim.answer[1]["order_id"])
        quote = quotes.make(
            owner=owner,
            lines=purchase.lines,
            country=address.country,
            currency=purchase.currency,
            choices=Choices(region=addresses.check(address, prefix="address.").region, voucher=purchase.voucher),
            now=now,
        )
        shown = quote.total_minor if purchase.shown_total_minor is None else purchase.shown_total_minor
        order = checkout.place_order(
            quote_id=quote.pk,
            shown_total=Money(shown, purchase.currency),
            contact=contact,
            address=address,
            owner=owner,
            actor=actor,
            key=key,
            now=now,
        )
        idempotency.complete(claim, status=201, answer={"order_id": str(order.pk)})
    return order
