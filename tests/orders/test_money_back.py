"""Whatever is done with an order, and in whatever sequence: no balance is negative, and no more goes back than came for it."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, event, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalog.models import PinVariant
from orders.cancellation import CancellationTerms
from orders.claims.enums import ClaimKind
from orders.claims.services import claims, returns
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine, Shipment
from orders.payments.enums import PartKind
from orders.payments.models import Payment, Refund
from orders.payments.selectors.balances import get_balance
from orders.payments.services import repayments
from orders.selectors import cancellation
from orders.services import cancellations, promises, seeds, unders
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import PinshopError
from pinshop.core.money import Money
from tests import races
from tests.orders.books import add_payment, make_paid_order
from tests.orders.factories import PRICE, SPEC, make_line, make_order

CUSTOM = ["proofing", "awaiting_approval", "approved", "tooling", "struck", "filled", "packed", "shipped", "delivered"]
READY = ["picking", "packed", "shipped", "delivered"]


@dataclass(frozen=True)
class Wanted:
    """A line before it is in the books; amounts in minor units, and how far it has come (of 100)."""

    custom: bool
    total: int
    discount: int
    tax: int
    quantity: int
    start: int


def lines_of() -> st.SearchStrategy[list[Wanted]]:
    amounts, less = st.integers(0, 30_000), st.integers(0, 5000)
    far = st.sampled_from([0, 40, 100])
    one = st.builds(Wanted, st.booleans(), amounts, less, less, st.integers(1, 200), far).map(
        lambda line: replace(line, discount=min(line.discount, line.total))
    )
    return st.lists(one, min_size=1, max_size=3)


@dataclass
class Books:
    """An order, what came for it, and the clock."""

    order: Order
    now: datetime

    @property
    def lines(self) -> list[OrderLine]:
        rows = list(OrderLine.objects.filter(order=self.order, remake_of=None).order_by("position"))
        for row in rows:
            row.order = self.order
        return rows

    def pick(self, number: int) -> OrderLine:
        return self.lines[number % len(self.lines)]


def open_books(
    wanted: list[Wanted], *, shipping: int, inclusive: bool, parts: list[int], variant: PinVariant, now: datetime
) -> Books:
    """An order of these lines, paid in full by several payments."""
    order = make_order(now=now, paid_at=now)
    tax, discount = sum(line.tax for line in wanted), sum(line.discount for line in wanted)
    subtotal = sum(line.total for line in wanted)
    order.subtotal_minor, order.discount_minor, order.shipping_minor = subtotal, discount, shipping
    order.tax_minor, order.tax_inclusive = tax, inclusive
    order.total_minor = subtotal - discount + shipping + (0 if inclusive else tax)
    terms = cancellation.find_terms(now=now)
    order.cancellation = terms.to_json() if terms else {}
    order.save()
    for line in wanted:
        rush = line.total // 5
        items = [("pins", line.total - rush - line.total // 4), ("die", line.total // 4), ("rush", rush)]
        price = {
            **PRICE,
            "total_minor": line.total,
            "items": [
                {"code": code, "label": code, "quantity": 1, "unit_minor": minor, "amount_minor": minor}
                for code, minor in items
            ],
        }
        make_line(
            order,
            kind=LineKind.CUSTOM if line.custom else LineKind.READY,
            state="proofing" if line.custom else "picking",
            variant=None if line.custom else variant,
            spec={**SPEC.to_json(), "rush": True} if line.custom else None,
            price=price,
            total_minor=line.total,
            discount_minor=line.discount,
            tax_minor=line.tax,
            quantity=line.quantity,
            ship_by_date=now.date(),
        )
    if order.total_minor:
        for number, share in enumerate(Money(order.total_minor, "USD").split([*parts, 1])):
            if share:
                add_payment(order, share.amount_minor, now=now + timedelta(minutes=number), name=str(number))
    return Books(order, now)


def move(books: Books, number: int, share: int) -> None:
    """The line goes on, as far as `share` says; nothing of its money changes by that."""
    line = books.pick(number)
    path = CUSTOM if line.kind == LineKind.CUSTOM else READY
    if line.state == LineState.CANCELLED:
        return
    to = path[max(path.index(line.state), share * (len(path) - 1) // 100)]
    fields: dict[str, Any] = {"state": to}
    if to in {"shipped", "delivered"} and line.shipment_id is None:
        fields["shipment"] = Shipment.objects.create(
            order=books.order, carrier="dhl", created_at=books.now, delivered_at=books.now
        )
    OrderLine.objects.filter(pk=line.pk).update(**fields)


def deliver(books: Books, number: int, _share: int) -> None:
    move(books, number, 100)


def cancel(books: Books, number: int, _share: int) -> None:
    line = books.pick(number)
    cost = cancellation.find_cost(line)
    cancellations.cancel(
        order_id=books.order.pk, line_ids=[line.pk], reason="", actor=SYSTEM, now=books.now, shown_cost=cost
    )


def cancel_by_staff(books: Books, number: int, share: int) -> None:
    cancellations.cancel_line(
        line_id=books.pick(number).pk, reason="", actor=SYSTEM, now=books.now, waive=share % 2 == 0
    )


def refund_line(books: Books, number: int, share: int) -> None:
    line = books.pick(number)
    amount = Money(line.payable_minor * share // 100, "USD")
    repayments.give_back(
        order_id=books.order.pk,
        parts=[repayments.of_line(line, amount)],
        reason="",
        key=str(uuid4()),
        actor=SYSTEM,
        now=books.now,
    )


def refund_shipping(books: Books, _number: int, share: int) -> None:
    amount = Money(max(books.order.shipping_minor * share // 50, 1), "USD")
    repayments.give_back(
        order_id=books.order.pk,
        parts=[repayments.of_shipping(amount)],
        reason="",
        key=str(uuid4()),
        actor=SYSTEM,
        now=books.now,
    )


def pack_short(books: Books, number: int, share: int) -> None:
    line = books.pick(number)
    unders.refund_missing(line_id=line.pk, packed=line.quantity * share // 100, now=books.now)


def miss_the_day(books: Books, _number: int, _share: int) -> None:
    promises.refund_missed(now=books.now + timedelta(days=1))


def claim(books: Books, number: int, share: int) -> None:
    line, key = books.pick(number), uuid4()
    complaint = claims.Complaint(kind=ClaimKind.DAMAGED, pieces=1, text="Bent.")
    claims.open_claim(claim_id=key, line_id=line.pk, complaint=complaint, actor=SYSTEM, now=books.now)
    if share % 3 == 0:
        claims.remake(claim_id=key, answer="Sorry.", actor=SYSTEM, now=books.now)
    elif share % 3 == 1:
        claims.decline(claim_id=key, answer="No.", actor=SYSTEM, now=books.now)
    else:
        amount = Money(line.payable_minor * share // 100, "USD")
        claims.refund(claim_id=key, amount=amount, answer="Sorry.", actor=SYSTEM, now=books.now)


def send_back(books: Books, number: int, share: int) -> None:
    line, key = books.pick(number), uuid4()
    pieces = max(line.quantity * share // 100, 1)
    returns.ask(return_id=key, line_id=line.pk, pieces=pieces, reason="", actor=SYSTEM, now=books.now)
    returns.take_in(return_id=key, arrived=pieces, restocked=pieces, actor=SYSTEM, now=books.now)


Action = Callable[[Books, int, int], None]
ACTIONS: list[Action] = [
    move,
    deliver,
    cancel,
    cancel_by_staff,
    refund_line,
    refund_shipping,
    pack_short,
    miss_the_day,
    claim,
    claim,
    send_back,
    send_back,
]


def check(books: Books) -> None:
    """What must hold after every step."""
    balance = get_balance(order=books.order)
    live = Refund.objects.filter(payment__order=books.order).exclude(state="failed")
    assert balance.captured_minor >= balance.refunded_minor >= 0
    assert sum(live.values_list("amount_minor", flat=True)) == balance.refunded_minor
    assert sum(balance.returned.values()) == balance.refunded_minor
    for payment in Payment.objects.filter(order=books.order):
        assert 0 <= payment.refunded_minor <= payment.captured_minor
    for line in books.lines:
        back = balance.returned.get((PartKind.LINE, line.pk), 0)
        assert back + line.cancellation_cost_minor <= line.payable_minor
    assert balance.returned.get((PartKind.SHIPPING, None), 0) <= books.order.shipping_minor
    assert (PartKind.SURPLUS, None) not in balance.returned


@pytest.fixture
def terms(options: None, now: datetime) -> CancellationTerms | None:
    seeds.load_cancellation(now=now)
    return cancellation.find_terms(now=now)


@pytest.mark.django_db
@effort(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=lines_of(),
    shipping=st.integers(0, 3000),
    inclusive=st.booleans(),
    parts=st.lists(st.integers(1, 9), max_size=2),
    steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.integers(0, 100)), max_size=12),
)
def test_no_sequence_gives_more_back_than_came(
    variant: PinVariant,
    terms: CancellationTerms | None,
    now: datetime,
    wanted: list[Wanted],
    shipping: int,
    inclusive: bool,  # noqa: FBT001 - drawn
    parts: list[int],
    steps: list[tuple[Action, int, int]],
) -> None:
    with transaction.atomic():
        books = open_books(wanted, shipping=shipping, inclusive=inclusive, parts=parts, variant=variant, now=now)
        check(books)
        for number, line in enumerate(wanted):
            move(books, number, line.start)
        for action, number, share in steps:
            try:
                with transaction.atomic():
                    action(books, number, share)
            except PinshopError as refusal:
                event(f"{action.__name__}: {refusal.code}")
            else:
                event(f"{action.__name__}: done")
            check(books)
        transaction.set_rollback(True)


@pytest.mark.django_db
@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=lines_of(),
    shipping=st.integers(0, 3000),
    inclusive=st.booleans(),
    parts=st.lists(st.integers(1, 9), max_size=2),
    before=st.lists(
        st.tuples(st.sampled_from([refund_line, refund_shipping]), st.integers(0, 2), st.integers(0, 100)), max_size=3
    ),
)
def test_refunds_sum_to_the_payment_when_every_line_is_cancelled_for_free(
    variant: PinVariant,
    terms: CancellationTerms | None,
    now: datetime,
    wanted: list[Wanted],
    shipping: int,
    inclusive: bool,  # noqa: FBT001 - drawn
    parts: list[int],
    before: list[tuple[Action, int, int]],
) -> None:
    with transaction.atomic():
        books = open_books(wanted, shipping=shipping, inclusive=inclusive, parts=parts, variant=variant, now=now)
        for action, number, share in before:
            with suppress(PinshopError), transaction.atomic():
                action(books, number, share)
        for line in books.lines:
            cancellations.cancel(
                order_id=books.order.pk,
                line_ids=[line.pk],
                reason="",
                actor=SYSTEM,
                now=now,
                shown_cost=Money(0, "USD"),
            )
        balance = get_balance(order=books.order)
        assert balance.refunded_minor == balance.captured_minor == books.order.total_minor
        check(books)
        transaction.set_rollback(True)


def _cancel_and_refund_at_once(now: datetime, variant: PinVariant, monkeypatch: pytest.MonkeyPatch) -> int:
    """What goes back for a line of $95.00 that four cancel while four refund it. Its payments have room for all of them."""
    order = make_paid_order(now=now)
    add_payment(order, 90_000, now=now + timedelta(minutes=1), name="room")
    line = make_line(order, kind="ready", variant=variant, state="packed", quantity=10)
    read = repayments.get_balance

    def slowly(*, order: Order) -> object:
        balance = read(order=order)
        time.sleep(0.2)
        return balance

    def work() -> None:
        connection.ensure_connection()
        together.wait()
        with suppress(PinshopError):
            if next(turns):
                cancellations.cancel_line(line_id=line.pk, reason="", actor=SYSTEM, now=now)
            else:
                part = repayments.of_line(line, Money(9500, "USD"))
                key = str(uuid4())
                repayments.give_back(order_id=order.pk, parts=[part], reason="", key=key, actor=SYSTEM, now=now)

    monkeypatch.setattr(repayments, "get_balance", slowly)
    turns, together = iter([True, False] * 4), threading.Barrier(8)
    assert [result for result in races.run(work, threads=8) if result] == []
    return get_balance(order=order).returned[PartKind.LINE, line.pk]


@pytest.mark.django_db(transaction=True)
def test_cancelling_and_refunding_a_line_at_once_gives_it_back_once(
    variant: PinVariant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _cancel_and_refund_at_once(now, variant, monkeypatch) == 9500


@pytest.mark.django_db(transaction=True)
def test_without_the_orders_lock_both_give_it_back(
    variant: PinVariant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with room in the payments only the lock of the order's row keeps the two apart."""
    monkeypatch.setattr(repayments, "_lock", lambda order_id: Order.objects.get(pk=order_id))
    assert _cancel_and_refund_at_once(now, variant, monkeypatch) > 9500
