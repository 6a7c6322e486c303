"""Sold gift cards: issued once when they are paid, mailed without a trace of their code, given back only while unspent."""

import time
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.db.models import Q
from django.utils import timezone

from catalog.models import PinVariant
from orders.enums import LineState, OrderState
from orders.models import Order, OrderLine
from orders.payments.enums import RefundState
from orders.payments.gateway import Page, PageState
from orders.payments.models import CreditNote, GiftCard, Invoice, Payment, Refund
from orders.payments.selectors import balances
from orders.payments.services import erasure, giftcards, giftcodes, giftsales, refunds, repayments, settlement
from orders.payments.services.giftcards import Gift, GiftCardRefused
from orders.payments.services.giftsales import GiftCardSpent, Present
from orders.quoted import Contact
from orders.selectors import cancellation, orders, stuck
from orders.services import cancellations, fulfilment, quotes
from orders.services.cancellations import TooLateToCancel
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Conflict, Invalid, PinshopError
from pinshop.core.models import AuditEntry, OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import GUEST, make_variant
from tests.orders.payments.test_giftcards import place
from tests.orders.payments.test_invoices import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations")]
CONTACT = Contact(email="grace@example.org", name="Grace Hopper")


@pytest.fixture
def now() -> datetime:
    """The 14 days are counted by the clock on the wall where a page asks whether a card can be given back."""
    return timezone.now()


def buy(now: datetime, minor: int = 5000, *, key: str = "one", mail_on: date | None = None, **gift: Any) -> Order:
    present = Present(Gift(Money(minor, "USD"), **{"email": "ada@example.org", "name": "Ada", **gift}), "GB", mail_on)
    return giftsales.buy(present=present, contact=CONTACT, owner=GUEST, actor=SYSTEM, key=key, now=now)


def page_of(order: Order) -> tuple[Payment, Page]:
    payment = Payment.objects.get(order=order, gift_card=None)
    captured = Money(payment.amount_minor, payment.currency)
    return payment, Page(f"cs_{payment.pk}", PageState.PAID, "", f"pi_{payment.pk}", captured, str(payment.pk))


def pay(order: Order, now: datetime) -> None:
    payment, page = page_of(order)
    settlement.record(payment_id=payment.pk, page=page, now=now)
    fulfilment.start(order_id=order.pk, now=now)


def read(order: Order) -> Order:
    return orders.get_any(order_id=order.pk)


def code_of(card: GiftCard) -> str:
    return giftcodes.written(giftcodes.of_card(card.pk))


def give_back(order: Order, now: datetime) -> list[OrderLine]:
    return cancellations.cancel(order_id=order.pk, reason="", actor=SYSTEM, now=now)


def test_card_holds_nothing_before_it_is_paid(now: datetime) -> None:
    order = buy(now)
    card = GiftCard.objects.get()
    assert (card.balance_minor, card.active, card.issued_at) == (0, False, None)
    with pytest.raises(GiftCardRefused, match="We have no gift card"):
        giftcards.preview(codes=code_of(card), total=Money(100, "USD"), owner=GUEST, now=now)
    assert not giftcards.switch(card_id=card.pk, active=True, actor=SYSTEM, now=now)
    found = read(order)
    assert (found.total_minor, found.tax_minor, found.shipping_minor) == (5000, 0, 0)
    assert (orders.state_of(found), orders.is_payable(found)) == (OrderState.UNPAID, True)
    assert buy(now).pk == order.pk
    assert Order.objects.count() == 1


def test_paid_card_is_issued_once_and_mailed_to_its_receiver(now: datetime) -> None:
    order = buy(now, message="Happy birthday!", language="de")
    for _ in range(2):
        pay(order, now)
    card = GiftCard.objects.get()
    assert (card.balance_minor, card.active, card.issued_at) == (5000, True, now)
    [mail] = OutgoingMail.objects.filter(dedupe_key=f"gift_card:{card.pk}")
    assert (mail.to, mail.subject) == ("ada@example.org", "Eine Geschenkkarte über 50,00\N{NO-BREAK SPACE}$ für Sie")
    assert "Grace Hopper" in mail.text
    found = read(order)
    assert (orders.state_of(found), found.lines.all()[0].state) == (OrderState.DELIVERED, LineState.DELIVERED)
    assert AuditEntry.objects.filter(action="gift_card.issued").count() == 1
    invoice = Invoice.objects.get()
    assert invoice.total_minor == 5000
    words = text_of(files.read(str(invoice.file_id)))
    assert "Gift card" in words
    assert "multi-purpose voucher" in words
    assert "Shipping" not in words


