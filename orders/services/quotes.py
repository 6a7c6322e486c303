"""Binding prices: quotes, and the same figures for a basket that is still open."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from catalog.choices import Options
from catalog.models import PinVariant
from catalog.prices import LinePrice, PriceItem, PriceTable
from catalog.selectors import options, pins, prices
from catalog.services import compatibility, pricing
from catalog.spec import PinSpec
from designs.drawing import Drawing
from designs.errors import DesignNotFound, DesignNotReady
from designs.models import Design
from designs.selectors import designs
from designs.states import DesignState
from orders.enums import LineKind
from orders.models import Quote
from orders.quoted import NO_CHOICES, Choices, Discount, QuotedLine, Tax, Totals, Wish
from orders.selectors import baskets as basket_rows
from orders.selectors import quotes as quote_rows
from orders.selectors import shipping, taxes
from orders.selectors.shipping import Destination
from orders.services import baskets, numbers, totals, vat_numbers, vouchers, weights
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Conflict, Invalid, PinshopError

MAX_LINES = 100


class DesignUnmakeable(Conflict):
    """A design has findings that stop it from being made."""

    code = "design_unmakeable"


class QuoteExpired(Conflict):
    """The price was binding until `expires_at`; a new quote shows today's."""

    code = "quote_expired"


class NothingToQuote(Invalid):
    """No lines."""

    code = "nothing_to_quote"


class ChoicesConflict(Invalid):
    """Some choices of a pin do not go together."""

    code = "choices_conflict"


@dataclass(frozen=True, slots=True)
class Figures:
    """A priced set of lines for one destination."""

    lines: tuple[QuotedLine, ...]
    totals: Totals
    tax: Tax
    destination: Destination
    weight_g: int
    price_version: str
    choices: Choices = NO_CHOICES
    discount: Discount | None = None


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
    figures = figure(owner=owner, lines=lines, country=country, currency=currency, choices=choices, now=now)
    return _store(figures, owner, now=now)


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
    baskets.check_seen(owner=owner, version=version, now=now)
    wishes = basket_rows.list_wishes(owner=owner)
    figures = figure(owner=owner, lines=wishes, country=country, currency=currency, choices=choices, now=now)
    return _store(figures, owner, now=now, from_basket=True)


def renew(*, quote_id: UUID, owner: Owner, now: datetime, with_voucher: bool = True) -> Quote:
    """The next version of a quote, with its lines at today's prices. Raises NotFound, and as `make` does."""
    old = quote_rows.get_quote(quote_id=quote_id, owner=owner)
    choices = quote_rows.choices_of(old)
    wishes = [
        Wish(quantity=line.quantity, design_id=line.design_id, spec=line.spec, variant_id=line.variant_id)
        for line in quote_rows.lines_of(old)
    ]
    figures = figure(
        owner=owner,
        lines=wishes,
        country=old.country,
        currency=old.currency,
        choices=choices if with_voucher else replace(choices, voucher=""),
        now=now,
    )
    return _store(figures, owner, now=now, from_basket=old.from_basket, previous=old)


def revise(*, quote: Quote, owner: Owner, choices: Choices, now: datetime) -> Quote:
    """The next version of a quote with other choices for the whole; its lines cost what they cost, as long as before.

    `quote` is one that the caller has read as the owner's. The same choices return it. Raises QuoteExpired, NotShippedThere,
    VatNumberInvalid, VoucherRefused.
    """
    choices = _spelled(replace(choices, service=choices.service or quote.service), quote.country)
    if choices == quote_rows.choices_of(quote):
        return quote
    check_usable(quote, now=now)
    figures = _add_up(
        quote_rows.lines_of(quote),
        owner=owner,
        country=quote.country,
        currency=quote.currency,
        choices=choices,
        price_version=quote.price_version,
        now=now,
    )
    return _store(figures, owner, now=now, from_basket=quote.from_basket, previous=quote, expires_at=quote.expires_at)


