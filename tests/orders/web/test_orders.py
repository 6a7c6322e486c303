"""An order's pages: for its owner and for whoever has its signed link; for nobody else."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from orders.models import Basket, Order, OrderLine, Quote, Requote
from orders.payments.models import Payment, Refund
from orders.payments.services import invoices
from orders.selectors import cancellation
from orders.services import links, requotes, seeds
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import OutgoingMail
from tests.orders.factories import SPEC, make_line, make_order
from tests.orders.web.conftest import order_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations", "options")]
PAGES = ("", "paid/", "paid/state/", "invoice/")
POSTS = ("pay/", "cancel/")


@pytest.fixture(autouse=True)
def _provider_out_of_reach(settings: Settings) -> None:
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"


@pytest.fixture
def order(now: datetime, ada: User) -> Order:
    """Ada's paid order with its invoice."""
    found = make_order(now=now, owner=Owner(user_id=ada.pk), paid_at=now)
    make_line(found, kind="ready", state="picking")
    Order.objects.filter(pk=found.pk).update(paid_at=now, confirmed_at=now)
    Payment.objects.create(
        order=found,
        state="succeeded",
        currency="USD",
        amount_minor=10_000,
        captured_minor=10_000,
        provider="stripe",
        session_id="cs_1",
        intent_id="pi_1",
        idempotency_key="one",
        expires_at=now,
        asked_at=now,
        created_at=now,
    )
    return found


def ask(client: Client, order: Order) -> list[int]:
    got = [client.get(f"/orders/{order.pk}/{page}").status_code for page in PAGES]
    return [*got, *(client.post(f"/orders/{order.pk}/{page}").status_code for page in POSTS)]


def test_nobody_else_opens_pays_or_cancels_an_order(order: Order, now: datetime) -> None:
    other = Client()
    other.force_login(User.objects.create_user("eve@example.org"))
    staff = Client()
    staff.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    for stranger in (Client(), other, staff):
        assert ask(stranger, order) == [404] * 6
    assert Refund.objects.count() == 0
    assert order.lines.get().state == "picking"


def test_owner_opens_every_page(order: Order, client: Client, ada: User, now: datetime) -> None:
    client.force_login(ada)
    assert [client.get(f"/orders/{order.pk}/{page}").status_code for page in PAGES] == [200, 200, 200, 404]
    invoice = invoices.issue(order_id=order.pk, now=now)
    answer = client.get(f"/orders/{order.pk}/invoice/", follow=True)
    assert answer["Content-Type"] == "application/pdf"
    assert invoice.number in answer["Content-Disposition"]
    assert b"".join(answer).startswith(b"%PDF")
    answer.close()


def test_signed_link_opens_exactly_its_order_and_leaves_the_address_bar(order: Order, now: datetime) -> None:
    other = make_order(now=now)
    guest = Client()
    path = links.order_url(order).removeprefix("http://localhost:8000")
    answer = guest.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.pk}/")
    assert guest.get(f"/orders/{order.pk}/").status_code == 200
    assert guest.get(f"/orders/{other.pk}/").status_code == 404
    assert guest.get(path[:-3] + "/").status_code == 404


def test_link_that_expired_or_lacks_its_end_says_so(order: Order, client: Client, settings: Settings) -> None:
    path = links.order_url(order).removeprefix("http://localhost:8000")
    cut = client.get(path[:-3] + "/")
    settings.GUEST_LINK_DAYS = -1
    old = client.get(path)
    assert (cut.status_code, old.status_code) == (404, 404)
    assert "This link is not complete" in text(cut)
    assert "This link has expired" in text(old)
    assert client.get(f"/orders/{order.pk}/").status_code == 404


