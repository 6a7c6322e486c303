"""Vouchers: refused with the exact reason, counted once per order however many order at once, given back once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalog.models import PinVariant, Series, Stock
from orders.models import Order, Quote, ShippingRate, Voucher, VoucherUse
from orders.payments.gateway import Page, PageState
from orders.payments.services import giftcards, sessions, settlement
from orders.quoted import Address, Choices, Contact, Discount, QuotedLine, Wish
from orders.services import cancellations, checkout, figures, fulfilment, quotes, vouchers
from orders.services.vouchers import VoucherRefused
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Unavailable
from pinshop.core.money import Money
from pinshop.local import ports
from tests import races
from tests.orders.factories import ADDRESS, GUEST, make_line, make_order, make_variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options", "destinations")]
RIVALS = 16
T = TypeVar("T")


def make_voucher(*, now: datetime, code: str = "MOTH10", **fields: Any) -> Voucher:
    kind = fields.pop("kind", "percent")
    percent = Decimal(10) if kind == "percent" else Decimal(0)
    return Voucher.objects.create(**{"code": code, "kind": kind, "percent": percent, "created_at": now, **fields})


def priced(*variants: PinVariant, now: datetime, quantity: int = 1) -> tuple[QuotedLine, ...]:
    wishes = [Wish(quantity=quantity, variant_id=variant.pk) for variant in variants]
    return figures.price(owner=GUEST, lines=wishes, country="GB", currency="USD", now=now).lines


def find(lines: tuple[QuotedLine, ...], now: datetime, **changes: Any) -> Discount:
    return vouchers.find_discount(
        **{"code": "MOTH10", "owner": GUEST, "lines": lines, "currency": "USD", "now": now, **changes}
    )


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(VoucherRefused) as caught:
        call()
    assert caught.value.fields == {"voucher": caught.value.message}
    return caught.value.extra["reason"], caught.value.message


def with_voucher(variant: PinVariant, now: datetime, *, owner: Owner = GUEST) -> Quote:
    """A quote of one pin with the voucher's discount in it."""
    return quotes.make(
        owner=owner,
        lines=[Wish(quantity=1, variant_id=variant.pk)],
        country="GB",
        currency="USD",
        choices=Choices(voucher="moth10"),
        now=now,
    )


def place(
    quote: Quote, now: datetime, *, email: str = "ada@example.org", key: str = "one", gift_cards: str = ""
) -> Order:
    return checkout.place_order(
        quote_id=quote.pk,
        shown_total=Money(quote.total_minor, quote.currency),
        contact=Contact(email=email, name="Ada Lovelace", gift_cards=gift_cards),
        address=Address.from_json(ADDRESS),
        owner=quote.owner(),
        actor=SYSTEM,
        key=key,
        now=now,
    )


def test_code_may_be_typed_in_any_letters(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now)
    found = find(priced(variant, now=now), now, code=" moth10 ")
    assert found == Discount("MOTH10", "Voucher MOTH10, 10 %", Decimal(10), Money(0, "USD"), places=(0,))


def test_amount_is_that_of_the_currency(variant: PinVariant, now: datetime) -> None:
    voucher = make_voucher(now=now, kind="amount")
    voucher.amounts.create(currency="USD", off_minor=500)
    voucher.amounts.create(currency="EUR", off_minor=450)
    lines = priced(variant, now=now)
    assert find(lines, now).amount == Money(500, "USD")
    assert refused(lambda: find(lines, now, currency="JPY")) == (
        "currency",
        "Voucher MOTH10 is for orders in EUR and USD, and this one is in JPY.",
    )


def test_free_shipping_takes_nothing_off_the_pins(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, kind="free_shipping")
    found = find(priced(variant, now=now), now)
    assert (found.free_shipping, found.places, found.percent) == (True, (), 0)


def test_series_and_artists_name_the_lines_it_is_for(variant: PinVariant, now: datetime) -> None:
    other = make_variant(now=now, slug="owl")
    voucher = make_voucher(now=now)
    series = Series.objects.create(slug="night", name="Night garden", artist=other.pin.artist)
    voucher.series.add(series)
    other.pin.series = series
    other.pin.save()
    assert find(priced(variant, other, now=now), now).places == (1,)
    assert refused(lambda: find(priced(variant, now=now), now)) == (
        "lines",
        "Voucher MOTH10 is for ready-made pins of Night garden, and there is none here. Add one.",
    )
    voucher.artists.add(variant.pin.artist)
    assert find(priced(variant, other, now=now), now).places == (0, 1)


