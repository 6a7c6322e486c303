"""Gift cards: one code once, never more spent than they hold, filled again once by what goes back."""

import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as sent_mail
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from catalog.models import PinVariant, Stock
from orders.enums import PaymentTerms
from orders.models import Order
from orders.payments.enums import RefundState
from orders.payments.gateway import RefundOutcome, RefundTruth
from orders.payments.models import GiftCard, Invoice, Payment, Refund
from orders.payments.selectors import balances
from orders.payments.services import giftcards, invoices, refunds, repayments, sessions, settlement
from orders.payments.services.giftcards import Gift, GiftCardRefused
from orders.quoted import Address, Contact, Wish
from orders.selectors import orders as order_rows
from orders.selectors import snapshots
from orders.services import cancellations, checkout, fulfilment, quotes, tries
from orders.services.tries import TooManyTries
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import ADDRESS, GUEST, make_line, make_order, make_variant
from tests.orders.payments.conftest import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options", "destinations")]
RIVALS = 16


def make_card(minor: int, *, now: datetime, currency: str = "USD", **changes: Any) -> str:
    """A card's code."""
    gift = Gift(amount=Money(minor, currency), **changes)
    return giftcards.issue(gift=gift, key=uuid4(), actor=SYSTEM, now=now).code


def place(
    variant: PinVariant, codes: str, now: datetime, *, owner: Owner = GUEST, terms: PaymentTerms = PaymentTerms.NOW
) -> Order:
    """An order of moths for Great Britain, $12.00 each and $5.00 for the shipping, paid with these cards."""
    wish = Wish(quantity=1, variant_id=variant.pk)
    quote = quotes.make(owner=owner, lines=[wish], country="GB", currency="USD", now=now)
    return checkout.place_order(
        quote_id=quote.pk,
        shown_total=Money(quote.total_minor, "USD"),
        contact=Contact(email="ada@example.org", name="Ada Lovelace", gift_cards=codes, payment_terms=terms),
        address=Address.from_json(ADDRESS),
        owner=owner,
        actor=SYSTEM,
        key=str(uuid4()),
        now=now,
    )


def balance(code: str) -> int:
    return GiftCard.objects.get(ending=code[-4:]).balance_minor


def carry_out_refunds(now: datetime) -> None:
    for refund in Refund.objects.filter(state=RefundState.PENDING):
        refunds.send(refund_id=refund.pk, now=now)


def refused(codes: str, now: datetime, variant: PinVariant, **changes: Any) -> tuple[str, str]:
    with pytest.raises(GiftCardRefused) as caught:
        place(variant, codes, now, **changes)
    assert Order.objects.count() == 0
    return caught.value.extra["reason"], caught.value.message


def test_code_is_mailed_and_only_its_hash_is_kept(now: datetime) -> None:
    gift = Gift(Money(2500, "USD"), email="ada@example.org", name="Ada", message="Happy birthday!")
    key = uuid4()
    issued = giftcards.issue(gift=gift, key=key, actor=SYSTEM, now=now)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == ("ada@example.org", "A gift card over $25.00 for you")
    assert issued.code not in mail.text + mail.html
    outbox.drain()
    [sent] = sent_mail.outbox
    assert issued.code in str(sent.body)
    assert issued.code in str(sent.alternatives[0][0])
    card = GiftCard.objects.get()
    assert (card.initial_minor, card.balance_minor, str(card)) == (2500, 2500, f"•••• {issued.code[-4:]}")
    assert issued.code.replace("-", "") not in repr(card.__dict__)
    again = giftcards.issue(gift=gift, key=key, actor=SYSTEM, now=now)
    assert (again.card, again.code, OutgoingMail.objects.count()) == (card, "", 1)


def test_mail_of_a_gift_speaks_its_receivers_language(now: datetime) -> None:
    gift = Gift(Money(2500, "USD"), email="ada@example.org", message="Alles Gute!", language="de")
    giftcards.issue(gift=gift, key=uuid4(), actor=SYSTEM, now=now)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Eine Geschenkkarte über 25,00\N{NO-BREAK SPACE}$ für Sie"
    assert "„Alles Gute!“" in mail.text


