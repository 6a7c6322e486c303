"""What search engines and other sites are told about a pin: schema.org's Product and Offer, and a picture to share."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Enclosure

from catalog.models import Pin, PinVariant
from catalog.web import pictures
from pinshop.core.money import MINOR_DIGITS, Money

_SCHEMA = "https://schema.org"


def product(pin: Pin, offers: Sequence[tuple[PinVariant, Money | None]]) -> dict[str, Any]:
    """The pin as JSON-LD, each grade an offer at the price that the page shows."""
    url = settings.BASE_URL + reverse("catalog:pin", args=[pin.slug])
    return {
        "@context": _SCHEMA,
        "@type": "Product",
        "name": pin.name,
        "description": pin.story or pin.alt,
        "url": url,
        "image": [settings.BASE_URL + pictures.path_of(row) for row in pin.pictures.all()],
        "sku": pin.slug,
        "category": "Enamel pins",
        "material": pin.plating.name,
        "brand": {"@type": "Brand", "name": settings.SHOP_NAME},
        "size": f"{pin.size_mm.normalize():f} mm",
        "offers": [_offer(variant, price, url) for variant, price in offers if price],
    }


def share_picture(pin: Pin) -> str:
    """The address of the picture that other sites show; the front where there is no other, empty where there is none."""
    shown = {row.view: row for row in pin.pictures.all()}
    picture = shown.get(pictures.SHARE) or shown.get("front")
    return settings.BASE_URL + pictures.path_of(picture) if picture else ""


def _offer(variant: PinVariant, price: Money, url: str) -> dict[str, Any]:
    amount = Decimal(price.amount_minor).scaleb(-MINOR_DIGITS[price.currency])
    return {
        "@type": "Offer",
        "name": str(variant.get_grade_display()),
        "sku": variant.sku,
        "url": url,
        "price": f"{amount:f}",
        "priceCurrency": price.currency,
        "availability": f"{_SCHEMA}/{'InStock' if variant.available else 'OutOfStock'}",
        "itemCondition": f"{_SCHEMA}/NewCondition",
    }


def list_enclosures(pin: Pin) -> list[Enclosure]:
    """The front as an enclosure of a feed; none where it is not drawn yet."""
    front = next((row for row in pin.pictures.all() if row.view == "front"), None)
    if front is None:
        return []
    return [Enclosure(settings.BASE_URL + pictures.path_of(front), str(front.file.size), front.file.media_type)]
