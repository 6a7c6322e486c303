"""Ordering on behalf of a business what its member has put together for themselves."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from designs.services import adoption
from orders.models import Quote
from orders.selectors import quotes as quote_rows
from orders.services import baskets, checkout, quotes
from orders.services.vouchers import VoucherRefused
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core.actors import Actor


def hand_over(*, quote: Quote, business: Business, actor: Actor, now: datetime) -> Quote:
    """Make the business the owner of a member's quote, of its designs and of its lines in the basket.

    It is the next version under the same number, so that only one of them is ever ordered: the lines cost what they did,
    the tax is the business's, and a voucher that does not hold for it is left out. Again it returns the same version.
    `quote` is one that the caller has read as the member's. Raises QuoteOrdered, QuoteExpired,
    NotShippedThere, Invalid.
    """
    member, owner = quote.owner(), Owner(business_id=business.pk)
    with transaction.atomic():
        # The first version is the queue for everything that is made of this number.
        Quote.objects.select_for_update().filter(number=quote.number, version=1).first()
        checkout.check_not_ordered(quote)
        before = Quote.objects.filter(owner.where(), number=quote.number).order_by("-version").first()
        if before is not None:
            return before
        lines = quote_rows.lines_of(quote)
        designs = {line.design_id for line in lines if line.design_id is not None}
        adoption.hand_over(design_ids=designs, before=member, after=owner, actor=actor, now=now)
        if quote.from_basket:
            taken = baskets.take_out(owner=member, lines=lines, now=now)
            baskets.put_in(owner=owner, wishes=taken, now=now)
        choices = replace(quote_rows.choices_of(quote), vat_number=business.vat_number)
        try:
            return quotes.revise(quote=quote, owner=owner, choices=choices, now=now)
        except VoucherRefused:
            return quotes.revise(quote=quote, owner=owner, choices=replace(choices, voucher=""), now=now)