WINDOWS: list[tuple[dict[str, Any], str, str]] = [
    ({"active": False}, "unknown", "We have no voucher MOTH10. Look at how it is written, or go on without it."),
    (
        {"valid_from": timedelta(days=1)},
        "not_begun",
        "Voucher MOTH10 begins on 24 November 2026. Order from then on with it.",
    ),
    ({"valid_to": timedelta(0)}, "over", "Voucher MOTH10 was good until 23 November 2026. Go on without it."),
    ({"limit": 3, "used": 3}, "used_up", "Voucher MOTH10 is used up. Go on without it."),
]


@pytest.mark.parametrize(("fields", "reason", "words"), WINDOWS)
def test_refusal_says_why_and_what_to_do(
    variant: PinVariant, now: datetime, fields: dict[str, Any], reason: str, words: str
) -> None:
    at = {name: now + value if isinstance(value, timedelta) else value for name, value in fields.items()}
    make_voucher(now=now, **at)
    assert refused(lambda: find(priced(variant, now=now), now)) == (reason, words)


def test_voucher_holds_from_its_first_moment_to_before_its_last(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, valid_from=now, valid_to=now + timedelta(seconds=1))
    assert find(priced(variant, now=now), now).code == "MOTH10"


def test_minimum_counts_the_pins_it_is_for(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now).amounts.create(currency="USD", minimum_minor=2400)
    assert refused(lambda: find(priced(variant, now=now), now)) == (
        "minimum",
        "Voucher MOTH10 is for pins that come to $24.00 or more; these come to $12.00.",
    )
    assert find(priced(variant, now=now, quantity=2), now).places == (0,)


def used_by(order: Order, voucher: Voucher, now: datetime) -> None:
    vouchers.redeem(order=order, code=voucher.code, now=now)


def test_use_counts_for_account_and_for_address_alike(variant: PinVariant, now: datetime) -> None:
    ada = User.objects.create_user("ada@example.org")
    voucher = make_voucher(now=now, limit_per_customer=1)
    used_by(make_order(now=now, owner=Owner(user_id=ada.pk)), voucher, now)
    lines = priced(variant, now=now)
    words = (
        "You have used voucher MOTH10 once already, and that is all. Go on without it; if it is in an order that you have "
        "not paid, cancel that one first."
    )
    said = ("used_by_you", words)
    assert refused(lambda: find(lines, now, owner=Owner(user_id=ada.pk))) == said
    assert find(lines, now).code == "MOTH10"  # a guest who has not said who they are
    assert refused(lambda: find(lines, now, email=" ADA+again@Example.org")) == said
    assert find(lines, now, email="bob@example.org").code == "MOTH10"


def test_guest_is_found_out_when_they_order(variant: PinVariant, now: datetime) -> None:
    voucher = make_voucher(now=now, limit_per_customer=1)
    used_by(make_order(now=now), voucher, now)
    with pytest.raises(VoucherRefused, match="You have used voucher MOTH10 once already"):
        used_by(make_order(now=now, owner=Owner(guest_key="another-browser")), voucher, now)


@pytest.mark.parametrize(
    ("confirmed", "state", "counts"),
    [(True, "placed", True), (True, "shipped", True), (False, "placed", False), (True, "cancelled", False)],
)
def test_earlier_order_counts_once_it_is_confirmed(
    variant: PinVariant, now: datetime, *, confirmed: bool, state: str, counts: bool
) -> None:
    make_voucher(now=now, first_order=True)
    lines = priced(variant, now=now)
    make_line(make_order(now=now, confirmed_at=now if confirmed else None), state=state)
    new_guest = {"owner": Owner(guest_key="new"), "email": "Ada@example.org"}
    if not counts:
        assert find(lines, now).code == find(lines, now, **new_guest).code == "MOTH10"
        return
    assert refused(lambda: find(lines, now))[0] == "first_order"
    assert refused(lambda: find(lines, now, **new_guest)) == (
        "first_order",
        "Voucher MOTH10 is for a first order, and you have ordered before. Go on without it.",
    )


def test_voucher_for_a_first_order_is_in_one_order_of_a_person(now: datetime) -> None:
    voucher = make_voucher(now=now, first_order=True)
    used_by(make_order(now=now), voucher, now)
    with pytest.raises(VoucherRefused, match="once already"):
        used_by(make_order(now=now, owner=Owner(guest_key="another-browser")), voucher, now)


