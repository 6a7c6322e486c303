"""A voucher at checkout: shown before it binds, refused beside its field, counted with the order."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from orders.models import Basket, Order, Quote, Voucher
from orders.services import tries
from tests.orders.services.test_vouchers import make_voucher
from tests.orders.web.conftest import place, quote, text

pytestmark = pytest.mark.django_db


def test_update_shows_the_total_with_the_voucher_and_the_order_counts_it(
    client: Client, filled: Basket, now: datetime
) -> None:
    make_voucher(now=now, limit=1)
    first = quote(client)
    page = place(client, first, voucher="moth10", update="", email="")
    words = text(page)
    assert page.status_code == 200
    assert "Voucher MOTH10, 10 %" in words
    assert "−$2.40" in words
    assert "Go to payment: $26.60" in words
    second = Quote.objects.latest("created_at")
    assert (second.number, second.version, second.total_minor, Voucher.objects.get().used) == (first.number, 2, 2660, 0)
    response = place(client, second, voucher="MOTH10")
    order = Order.objects.get()
    assert (response.status_code, order.total_minor, Voucher.objects.get().used) == (307, 2660, 1)
    assert "Voucher MOTH10, 10 %" in text(client.get(f"/orders/{order.pk}/"))


def test_voucher_typed_at_the_last_moment_shows_its_price_before_it_orders(
    client: Client, filled: Basket, now: datetime
) -> None:
    make_voucher(now=now)
    page = place(client, quote(client), voucher="moth10")
    assert "Go to payment: $26.60" in text(page)
    assert Order.objects.count() == 0


def test_refusal_stands_at_the_field_and_the_quote_stays(client: Client, filled: Basket) -> None:
    page = place(client, quote(client), voucher="nope", update="")
    said = "We have no voucher NOPE. Look at how it is written, or go on without it."
    assert page.status_code == 422
    assert page.context["form"].errors["voucher"] == [said]
    assert Quote.objects.count() == 1


def test_voucher_that_was_used_up_meanwhile_can_be_left_out(client: Client, filled: Basket, now: datetime) -> None:
    make_voucher(now=now, limit=1)
    place(client, quote(client), voucher="moth10", update="")
    made = Quote.objects.latest("created_at")
    Voucher.objects.update(used=1)
    page = place(client, made, voucher="moth10")
    assert page.status_code == 422
    assert page.context["form"].errors["voucher"] == ["Voucher MOTH10 is used up. Go on without it."]
    assert "Go to payment: $29.00" in text(place(client, made, voucher="", update=""))


def test_codes_are_tried_so_many_times_an_hour(client: Client, filled: Basket) -> None:
    made = quote(client)
    answers = [place(client, made, voucher=f"try{n}", update="").status_code for n in range(tries.AN_HOUR + 1)]
    assert answers == [422] * tries.AN_HOUR + [429]


def test_expired_quote_is_renewed_without_a_voucher_that_is_over(client: Client, filled: Basket, now: datetime) -> None:
    make_voucher(now=now, valid_to=now + timedelta(days=1))
    place(client, quote(client), voucher="moth10", update="")
    made = Quote.objects.latest("created_at")
    Voucher.objects.update(valid_to=now)
    page = client.post(f"/quotes/{made.pk}/renew/", follow=True)
    assert "Voucher MOTH10 was good until" in text(page)
    assert (Quote.objects.latest("created_at").total_minor, Quote.objects.latest("created_at").version) == (2900, 3)