def test_code_is_in_the_mail_that_is_sent_and_in_nothing_that_is_kept(now: datetime) -> None:
    pay(buy(now), now)
    code = code_of(GiftCard.objects.get())
    outbox.drain()
    [message] = [each for each in sent_mail.outbox if each.to == ["ada@example.org"]]
    assert code in str(message.body)
    assert code in str(message.alternatives[0][0])
    assert "••••" not in str(message.body)
    bare = code.replace("-", "")
    for model in (OutgoingMail, OutboxMessage, AuditEntry, GiftCard, Order, OrderLine):
        for row in model.objects.all():
            kept = repr(row.__dict__)
            assert code not in kept
            assert bare not in kept


def test_code_survives_a_change_of_the_secret_key(now: datetime, settings: Any) -> None:
    pay(buy(now), now)
    card = GiftCard.objects.get()
    code, old = code_of(card), settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(outbox.GiveUp, match="SECRET_KEY_FALLBACKS"):
        giftcodes.find(str(card.pk))
    settings.SECRET_KEY_FALLBACKS = [old]
    assert giftcodes.find(str(card.pk)) == code


def test_card_with_a_day_is_mailed_on_that_day_once(now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    order = buy(now, mail_on=day)
    pay(order, now)
    assert GiftCard.objects.get().balance_minor == 5000
    assert not OutgoingMail.objects.filter(dedupe_key__startswith="gift_card:").exists()
    assert giftsales.mail_due(now=now + timedelta(days=2)) == 0
    assert [giftsales.mail_due(now=now + timedelta(days=4)) for _ in range(2)] == [1, 0]
    assert OutgoingMail.objects.filter(dedupe_key__startswith="gift_card:").count() == 1
    assert orders.state_of(read(order)) == OrderState.DELIVERED


def test_dated_card_is_stuck_only_after_its_day(now: datetime) -> None:
    day = (now + timedelta(days=3)).date()
    pay(buy(now, mail_on=day), now)
    assert stuck.list_waits(now=now + timedelta(days=2)) == []
    mail_at = datetime.combine(day, giftsales.MAIL_HOUR)
    [wait] = stuck.list_waits(now=mail_at + timedelta(hours=2))
    assert (wait.reason, wait.since) == (stuck.BEGIN, mail_at)


@pytest.mark.parametrize("back", [[5000], []], ids=["paid", "unpaid"])
def test_card_whose_receiver_is_erased_before_its_day_goes_back_to_its_buyer(now: datetime, back: list[int]) -> None:
    day = (now + timedelta(days=3)).date()
    order = buy(now, mail_on=day)
    if back:
        pay(order, now)
    for _ in range(2):
        erasure.erase(order_ids=[], emails=["ada@example.org"], now=now)
    card = GiftCard.objects.get()
    assert (card.receiver_email, card.active, card.balance_minor) == ("", False, 0)
    assert list(Refund.objects.values_list("amount_minor", flat=True)) == back
    found = read(order)
    assert (found.lines.all()[0].state, found.attention) == (LineState.CANCELLED, "")
    assert [entry.text for entry in orders.list_timeline(found)].count(
        f"Gift card was cancelled. {erasure.UNREACHABLE}"
    ) == 1
    [mail] = OutgoingMail.objects.filter(dedupe_key__startswith="order_cancelled:")
    assert (mail.to, erasure.UNREACHABLE in mail.text) == ("grace@example.org", True)
    assert giftsales.mail_due(now=now + timedelta(days=4)) == 0


def test_card_that_was_mailed_stays_when_its_receiver_is_erased(now: datetime) -> None:
    order = buy(now)
    pay(order, now)
    erasure.erase(order_ids=[], emails=["ada@example.org"], now=now)
    card = GiftCard.objects.get()
    assert (card.receiver_email, card.active, card.balance_minor) == ("", True, 5000)
    assert orders.state_of(read(order)) == OrderState.DELIVERED


def test_blocked_card_whose_receiver_is_erased_is_left_to_staff(now: datetime) -> None:
    order = buy(now, mail_on=(now + timedelta(days=3)).date())
    pay(order, now)
    giftcards.switch(card_id=GiftCard.objects.get().pk, active=False, actor=SYSTEM, now=now)
    erasure.erase(order_ids=[], emails=["ada@example.org"], now=now)
    assert (GiftCard.objects.get().receiver_email, Refund.objects.count()) == ("", 0)
    assert read(order).attention.endswith(erasure.UNREACHABLE)


@pytest.mark.parametrize("why", ["was given back by its buyer", "is blocked"])
def test_code_of_a_card_that_pays_nothing_is_not_mailed(now: datetime, why: str) -> None:
    order = buy(now)
    pay(order, now)
    card = GiftCard.objects.get()
    if why == "is blocked":
        giftcards.switch(card_id=card.pk, active=False, actor=SYSTEM, now=now)
    else:
        give_back(order, now)
    outbox.drain()
    assert [each for each in sent_mail.outbox if each.to == ["ada@example.org"]] == []
    mail = OutgoingMail.objects.get(dedupe_key=f"gift_card:{card.pk}")
    message = OutboxMessage.objects.get(payload__mail_id=str(mail.pk))
    assert (mail.sent_at, message.state) == (None, OutboxMessage.State.DEAD)
    assert f"Gift card {card} {why} and pays nothing" in message.last_error


@pytest.mark.parametrize(
    ("minor", "gift", "mail_in_days", "field"),
    [
        (999, {}, None, "amount"),
        (50_001, {}, None, "amount"),
        (5000, {"email": "nobody"}, None, "receiver_email"),
        (5000, {}, -1, "mail_on"),
        (5000, {}, 400, "mail_on"),
    ],
)
def test_what_cannot_be_sold_is_refused(
    now: datetime, minor: int, gift: dict[str, str], mail_in_days: int | None, field: str
) -> None:
    day = None if mail_in_days is None else (now + timedelta(days=mail_in_days)).date()
    with pytest.raises(Invalid) as caught:
        buy(now, minor, mail_on=day, **gift)
    assert list(caught.value.fields or {}) == [field]
    assert Order.objects.count() == GiftCard.objects.count() == 0


def test_unspent_card_is_given_back_once_and_pays_nothing_any_more(now: datetime) -> None:
    order = buy(now)
    pay(order, now)
    code = code_of(GiftCard.objects.get())
    assert [len(give_back(order, now)) for _ in range(2)] == [1, 0]
    card = GiftCard.objects.get()
    assert (card.active, card.balance_minor, card.taken_back_at) == (False, 0, now)
    assert not giftcards.switch(card_id=card.pk, active=True, actor=SYSTEM, now=now)
    with pytest.raises(GiftCardRefused):
        giftcards.preview(codes=code, total=Money(100, "USD"), owner=GUEST, now=now)
    refund = Refund.objects.get()
    assert refund.amount_minor == 5000
    Refund.objects.update(state=RefundState.PENDING)
    refunds._succeed(refund.pk, refunds.RefundTruth("re_1", refunds.RefundOutcome.SUCCEEDED, ""), now=now)
    outbox.drain()
    assert (CreditNote.objects.get().total_minor, CreditNote.objects.get().tax_minor) == (5000, 0)
    assert balances.get_balance(order=read(order)).left == Money(0, "USD")


def test_card_cannot_be_given_back_after_14_days_or_in_part(now: datetime) -> None:
    order = buy(now)
    pay(order, now - timedelta(days=14))
    assert cancellation.find_cost_of_order(read(order)) is None
    with pytest.raises(TooLateToCancel):
        give_back(order, now)
    line = OrderLine.objects.get()
    part = [repayments.of_line(line, Money(100, "USD"))]
    with pytest.raises(Conflict, match="given back as a whole"):
        repayments.give_back(order_id=order.pk, parts=part, reason="", key="k", actor=SYSTEM, now=now)
    assert Refund.objects.count() == 0


@pytest.mark.parametrize(("days", "cost"), [(13, Money(0, "USD")), (14, None)])
def test_days_of_return_count_from_the_mailing(now: datetime, days: int, cost: Money | None) -> None:
    mailed = now - timedelta(days=days)
    order = buy(now - timedelta(days=60), mail_on=mailed.date())
    pay(order, now - timedelta(days=60))
    assert cancellation.find_cost_of_order(read(order)) == Money(0, "USD")
    assert giftsales.mail_due(now=mailed.replace(hour=23)) == 1
    GiftCard.objects.update(mailed_at=mailed)
    assert cancellation.find_cost_of_order(read(order)) == cost


def test_spent_card_cannot_be_given_back(variant: PinVariant, now: datetime) -> None:
    order = buy(now)
    pay(order, now)
    place(variant, code_of(GiftCard.objects.get()), now)
    assert cancellation.find_cost_of_order(read(order)) is None
    with pytest.raises(TooLateToCancel):
        give_back(order, now)
    with pytest.raises(GiftCardSpent):
        cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now)
    assert (Refund.objects.count(), read(order).lines.all()[0].state) == (0, LineState.DELIVERED)


