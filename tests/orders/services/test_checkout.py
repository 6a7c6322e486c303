"""From a quote to an order: once, at the price that was shown, with stock that is really there."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Q
from pytest_django import DjangoAssertNumQueries

from catalog.models import PinVariant, Stock
from catalog.services import stock
from catalog.services.stock import OutOfStock
from orders.models import BasketLine, Order, OrderLine, Quote
from orders.payments.models import Payment
from orders.quoted import Address, Contact, Wish
from orders.selectors import tariffs
from orders.services import baskets, checkout, quotes
from orders.services.checkout import PriceChanged, QuoteOrdered
from orders.services.quotes import QuoteExpired
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid, NotFound, PinshopError
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests.orders.factories import ADDRESS, GUEST, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options", "destinations")]
CONTACT = Contact(email="ada@example.org", name="Ada Lovelace")


def make_quote(variant: PinVariant, now: datetime, *, owner: Owner = GUEST, quantity: int = 1) -> Quote:
    wish = Wish(quantity=quantity, variant_id=variant.pk)
    return quotes.make(owner=owner, lines=[wish], country="GB", currency="USD", now=now)


def place(quote: Quote, now: datetime, *, key: str = "one", owner: Owner = GUEST, **changes: object) -> Order:
    return checkout.place_order(
        **{
            "quote_id": quote.pk,
            "shown_total": Money(quote.total_minor, quote.currency),
            "contact": CONTACT,
            "address": Address.from_json(ADDRESS),
            "owner": owner,
            "actor": SYSTEM,
            "key": key,
            "now": now,
            **changes,
        }
    )


def shelf(variant: PinVariant) -> tuple[int, int]:
    row = Stock.objects.get(variant=variant)
    return row.on_hand, row.reserved


def test_order_carries_the_quote_and_holds_its_stock(variant: PinVariant, now: datetime) -> None:
    quote = make_quote(variant, now, quantity=2)
    order = place(quote, now)
    assert (order.number, order.total_minor, order.currency) == ("PS-2026-000001", 2400 + 500, "USD")
    line = OrderLine.objects.get(order=order)
    assert (line.kind, line.quantity, line.total_minor, line.state) == ("ready", 2, 2400, "placed")
    assert shelf(variant) == (10, 2)
    assert Order.objects.get().reserved_until == now + timedelta(minutes=35)
    payment = Payment.objects.get(order=order)
    assert (payment.state, payment.amount_minor) == ("created", 2900)
    outbox.drain(now=now)
    assert OutgoingMail.objects.get().subject == "Your order PS-2026-000001"


def test_same_key_again_is_the_same_order(variant: PinVariant, now: datetime) -> None:
    quote = make_quote(variant, now)
    assert place(quote, now).pk == place(quote, now).pk
    assert (Order.objects.count(), shelf(variant)) == (1, (10, 1))


def test_another_key_for_an_ordered_quote_names_its_order(variant: PinVariant, now: datetime) -> None:
    quote = make_quote(variant, now)
    order = place(quote, now)
    with pytest.raises(QuoteOrdered) as caught:
        place(quote, now, key="two")
    assert caught.value.extra == {"order_id": str(order.pk)}


REFUSALS: list[tuple[dict[str, object], type[PinshopError]]] = [
    ({"shown_total": Money(1, "USD")}, PriceChanged),
    ({"now": datetime(2026, 12, 23, 10, tzinfo=None).astimezone()}, QuoteExpired),
    ({"owner": Owner(guest_key="somebody-else")}, NotFound),
    ({"address": replace(Address.from_json(ADDRESS), country="US")}, Invalid),
    ({"contact": Contact(email="nowhere", name="Ada")}, Invalid),
    ({"address": replace(Address.from_json(ADDRESS), city=" ")}, Invalid),
]


@pytest.mark.parametrize(("changes", "refusal"), REFUSALS)
def test_refused_order_leaves_nothing_and_frees_its_key(
    variant: PinVariant, now: datetime, changes: dict[str, object], refusal: type[PinshopError]
) -> None:
    quote = make_quote(variant, now)
    with pytest.raises(refusal):
        place(quote, **{"now": now, **changes})  # type: ignore[arg-type]
    assert (Order.objects.count(), Payment.objects.count(), shelf(variant)) == (0, 0, (10, 0))
    assert place(quote, now).number == "PS-2026-000001"


def test_sold_out_pin_refuses_the_whole_order(variant: PinVariant, now: datetime) -> None:
    other = make_variant(now=now, slug="sold-out", on_hand=0)
    wishes = [Wish(quantity=1, variant_id=variant.pk), Wish(quantity=1, variant_id=other.pk)]
    quote = quotes.make(owner=GUEST, lines=wishes, country="GB", currency="USD", now=now)
    with pytest.raises(OutOfStock):
        place(quote, now)
    assert (Order.objects.count(), shelf(variant)) == (0, (10, 0))


def test_ordering_a_basket_empties_it(variant: PinVariant, now: datetime) -> None:
    baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=3, now=now)
    quote = quotes.make_from_basket(owner=GUEST, country="GB", currency="USD", now=now)
    place(quote, now)
    assert BasketLine.objects.count() == 0


def test_ordering_leaves_in_the_basket_what_another_tab_has_put_in_since(variant: PinVariant, now: datetime) -> None:
    late = make_variant(now=now, slug="late")
    baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=3, now=now)
    quote = quotes.make_from_basket(owner=GUEST, country="GB", currency="USD", now=now)
    baskets.add_variant(owner=GUEST, variant_id=variant.pk, quantity=2, now=now)
    version = baskets.add_variant(owner=GUEST, variant_id=late.pk, quantity=1, now=now).version
    place(quote, now)
    left = BasketLine.objects.values_list("variant_id", "quantity", "basket__version")
    assert set(left) == {(variant.pk, 2, version + 1), (late.pk, 1, version + 1)}


@pytest.mark.parametrize("lines", [1, 30])
def test_placing_an_order_takes_the_same_few_queries(
    now: datetime, lines: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wishes = [Wish(quantity=1, variant_id=make_variant(now=now, slug=f"pin-{n}").pk) for n in range(lines)]
    quote = quotes.make(owner=GUEST, lines=wishes, country="GB", currency="USD", now=now)
    with django_assert_max_num_queries(25 + (lines - 1)):  # each variant is reserved by an UPDATE of its own
        place(quote, now)


@pytest.mark.parametrize("lines", [1, 30])
def test_quoting_takes_the_same_queries_for_one_line_and_for_thirty(
    now: datetime, lines: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    wishes = [Wish(quantity=1, variant_id=make_variant(now=now, slug=f"pin-{n}").pk) for n in range(lines)]
    tariffs.get_tariffs()  # stays in memory until they change
    with django_assert_num_queries(6):
        quotes.make(owner=GUEST, lines=wishes, country="GB", currency="USD", now=now)


def _race(run: Callable[[int], object], threads: int) -> list[str]:
    """Run `run(n)` in so many threads at once; what each came to, sorted."""
    barrier, outcomes = threading.Barrier(threads), []

    def one(number: int) -> None:
        barrier.wait()
        try:
            run(number)
            outcomes.append("done")
        except Exception as error:  # noqa: BLE001 - the outcome is what is asserted
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    workers = [threading.Thread(target=one, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(outcomes)


def _rivals(now: datetime, *, on_hand: int) -> tuple[PinVariant, list[str]]:
    variant = make_variant(now=now, on_hand=on_hand)
    people = [Owner(guest_key=f"guest-{n}") for n in range(12)]
    offers = [make_quote(variant, now, owner=owner) for owner in people]
    return variant, _race(lambda n: place(offers[n], now, owner=people[n]), 12)


@pytest.mark.django_db(transaction=True)
def test_of_twelve_people_who_want_the_last_piece_one_gets_it(now: datetime) -> None:
    variant, outcomes = _rivals(now, on_hand=1)
    assert outcomes == ["OutOfStock"] * 11 + ["done"]
    assert (Order.objects.count(), shelf(variant)) == (1, (1, 1))


@pytest.mark.django_db(transaction=True)
def test_without_the_shelfs_condition_the_last_piece_is_sold_many_times(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the condition of the UPDATE is what keeps the race out, and behind it the CHECK."""
    monkeypatch.setattr(stock, "_free", lambda _quantity: Q())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_stock DROP CONSTRAINT catalog_stock_reserved_on_hand")
    try:
        variant, _ = _rivals(now, on_hand=1)
        assert shelf(variant)[1] > 1
    finally:
        Stock.objects.update(reserved=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE catalog_stock ADD CONSTRAINT catalog_stock_reserved_on_hand CHECK (reserved <= on_hand)"
            )


@pytest.mark.django_db(transaction=True)
def test_twelve_clicks_on_one_button_make_one_order(variant: PinVariant, now: datetime) -> None:
    quote = make_quote(variant, now)
    assert _race(lambda _n: place(quote, now), 12) == ["done"] * 12
    assert (Order.objects.count(), shelf(variant)) == (1, (10, 1))