@pytest.mark.parametrize(
    "changes",
    [{"amount": Money(0, "USD")}, {"email": "nobody"}, {"expires_at": datetime(2026, 11, 23, 10, 0).astimezone()}],
)
def test_impossible_card_is_not_issued(changes: dict[str, Any], now: datetime) -> None:
    with pytest.raises(Invalid):
        giftcards.issue(gift=Gift(**{"amount": Money(100, "USD"), **changes}), key=uuid4(), actor=SYSTEM, now=now)
    assert not GiftCard.objects.exists()


def test_card_that_covers_all_makes_a_paid_order_without_a_payment_page(variant: PinVariant, now: datetime) -> None:
    code = make_card(5000, now=now)
    order = place(variant, code, now)
    assert (order.paid_at, order.reserved_until, balance(code)) == (now, None, 3300)
    assert [(row.provider, row.captured_minor) for row in Payment.objects.all()] == [("gift_card", 1700)]
    assert (Stock.objects.get().on_hand, Stock.objects.get().reserved) == (9, 0)
    assert balances.due_of(order) == Money(0, "USD")
    assert not OutgoingMail.objects.exists()  # "paid" comes with the invoice
    fulfilment.start(order_id=order.pk, now=now)
    assert order.lines.get().state == "picking"
    assert [mail.subject for mail in OutgoingMail.objects.all()] == [f"Order {order.number} is paid"]


def test_card_that_covers_a_part_leaves_the_rest_to_the_payment_page(
    variant: PinVariant, now: datetime, sandbox: Sandbox
) -> None:
    at = datetime.now(tz=now.tzinfo)
    code = make_card(500, now=at)
    order = place(variant, code.lower().replace("-", " "), at)
    assert (order.paid_at, balance(code), balances.due_of(order)) == (None, 0, Money(1200, "USD"))
    payment = sessions.open(order_id=order.pk, now=at)
    assert (payment.amount_minor, sandbox.shown_amount(payment)) == (1200, "$12.00")
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=at)
    order.refresh_from_db()
    assert (order.paid_at, order.attention) == (at, "")
    invoice = invoices.issue(order_id=order.pk, now=at)
    assert invoice.data["total"] == "$17.00"
    assert invoice.data["paid_by"] == [
        {"label": f"Paid by gift card •••• {code[-4:]}", "amount": "$5.00"},
        {"label": "Paid online", "amount": "$12.00"},
    ]
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=at)
    carry_out_refunds(at)
    back = Refund.objects.values_list("payment__provider", "amount_minor", "payment__refunded_minor")
    assert sorted(back) == [("gift_card", 500, 500), ("stripe", 1200, 1200)]
    assert balance(code) == 500


def test_snapshot_says_what_a_card_paid_and_what_is_due(variant: PinVariant, now: datetime) -> None:
    code = make_card(500, now=now)
    order = place(variant, code, now)
    told = snapshots.of_order(order_rows.get_any(order_id=order.pk), now=now)
    assert (told["total_minor"], told["due_minor"]) == (1700, 1200)
    assert [(row["provider"], row["gift_card"], row["captured_minor"]) for row in told["payments"]] == [
        ("gift_card", code[-4:], 500),
        ("stripe", None, 0),
    ]


def test_card_that_ends_first_is_used_first_and_the_next_stays_untouched(variant: PinVariant, now: datetime) -> None:
    late = make_card(5000, now=now, expires_at=now + timedelta(days=9))
    for_ever = make_card(5000, now=now)
    soon = make_card(1000, now=now, expires_at=now + timedelta(days=1))
    place(variant, f"{for_ever} {late} {soon} {soon}", now)
    assert [balance(code) for code in (soon, late, for_ever)] == [0, 4300, 5000]


def test_order_that_ends_unpaid_fills_its_card_again_once(variant: PinVariant, now: datetime) -> None:
    code = make_card(500, now=now)
    order = place(variant, code, now)
    for _ in range(2):
        cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
        carry_out_refunds(now)
    outbox.drain()
    assert (balance(code), Refund.objects.count()) == (500, 1)
    subjects = [mail.subject for mail in OutgoingMail.objects.all()]
    assert "$5.00 is on your gift card again" in subjects


