"""Rows that tests of ready-made pins stand on."""

from datetime import datetime, timedelta

from catalog.models import Artist, Cause, Grade, Pin, PinPicture, PinVariant, Series, Stock
from catalog.services import listings
from pinshop.core import files


def make_pin(number: int, *, now: datetime, on_hand: int = 10, **changes: object) -> Pin:
    """A pin on sale with two grades, a picture, an artist, a series and a cause. Needs the seeded options."""
    artist, _ = Artist.objects.get_or_create(slug="marit", defaults={"name": "Marit"})
    series, _ = Series.objects.get_or_create(slug="night", defaults={"name": "Night", "artist": artist})
    cause, _ = Cause.objects.get_or_create(slug="bees", defaults={"name": "Bees", "amount_minor": 200})
    values: dict[str, object] = {
        "slug": f"pin-{number}",
        "name": f"Pin {number}",
        "alt": f"Drawing {number}",
        "process_id": "soft_enamel",
        "plating_id": "gold",
        "size_mm": 30,
        "artist": artist,
        "series": series,
        "cause": cause,
        "published_at": now - timedelta(minutes=number),
    }
    pin = Pin.objects.create(**{**values, **changes})
    for grade, price in ((Grade.A, 1200), (Grade.SECONDS, 900)):
        variant = PinVariant.objects.create(pin=pin, grade=grade, sku=f"{pin.slug}-{grade}", price_minor=price)
        Stock.objects.create(variant=variant, on_hand=on_hand)
    file = files.put(f"picture {number}".encode(), media_type="image/webp", public=True, now=now)
    PinPicture.objects.create(pin=pin, view="front", file=file, width=600, height=600)
    listings.refresh(pin_ids=[pin.pk])
    return pin


def make_stock(on_hand: int, *, now: datetime) -> Stock:
    """The stock row of the A grade of a new pin."""
    pin = make_pin(1, now=now, on_hand=on_hand)
    return Stock.objects.get(variant__pin=pin, variant__grade=Grade.A)
