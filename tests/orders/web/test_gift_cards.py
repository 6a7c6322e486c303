"""Gift cards in the browser: what is on one, what it would pay, and paying with it."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.test import Client

from orders.models import Basket, Order
from orders.payments.models import GiftCard, Payment
from orders.payments.services import giftcards, giftcodes
from orders.payments.services.giftcards import Gift
from orders.services import tries
from pinshop.core.actors import SYSTEM
from pinshop.core.money import Money
from tests.orders.payments.test_giftsales import pay
from tests.orders.web.conftest import place, quote, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations")]


def make_card(minor: int, now: datetime) -> str:
    return giftcards.issue(gift=Gift(Money(minor, "USD")), key=uuid4(), actor=SYSTEM, now=now).code


def test_balance_page_says_what_a_card_holds(client: Client, now: datetime) -> None:
    code = make_card(2550, now)
    assert "What is on your gift card?" in text(client.get("/gift-cards/balance/"))
    page = client.post("/gift-cards/balance/", {"gift_cards": code})
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "private, no-store")
    assert f"Gift card •••• {code[-4:]}" in text(page)
    assert "<strong>$25.50</strong> to spend" in text(page)


def test_wrong_code_is_refused_and_tries_are_counted(client: Client, now: datetime) -> None:
    wrong = {"gift_cards": "0000-0000-0000-0000"}
    answers = [client.post("/gift-cards/balance/", wrong).status_code for _ in range(tries.AN_HOUR + 1)]
    assert answers == [422] * tries.AN_HOUR + [429]


def test_apply_shows_what_is_left_to_pay_and_keeps_what_was_typed(
    client: Client, filled: Basket, now: datetime
) -> None:
    code, made = make_card(900, now), quote(client)
    page = place(client, made, gift_cards=code, update="", email="", city="Leeds")
    assert page.status_code == 200
    words = text(page)
    assert f"Gift card •••• {code[-4:]}" in words
    assert "−$9.00" in words
    assert "Go to payment: $20.00" in words
    assert 'value="Leeds"' in words
    assert (Order.objects.count(), GiftCard.objects.get().balance_minor) == (0, 900)


def test_code_that_pays_nothing_is_said_beside_the_form(client: Client, filled: Basket, now: datetime) -> None:
    made = quote(client)
    for extra in ({"update": ""}, {}):
        page = place(client, made, gift_cards="0000-0000-0000-0000", **extra)
        assert page.status_code == 422
        assert "We have no gift card 0000-0000-0000-0000." in text(page)
    assert Order.objects.count() == 0


def test_card_that_covers_all_leads_to_the_paid_page(client: Client, filled: Basket, now: datetime) -> None:
    code, made = make_card(5000, now), quote(client)
    assert "Place the order, paid by gift card" in text(place(client, made, gift_cards=code, update=""))
    response = place(client, made, gift_cards=code)
    order = Order.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/orders/{order.pk}/paid/")
    assert "Thank you, it is paid" in text(client.get(response.headers["Location"]))
    page = text(client.get(f"/orders/{order.pk}/"))
    assert "−$29.00" in page
    assert "Left to pay" not in page
    again = place(client, made, gift_cards=code)
    assert again.status_code == 302
    assert (Order.objects.count(), GiftCard.objects.get().balance_minor) == (1, 2100)


def test_card_that_covers_a_part_goes_on_to_payment(client: Client, filled: Basket, now: datetime) -> None:
    code, made = make_card(900, now), quote(client)
    response = place(client, made, gift_cards=code)
    order = Order.objects.get()
    assert (response.status_code, response.headers["Location"]) == (307, f"/orders/{order.pk}/pay/")
    assert Payment.objects.get(gift_card=None).amount_minor == 2000
    page = text(client.get(f"/orders/{order.pk}/"))
    assert "Pay $20.00" in page
    assert "Left to pay" in page
    assert "what your gift card paid goes back onto it" in page


PRESENT = {
    "amount": "5000",
    "receiver_name": "Ada",
    "receiver_email": "ada@example.org",
    "message": "Happy birthday!",
    "language": "en",
    "name": "Grace Hopper",
    "email": "grace@example.org",
    "key": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
}


def test_gift_card_is_bought_on_its_page_and_paid_on_the_payment_page(client: Client) -> None:
    words = text(client.get("/gift-cards/"))
    for expected in ("$25.00", "$200.00", "Another amount", "In USD, from $10.00 to $500.00.", "Show the balance"):
        assert expected in words
    for _ in range(2):
        answer = client.post("/gift-cards/", PRESENT)
        order = Order.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (307, f"/orders/{order.pk}/pay/")
    card = GiftCard.objects.get()
    assert (card.initial_minor, card.balance_minor, card.receiver_email, card.line.order) == (
        5000,
        0,
        "ada@example.org",
        order,
    )
    page = text(client.get(f"/orders/{order.pk}/"))
    assert "1 × Gift card" in page
    assert "Shipping" not in page
    assert "Goes to" not in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"amount": "own", "own_amount": "5"}, "Choose an amount from $10.00 to $500.00."),
        ({"amount": "own", "own_amount": "12.345"}, "This cannot be paid to the last digit."),
        ({"amount": "own"}, "Choose an amount from $10.00 to $500.00."),
        ({"receiver_email": "nobody"}, "Enter a valid email address."),
        ({"mail_on": "2020-01-01"}, "Choose a day from today on"),
    ],
)
def test_faults_are_said_beside_their_fields(client: Client, changes: dict[str, str], problem: str) -> None:
    page = client.post("/gift-cards/", {**PRESENT, **changes})
    assert (page.status_code, Order.objects.count()) == (422, 0)
    assert problem in text(page)


def test_own_amount_is_taken_to_the_cent(client: Client) -> None:
    client.post("/gift-cards/", {**PRESENT, "amount": "own", "own_amount": "33.33"})
    assert GiftCard.objects.get().initial_minor == 3333


def test_buyer_corrects_the_receiver_and_never_sees_the_code(client: Client, now: datetime) -> None:
    client.post("/gift-cards/", PRESENT)
    order, card = Order.objects.get(), GiftCard.objects.get()
    path = f"/orders/{order.pk}/lines/{card.line_id}/receiver/"
    wanted = {"receiver_email": "ida@example.org", "edition": 0}
    assert "Correct the receiver" not in text(client.get(f"/orders/{order.pk}/"))
    assert client.post(path, wanted).status_code == 409
    pay(order, now)
    assert "Correct the receiver" in text(client.get(f"/orders/{order.pk}/"))
    assert Client().post(path, wanted).status_code == 404
    for _ in range(2):
        answer = client.post(path, wanted, follow=True)
        assert "address is corrected, and the old code pays nothing any more." in text(answer)
    card.refresh_from_db()
    assert (card.receiver_email, card.edition) == ("ida@example.org", 1)
    assert giftcodes.written(giftcodes.of_card(card.pk, edition=1)) not in text(answer)
    assert "Give an e-mail address" in text(client.post(path, {"receiver_email": "x", "edition": 1}, follow=True))
    assert GiftCard.objects.get().edition == 1
