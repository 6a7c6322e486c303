"""The account's first page."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinshop.accounts.owners import Owner
from tests.orders.factories import make_design, make_line, make_order


def test_a_person_sees_their_own_orders_and_designs_and_nobody_elses(as_ana, as_stranger, ana, now):
    mine = Owner(user_id=ana.pk)
    order = make_order(now=now, owner=mine)
    line = make_line(order)
    design = make_design(now=now, owner=mine)
    html = as_ana.get(reverse("account_home")).content.decode()
    assert order.number in html
    assert f"{line.quantity} × {line.title}" in html
    assert "Waiting for payment" in html
    assert reverse("designs:detail", args=[design.pk]) in html
    other = as_stranger.get(reverse("account_home")).content.decode()
    assert order.number not in other
    assert reverse("designs:detail", args=[design.pk]) not in other


def test_the_first_page_asks_the_database_as_often_for_ten_orders_as_for_one(as_ana, ana, now):
    mine = Owner(user_id=ana.pk)

    def count() -> int:
        as_ana.get(reverse("account_home"))
        with CaptureQueriesContext(connection) as queries:
            as_ana.get(reverse("account_home"))
        return len(queries)

    def make(number: int) -> None:
        for _ in range(number):
            make_line(make_order(now=now, owner=mine))
            make_design(now=now, owner=mine)

    make(1)
    one = count()
    make(9)
    assert count() == one


def test_a_guest_is_asked_to_sign_in_before_the_account(db):
    assert Client().get(reverse("account_home")).status_code == 302