def test_unpaid_order_of_a_card_ends_by_the_clock_and_issues_nothing(now: datetime) -> None:
    order = buy(now)
    Payment.objects.update(state="expired")
    assert cancellations.cancel_unpaid(now=now + timedelta(days=2)) == 1
    payment, page = page_of(order)
    settlement.record(payment_id=payment.pk, page=page, now=now)
    fulfilment.start(order_id=order.pk, now=now)
    assert (GiftCard.objects.get().issued_at, read(order).attention != "") == (None, True)


def test_quote_of_a_card_cannot_be_renewed(now: datetime) -> None:
    order = buy(now)
    with pytest.raises(Conflict, match="on its own page"):
        quotes.renew(quote_id=order.quote_id, owner=GUEST, now=now)


@pytest.mark.django_db(transaction=True)
def test_storm_of_messages_issues_one_card(now: datetime) -> None:
    order = buy(now)
    payment, page = page_of(order)

    def told() -> None:
        settlement.record(payment_id=payment.pk, page=page, now=now)
        fulfilment.start(order_id=order.pk, now=now)

    assert races.run(told, threads=16) == [None] * 16
    card = GiftCard.objects.get()
    assert (card.balance_minor, card.issued_at) == (5000, now)
    assert AuditEntry.objects.filter(action="gift_card.issued").count() == 1
    assert OutgoingMail.objects.filter(dedupe_key=f"gift_card:{card.pk}").count() == 1


