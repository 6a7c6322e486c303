"""Each night our books are compared with the provider's: what differs is told to staff, and is not mended in silence."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalog.models import PinVariant
from orders.models import Order
from orders.payments import providers
from orders.payments.gateway import ProviderBusy, RefundRequest
from orders.payments.models import Discrepancy, Payment
from orders.payments.services import reconciliation, refunds, sessions, settlement
from orders.payments.services.reconciliation import Compared
from pinshop.accounts.enums import StaffGroup
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid
from pinshop.core.models import OutboxMessage
from pinshop.core.money import Money
from pinshop.local.serving import running
from tests.orders.admin.test_orders import do, staff
from tests.orders.payments.conftest import SECRET, Sandbox, place_order
from tests.pinshop.local.receiver import receiving

pytestmark = pytest.mark.django_db(transaction=True)
Row = tuple[str, str, str]
Compare = Callable[[], Compared]


@pytest.fixture
def sandbox(tmp_path: Path, settings: Settings) -> Iterator[Sandbox]:
    """A provider whose books hold nothing but what this test brings about."""
    with receiving() as receiver:
        options = ("--webhook-url", receiver.url, "--webhook-secret", SECRET)
        with running("stripe", *options, state=tmp_path) as server, httpx.Client(trust_env=False) as browser:
            settings.STRIPE_API_BASE = server.url
            settings.STRIPE_SECRET_KEY = "sk_test_123"
            yield Sandbox(server, receiver, browser)


@pytest.fixture
def paid(sandbox: Sandbox, order: Order) -> Payment:
    """An order's payment of $29.00 that has come and is settled."""
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    return settlement.settle(payment_id=payment.pk, now=timezone.now())


@pytest.fixture
def compare() -> Compare:
    """Compare the books, when everything of this test has settled."""
    return lambda: reconciliation.reconcile(now=tonight())


def tonight() -> datetime:
    return timezone.now() + reconciliation.SETTLING + timedelta(minutes=1)


def rows() -> list[Row]:
    found = Discrepancy.objects.filter(resolved_at=None).order_by("kind")
    return [(row.kind, row.ours, row.theirs) for row in found]


def give_back(payment: Payment, minor: int) -> None:
    refunds.refund(
        payment_id=payment.pk,
        amount=Money(minor, "USD"),
        allocation=[],
        reason="",
        key=str(minor),
        actor=SYSTEM,
        now=timezone.now(),
    )


def give_back_behind_our_back(payment: Payment, minor: int) -> str:
    """What somebody does on the provider's own pages."""
    request = RefundRequest(intent_id=payment.intent_id, amount=Money(minor, "USD"), reference="", key=str(minor))
    return providers.get("stripe").refund(request).refund_id


def test_books_that_agree_have_no_differences(paid: Payment, compare: Compare, variant: PinVariant) -> None:
    give_back(paid, 500)
    outbox.drain(now=timezone.now())
    sessions.open(order_id=place_order(variant, key="two").pk, now=timezone.now())
    assert compare() == Compared(payments=2, open=0)
    assert not Discrepancy.objects.exists()


def test_payment_whose_news_got_lost_is_settled(sandbox: Sandbox, order: Order, compare: Compare) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    assert compare() == Compared(payments=1, open=0)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.state, payment.captured_minor, order.paid_at is not None) == ("succeeded", 2900, True)


def test_page_that_we_never_noted_is_found_by_its_reference(sandbox: Sandbox, order: Order, compare: Compare) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    Payment.objects.filter(pk=payment.pk).update(session_id="", state="created")
    assert compare() == Compared(payments=1, open=0)
    payment.refresh_from_db()
    assert (payment.state, payment.captured_minor) == ("succeeded", 2900)


def test_sums_that_differ_are_listed_once_and_gone_when_they_agree(paid: Payment, compare: Compare) -> None:
    Payment.objects.update(captured_minor=2800)
    assert [compare().open, compare().open] == [1, 1]
    assert rows() == [("captured", "$28.00", "$29.00")]
    first = Discrepancy.objects.get()
    assert (first.payment, first.subject, first.first_seen_at < first.last_seen_at) == (paid, paid.session_id, True)
    Payment.objects.update(captured_minor=2900)
    assert compare().open == 0
    assert Discrepancy.objects.get().resolved_at is not None
    Payment.objects.update(captured_minor=2700)
    compare()
    assert rows() == [("captured", "$27.00", "$29.00")]
    assert Discrepancy.objects.get().first_seen_at == first.first_seen_at