def figure(
    *,
    owner: Owner,
    lines: Sequence[Wish],
    country: str,
    currency: str,
    now: datetime,
    choices: Choices = NO_CHOICES,
) -> Figures:
    """Price these lines for a country without storing anything; raises as `make` does."""
    if not lines:
        raise NothingToQuote("There is nothing to price yet. Put a pin into the basket first.")
    if len(lines) > MAX_LINES:
        raise Invalid(f"A quote has at most {MAX_LINES} lines; make several.", fields={"lines": "too many"})
    shelf = _Shelf.load(lines, owner=owner, currency=currency, now=now)
    quoted = []
    for place, wish in enumerate(lines):
        try:
            quoted.append(_price_custom(wish, shelf) if wish.kind == LineKind.CUSTOM else _price_ready(wish, shelf))
        except PinshopError as error:
            found = error.fields or {"": error.message}
            error.fields = {f"lines.{place}.{name}".rstrip("."): text for name, text in found.items()}
            raise
    return _add_up(
        quoted,
        owner=owner,
        country=country,
        currency=currency,
        choices=choices,
        price_version=shelf.table.version if shelf.table else "",
        now=now,
    )


def _add_up(
    lines: Sequence[QuotedLine],
    *,
    owner: Owner,
    country: str,
    currency: str,
    choices: Choices,
    price_version: str,
    now: datetime,
) -> Figures:
    """Shipping, tax and total of priced lines."""
    choices = _spelled(choices, country)
    destination = shipping.get_destination(country=country, currency=currency, service=choices.service)
    buyer = taxes.Buyer(owner, choices.vat_number)
    tax = taxes.get_tax(country=destination.country, region=choices.region, on=now.date(), buyer=buyer)
    discount = None
    if choices.voucher:
        discount = vouchers.find_discount(code=choices.voucher, owner=owner, lines=lines, currency=currency, now=now)
    return Figures(
        lines=tuple(lines),
        totals=totals.compute(lines=lines, destination=destination, tax=tax, discount=discount),
        discount=discount,
        tax=tax,
        destination=destination,
        weight_g=totals.parcel_g(lines),
        price_version=price_version,
        choices=replace(choices, service=destination.service),
    )


def _spelled(choices: Choices, country: str) -> Choices:
    """The same choice always written the same; a region counts only where the tax depends on it."""
    region = choices.region.upper() if choices.region and taxes.has_regions(country) else ""
    return replace(
        choices,
        region=region,
        vat_number=vat_numbers.read(choices.vat_number),
        voucher=choices.voucher.strip().upper(),
    )


