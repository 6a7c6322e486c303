"""A pin as a page shows it in a grid: what components/pin_card.html reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from catalog.models import Pin, PinPicture, PinVariant
from pinshop.core import files
from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class PinCard:
    """`picture` is a path, empty where no picture was made yet; `price` is that of the best grade on offer."""

    url: str
    name: str
    picture: str
    alt: str
    price: Money | None
    artist: str
    edition_size: int | None
    sold_out: bool


def of_pins(pins: Iterable[Pin], *, currency: str) -> list[PinCard]:
    """Cards of pins as `selectors.pins` loads them, priced in this currency; asks the database nothing."""
    return [_of_pin(pin, currency) for pin in pins]


def price_of(variant: PinVariant, currency: str) -> Money | None:
    """Its price in this currency, or in its own where it is not sold in this one."""
    return variant.price(currency) or variant.price()


def path_of(picture: PinPicture) -> str:
    """Where a picture lies."""
    return files.public_path(picture.file)


def _of_pin(pin: Pin, currency: str) -> PinCard:
    variants = list(pin.variants.all())
    pictures = list(pin.pictures.all())
    return PinCard(
        url=reverse("catalog:pin", args=[pin.slug]),
        name=pin.name,
        picture=path_of(pictures[0]) if pictures else "",
        alt=pin.alt,
        price=price_of(variants[0], currency) if variants else None,
        artist=pin.artist.name,
        edition_size=pin.edition_size,
        sold_out=not any(variant.available for variant in variants),
    )