def test_use_is_given_back_once_when_the_unpaid_order_ends(now: datetime) -> None:
    voucher = make_voucher(now=now, limit=1)
    order = make_line(make_order(now=now)).order
    used_by(order, voucher, now)
    assert Voucher.objects.get().used == 1
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert Voucher.objects.get().used == 0
    assert VoucherUse.objects.get().returned_at == now
    assert not vouchers.release(order_id=order.pk, now=now)
    used_by(make_order(now=now), voucher, now)
    assert Voucher.objects.get().used == 1


@pytest.fixture
def left(variant: PinVariant, now: datetime) -> Order:
    """An order with the only use of a voucher, whose payment page has closed unpaid."""
    make_voucher(now=now, limit=1)
    order = place(with_voucher(variant, now), now)
    assert Voucher.objects.get().used == 1
    settlement.close(payment_id=order.payments.get().pk, now=now)
    assert Voucher.objects.get().used == 0
    return order


def test_use_is_held_again_with_the_payment_page(left: Order, now: datetime, settings: Settings) -> None:
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{ports.find_free()}"
    for _ in range(2):
        with pytest.raises(Unavailable):
            sessions.open(order_id=left.pk, now=now)
        assert Voucher.objects.get().used == 1
    assert VoucherUse.objects.get().returned_at is None


def test_page_is_not_opened_again_when_others_have_used_the_voucher_up(left: Order, now: datetime) -> None:
    other = make_order(now=now, owner=Owner(guest_key="other"), contact_email="bob@example.org")
    used_by(other, Voucher.objects.get(), now)
    words = (
        "Voucher MOTH10 was given back when the payment page closed, and it cannot be used again. "
        "Cancel this order, and order anew without it."
    )
    assert refused(lambda: sessions.open(order_id=left.pk, now=now)) == ("used_up", words)
    assert (Voucher.objects.get().used, left.payments.count()) == (1, 1)
    cancellations.cancel(order_id=left.pk, reason="", actor=SYSTEM, now=now)
    assert Voucher.objects.get().used == 1


def _late_money(order: Order, now: datetime) -> str:
    payment = order.payments.get()
    captured = Money(payment.amount_minor, "USD")
    page = Page("cs_1", PageState.PAID, "", "pi_1", captured, str(payment.pk))
    settlement.record(payment_id=payment.pk, page=page, now=now)
    order.refresh_from_db()
    return order.attention


def test_late_money_uses_the_voucher_again(left: Order, now: datetime) -> None:
    assert _late_money(left, now) == ""
    assert (Voucher.objects.get().used, left.paid_at) == (1, now)
    assert not vouchers.release(order_id=left.pk, now=now)


def test_late_money_for_a_voucher_that_is_used_up_needs_staff(left: Order, now: datetime) -> None:
    other = make_order(now=now, owner=Owner(guest_key="other"), contact_email="bob@example.org")
    used_by(other, Voucher.objects.get(), now)
    assert _late_money(left, now) == "Paid after its voucher was given back, and it is used up."
    assert (Voucher.objects.get().used, Stock.objects.get().reserved, Stock.objects.get().on_hand) == (1, 0, 10)
    fulfilment.resolve(order_id=left.pk, actor=SYSTEM, now=now)
    assert Stock.objects.get().on_hand == 9


def test_order_that_was_paid_keeps_its_use(now: datetime) -> None:
    voucher = make_voucher(now=now, limit=1)
    order = make_line(make_order(now=now, paid_at=now)).order
    used_by(order, voucher, now)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert Voucher.objects.get().used == 1


def test_staff_who_save_a_voucher_keep_the_count(now: datetime) -> None:
    voucher = make_voucher(now=now, limit=9)
    used_by(make_order(now=now), voucher, now)
    voucher.note = "For the fair"
    vouchers.save(voucher=voucher, actor=SYSTEM, now=now)
    assert (Voucher.objects.get().used, Voucher.objects.get().note) == (1, "For the fair")


def test_order_with_a_voucher_counts_one_use_however_often_it_is_sent(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, limit=2)
    quote = with_voucher(variant, now)
    assert [place(quote, now).total_minor for _ in range(2)] == [1080 + 500] * 2
    assert (Voucher.objects.get().used, VoucherUse.objects.count(), Order.objects.count()) == (1, 1, 1)