def _spend_and_give_back_at_once(now: datetime, *, later: float = 0) -> tuple[int, int]:
    """What a card of $50.00 pays and what of it goes back, where eight spend it while staff give it back eight times."""
    variant = make_variant(now=now)
    order = buy(now)
    pay(order, now)
    code, turns = code_of(GiftCard.objects.get()), iter([True, False] * 8)

    def work() -> None:
        with suppress(PinshopError):
            if next(turns):
                time.sleep(later)
                cancellations.cancel_by_staff(order_id=order.pk, reason="", actor=SYSTEM, now=now)
            else:
                place(variant, code, now)

    assert [result for result in races.run(work, threads=16) if result] == []
    spent = sum(Payment.objects.filter(gift_card__isnull=False).values_list("captured_minor", flat=True))
    back = sum(Refund.objects.values_list("amount_minor", flat=True))
    return spent, back


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("options")
@pytest.mark.parametrize("later", [0, 0.3])
def test_card_is_spent_or_given_back_never_both(now: datetime, later: float) -> None:
    spent, back = _spend_and_give_back_at_once(now, later=later)
    assert (spent == 0) != (back == 0)
    assert spent <= 5000
    assert back in {0, 5000}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("options")
def test_without_its_guard_a_spent_card_is_given_back(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: only the condition of the UPDATE sees what was spent meanwhile."""
    monkeypatch.setattr(giftsales, "_is_whole", lambda: Q(active=True))
    spent, back = _spend_and_give_back_at_once(now, later=0.3)
    assert spent + back > 5000