def test_refund_takes_the_payment_page_first_and_the_card_last(variant: PinVariant, now: datetime) -> None:
    code = make_card(500, now=now)
    order = place(variant, code, now)
    page = Payment.objects.get(gift_card=None)
    Payment.objects.filter(pk=page.pk).update(state="succeeded", captured_minor=1200, intent_id="pi_1")
    Order.objects.update(paid_at=now, confirmed_at=now)
    line = order.lines.get()
    parts = [repayments.of_line(line, Money(1200, "USD")), repayments.of_shipping(Money(100, "USD"))]
    made = repayments.give_back(order_id=order.pk, parts=parts, reason="", key="one", actor=SYSTEM, now=now)
    assert [(row.payment.provider, row.amount_minor) for row in made] == [("stripe", 1200), ("gift_card", 100)]
    for _ in range(2):
        refunds.send(refund_id=made[1].pk, now=now)
    assert balance(code) == 100


def test_money_that_comes_back_onto_a_card_that_is_over_makes_it_good_for_a_while(
    variant: PinVariant, now: datetime
) -> None:
    code = make_card(500, now=now, expires_at=now + timedelta(days=1))
    order = place(variant, code, now)
    later = now + timedelta(days=2)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=later)
    carry_out_refunds(later)
    assert GiftCard.objects.get().expires_at == later + timedelta(days=90)


def test_card_for_ever_stays_one(variant: PinVariant, now: datetime) -> None:
    order = place(variant, make_card(500, now=now), now)
    cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    carry_out_refunds(now)
    assert GiftCard.objects.get().expires_at is None


def test_refusal_says_what_is_wrong_with_the_code(variant: PinVariant, now: datetime) -> None:
    unknown = "4K7Q-2M9X-0TRB-8WHE"
    said = "We have no gift card 4K7Q-2M9X-0TRB-8WHE. Look at how it is written, or go on without it."
    assert refused(unknown.replace("0", "o"), now, variant) == ("unknown", said)
    assert refused("4K7Q", now, variant)[0] == "unknown"
    assert refused(make_card(500, now=now, currency="EUR"), now, variant)[0] == "currency"
    over = make_card(500, now=now, expires_at=now + timedelta(seconds=1))
    assert refused(over, now + timedelta(seconds=1), variant) == (
        "over",
        f"Gift card •••• {over[-4:]} was good until 23 November 2026.",
    )
    blocked = make_card(500, now=now)
    card = GiftCard.objects.get(ending=blocked[-4:])
    assert giftcards.switch(card_id=card.pk, active=False, actor=SYSTEM, now=now)
    assert not giftcards.switch(card_id=card.pk, active=False, actor=SYSTEM, now=now)
    assert refused(blocked, now, variant)[0] == "unknown"
    empty = make_card(500, now=now)
    GiftCard.objects.filter(ending=empty[-4:]).update(balance_minor=0)
    assert refused(empty, now, variant) == ("used_up", f"Gift card •••• {empty[-4:]} is used up. Go on without it.")


def test_test_key_spends_no_real_card(variant: PinVariant, now: datetime) -> None:
    owner = Owner(business_id=Business.objects.create(name="Pins Ltd").pk, live=False)
    assert refused(make_card(500, now=now), now, variant, owner=owner)[0] == "test_order"


def test_codes_are_looked_at_so_many_times_an_hour(now: datetime) -> None:
    code, owner = make_card(500, now=now), Owner(guest_key=str(uuid4()))
    for _ in range(tries.AN_HOUR):
        assert [card.balance_minor for card in giftcards.look(codes=code, owner=owner, now=now)] == [500]
    with pytest.raises(TooManyTries, match="Try again in 60 minutes"):
        giftcards.look(codes=code, owner=owner, now=now)
    assert giftcards.look(codes=code, owner=Owner(guest_key=str(uuid4())), now=now)


def test_preview_is_what_placing_does(variant: PinVariant, now: datetime) -> None:
    codes = " ".join(make_card(minor, now=now) for minor in (500, 300))
    cover = giftcards.preview(codes=codes, total=Money(1700, "USD"), owner=Owner(guest_key=str(uuid4())), now=now)
    order = order_rows.get_any(order_id=place(variant, codes, now).pk)
    assert cover.rest == Money(900, "USD")
    assert balances.find_cover(order) == cover


def test_what_a_card_has_paid_stays_shown_when_the_order_becomes_cheaper(variant: PinVariant, now: datetime) -> None:
    order = place(variant, make_card(5000, now=now), now)
    Order.objects.update(total_minor=1500, subtotal_minor=1000)
    cover = balances.find_cover(order_rows.get_any(order_id=order.pk))
    assert cover is not None
    assert ([part.amount for part in cover.cards], cover.rest) == ([Money(1700, "USD")], Money(0, "USD"))


