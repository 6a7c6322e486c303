"""Delivered lines, and photos."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from PIL import Image

from orders.models import OrderLine, Shipment
from tests.orders.books import make_paid_order
from tests.orders.factories import make_line

Deliver = Callable[..., OrderLine]


@pytest.fixture
def deliver(options: None, now: datetime) -> Deliver:
    """A line of $95.00 that was delivered `now`, in an order of $100.00 that is paid."""

    def run(*, delivered_at: datetime = now, order: Any = None, **fields: Any) -> OrderLine:
        order = order or make_paid_order(now=now)
        parcel = Shipment.objects.create(
            order=order,
            carrier="dhl",
            tracking_numbers=["JD01"],
            state="delivered",
            created_at=delivered_at,
            delivered_at=delivered_at,
        )
        return make_line(order, **{"state": "delivered", "shipment": parcel, **fields})

    return run


def photo(form: str = "JPEG", **save: Any) -> bytes:
    """A picture of 200 x 120 pixels, as a phone makes it."""
    buffer = io.BytesIO()
    Image.new("RGB", (200, 120), (180, 60, 60)).save(buffer, form, **save)
    return buffer.getvalue()
