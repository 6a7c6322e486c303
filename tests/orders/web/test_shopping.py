"""From the basket to the order, in a browser; whatever goes wrong is said, and nothing is lost."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalog.models import PinVariant
from orders.models import Basket, BasketLine, Order, Quote, ShippingOffer, ShippingRate, ShippingService
from orders.payments.models import Payment
from pinshop.accounts.models import User
from tests.orders.factories import make_design, make_variant
from tests.orders.web.conftest import add, fields, order_of, place, quote, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


@pytest.fixture(autouse=True)
def _provider_out_of_reach(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


def test_empty_basket_shows_where_to_begin(client: Client) -> None:
    page = client.get("/basket/")
    assert page.status_code == 200
    assert "Your basket is empty." in text(page)


def test_pin_lands_in_the_basket_with_its_figures(client: Client, filled: Basket) -> None:
    shown = text(client.get("/basket/"))
    assert "Moon moth" in shown
    assert "$24.00" in shown
    assert BasketLine.objects.get().quantity == 2


def test_same_pin_again_adds_up(client: Client, filled: Basket, variant: PinVariant) -> None:
    add(client, variant, 3)
    assert [line.quantity for line in BasketLine.objects.all()] == [5]


@pytest.mark.parametrize("quantity", ["0", "-1", "10001", "many", ""])
def test_impossible_quantity_is_refused(client: Client, variant: PinVariant, quantity: str) -> None:
    response = client.post("/basket/add/", {"variant": str(variant.pk), "quantity": quantity})
    assert response.status_code == 422
    assert BasketLine.objects.count() == 0


def test_basket_changed_in_another_tab_shows_its_new_state_and_loses_nothing(client: Client, filled: Basket) -> None:
    line = BasketLine.objects.get()
    old = filled.version
    change = f"/basket/lines/{line.pk}/"
    assert client.post(change, {"version": old, "quantity": 4}).status_code == 302
    answer = client.post(change, {"version": old, "quantity": 9})
    assert answer.status_code == 409
    assert "Your basket was changed in another tab" in text(answer)
    assert 'value="4"' in text(answer)
    assert client.post(f"{change}remove/", {"version": old}).status_code == 409
    assert [row.quantity for row in BasketLine.objects.all()] == [4]


def test_other_peoples_lines_cannot_be_touched(client: Client, filled: Basket, variant: PinVariant) -> None:
    stranger = Client()
    add(stranger, variant, 1)
    line = filled.lines.get()
    theirs = Basket.objects.exclude(pk=filled.pk).get()
    answer = stranger.post(f"/basket/lines/{line.pk}/remove/", {"version": theirs.version})
    assert answer.status_code == 404
    assert filled.lines.count() == 1


def test_pin_taken_off_sale_keeps_its_place_and_says_why(client: Client, filled: Basket, variant: PinVariant) -> None:
    PinVariant.objects.filter(pk=variant.pk).update(active=False)
    shown = text(client.get("/basket/"))
    assert "not on sale any more" in shown
    assert "Moon moth" in shown


@pytest.mark.parametrize("lines", [1, 30])
def test_basket_page_takes_the_same_queries_for_one_line_and_for_thirty(
    client: Client, now: datetime, lines: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(lines):
        add(client, make_variant(now=now, slug=f"pin-{number}"), 1)
    with django_assert_max_num_queries(17):
        client.get("/basket/")


def test_guests_basket_comes_along_at_login(client: Client, filled: Basket, variant: PinVariant, ada: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(ada)
    add(elsewhere, variant, 1)
    client.force_login(ada)
    basket = Basket.objects.get()
    assert (basket.user_id, [line.quantity for line in basket.lines.all()]) == (ada.pk, [3])


def test_quote_is_itemised_and_binds_for_thirty_days(client: Client, filled: Basket) -> None:
    client.post("/quotes/", {"country": "GB", "quote": ""})
    made = Quote.objects.get()
    assert made.expires_at - made.created_at == timedelta(days=30)
    shown = text(client.get(f"/quotes/{made.pk}/"))
    for expected in (made.number, "$24.00", "$5.00", "$29.00"):
        assert expected in shown
    assert "tax" not in shown.lower()


def test_expired_quote_offers_a_new_one_of_the_same_lines(client: Client, filled: Basket, now: datetime) -> None:
    made = quote(client)
    Quote.objects.update(expires_at=now)
    assert "Make a new quote" in text(client.get(f"/quotes/{made.pk}/"))
    answer = place(client, made)
    assert answer.status_code == 409
    assert "Make a new quote" in text(answer)
    assert 'value="ada@example.org"' in text(answer)
    assert (Order.objects.count(), BasketLine.objects.count()) == (0, 1)
    client.post(f"/quotes/{made.pk}/renew/")
    fresh = Quote.objects.latest("created_at")
    assert (fresh.pk != made.pk, fresh.total_minor, fresh.from_basket) == (True, made.total_minor, True)


def test_total_that_was_shown_must_be_the_quotes(client: Client, filled: Basket) -> None:
    made = quote(client)
    answer = place(client, made, shown_total_minor=1)
    assert answer.status_code == 409
    assert "you were shown $0.01" in text(answer)
    assert Order.objects.count() == 0


def test_incomplete_address_keeps_what_was_typed(client: Client, filled: Basket) -> None:
    made = quote(client)
    answer = place(client, made, city="", line1="12 St James's Square")
    assert answer.status_code == 200
    assert "12 St James&#x27;s Square" in text(answer)
    assert Order.objects.count() == 0


def test_refused_page_keeps_the_delivery_that_was_chosen(client: Client, filled: Basket) -> None:
    express = ShippingService.objects.create(code="express", name="Express", position=9)
    offer = ShippingOffer.objects.create(zone_id="uk", service=express, days_min=1, days_max=2)
    ShippingRate.objects.create(offer=offer, currency="USD", up_to_g=5000, price_minor=2000)
    made = quote(client)
    answer = place(client, made, service="express", voucher="NOPE", update="")
    assert answer.status_code == 422
    assert 'value="express" checked' in text(answer)


def test_double_click_makes_one_order(client: Client, filled: Basket) -> None:
    made = quote(client)
    place(client, made)
    again = place(client, made)
    assert again.status_code == 302
    assert again["Location"] == f"/orders/{Order.objects.get().pk}/"
    assert Payment.objects.count() == 1


def test_silent_provider_leaves_an_order_that_can_be_paid_later(client: Client, filled: Basket) -> None:
    answer = place(client, quote(client))
    order = Order.objects.get()
    # The browser sends the form on, and only the page it is sent to speaks to the provider.
    assert (answer.status_code, answer["Location"]) == (307, f"/orders/{order.pk}/pay/")
    answer = client.post(answer["Location"])
    assert answer.status_code == 503
    assert "You were not charged" in text(answer)
    assert f"/orders/{order.pk}/" in text(answer)
    assert "Pay $29.00" in text(client.get(f"/orders/{order.pk}/"))


def test_strangers_quote_and_checkout_are_not_found(client: Client, filled: Basket) -> None:
    made = quote(client)
    stranger = Client()
    for path in (f"/quotes/{made.pk}/", f"/checkout/{made.pk}/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/checkout/{made.pk}/", fields(made)).status_code == 404
    assert stranger.post(f"/quotes/{made.pk}/renew/").status_code == 404
    assert (Order.objects.count(), Quote.objects.count()) == (0, 1)


def test_sold_out_pin_is_said_at_checkout(client: Client, filled: Basket, variant: PinVariant) -> None:
    made = quote(client)
    variant.stock.on_hand = 1
    variant.stock.save()
    answer = place(client, made)
    assert answer.status_code == 409
    assert "Only 1 left" in text(answer)
    assert (Order.objects.count(), BasketLine.objects.count()) == (0, 1)


def test_configurators_price_is_the_quotes(client: Client, filled: Basket, now: datetime, ada: User) -> None:
    client.force_login(ada)
    from pinshop.accounts.owners import Owner

    design = make_design(now=now, owner=Owner(user_id=ada.pk))
    path = f"/fragments/designs/{design.pk}/price/"
    shown = text(client.get(path, {"quantity": 100, "country": "GB"}))
    client.post("/basket/add/", {"design": str(design.pk), "quantity": 100})
    BasketLine.objects.filter(kind="ready").delete()
    made = quote(client)
    from pinshop.core.money import format_money

    assert format_money(made.subtotal_minor, "USD") in shown
    assert format_money(made.total_minor, "USD") in shown
    assert "more pins cost" in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"quantity": "0"}, "greater than or equal to 1"),
        ({"quantity": "100", "size_mm": "900"}, "We make pins up to"),
        ({"quantity": "100", "country": "AQ"}, "We do not ship to AQ"),
        ({"quantity": "100", "process": "hologram"}, "hologram"),
    ],
)
def test_configuration_that_cannot_be_priced_says_why(
    client: Client, now: datetime, ada: User, query: dict[str, str], said: str
) -> None:
    from pinshop.accounts.owners import Owner

    client.force_login(ada)
    design = make_design(now=now, owner=Owner(user_id=ada.pk))
    answer = client.get(
        f"/fragments/designs/{design.pk}/price/", {"country": "GB", **query}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert said in text(answer)


def test_strangers_design_has_no_price(client: Client, now: datetime) -> None:
    design = make_design(now=now)
    assert client.get(f"/fragments/designs/{design.pk}/price/", {"quantity": 100}).status_code == 404


def test_order_of_this_browser_can_be_made(client: Client, filled: Basket) -> None:
    assert order_of(client).total_minor == 2900


def test_basket_changed_in_another_tab_is_not_quoted_unseen(client: Client, variant: PinVariant, now: datetime) -> None:
    client.post("/basket/add/", {"variant": str(variant.pk), "quantity": 1})
    seen = Basket.objects.get().version
    client.post("/basket/add/", {"variant": str(variant.pk), "quantity": 2})
    answer = client.post("/quotes/", {"country": "GB", "checkout": "", "version": seen}, follow=True)
    assert answer.redirect_chain[-1][0] == "/basket/"
    assert "changed in another tab" in answer.content.decode()
    assert Quote.objects.count() == 0
    client.post("/quotes/", {"country": "GB", "checkout": "", "version": seen + 1})
    assert Quote.objects.count() == 1
