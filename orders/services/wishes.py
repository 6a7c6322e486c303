"""Pricing what somebody wants: designs and ready-made pins become itemised lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from catalog.choices import Options
from catalog.prices import LinePrice, PriceItem, PriceTable
from catalog.selectors import options, pins, prices
from catalog.selectors.pins import Offer
from catalog.services import compatibility, pricing
from catalog.spec import PinSpec
from designs.drawing import Drawing
from designs.errors import DesignNotFound, DesignNotReady
from designs.models import Design
from designs.selectors import designs
from designs.states import DesignState
from orders.enums import LineKind
from orders.quoted import QuotedLine, Wish
from orders.selectors import dies
from orders.selectors.dies import Dies
from orders.services import weights
from pinshop.accounts.owners import Owner
from pinshop.core.errors import Invalid, PinshopError

MAX_LINES = 100


class NothingToQuote(Invalid):
    """No lines."""

    code = "nothing_to_quote"


class ChoicesConflict(Invalid):
    """Some choices of a pin do not go together."""

    code = "choices_conflict"


@dataclass(frozen=True, slots=True)
class Priced:
    """Itemised lines, and the version of the price table that custom ones are by; empty where none is custom."""

    lines: tuple[QuotedLine, ...]
    price_version: str


def price(*, wishes: Sequence[Wish], owner: Owner, currency: str, now: datetime) -> Priced:
    """Price each wish. Raises NothingToQuote, ChoicesConflict, DesignNotReady, and what pricing raises.

    Each error names its line in `fields` as `lines.0.…`.
    """
    if not wishes:
        raise NothingToQuote(gettext("There is nothing to price yet. Put a pin into the basket first."))
    if len(wishes) > MAX_LINES:
        raise Invalid(
            gettext("A quote has at most %(max_lines)s lines; make several.") % {"max_lines": MAX_LINES},
            fields={"lines": gettext("too many")},
        )
    shelf = _Shelf.load(wishes, owner=owner, currency=currency, now=now)
    lines = []
    for place, wish in enumerate(wishes):
        try:
            lines.append(_price_custom(wish, shelf) if wish.kind == LineKind.CUSTOM else _price_ready(wish, shelf))
        except PinshopError as error:
            found = error.fields or {"": error.message}
            error.fields = {f"lines.{place}.{name}".rstrip("."): text for name, text in found.items()}
            raise
    return Priced(tuple(lines), shelf.table.version if shelf.table else "")


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Everything that pricing some wishes needs, read in a fixed number of queries."""

    currency: str
    designs: dict[UUID, Design]
    offers: dict[UUID, Offer]
    table: PriceTable | None
    options: Options | None
    dies: Dies

    @classmethod
    def load(cls, wishes: Sequence[Wish], *, owner: Owner, currency: str, now: datetime) -> "_Shelf":
        custom = {wish.design_id for wish in wishes if wish.design_id is not None}
        ready = {wish.variant_id for wish in wishes if wish.variant_id is not None}
        found = Design.objects.filter(owner.where()).in_bulk(custom) if custom else {}
        return cls(
            currency=currency,
            designs=found,
            dies=dies.list_kept(designs=found.values(), now=now) if found else frozenset(),
            offers=pins.find_offers(variant_ids=ready, currency=currency, now=now) if ready else {},
            table=prices.get_table(currency=currency, now=now) if custom else None,
            options=options.get_options() if custom else None,
        )


def _price_custom(wish: Wish, shelf: _Shelf) -> QuotedLine:
    design = shelf.designs.get(wish.design_id) if wish.design_id else None
    if design is None or shelf.table is None or shelf.options is None:
        raise DesignNotFound(gettext("There is no such design, or it is not yours."))
    if design.state != DesignState.READY:
        message = gettext("%(name)s is not ready to be priced: %(state)s.") % {
            "name": design.name,
            "state": design.get_state_display().lower(),
        }
        raise DesignNotReady(message, fields={"design": message})
    measures = designs.measures_of(design)
    # A line may have been put into the basket before its drawing was changed: what is there now is priced.
    spec = designs.measured(wish.spec, measures) if wish.spec else designs.spec_of(design)
    # What a caller says about the die counts for nothing: only the shop knows whether it has it.
    spec = replace(spec, reorder=dies.is_kept(design=design, spec=spec, among=shelf.dies))
    _check_choices(spec=spec, offered=shelf.options)
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


def _check_choices(*, spec: PinSpec, offered: Options) -> None:
    """Raise ChoicesConflict where some choices of a pin cannot be made together."""
    blocks = [conflict for conflict in compatibility.check(spec=spec, options=offered) if conflict.severity == "block"]
    if blocks:
        raise ChoicesConflict(
            blocks[0].message, fields={name: block.message for block in blocks for name in block.fields}
        )


def _price_ready(wish: Wish, shelf: _Shelf) -> QuotedLine:
    offer = shelf.offers.get(wish.variant_id) if wish.variant_id else None
    if offer is None:
        raise pins.PinNotFound(gettext("This pin is not on sale any more. Take it out of the basket."))
    if not 1 <= wish.quantity <= pricing.MAX_QUANTITY:
        message = gettext("Choose a quantity from 1 to %(max_quantity)s.") % {
            "max_quantity": f"{pricing.MAX_QUANTITY:,}"
        }
        raise Invalid(message, fields={"quantity": message})
    each = offer.price
    if each is None:
        message = gettext("%(name)s is not sold in %(currency)s. Choose %(sold_in)s, or take it out.") % {
            "name": offer.name,
            "currency": shelf.currency,
            "sold_in": offer.currency,
        }
        raise Invalid(message, fields={"currency": message})
    amount = each * wish.quantity
    item = PriceItem("pin", offer.name, wish.quantity, each, amount)
    return QuotedLine(
        kind=LineKind.READY,
        title=offer.name,
        quantity=wish.quantity,
        price=LinePrice(wish.quantity, wish.quantity, (item,), amount, ""),
        weight_g=weights.of_ready(size_mm=offer.size_mm, quantity=wish.quantity),
        variant_id=wish.variant_id,
    )
