"""Binding prices, and their next versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from designs.models import Design
from designs.selectors import designs
from orders.models import Quote
from orders.quoted import NO_CHOICES, Choices, Wish
from orders.selectors import baskets as basket_rows
from orders.selectors import quotes as quote_rows
from orders.services import baskets, figures, numbers
from orders.services.figures import Figures
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Conflict


class DesignUnmakeable(Conflict):
    """A design has findings that stop it from being made."""

    code = "design_unmakeable"


class QuoteExpired(Conflict):
    """The price was binding until `expires_at`; a new quote shows today's."""

    code = "quote_expired"


def make(
    *,
    owner: Owner,
    lines: Sequence[Wish],
    country: str,
    currency: str,
    now: datetime,
    choices: Choices = NO_CHOICES,
) -> Quote:
    """Store a price that binds the shop for QUOTE_DAYS.

    Raises NothingToQuote, NotShippedThere, ChoicesConflict, DesignNotReady, DesignUnmakeable, VatNumberInvalid, VoucherRefused,
    and what pricing raises; each names its line in `fields` as `lines.0.…`.
    """
    found = figures.price(owner=owner, lines=lines, country=country, currency=currency, choices=choices, now=now)
    return _store(found, owner, now=now)


def make_from_basket(
    *,
    owner: Owner,
    country: str,
    currency: str,
    now: datetime,
    version: int | None = None,
    choices: Choices = NO_CHOICES,
) -> Quote:
    """`make` for what is in the basket; ordering the quote then takes these lines out.

    `version` is that of the basket that was looked at: raises BasketChanged where another tab has changed it since.
    """
    wishes = basket_rows.list_wishes(owner=owner, version=version)
    if not wishes:
        baskets.check_seen(owner=owner, version=version, now=now)
    found = figures.price(owner=owner, lines=wishes, country=country, currency=currency, choices=choices, now=now)
    return _store(found, owner, now=now, from_basket=True)


def renew(*, quote_id: UUID, owner: Owner, now: datetime, with_voucher: bool = True) -> Quote:
    """The next version of a quote, with its lines at today's prices. Raises NotFound, and as `make` does."""
    old = quote_rows.get_quote(quote_id=quote_id, owner=owner)
    if old.is_mailed:
        raise Conflict(gettext("A gift card is bought on its own page. Choose it there again."))
    choices = quote_rows.choices_of(old)
    wishes = [
        Wish(quantity=line.quantity, design_id=line.design_id, spec=line.spec, variant_id=line.variant_id)
        for line in quote_rows.lines_of(old)
    ]
    found = figures.price(
        owner=owner,
        lines=wishes,
        country=old.country,
        currency=old.currency,
        choices=choices if with_voucher else replace(choices, voucher=""),
        now=now,
    )
    return _store(found, owner, now=now, from_basket=old.from_basket, previous=old)


def revise(*, quote: Quote, owner: Owner, choices: Choices, now: datetime) -> Quote:
    """The next version of a quote with other choices for the whole; its lines cost what they cost, as long as before.

    `quote` is one that the caller has read as the owner's, or hands over to the owner. The same choices of the same owner
    return it. Raises QuoteExpired, NotShippedThere, VatNumberInvalid, VoucherRefused.
    """
    choices = figures.spelled(replace(choices, service=choices.service or quote.service), quote.country)
    if choices == quote_rows.choices_of(quote) and owner == quote.owner():
        return quote
    check_usable(quote, now=now)
    found = figures.add_up(
        quote_rows.lines_of(quote),
        owner=owner,
        country=quote.country,
        currency=quote.currency,
        choices=choices,
        price_version=quote.price_version,
        now=now,
    )
    return _store(found, owner, now=now, from_basket=quote.from_basket, previous=quote, expires_at=quote.expires_at)


def check_usable(quote: Quote, *, now: datetime) -> None:
    """Raise QuoteExpired where the price no longer binds."""
    if now >= quote.expires_at:
        raise QuoteExpired(
            gettext("Quote %(number)s was binding until %(expires_at)s. Make a new one from it; your pins are kept.")
            % {"number": quote.number, "expires_at": f"{quote.expires_at:%-d %B %Y}"},
            quote_id=str(quote.pk),
        )


def _refuse_unmakeable(found: Figures) -> None:
    """What cannot be made is said before it is paid, not on its proof."""
    custom = [line.design_id for line in found.lines if line.design_id is not None]
    rows = Design.objects.in_bulk(custom) if custom else {}
    for place, line in enumerate(found.lines):
        report = designs.report_of(rows[line.design_id]) if line.design_id is not None else None
        if report is not None and report.blocking():
            message = gettext(
                "%(title)s cannot be made as it is: %(message)s Open the design, take a mend that it "
                "offers, or choose another process."
            ) % {"title": line.title, "message": report.blocking()[0].message}
            raise DesignUnmakeable(message, fields={f"lines.{place}.design_id": message})


def _store(
    found: Figures,
    owner: Owner,
    *,
    now: datetime,
    from_basket: bool = False,
    previous: Quote | None = None,
    expires_at: datetime | None = None,
) -> Quote:
    """Store the first version under a new number, or the version after the last of `previous`."""
    _refuse_unmakeable(found)
    destination, choices = found.destination, found.choices
    with transaction.atomic():
        number = numbers.take("Q", now=now) if previous is None else previous.number
        return Quote.objects.create(
            **owner.fields(),
            number=number,
            version=1 if previous is None else next_version(number),
            country=destination.country,
            region=choices.region,
            service=choices.service,
            vat_number=choices.vat_number,
            currency=destination.currency,
            lines=[line.to_json() for line in found.lines],
            **found.totals.columns(),
            shipping={
                "zone": destination.zone,
                "country_name": destination.country_name,
                "service": destination.service,
                "service_name": destination.service_name,
                "weight_g": found.weight_g,
                "days_min": destination.days_min,
                "days_max": destination.days_max,
                "steps": destination.steps,
            },
            voucher=found.discount.to_json() if found.discount else None,
            tax=found.tax.to_json(),
            price_version=found.price_version,
            from_basket=from_basket,
            expires_at=expires_at or now + timedelta(days=settings.QUOTE_DAYS),
            created_at=now,
        )


def next_version(number: str) -> int:
    """The version after the last of a quote, in the caller's transaction.

    Two who take the same meet the UNIQUE constraint; the lock on the first version lets them wait instead.
    """
    Quote.objects.select_for_update().filter(number=number, version=1).first()
    return (Quote.objects.filter(number=number).aggregate(last=Max("version"))["last"] or 0) + 1
