"""Customers of businesses ask here for their data; the business, which decides on it, is told by mail and by webhook."""

from datetime import datetime

import pytest
from django.test import Client

from orders.models import Order
from orders.services import links
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.models import AuditEntry, OutgoingMail
from pinshop.webhooks.models import Event
from tests.orders.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(now: datetime) -> Order:
    """What Ada ordered from a business, by its key."""
    brass = Business.objects.create(name="Brass & Co", billing_email="books@brass.example")
    return make_order(now=now, owner=Owner(business_id=brass.pk))


@pytest.fixture
def customer(order: Order) -> Client:
    """A browser that came with the order's signed link."""
    browser = Client()
    browser.get(links.order_url(order).removeprefix("http://localhost:8000"))
    return browser


def test_page_says_who_decides_and_offers_to_ask(customer: Client, order: Order) -> None:
    assert f"/orders/{order.pk}/data/" in customer.get(f"/orders/{order.pk}/").content.decode()
    shown = " ".join(customer.get(f"/orders/{order.pk}/data/").content.decode().split())
    assert "You ordered from <strong>Brass &amp; Co</strong>." in shown
    assert "Ask for a copy" in shown


@pytest.mark.parametrize(
    ("wish", "subject", "note"),
    [
        (
            "copy",
            "Your customer asks for a copy of their data: order PS-2026-000001",
            "You asked for a copy of your data. We have passed it on.",
        ),
        (
            "delete",
            "Your customer asks to be deleted: order PS-2026-000001",
            "You asked that your data is deleted. We have passed it on.",
        ),
    ],
)
def test_wish_is_passed_on_once_a_day(customer: Client, order: Order, wish: str, subject: str, note: str) -> None:
    for _ in range(2):
        answer = customer.post(f"/orders/{order.pk}/data/pass-on/", {"wish": wish}, follow=True)
        assert "We have passed it on to Brass &amp; Co." in answer.content.decode()
        outbox.drain()
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("books@brass.example", subject)
    assert "Ada Lovelace (ada@example.org) opened order" in mail.text
    event = Event.objects.get()
    assert (event.type, event.data["order_id"], event.data["wish"]) == ("privacy.requested", str(order.pk), wish)
    assert list(AuditEntry.objects.values_list("action", "note")) == [(f"privacy.{wish}_asked", note)]
    order.refresh_from_db()
    assert order.contact_email == "ada@example.org"


def test_other_wishes_and_other_people_pass_nothing_on(customer: Client, order: Order) -> None:
    path = f"/orders/{order.pk}/data/pass-on/"
    assert customer.post(path, {"wish": "everything"}).status_code == 302
    assert Client().post(path, {"wish": "copy"}).status_code == 404
    assert Client().get(f"/orders/{order.pk}/data/").status_code == 404
    assert not OutgoingMail.objects.exists()


def test_guests_order_is_no_business_of_others(now: datetime) -> None:
    guests = make_order(now=now)
    browser = Client()
    browser.get(links.order_url(guests).removeprefix("http://localhost:8000"))
    assert browser.post(f"/orders/{guests.pk}/data/pass-on/", {"wish": "copy"}).status_code == 404
    assert not OutgoingMail.objects.exists()