def test_quote_with_a_voucher_that_was_used_up_since_is_refused_and_leaves_nothing(
    variant: PinVariant, now: datetime
) -> None:
    voucher = make_voucher(now=now, limit=1)
    quote = with_voucher(variant, now)
    used_by(make_order(now=now), voucher, now)
    assert refused(lambda: place(quote, now)) == ("used_up", "Voucher MOTH10 is used up. Go on without it.")
    assert (Order.objects.filter(quote=quote).count(), Voucher.objects.get().used) == (0, 1)


def test_quote_keeps_its_discount_when_the_voucher_is_over(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, valid_to=now + timedelta(days=1))
    quote = with_voucher(variant, now)
    assert place(quote, now + timedelta(days=2)).discount_minor == 120


def test_order_that_a_voucher_makes_free_is_paid_at_once(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, percent=Decimal(100))
    ShippingRate.objects.update(price_minor=0)
    quote = with_voucher(variant, now)
    assert (quote.total_minor, quote.discount_minor) == (0, 1200)
    order = place(quote, now)
    assert (order.paid_at, order.payments.count()) == (now, 0)
    fulfilment.start(order_id=order.pk, now=now)
    assert (order.lines.get().state, order.invoice.total_minor) == ("picking", 0)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert Voucher.objects.get(code="MOTH10").used == 1


def test_renewed_quote_may_go_on_without_its_voucher(variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, valid_to=now + timedelta(days=1))
    quote = with_voucher(variant, now)
    later = now + timedelta(days=40)
    assert refused(lambda: quotes.renew(quote_id=quote.pk, owner=GUEST, now=later))[0] == "over"
    renewed = quotes.renew(quote_id=quote.pk, owner=GUEST, now=later, with_voucher=False)
    assert (renewed.total_minor, renewed.voucher, renewed.number) == (1700, None, quote.number)


def test_order_with_voucher_and_gift_card_is_placed_in_as_few_queries_as_any(
    variant: PinVariant, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_voucher(now=now, limit=1, limit_per_customer=1, first_order=True)
    card = giftcards.issue(gift=giftcards.Gift(Money(500, "USD")), key=uuid4(), actor=SYSTEM, now=now)
    quote = with_voucher(variant, now)
    with django_assert_max_num_queries(25):
        order = place(quote, now, gift_cards=card.code)
    assert (order.total_minor, Voucher.objects.get().used, order.payments.count()) == (1580, 1, 2)


STEPS = st.lists(
    st.tuples(st.sampled_from(["redeem", "release", "hold", "pay", "cancel"]), st.integers(0, 5)), max_size=20
)


@effort(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, limit=st.integers(1, 3))
def test_count_is_always_that_of_the_uses_that_stand(steps: list[tuple[str, int]], limit: int, now: datetime) -> None:
    """Whatever is ordered, left, opened again, paid and cancelled in whatever order."""
    with transaction.atomic():
        make_voucher(now=now, limit=limit)
        lines = [
            make_line(make_order(now=now, owner=Owner(guest_key=f"guest-{n}"), contact_email=f"ada{n}@example.org"))
            for n in range(6)
        ]
        for step, number in steps:
            with suppress(VoucherRefused):
                _do(step, Order.objects.get(pk=lines[number].order_id), now)
            voucher = Voucher.objects.get()
            assert voucher.used == VoucherUse.objects.filter(returned_at=None).count() <= limit
            paid = VoucherUse.objects.filter(order__paid_at__isnull=False, returned_at__isnull=False)
            assert not paid.exists()
        transaction.set_rollback(True)


def _do(step: str, order: Order, now: datetime) -> None:
    if step == "redeem" and not VoucherUse.objects.filter(order=order).exists():
        vouchers.redeem(order=order, code="MOTH10", now=now)
    elif step == "release":
        vouchers.release(order_id=order.pk, now=now)
    elif step == "hold":
        vouchers.hold(order=order, now=now)
    elif step == "pay" and order.lines.filter(state="placed").exists():
        with transaction.atomic():
            vouchers.hold(order=order, now=now)
            Order.objects.filter(pk=order.pk).update(paid_at=now, confirmed_at=now)
    elif step == "cancel":
        cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now)


