"""A pin as a page shows it in a grid: what components/pin_card.html reads."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.urls import reverse

from catalog.models import PinVariant
from catalog.selectors.listings import Shown
from catalog.web import pictures
from catalog.web.pictures import Shown as ShownPicture
from pinshop.core.money import Money

FIRST_SEEN = 4  # cards of a list whose pictures are loaded before one scrolls


@dataclass(frozen=True, slots=True)
class PinCard:
    """`picture` is None where none was made yet; `price` is that of the best grade on offer; `wished` as the visitor has it."""

    slug: str
    url: str
    name: str
    picture: ShownPicture | None
    price: Money | None
    artist: str
    edition_size: int | None
    sold_out: bool
    wished: bool = False


def of_pins(found: Iterable[Shown], *, currency: str, wished: Collection[UUID] = ()) -> list[PinCard]:
    """Cards of what a list found, priced in this currency; asks the database nothing."""
    return [_of_pin(each, currency, wished, eager=place < FIRST_SEEN) for place, each in enumerate(found)]


def price_of(variant: PinVariant, currency: str) -> Money | None:
    """Its price in this currency, or in its own where it is not sold in this one."""
    return variant.price(currency) or variant.price()


def _of_pin(found: Shown, currency: str, wished: Collection[UUID], *, eager: bool) -> PinCard:
    card = found.card
    prices = card["prices"]
    shown_in = currency if currency in prices else next(iter(prices), "")
    return PinCard(
        slug=card["slug"],
        url=f"{_folder()}{card['slug']}/",
        name=card["name"],
        picture=pictures.show_front(card["picture"], alt=card["alt"], eager=eager) if card["picture"] else None,
        price=Money(prices[shown_in], shown_in) if prices else None,
        artist=card["artist"],
        edition_size=card["edition_size"],
        sold_out=not found.in_stock,
        wished=found.pin_id in wished,
    )


@cache
def _folder() -> str:
    """Where the pages of pins lie; asked for once, because a page shows many."""
    return reverse("catalog:pin", args=["x"]).removesuffix("x/")
