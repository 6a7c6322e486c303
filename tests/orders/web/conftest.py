"""Customers in a browser."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import PinVariant
from orders.models import Basket, Order, Quote
from pinshop.accounts.models import User
from tests.orders.factories import ADDRESS


@pytest.fixture
def now() -> datetime:
    """The real clock: pages read it themselves."""
    return timezone.now()


@pytest.fixture
def ada(db: None) -> User:
    """A customer with an account."""
    return User.objects.create_user("ada@example.org", name="Ada Lovelace")


@pytest.fixture
def filled(client: Client, variant: PinVariant, destinations: None) -> Basket:
    """A guest's basket with two moths."""
    add(client, variant, 2)
    return Basket.objects.get()


def add(client: Client, variant: PinVariant, quantity: int) -> Any:
    return client.post("/basket/add/", {"variant": str(variant.pk), "quantity": quantity})


def quote(client: Client, country: str = "GB") -> Quote:
    """What the basket's button for checking out makes."""
    client.post("/quotes/", {"country": country, "checkout": ""})
    return Quote.objects.latest("created_at")


def fields(made: Quote, **changes: object) -> dict[str, object]:
    """The checkout form as it was shown and filled in."""
    given = {name: value for name, value in ADDRESS.items() if name != "country"}
    return {
        **given,
        "email": "ada@example.org",
        "shown_total_minor": made.total_minor,
        "key": "0f5b0c1e-1111-4222-8333-444455556666",
        **changes,
    }


def place(client: Client, made: Quote, **changes: object) -> Any:
    return client.post(f"/checkout/{made.pk}/", fields(made, **changes))


def text(response: Any) -> str:
    """The page as words, one space between."""
    return " ".join(response.content.decode().split())


def order_of(client: Client) -> Order:
    """An unpaid order of this browser's basket; the payment page may be out of reach."""
    place(client, quote(client))
    return Order.objects.latest("placed_at")
