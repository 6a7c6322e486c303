"""A link to an order that has expired: its holder asks for a new one, which goes to the order's own mailbox only."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from orders.models import Order
from orders.services import guests, links
from pinshop.core.actors import Actor
from pinshop.core.links import LinkExpired
from pinshop.core.models import AuditEntry, OutgoingMail
from tests.orders.factories import make_order
from tests.orders.web.conftest import text

pytestmark = pytest.mark.django_db
NOBODY = Actor(kind="guest", id="", label="Guest")
KEY = "0f5b0c1e-1111-4222-8333-444455556666"


@pytest.fixture
def order(now: datetime) -> Order:
    return make_order(now=now)


@pytest.fixture
def old(order: Order, settings: Any) -> str:
    """The address of the order's link, which has expired; links made later are good."""
    address = links.order_url(order).removeprefix("http://localhost:8000")
    token = _aged(address.rstrip("/").rpartition("/")[2], days=settings.GUEST_LINK_DAYS + 1)
    return f"/orders/open/{token}/"


def _aged(token: str, *, days: int) -> str:
    """The same token as it would have been signed so many days before."""
    signer = signing.TimestampSigner(salt="pinshop.links.order")
    value, _, _ = signing.Signer(salt="pinshop.links.order").unsign(token).rpartition(":")
    stamp = signing.b62_encode(signing.b62_decode(signer.timestamp()) - days * 86_400)
    return signing.Signer(salt="pinshop.links.order").sign(f"{value}:{stamp}")


def ask(client: Client, address: str, key: str = KEY) -> Any:
    return client.post(f"{address}renew/", {"key": key}, follow=True)


def test_expired_link_offers_a_new_one_and_tells_no_more_than_a_mask(client: Client, old: str) -> None:
    answer = client.get(old)
    shown = text(answer)
    assert answer.status_code == 404
    assert "This link has expired" in shown
    assert "a•••@e•••.org" in shown
    assert "Send me a new link" in shown
    assert "ada@example.org" not in shown
    assert OutgoingMail.objects.count() == 0


def test_new_link_goes_to_the_orders_own_address_once_and_opens_it(client: Client, old: str, order: Order) -> None:
    for _ in range(2):
        answer = client.post(f"{old}renew/", {"key": KEY, "email": "eve@example.org"}, follow=True)
        assert (answer.status_code, answer.redirect_chain) == (200, [("/orders/link-sent/", 302)])
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("ada@example.org", f"A new link to your order {order.number}")
    fresh = re.search(r"http://localhost:8000(/orders/open/\S+)", mail.text)
    assert fresh is not None
    assert fresh[1] in mail.html
    assert Client().get(fresh[1])["Location"] == f"/orders/{order.pk}/"
    assert client.get(f"/orders/{order.pk}/").status_code == 404
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["order.link_sent"]


def test_no_more_than_a_few_links_an_hour_are_sent_and_the_answer_stays_the_same(
    client: Client, old: str, order: Order, now: datetime
) -> None:
    answers = [ask(client, old, str(uuid4())) for _ in range(guests.LINKS_AN_HOUR + 2)]
    assert {(answer.status_code, _words(answer)) for answer in answers} == {(200, _words(answers[0]))}
    assert OutgoingMail.objects.count() == guests.LINKS_AN_HOUR
    token = old.rstrip("/").rpartition("/")[2]
    later = now + timedelta(hours=1)
    assert guests.send_link(token=token, key=uuid4(), actor=NOBODY, now=later) is True


def test_forged_link_is_answered_alike_and_sends_nothing(client: Client, old: str, order: Order) -> None:
    forged = {
        "cut": old[:-3] + "/",
        "another order": old.replace(old.split("/")[3][:8], "ImFhYWFh"),
        "another purpose": f"/orders/open/{signing.TimestampSigner(salt='pinshop.links.other').sign_object('x')}/",
        "nonsense": "/orders/open/nonsense/",
    }
    good = _words(ask(client, old))
    OutgoingMail.objects.all().delete()
    for name, address in forged.items():
        shown = client.get(address)
        assert (shown.status_code, "Send me a new link" in text(shown)) == (404, False), name
        assert _words(ask(client, address)) == good, name
        with pytest.raises(LinkExpired):
            guests.masked_email(address.rstrip("/").rpartition("/")[2])
    assert OutgoingMail.objects.count() == 0


def test_press_without_its_key_sends_nothing_and_a_get_neither(client: Client, old: str) -> None:
    assert client.post(f"{old}renew/", follow=True).status_code == 200
    assert client.get(f"{old}renew/").status_code == 405
    assert OutgoingMail.objects.count() == 0


def _words(answer: Any) -> str:
    return text(answer).partition("<main")[2].partition("</main")[0]
