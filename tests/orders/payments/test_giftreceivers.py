"""Correcting who receives a gift card: with a new code, once for each press, and only while nothing is spent."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail as sent_mail
from django.utils import timezone

from catalog.models import PinVariant
from orders.models import Order
from orders.payments.models import GiftCard
from orders.payments.services import giftcards, giftcodes, giftreceivers, giftsales
from orders.payments.services.giftcards import GiftCardRefused
from orders.payments.services.giftreceivers import CardFixed, TooManyCorrections
from orders.selectors import orders
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.models import AuditEntry, OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests.orders.factories import GUEST
from tests.orders.payments.test_giftcards import place
from tests.orders.payments.test_giftsales import buy, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations")]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def code_now(card: GiftCard) -> str:
    return giftcodes.written(giftcodes.of_card(card.pk, edition=card.edition))


def correct(now: datetime, *, email: str = "ida@example.org", edition: int = 0) -> bool:
    card = GiftCard.objects.get()
    return giftreceivers.correct(card_id=card.pk, email=email, edition=edition, actor=SYSTEM, now=now)


def sold(now: datetime, *, wait_days: int = 0) -> Order:
    order = buy(now, mail_on=(now + timedelta(days=wait_days)).date() if wait_days else None)
    pay(order, now)
    return order


def test_corrected_card_is_mailed_again_once_with_a_code_that_alone_pays(variant: PinVariant, now: datetime) -> None:
    order = sold(now - timedelta(days=2))
    outbox.drain()
    old = code_now(GiftCard.objects.get())
    assert [correct(now), correct(now)] == [True, False]
    outbox.drain()
    card = GiftCard.objects.get()
    code = code_now(card)
    assert (card.receiver_email, card.mailed_at, card.edition, card.ending) == ("ida@example.org", now, 1, code[-4:])
    [message] = [each for each in sent_mail.outbox if each.to == ["ida@example.org"]]
    assert code in str(message.body)
    assert "Grace Hopper" in str(message.body)
    with pytest.raises(GiftCardRefused, match="We have no gift card"):
        giftcards.preview(codes=old, total=Money(100, "USD"), owner=GUEST, now=now)
    assert giftcards.preview(codes=code, total=Money(100, "USD"), owner=GUEST, now=now).rest == Money(0, "USD")
    texts = [moment.text for moment in orders.list_timeline(order)]
    assert texts.count(giftreceivers.NOTE) == 1
    entries = AuditEntry.objects.filter(action="gift_card.receiver_corrected", subject_id=str(card.pk))
    assert entries.count() == 1


def test_mail_with_the_old_code_that_was_not_sent_yet_is_not_sent(now: datetime) -> None:
    sold(now)
    correct(now)
    outbox.drain()
    assert [each.to for each in sent_mail.outbox if "gift card" in each.subject] == [["ida@example.org"]]
    old = OutgoingMail.objects.get(to="ada@example.org")
    message = OutboxMessage.objects.get(payload__mail_id=str(old.pk))
    assert (message.state, "has a new code" in message.last_error) == (OutboxMessage.State.DEAD, True)


def test_card_that_waits_for_its_day_is_mailed_on_it_to_the_corrected_address(now: datetime) -> None:
    sold(now, wait_days=3)
    correct(now)
    assert not OutgoingMail.objects.filter(dedupe_key__startswith="gift_card:").exists()
    assert giftsales.mail_due(now=now + timedelta(days=4)) == 1
    assert OutgoingMail.objects.get(dedupe_key__startswith="gift_card:").to == "ida@example.org"


def test_spent_blocked_or_unpaid_card_keeps_its_receiver(variant: PinVariant, now: datetime) -> None:
    order = buy(now)
    with pytest.raises(CardFixed):
        correct(now)
    pay(order, now)
    card = GiftCard.objects.get()
    giftcards.switch(card_id=card.pk, active=False, actor=SYSTEM, now=now)
    with pytest.raises(CardFixed):
        correct(now)
    giftcards.switch(card_id=card.pk, active=True, actor=SYSTEM, now=now)
    place(variant, code_now(card), now)
    with pytest.raises(CardFixed):
        correct(now)
    assert GiftCard.objects.get().receiver_email == "ada@example.org"


def test_faults_are_said_and_corrections_are_counted(now: datetime) -> None:
    sold(now)
    with pytest.raises(Invalid) as caught:
        correct(now, email="nobody")
    assert list(caught.value.fields or {}) == ["receiver_email"]
    with pytest.raises(NotFound):
        giftreceivers.correct(card_id=uuid4(), email="ida@example.org", edition=0, actor=SYSTEM, now=now)
    for edition in range(giftreceivers.AN_HOUR):
        assert correct(now, edition=edition)
    with pytest.raises(TooManyCorrections) as refused:
        correct(now, edition=giftreceivers.AN_HOUR)
    assert 1 <= refused.value.extra["retry_after"] <= 3600
    assert GiftCard.objects.get().edition == giftreceivers.AN_HOUR
