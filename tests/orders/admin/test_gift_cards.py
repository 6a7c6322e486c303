"""Gift cards as staff issue and block them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from orders.payments.models import GiftCard
from pinshop.accounts.enums import StaffGroup
from pinshop.core import outbox
from pinshop.core.models import AuditEntry, OutgoingMail
from tests.orders.admin.test_orders import do, staff

pytestmark = pytest.mark.django_db
KEY = "0f5b0c1e-1111-4222-8333-444455556666"


def issue(client: Client, **changes: object) -> Any:
    fields = {
        "amount": "25.50",
        "currency": "USD",
        "receiver_email": "ada@example.org",
        "language": "en",
        "key": KEY,
        **changes,
    }
    return client.post("/admin/payments/giftcard/add/", fields, follow=True)


def test_code_is_shown_once_and_mailed_and_a_second_press_issues_nothing() -> None:
    client = staff(StaffGroup.FINANCE)
    page = issue(client).content.decode()
    code = re.findall(r"The code is ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\.", page)[0]
    card = GiftCard.objects.get()
    assert (card.initial_minor, card.ending) == (2550, code[-4:])
    assert code not in OutgoingMail.objects.get().text
    outbox.drain()
    assert code in str(mail.outbox[0].body)
    assert "The code is" not in issue(client).content.decode()
    assert GiftCard.objects.count() == 1
    assert code not in client.get(f"/admin/payments/giftcard/{card.pk}/change/").content.decode()
    assert AuditEntry.objects.get(action="gift_card.issued").actor_label == "finance@example.org"


def test_form_offers_three_years() -> None:
    page = staff(StaffGroup.FINANCE).get("/admin/payments/giftcard/add/").content.decode()
    assert f"{timezone.now() + timedelta(days=1095):%Y-%m-%d}" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": "0"}, "Give an amount above zero"),
        ({"amount": "10.50", "currency": "JPY"}, "Give an amount in JPY, such as 1250, with at most 0 digits"),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "10:00"}, "Name a day to come, or none."),
    ],
)
def test_impossible_card_is_refused_in_words(changes: dict[str, object], words: str) -> None:
    assert words in issue(staff(StaffGroup.FINANCE), **changes).content.decode()
    assert not GiftCard.objects.exists()


def test_card_is_blocked_and_let_go_on() -> None:
    client = staff(StaffGroup.FINANCE)
    issue(client)
    card = GiftCard.objects.get()
    for action, active in (("block", False), ("block", False), ("unblock", True)):
        do(client, action, card)
        card.refresh_from_db()
        assert card.active is active
    assert AuditEntry.objects.filter(subject_type="payments.giftcard").count() == 3


def test_only_finance_makes_money() -> None:
    for group in (StaffGroup.ORDERS, StaffGroup.PROOFING):
        assert issue(staff(group)).status_code == 403
    assert not GiftCard.objects.exists()


def test_staff_correct_the_receiver_and_a_second_press_mails_nothing() -> None:
    client = staff(StaffGroup.FINANCE)
    issue(client)
    card = GiftCard.objects.get()
    window = client.get(f"/admin/payments/giftcard/{card.pk}/correct/").content.decode()
    assert ('value="ada@example.org"' in window, 'name="edition" value="0"' in window) == (True, True)
    for _ in range(2):
        assert do(client, "correct", card, receiver_email="ida@example.org", edition=0) == 302
    card.refresh_from_db()
    assert (card.receiver_email, card.edition) == ("ida@example.org", 1)
    assert OutgoingMail.objects.filter(to="ida@example.org").count() == 1
    assert AuditEntry.objects.get(action="gift_card.receiver_corrected").actor_label == "finance@example.org"