@contextmanager
def without_check() -> Iterator[None]:
    """The database's own limit away, so that only the service's is left."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_voucher DROP CONSTRAINT orders_voucher_used_within_limit")
    try:
        yield
    finally:
        Voucher.objects.update(used=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE orders_voucher ADD CONSTRAINT orders_voucher_used_within_limit "
                'CHECK ("limit" IS NULL OR used <= "limit")'
            )


def _outcomes(results: list[Any]) -> Counter[str]:
    """How many came through, and how the others were refused."""
    return Counter(
        str(result.extra["reason"])
        if isinstance(result, VoucherRefused)
        else type(result).__name__
        if isinstance(result, Exception)
        else "done"
        for result in results
    )


def _buyers(now: datetime, *, one_person: bool = False) -> Counter[str]:
    """Sixteen browsers place an order with the voucher at once, through the real checkout."""
    variant = make_variant(now=now, on_hand=RIVALS)
    offers = [with_voucher(variant, now, owner=Owner(guest_key=f"guest-{n}")) for n in range(RIVALS)]
    emails = ["ada@example.org" if one_person else f"ada{n}@example.org" for n in range(RIVALS)]
    waiting = list(zip(offers, emails, strict=True))

    def buy() -> Order:
        quote, email = waiting.pop()
        return place(quote, now, email=email)

    return _outcomes(races.run(buy, threads=RIVALS))


@pytest.mark.django_db(transaction=True)
def test_sixteen_orders_at_once_use_a_voucher_five_times(now: datetime) -> None:
    make_voucher(now=now, limit=5)
    assert _buyers(now) == {"done": 5, "used_up": 11}
    assert (Voucher.objects.get().used, VoucherUse.objects.count(), Order.objects.count()) == (5, 5, 5)


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_the_check_of_the_database_holds_the_limit(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_voucher(now=now, limit=5)
    monkeypatch.setattr(vouchers, "_has_room", Q)
    assert _buyers(now) == {"done": 5, "IntegrityError": 11}


@pytest.mark.django_db(transaction=True)
def test_without_condition_and_check_all_sixteen_use_it(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: with the guard of the service off and the constraint away, the limit is gone."""
    make_voucher(now=now, limit=5)
    monkeypatch.setattr(vouchers, "_has_room", Q)
    with without_check():
        assert _buyers(now) == {"done": RIVALS}
        assert Voucher.objects.get().used == RIVALS


@pytest.mark.django_db(transaction=True)
def test_sixteen_browsers_of_one_person_use_it_as_often_as_one_may(now: datetime) -> None:
    make_voucher(now=now, limit_per_customer=2)
    assert _buyers(now, one_person=True) == {"done": 2, "used_by_you": 14}
    assert Voucher.objects.get().used == 2


def _redeem_at_once(now: datetime) -> Counter[str]:
    """Sixteen stored orders of one person redeem the voucher at once: no counter of numbers makes them queue."""
    waiting = [make_order(now=now, owner=Owner(guest_key=f"guest-{n}")) for n in range(RIVALS)]

    def redeem() -> object:
        order = waiting.pop()
        return _in_transaction(lambda: vouchers.redeem(order=order, code="MOTH10", now=now))

    return _outcomes(races.run(redeem, threads=RIVALS))


def _in_transaction(call: Callable[[], T]) -> T:
    """The call, and what a transaction still does before it commits: meanwhile the rivals wait at its locks."""
    with transaction.atomic():
        result = call()
        time.sleep(0.02)
    return result


@pytest.mark.django_db(transaction=True)
def test_one_person_redeems_once_among_sixteen_at_once(now: datetime) -> None:
    make_voucher(now=now, limit_per_customer=1)
    assert _redeem_at_once(now) == {"done": 1, "used_by_you": 15}


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_count_one_person_redeems_many_times(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the counting UPDATE is the lock under which a customer's uses are looked at."""
    make_voucher(now=now, limit_per_customer=1)
    monkeypatch.setattr(vouchers, "_count", lambda _voucher: True)
    assert _redeem_at_once(now)["done"] > 1


def _released_at_once(now: datetime) -> int:
    voucher = make_voucher(now=now, limit=5)
    order, other = make_order(now=now), make_order(now=now, owner=Owner(guest_key="other"))
    for each in (order, other):
        used_by(each, voucher, now)
    results = races.run(lambda: _in_transaction(lambda: vouchers.release(order_id=order.pk, now=now)), threads=RIVALS)
    return results.count(True)


@pytest.mark.django_db(transaction=True)
def test_use_is_given_back_once_by_sixteen_at_once(now: datetime) -> None:
    assert _released_at_once(now) == 1
    assert Voucher.objects.get().used == 1


@pytest.mark.django_db(transaction=True)
def test_without_its_condition_a_use_is_given_back_many_times(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control; below nothing the count cannot go, which is the database's own rule."""
    monkeypatch.setattr(vouchers, "_standing", VoucherUse.objects.all)
    assert _released_at_once(now) == 2
    assert Voucher.objects.get().used == 0