def check_usable(quote: Quote, *, now: datetime) -> None:
    """Raise QuoteExpired where the price no longer binds."""
    if now >= quote.expires_at:
        raise QuoteExpired(
            f"Quote {quote.number} was binding until {quote.expires_at:%-d %B %Y}. Make a new one from it; your pins are kept.",
            quote_id=str(quote.pk),
        )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Everything that pricing some wishes needs, read in a fixed number of queries."""

    currency: str
    designs: dict[UUID, Design]
    variants: dict[UUID, PinVariant]
    table: PriceTable | None
    options: Options | None

    @classmethod
    def load(cls, wishes: Sequence[Wish], *, owner: Owner, currency: str, now: datetime) -> "_Shelf":
        custom = {wish.design_id for wish in wishes if wish.design_id is not None}
        ready = {wish.variant_id for wish in wishes if wish.variant_id is not None}
        return cls(
            currency=currency,
            designs=Design.objects.filter(owner.where()).in_bulk(custom) if custom else {},
            variants=pins.find_variants(variant_ids=ready, now=now) if ready else {},
            table=prices.get_table(currency=currency, now=now) if custom else None,
            options=options.get_options() if custom else None,
        )


def _price_custom(wish: Wish, shelf: _Shelf) -> QuotedLine:
    design = shelf.designs.get(wish.design_id) if wish.design_id else None
    if design is None or shelf.table is None or shelf.options is None:
        raise DesignNotFound("There is no such design, or it is not yours.")
    if design.state != DesignState.READY:
        message = f"{design.name} is not ready to be priced: {design.get_state_display().lower()}."
        raise DesignNotReady(message, fields={"design": message})
    measures = designs.measures_of(design)
    # A line may have been put into the basket before its drawing was changed: what is there now is priced.
    spec = designs.measured(wish.spec, measures) if wish.spec else designs.spec_of(design)
    check_choices(spec=spec, offered=shelf.options)
    return QuotedLine(
        kind=LineKind.CUSTOM,
        title=design.name,
        quantity=wish.quantity,
        price=pricing.price_line(spec=spec, quantity=wish.quantity, table=shelf.table),
        weight_g=weights.of_custom(
            spec=spec, quantity=wish.quantity, measured_g=measures.weight_g if measures else None
        ),
        design_id=design.pk,
        spec=spec,
        drawing=Drawing(design.artwork_id, design.flatten),
    )


def check_choices(*, spec: PinSpec, offered: Options) -> None:
    """Raise ChoicesConflict where some choices of a pin cannot be made together."""
    blocks = [conflict for conflict in compatibility.check(spec=spec, options=offered) if conflict.severity == "block"]
    if blocks:
        raise ChoicesConflict(
            blocks[0].message, fields={name: block.message for block in blocks for name in block.fields}
        )


def _price_ready(wish: Wish, shelf: _Shelf) -> QuotedLine:
    variant = shelf.variants.get(wish.variant_id) if wish.variant_id else None
    if variant is None:
        raise pins.PinNotFound("This pin is not on sale any more. Take it out of the basket.")
    if not 1 <= wish.quantity <= pricing.MAX_QUANTITY:
        message = f"Choose a quantity from 1 to {pricing.MAX_QUANTITY:,}."
        raise Invalid(message, fields={"quantity": message})
    each = variant.price(shelf.currency)
    if each is None:
        message = f"{variant.pin.name} is not sold in {shelf.currency}. Choose {variant.currency}, or take it out."
        raise Invalid(message, fields={"currency": message})
    amount = each * wish.quantity
    item = PriceItem("pin", variant.pin.name, wish.quantity, each, amount)
    return QuotedLine(
        kind=LineKind.READY,
        title=variant.pin.name,
        quantity=wish.quantity,
        price=LinePrice(wish.quantity, wish.quantity, (item,), amount, ""),
        weight_g=weights.of_ready(size_mm=variant.pin.size_mm, quantity=wish.quantity),
        variant_id=variant.pk,
    )


def _refuse_unmakeable(figures: Figures) -> None:
    """What cannot be made is said before it is paid, not on its proof."""
    custom = [line.design_id for line in figures.lines if line.design_id is not None]
    rows = Design.objects.in_bulk(custom) if custom else {}
    for place, line in enumerate(figures.lines):
        report = designs.report_of(rows[line.design_id]) if line.design_id is not None else None
        if report is not None and report.blocking():
            message = (
                f"{line.title} cannot be made as it is: {report.blocking()[0].message} "
                "Open the design, take a mend that it offers, or choose another process."
            )
            raise DesignUnmakeable(message, fields={f"lines.{place}.design_id": message})


def _store(
    figures: Figures,
    owner: Owner,
    *,
    now: datetime,
    from_basket: bool = False,
    previous: Quote | None = None,
    expires_at: datetime | None = None,
) -> Quote:
    """Store the first version under a new number, or the version after the last of `previous`."""
    _refuse_unmakeable(figures)
    destination, choices = figures.destination, figures.choices
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
            lines=[line.to_json() for line in figures.lines],
            **figures.totals.columns(),
            shipping={
                "zone": destination.zone,
                "country_name": destination.country_name,
                "service": destination.service,
                "service_name": destination.service_name,
                "weight_g": figures.weight_g,
                "days_min": destination.days_min,
                "days_max": destination.days_max,
            },
            voucher=figures.discount.to_json() if figures.discount else None,
            tax=figures.tax.to_json(),
            price_version=figures.price_version,
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
