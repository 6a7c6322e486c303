"""Reading quotes: an owner sees its own only."""

from uuid import UUID

from django.utils.translation import gettext

from orders.models import Quote
from orders.models.quotes import Amounts
from orders.quoted import NO_TAX, Choices, DiscountRow, QuotedLine, Tax, Totals
from pinshop.accounts.acting import Reach
from pinshop.accounts.owners import Owner
from pinshop.core.errors import NotFound
from pinshop.core.money import Money


def get_quote(*, quote_id: UUID, owner: Owner | Reach) -> Quote:
    """The quote with the order made from it, if any; raises NotFound also for another person's."""
    quote = Quote.objects.select_related("order", "business").filter(owner.where(), pk=quote_id).first()
    if quote is None:
        raise NotFound(gettext("There is no such quote, or it is not yours."))
    return quote


def lines_of(quote: Quote) -> list[QuotedLine]:
    """The quote's lines as data."""
    return [QuotedLine.from_json(line) for line in quote.lines]


def choices_of(quote: Quote) -> Choices:
    """What the buyer chose for the whole."""
    voucher = quote.voucher["code"] if quote.voucher else ""
    return Choices(region=quote.region, service=quote.service, vat_number=quote.vat_number, voucher=voucher)


def totals_of(priced: Amounts) -> Totals:
    """The amounts of a quote or an order as Money, without the shares of its lines."""
    currency = priced.currency
    return Totals(
        subtotal=Money(priced.subtotal_minor, currency),
        discount=Money(priced.discount_minor, currency),
        shipping=Money(priced.shipping_minor, currency),
        tax=Money(priced.tax_minor, currency),
        total=Money(priced.total_minor, currency),
        tax_inclusive=priced.tax_inclusive,
        discounts=tuple(DiscountRow(row["label"], Money(row["amount_minor"], currency)) for row in priced.discounts),
    )


def tax_of(priced: Amounts) -> Tax:
    """The tax line of a quote or an order."""
    return Tax.from_json(priced.tax) if priced.tax else NO_TAX
