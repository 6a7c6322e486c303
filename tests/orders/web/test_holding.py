"""Until when the pieces of an unpaid order are held: said in words, counted down by a script, gone when they are free."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import Basket, Order
from orders.payments.services import expiry
from tests.orders.factories import make_line, make_order
from tests.orders.web.conftest import order_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]
HELD = "Your pieces are held for you until"
FREE = "Your pieces are no longer held."
KEPT = "Your order is kept, and you can still pay it as long as enough pieces are left."
PAGES = ("", "paid/", "paid/state/")


@pytest.fixture(autouse=True)
def _provider_out_of_reach(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


@pytest.fixture
def order(client: Client, filled: Basket) -> Order:
    """A guest's order of two moths from the shelf, placed and not paid."""
    return order_of(client)


def pages(client: Client, order: Order) -> list[str]:
    return [text(client.get(f"/orders/{order.pk}/{page}")) for page in PAGES]


def test_unpaid_order_says_until_when_its_pieces_are_held_on_each_page(client: Client, order: Order) -> None:
    assert order.reserved_until is not None
    moment = timezone.localtime(order.reserved_until)
    for page in pages(client, order):
        assert f'{HELD} <time datetime="{moment.isoformat(timespec="seconds")[:19]}' in page
        assert f">{moment:%H:%M} UTC</time>" in page
        assert KEPT in page
        seconds = re.search(r'<count-down class="notice" seconds="(\d+)">', page)
        assert seconds is not None
        assert 34 * 60 < int(seconds[1]) <= 35 * 60
    assert 'type="module" src="/static/js/countdown.js"' in client.get(f"/orders/{order.pk}/").content.decode()


def test_after_that_it_says_that_they_are_free_and_the_order_is_kept(
    client: Client, order: Order, time_at: Any, now: datetime
) -> None:
    for moment in (now + timedelta(minutes=36),):
        time_at(moment)
        page = text(client.get(f"/orders/{order.pk}/"))
        assert (HELD in page, FREE in page, KEPT in page) == (False, True, True)
    order.payments.update(session_id="")
    expiry.close_due(now=now + timedelta(minutes=36))
    assert Order.objects.get().reserved_until is None
    for page in pages(client, order):
        assert (HELD in page, FREE in page, KEPT in page, "count-down" in page) == (False, True, True, False)


@pytest.mark.parametrize("gone", ["paid", "cancelled", "looked at"])
def test_it_says_nothing_where_nothing_is_to_be_paid(client: Client, order: Order, gone: str, now: datetime) -> None:
    if gone == "paid":
        Order.objects.update(paid_at=now, confirmed_at=now, reserved_until=None)
    elif gone == "cancelled":
        client.post(f"/orders/{order.pk}/cancel/")
    else:
        Order.objects.update(attention="Paid twice.")
    for page in pages(client, order):
        assert (HELD in page, FREE in page) == (False, False)


def test_custom_pins_hold_nothing(client: Client, order: Order, now: datetime) -> None:
    mine = make_order(now=now, owner=order.owner())
    make_line(mine)
    for page in pages(client, mine):
        assert (HELD in page, FREE in page) == (False, False)