@pytest.mark.parametrize("state", ["open", "expired"])
def test_payment_that_was_not_paid_but_counts_as_paid_differs(
    sandbox: Sandbox, order: Order, compare: Compare, state: str
) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    if state == "expired":
        settlement.close(payment_id=payment.pk, now=timezone.now())
    Payment.objects.update(state="succeeded", captured_minor=2900)
    compare()
    assert rows() == [("captured", "$29.00", "$0.00"), ("state", "Paid", state)]
    del sandbox


def test_refund_that_is_only_in_our_books_differs(paid: Payment, compare: Compare) -> None:
    give_back(paid, 1000)
    paid.refunds.update(state="succeeded", provider_refund_id=give_back_behind_our_back(paid, 400))
    compare()
    assert rows() == [("refunded", "$10.00", "$4.00")]


def test_refund_on_the_providers_pages_is_listed_and_can_be_explained(paid: Payment, compare: Compare) -> None:
    refund_id = give_back_behind_our_back(paid, 700)
    compare()
    row = Discrepancy.objects.get()
    assert (row.kind, row.subject, row.payment, row.theirs) == ("unknown_refund", refund_id, paid, "$7.00")
    with pytest.raises(Invalid):
        reconciliation.explain(discrepancy_id=row.pk, note=" ", actor=SYSTEM, now=timezone.now())
    client = staff(StaffGroup.FINANCE)
    for _ in range(2):
        do(client, "explain", row, note="Agreed by phone.")
    assert compare().open == 0
    row.refresh_from_db()
    assert row.explanation == "Agreed by phone."
    give_back_behind_our_back(paid, 100)
    compare()
    assert rows() == [("unknown_refund", "No such refund.", "$1.00")]


def test_refund_of_an_old_payment_is_noticed(paid: Payment, compare: Compare) -> None:
    Payment.objects.update(created_at=timezone.now() - timedelta(days=90), session_id="cs_of_long_ago")
    give_back_behind_our_back(paid, 700)
    compare()
    assert ("unknown_refund", "No such refund.", "$7.00") in rows()
    assert Discrepancy.objects.get(kind="unknown_refund").payment == paid


def test_payments_that_only_one_side_knows_are_listed(paid: Payment, compare: Compare) -> None:
    real = paid.session_id
    Payment.objects.update(session_id="cs_of_nobody")
    compare()
    assert rows() == [
        ("missing", "Paid", "No such payment."),
        ("unknown_payment", "No such payment.", "$29.00"),
    ]
    Payment.objects.update(session_id=real)
    assert compare().open == 0


def test_nothing_is_written_where_the_provider_does_not_answer(
    paid: Payment, compare: Compare, settings: Settings
) -> None:
    Payment.objects.update(captured_minor=2800)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(ProviderBusy):
        compare()
    assert not Discrepancy.objects.exists()
    del paid


def test_it_is_asked_for_once_a_day(paid: Payment) -> None:
    for hours in (0, 1):
        reconciliation.ask(now=timezone.now().replace(hour=3) + timedelta(hours=hours))
    assert OutboxMessage.objects.filter(topic=reconciliation.TOPIC, queue="outbound").count() == 1
    outbox.drain(now=timezone.now() + timedelta(days=1))
    assert OutboxMessage.objects.get(topic=reconciliation.TOPIC).state == "done"
    del paid


def test_staff_see_differences_by_permission(paid: Payment, compare: Compare, client: Client) -> None:
    Payment.objects.update(captured_minor=2800)
    compare()
    page = reverse("admin:payments_discrepancy_changelist")
    shown = staff(StaffGroup.FINANCE).get(page).content.decode()
    assert paid.order.number in shown
    assert "$28.00" in shown
    assert client.get(page).status_code == 302
    assert staff(StaffGroup.PROOFING).get(page).status_code == 403