@pytest.mark.parametrize(("provider", "label"), [("stripe", "Paid online"), ("transfer", "Paid by bank transfer")])
def test_rest_says_how_it_was_paid_or_that_it_is_due(
    variant: PinVariant, now: datetime, provider: str, label: str
) -> None:
    order = place(variant, make_card(500, now=now), now)
    cover = balances.find_cover(order)
    assert cover is not None
    assert (cover.rest_label, cover.rest) == ("Left to pay", Money(1200, "USD"))
    order.payments.filter(gift_card=None).update(provider=provider, state="succeeded", captured_minor=1200)
    order.paid_at = now
    cover = balances.find_cover(order)
    assert cover is not None
    assert (cover.rest_label, cover.rest) == (label, Money(1200, "USD"))


def test_business_pays_by_invoice_what_its_card_leaves(variant: PinVariant, now: datetime) -> None:
    business = Business.objects.create(name="Brass & Co", credit_limit_minor=1200, credit_currency="USD")
    code = make_card(500, now=now)
    order = place(variant, code, now, owner=Owner(business_id=business.pk), terms=PaymentTerms.INVOICE)
    assert (order.confirmed_at, order.paid_at, order.payments.count()) == (now, None, 1)
    fulfilment.start(order_id=order.pk, now=now)
    assert order.lines.get().state == "picking"
    assert Invoice.objects.get().data["paid_by"] == [
        {"label": f"Paid by gift card •••• {code[-4:]}", "amount": "$5.00"},
        {"label": "Left to pay", "amount": "$12.00"},
    ]


@pytest.mark.parametrize("minor", [-1, 501])
def test_database_refuses_an_impossible_balance(minor: int, now: datetime) -> None:
    make_card(500, now=now)
    with pytest.raises(IntegrityError, match="payments_giftcard_balance"), transaction.atomic():
        GiftCard.objects.update(balance_minor=minor)


STEPS = st.lists(
    st.tuples(st.sampled_from(["order", "cancel", "refund", "send"]), st.integers(1, 4000)), min_size=1, max_size=12
)


@effort(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, initial=st.integers(1, 5000))
def test_balance_and_uses_always_come_to_what_was_issued(
    steps: list[tuple[str, int]], initial: int, now: datetime
) -> None:
    """Whatever is ordered, cancelled and refunded in whatever order, no cent appears or goes."""
    with transaction.atomic():
        code = make_card(initial, now=now)
        card = GiftCard.objects.get(ending=code[-4:], initial_minor=initial)
        made: list[Order] = []
        for step, number in steps:
            card.refresh_from_db()
            if step == "order" and card.balance_minor:
                made.append(_order_over(number, code, now))
            elif step == "cancel" and made:
                cancellations.cancel(order_id=made[number % len(made)].pk, reason="", actor=SYSTEM, now=now)
            elif step == "refund" and made:
                _refund_some(made[number % len(made)], number, now)
            elif step == "send":
                carry_out_refunds(now)
            _check_books(card)
        carry_out_refunds(now)
        _check_books(card)
        transaction.set_rollback(True)


def _order_over(minor: int, code: str, now: datetime) -> Order:
    order = make_order(now=now, total_minor=minor + 500)
    make_line(order, total_minor=minor)
    giftcards.spend(order=order, codes=giftcards.read(code), now=now)
    return order


def _refund_some(order: Order, minor: int, now: datetime) -> None:
    part = repayments.of_line(order.lines.get(), Money(minor, "USD"))
    key = f"{order.pk}:{minor}"
    repayments.give_back_what_is_left(order_id=order.pk, parts=[part], reason="", key=key, actor=SYSTEM, now=now)


def _check_books(card: GiftCard) -> None:
    card.refresh_from_db()
    spent = Payment.objects.filter(gift_card=card).aggregate(sum=Sum("captured_minor"))["sum"] or 0
    back = Refund.objects.filter(payment__gift_card=card, state=RefundState.SUCCEEDED)
    returned = back.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    assert card.balance_minor + spent - returned == card.initial_minor
    assert 0 <= card.balance_minor <= card.initial_minor


def _outcomes(results: list[Any]) -> Counter[str]:
    return Counter(
        str(result.extra["reason"])
        if isinstance(result, GiftCardRefused)
        else type(result).__name__
        if isinstance(result, Exception)
        else "done"
        for result in results
    )


