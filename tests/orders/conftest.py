"""Things to sell, places to ship to."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from catalog.models import PinVariant
from orders.models import ShippingCountry, ShippingOffer, ShippingRate, ShippingService, ShippingZone
from pinshop.core import outbox
from tests.orders.factories import make_variant


@pytest.fixture(autouse=True)
def _factory_topic() -> Iterator[None]:
    """Approved lines go to manufacturing, whose own tests say what it does with them."""
    known = outbox._routes.get("orders.line.approved")
    if known is None:
        outbox.handles("orders.line.approved")(lambda _message: None)
    yield
    if known is None:
        outbox._routes.pop("orders.line.approved")


@pytest.fixture
def options(seeded_options: None) -> None:
    """The seeded options, rules and prices."""


@pytest.fixture
def rules(seeded_catalogue: None) -> None:
    """The engine's limits and palette, by which choices are checked."""


@pytest.fixture
def destinations(db: None) -> None:
    """Great Britain and the United States, in two steps of weight."""
    standard = ShippingService.objects.create(code="standard", name="Standard")
    for code, name, prices in (("uk", "United Kingdom", (500, 1500)), ("us", "United States", (700, 2000))):
        zone = ShippingZone.objects.create(code=code, name=name)
        offer = ShippingOffer.objects.create(zone=zone, service=standard, days_min=2, days_max=4)
        for up_to_g, price_minor in zip((500, 5000), prices, strict=True):
            ShippingRate.objects.create(offer=offer, currency="USD", up_to_g=up_to_g, price_minor=price_minor)
    ShippingCountry.objects.create(code="GB", name="United Kingdom", zone_id="uk")
    ShippingCountry.objects.create(code="US", name="United States", zone_id="us")


@pytest.fixture
def variant(options: None, now: datetime) -> PinVariant:
    """A ready-made pin on sale: ten on the shelf, $12.00 each."""
    return make_variant(now=now)
