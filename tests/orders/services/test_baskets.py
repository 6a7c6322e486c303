"""Baskets: changed by the version that was seen, merged at login, never losing a line."""

import threading
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection

from catalog.models import PinVariant
from designs.errors import DesignNotFound, DesignNotReady
from orders.models import Basket, BasketLine
from orders.selectors import baskets as rows
from orders.services import baskets, guests
from orders.services.baskets import BasketChanged
from pinshop.accounts.models import Business, User
from pinshop.accounts.owners import Owner
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid, NotFound
from tests.orders.factories import GUEST, SPEC, make_design, make_order, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]


def test_design_is_put_in_with_its_specification_as_measured(now: datetime) -> None:
    design = make_design(now=now)
    baskets.add_design(owner=GUEST, design_id=design.pk, quantity=100, now=now)
    line = BasketLine.objects.get()
    assert (line.quantity, line.spec["size_mm"], line.spec["colours"]) == (100, SPEC.size_mm, 0)


def test_design_that_is_not_ready_or_not_yours_is_refused(now: datetime) -> None:
    busy = make_design(now=now, state="received", pinart_sha256="")
    with pytest.raises(DesignNotReady):
        baskets.add_design(owner=GUEST, design_id=busy.pk, quantity=100, now=now)
    with pytest.raises(DesignNotFound):
        baskets.add_design(owner=Owner(guest_key="other"), design_id=busy.pk, quantity=100, now=now)
    assert BasketLine.objects.count() == 0


def test_each_change_counts_the_version_and_an_old_one_is_refused_with_the_new_basket(
    variant: PinVariant, now: datetime
) -> None:
    first = baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=1, now=now)
    line = BasketLine.objects.get()
    second = baskets.change_line(owner=GUEST, line_id=line.pk, quantity=5, version=first.version, now=now)
    assert second.version == first.version + 1
    with pytest.raises(BasketChanged) as caught:
        baskets.remove_line(owner=GUEST, line_id=line.pk, version=first.version, now=now)
    assert (caught.value.basket.version, caught.value.extra) == (second.version, {"version": second.version})
    assert [row.quantity for row in caught.value.basket.lines.all()] == [5]


@pytest.mark.parametrize("quantity", [0, -5, 10_001])
def test_impossible_quantities_are_refused(variant: PinVariant, now: datetime, quantity: int) -> None:
    with pytest.raises(Invalid):
        baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=quantity, now=now)


def test_adding_up_stops_at_the_largest_quantity(variant: PinVariant, now: datetime) -> None:
    baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=9_999, now=now)
    with pytest.raises(Invalid):
        baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=2, now=now)
    assert (BasketLine.objects.get().quantity, Basket.objects.get().version) == (9_999, 2)


def test_line_that_is_gone_is_said_to_be_gone(variant: PinVariant, now: datetime) -> None:
    basket = baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=1, now=now)
    with pytest.raises(NotFound):
        baskets.remove_line(owner=GUEST, line_id=uuid4(), version=basket.version, now=now)
    assert Basket.objects.get().version == basket.version


def test_login_takes_basket_quotes_and_orders_along_once(variant: PinVariant, now: datetime) -> None:
    user = User.objects.create_user("ada@example.org")
    person = Owner(user_id=user.pk)
    other = make_variant(now=now, slug="axolotl")
    baskets.add_variant(owner=person, variant_id=variant.pk, quantity=1, now=now)
    baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=2, now=now)
    baskets.add_variant(owner=GUEST, variant_id=other.pk, quantity=4, now=now)
    order = make_order(now=now)
    for _ in range(2):
        guests.adopt(guest_key=GUEST.guest_key, user_id=user.pk, actor=SYSTEM, now=now)
    found = {wish.variant_id: wish.quantity for wish in rows.list_wishes(owner=person)}
    assert found == {variant.pk: 3, other.pk: 4}
    order.refresh_from_db()
    assert (Basket.objects.count(), order.owner(), order.quote.owner()) == (1, person, person)


@pytest.mark.parametrize("kind", ["guest", "user", "business", "test side of a business"])
def test_every_owner_has_one_basket_that_counts_its_changes(variant: PinVariant, now: datetime, kind: str) -> None:
    business = Business.objects.create(name="Northwind", billing_email="books@example.com")
    owner = {
        "guest": GUEST,
        "user": Owner(user_id=User.objects.create_user("ada@example.org").pk),
        "business": Owner(business_id=business.pk),
        "test side of a business": Owner(business_id=business.pk, live=False),
    }[kind]
    other = Owner(business_id=business.pk, live=kind != "business")
    baskets.add_variant(owner=other, variant_id=variant.pk, quantity=9, now=now)
    for quantity in (1, 2):
        basket = baskets.add_variant(owner=owner, variant_id=variant.pk, quantity=quantity, now=now)
    assert (basket.version, basket.owner(), basket.lines.get().quantity) == (3, owner, 3)
    assert Basket.objects.filter(owner.where()).get() == basket


@pytest.mark.django_db(transaction=True)
def test_twelve_tabs_that_add_at_once_lose_nothing(variant: PinVariant, now: datetime) -> None:
    barrier = threading.Barrier(12)

    def run() -> None:
        barrier.wait()
        try:
            baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=1, now=now)
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert BasketLine.objects.get().quantity == 12