def _spend_at_once(now: datetime, code: str) -> Counter[str]:
    """Sixteen browsers order for $17.00 with one card at once, through the real checkout."""
    variant = make_variant(now=now, on_hand=RIVALS)
    waiting = [Owner(guest_key=f"guest-{n}") for n in range(RIVALS)]
    return _outcomes(races.run(lambda: place(variant, code, now, owner=waiting.pop()), threads=RIVALS))


@pytest.mark.django_db(transaction=True)
def test_sixteen_orders_at_once_spend_a_card_to_the_cent(now: datetime) -> None:
    code = make_card(4000, now=now)  # two orders and six dollars of the third
    assert _spend_at_once(now, code) == {"done": 3, "used_up": 13}
    assert sorted(Payment.objects.filter(provider="gift_card").values_list("captured_minor", flat=True)) == [
        600,
        1700,
        1700,
    ]
    assert (balance(code), Order.objects.filter(paid_at=now).count()) == (0, 2)


@pytest.mark.django_db(transaction=True)
def test_without_the_condition_the_check_of_the_database_holds_the_balance(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_card(4000, now=now)
    monkeypatch.setattr(giftcards, "_holds", lambda _minor: Q())
    outcomes = _redeem_at_once(now, code)
    assert outcomes["IntegrityError"] > 0
    assert balance(code) + sum(Payment.objects.values_list("captured_minor", flat=True)) == 4000


@pytest.mark.django_db(transaction=True)
def test_without_condition_and_check_more_is_spent_than_the_card_holds(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the guard of the service off and the constraints away, the card pays without end."""
    code = make_card(4000, now=now)
    monkeypatch.setattr(giftcards, "_holds", lambda _minor: Q())
    names = ["payments_giftcard_balance_within_initial", "payments_giftcard_balance_minor_check"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = ANY(%s)", [names])
        checks = cursor.fetchall()
        for name, _ in checks:
            cursor.execute(f'ALTER TABLE payments_giftcard DROP CONSTRAINT "{name}"')
    assert len(checks) == 2
    try:
        assert _redeem_at_once(now, code)["done"] > 3
        assert balance(code) < 0
    finally:
        GiftCard.objects.update(balance_minor=0)
        with connection.cursor() as cursor:
            for name, words in checks:
                cursor.execute(f'ALTER TABLE payments_giftcard ADD CONSTRAINT "{name}" {words}')


def _redeem_at_once(now: datetime, code: str) -> Counter[str]:
    """Sixteen stored orders spend the card at once: no counter of numbers makes them queue."""
    waiting = [make_order(now=now, owner=Owner(guest_key=f"guest-{n}"), total_minor=1700) for n in range(RIVALS)]

    def spend() -> Money:
        order = waiting.pop()
        with transaction.atomic():
            left = giftcards.spend(order=order, codes=giftcards.read(code), now=now)
            time.sleep(0.02)  # what a transaction still does before it commits
        return left

    return _outcomes(races.run(spend, threads=RIVALS))


@pytest.mark.django_db(transaction=True)
def test_sixteen_stored_orders_at_once_spend_a_card_to_the_cent(now: datetime) -> None:
    code = make_card(4000, now=now)
    assert _redeem_at_once(now, code) == {"done": 3, "used_up": 13}
    assert balance(code) == 0


def _record_at_once(now: datetime) -> int:
    """Sixteen workers record one refund as done; returns what is on the card then. The order had taken all of it."""
    code = make_card(1700, now=now)
    order = place(make_variant(now=now), code, now)
    line = order.lines.get()
    parts = [repayments.of_line(line, Money(100, "USD"))]
    refund = repayments.give_back(order_id=order.pk, parts=parts, reason="", key="one", actor=SYSTEM, now=now)[0]
    done = RefundTruth(refund_id="", state=RefundOutcome.SUCCEEDED, failure="")
    races.run(lambda: refunds.record(refund_id=refund.pk, truth=done, now=now), threads=RIVALS)
    return balance(code)


@pytest.mark.django_db(transaction=True)
def test_sixteen_workers_fill_the_card_once(now: datetime) -> None:
    assert _record_at_once(now) == 100


@pytest.mark.django_db(transaction=True)
def test_without_its_condition_a_refund_fills_the_card_many_times(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the state of the refund, changed by condition, is what makes it once."""
    monkeypatch.setattr(refunds, "_pending", lambda refund_id: Refund.objects.filter(pk=refund_id))
    assert _record_at_once(now) == 100 * RIVALS