def test_order_page_is_kept_by_no_cache(order: Order, client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get(f"/orders/{order.pk}/")["Cache-Control"] == "private, no-store"


def test_mail_of_an_order_carries_a_link_that_opens_it(client: Client, filled: Basket) -> None:
    order = order_of(client)
    outbox.drain()
    mail = OutgoingMail.objects.get()
    found = re.search(r"http://localhost:8000(/orders/open/\S+)", mail.text)
    assert found is not None
    assert Client().get(found[1], follow=True).redirect_chain == [(f"/orders/{order.pk}/", 302)]


def test_customer_cancels_a_paid_order_and_is_told_that_money_comes_back(
    order: Order, client: Client, ada: User
) -> None:
    client.force_login(ada)
    assert "Cancel this order" in text(client.get(f"/orders/{order.pk}/"))
    for _ in range(2):
        client.post(f"/orders/{order.pk}/cancel/", {"reason": "Wrong size"})
    assert [refund.amount_minor for refund in Refund.objects.all()] == [10_000]
    shown = text(client.get(f"/orders/{order.pk}/"))
    assert "Wrong size" in shown
    assert "Cancel this order" not in shown


def test_customer_accepts_what_cancelling_costs(order: Order, client: Client, ada: User, now: datetime) -> None:
    seeds.load_cancellation(now=now)
    terms = cancellation.find_terms(now=now)
    assert terms is not None
    Order.objects.filter(pk=order.pk).update(cancellation=terms.to_json())
    make_line(order, state="tooling", total_minor=10_000)
    client.force_login(ada)
    shown = text(client.get(f"/orders/{order.pk}/"))
    assert "Accept $30.00 and cancel the order" in shown
    assert "Cancel Sleepy fox" in shown
    refused = client.post(f"/orders/{order.pk}/cancel/", {"shown_cost_minor": "2999"})
    assert refused.status_code == 409
    assert "Cancelling costs $30.00 now, and you were shown $29.99." in text(refused)
    line = order.lines.get(state="tooling")
    client.post(f"/orders/{order.pk}/cancel/", {"shown_cost_minor": "3000", "line_id": line.pk})
    assert [row.state for row in order.lines.order_by("position")] == ["picking", "cancelled"]
    assert Refund.objects.get().amount_minor == 7000


def test_paid_order_is_not_paid_again(order: Order, client: Client, ada: User) -> None:
    client.force_login(ada)
    answer = client.post(f"/orders/{order.pk}/pay/")
    assert answer.status_code == 409
    assert "is paid. Thank you!" in text(answer)


def _open_payment(order: Order, now: datetime) -> None:
    Order.objects.filter(pk=order.pk).update(paid_at=None, confirmed_at=None)
    Payment.objects.update(state="open", captured_minor=0, expires_at=now, asked_at=now.replace(year=2025))


def test_return_page_waits_and_says_no_failure_while_money_may_be_under_way(
    order: Order, client: Client, ada: User, now: datetime
) -> None:
    """Stripe does not even answer here: the page goes on asking."""
    _open_payment(order, now)
    client.force_login(ada)
    for page in ("paid/", "paid/state/"):
        shown = text(client.get(f"/orders/{order.pk}/{page}"))
        assert "Waiting for your payment to arrive" in shown
        assert 'hx-trigger="load delay:2s"' in shown
        assert not re.search("fail|declined|error", shown.partition("<main")[2].partition("</main")[0])


def test_return_page_of_a_paid_order_stops_asking(order: Order, client: Client, ada: User) -> None:
    client.force_login(ada)
    shown = text(client.get(f"/orders/{order.pk}/paid/state/"))
    assert "Thank you, it is paid" in shown
    assert "hx-get" not in shown


@pytest.mark.parametrize("count", [1, 20])
def test_list_of_orders_takes_the_same_queries_for_one_and_for_twenty(
    client: Client, ada: User, now: datetime, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_line(make_order(now=now, owner=Owner(user_id=ada.pk)))
    client.force_login(ada)
    with django_assert_max_num_queries(10):
        answer: Any = client.get("/orders/")
    assert text(answer).count("PS-20") == count


@pytest.mark.parametrize("count", [1, 30])
def test_order_page_takes_the_same_queries_for_one_line_and_for_thirty(
    client: Client, ada: User, now: datetime, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(now=now, owner=Owner(user_id=ada.pk))
    for _ in range(count):
        make_line(order)
    client.force_login(ada)
    with django_assert_max_num_queries(14):
        assert text(client.get(f"/orders/{order.pk}/")).count("× Sleepy fox") == count


def test_order_page_shows_the_stages_behind_each_line_and_those_ahead(order: Order, client: Client, ada: User) -> None:
    client.force_login(ada)
    html = text(client.get(f"/orders/{order.pk}/"))
    stages = re.findall(r'<li class="is-(\w+)"(?: aria-current="step")?><span>([^<]+)</span></li>', html)
    assert stages == [
        ("done", "Placed"),
        ("now", "Being picked"),
        ("ahead", "Packed"),
        ("ahead", "Shipped"),
        ("ahead", "Delivered"),
    ]
    order.lines.update(state="cancelled")
    assert 'class="track"' not in text(client.get(f"/orders/{order.pk}/"))


def test_payment_page_returns_any_browser_to_the_order_it_paid(order: Order, client: Client) -> None:
    back = links.return_url(order, paid=True)
    assert links.return_url(order, paid=True) == back
    answer = client.get(back.removeprefix("http://localhost:8000"))
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.pk}/paid/")
    assert client.get(f"/orders/{order.pk}/paid/").status_code == 200
    assert client.get(back.removeprefix("http://localhost:8000").replace("/paid/", "x/paid/")).status_code == 404


def test_new_price_is_shown_and_answered_on_the_orders_page(client: Client, ada: User, now: datetime) -> None:
    order = make_order(now=now, owner=Owner(user_id=ada.pk))
    Order.objects.update(price_version="USD-1")
    line = make_line(order)
    Quote.objects.filter(pk=order.quote_id).update(lines=[_quoted(line)])
    change = requotes.Change(replace(SPEC, size_mm=50.8), 100)
    row = requotes.propose(line_id=line.pk, change=change, reason="A larger pin.", actor=SYSTEM, now=timezone.now())
    client.force_login(ada)
    page = text(client.get(f"/orders/{order.pk}/"))
    assert f"Accept {row.after_total}" in page
    assert "A larger pin." in page
    answer = {"requote": str(row.pk), "shown_total_minor": row.quote.total_minor, "answer": "accept"}
    for _ in range(2):
        assert client.post(f"/orders/{order.pk}/price/", answer).status_code == 302
    assert (Requote.objects.get().state, Order.objects.get().total_minor) == ("accepted", row.quote.total_minor)
    assert Client().post(f"/orders/{order.pk}/price/", answer).status_code == 404


def _quoted(line: OrderLine) -> dict[str, object]:
    return {
        "kind": "custom",
        "title": line.title,
        "quantity": line.quantity,
        "price": line.price,
        "weight_g": line.weight_g,
        "design_id": str(line.design_id),
        "variant_id": None,
        "spec": line.spec,
        "drawing": None,
    }
