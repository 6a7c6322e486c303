"""Whoever orders with a German browser is written to in German; everybody else in English."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from catalog.models import PinVariant
from orders.models import Order
from pinshop.core import outbox
from pinshop.core.models import OutgoingMail
from tests.orders.web.conftest import add, order_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]


@pytest.fixture(autouse=True)
def _provider_out_of_reach(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("asked", "language", "subject", "says"),
    [
        ("de-CH,de;q=0.9,en;q=0.5", "de", "Ihre Bestellung {}", "Wir beginnen, sobald die Zahlung eingegangen ist."),
        ("en-GB,de;q=0.5", "en", "Your order {}", "It begins when the payment has arrived."),
        ("fr", "en", "Your order {}", "It begins when the payment has arrived."),
    ],
)
def test_mails_speak_the_language_of_the_browser_that_ordered(
    variant: PinVariant, asked: str, language: str, subject: str, says: str
) -> None:
    client = Client(headers={"accept-language": asked})
    add(client, variant, 2)
    order = order_of(client)
    assert order.language == language
    outbox.drain()
    mail = OutgoingMail.objects.get(subject=subject.format(order.number))
    assert says in mail.text
    assert says in mail.html
    assert Order.objects.get().language == language


def test_pages_stay_english_for_a_german_browser(variant: PinVariant) -> None:
    client = Client(headers={"accept-language": "de"})
    page = client.get("/basket/")
    assert "Your basket is empty." in page.content.decode()
    assert page.headers["Content-Language"] == "en"
