"""Proofs that wait: reminders on their days, a task for staff, an end with the money back, and never a yes by silence."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import Approval, Proof
from orders.models import OrderLine, ProofWait
from orders.payments.models import Payment, Refund
from orders.services import approvals, lines, waiting
from orders.services.waiting import Watched
from pinshop.accounts.models import User
from pinshop.core import audit, outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.models import OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import SPEC, make_line, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
ADA = Actor(kind="guest", id="ada", label="Guest")
NOTHING = Watched(reminded=0, given_to_staff=0, expired=0)
REMINDED = Watched(reminded=1, given_to_staff=0, expired=0)
At = Callable[[float], Watched]


def make_proof(line: OrderLine, *, sent_at: datetime, revision: int = 1) -> Proof:
    """A proof of the line that was drawn, checked and sent."""
    digest = sha256(f"{line.pk}{revision}".encode()).hexdigest()
    assert line.design is not None
    return Proof.objects.create(
        design=line.design,
        revision=revision,
        reference=str(line.pk),
        state="awaiting_approval",
        artwork=line.design.artwork,
        spec=SPEC.to_json(),
        report={"rules_version": "1", "findings": [], "changes": []},
        manifest={"spec": SPEC.to_json()},
        proof_hash=digest,
        pdf_sha256=digest,
        created_at=sent_at,
        rendered_at=sent_at,
        sent_at=sent_at,
    )


@pytest.fixture
def line(now: datetime) -> OrderLine:
    """A paid custom line whose proof was sent just now."""
    order = make_order(now=now, paid_at=now)
    Payment.objects.create(
        order=order,
        state="succeeded",
        currency="USD",
        amount_minor=10_000,
        captured_minor=10_000,
        provider="stripe",
        session_id="cs_1",
        intent_id="pi_1",
        idempotency_key="one",
        expires_at=now,
        asked_at=now,
        created_at=now,
    )
    found = make_line(order, state="awaiting_approval")
    OrderLine.objects.filter(pk=found.pk).update(proof=make_proof(found, sent_at=now))
    found.refresh_from_db()
    return found


@pytest.fixture
def at(now: datetime) -> At:
    """Let the clock look, so many days after the proof was sent."""
    return lambda days: waiting.watch(now=now + timedelta(days=days))


def reminders() -> list[str]:
    return [
        mail.text.split(" ago")[0].split(" we sent")[0]
        for mail in OutgoingMail.objects.filter(subject="Your proof of Sleepy fox still waits for you").order_by("pk")
    ]


def state(line: OrderLine) -> str:
    return OrderLine.objects.values_list("state", flat=True).get(pk=line.pk)


def test_day_by_day_it_reminds_calls_staff_and_ends_with_the_money_back(line: OrderLine, at: At) -> None:
    done = {day: seen for day in range(16) if (seen := at(day)) != NOTHING}
    assert done == {
        1: REMINDED,
        3: REMINDED,
        5: REMINDED,
        7: Watched(reminded=0, given_to_staff=1, expired=0),
        14: Watched(reminded=0, given_to_staff=0, expired=1),
    }
    assert sorted(reminders()) == ["3 days", "5 days", "Yesterday"]
    assert (state(line), Refund.objects.get().amount_minor) == ("cancelled", 10_000)
    assert Proof.objects.get().state == "superseded"
    mail = OutgoingMail.objects.get(subject=f"Order {line.order.number}: cancelled")
    assert "waited 14 days for your decision" in mail.text
    assert "What you paid for it is on its way back." in mail.text
    assert [entry.action for entry in audit.list_entries(subject=line.order)] == [
        *["proof.reminded"] * 3,
        "proof.given_to_staff",
        "line.cancelled",
        "refund.asked",
    ]


@pytest.mark.parametrize("day", [0, 1, 3, 5, 7, 14])
def test_a_second_look_at_the_same_moment_does_nothing(line: OrderLine, at: At, day: int) -> None:
    for earlier in range(day):
        at(earlier)
    at(day)
    before = (state(line), OutgoingMail.objects.count(), Refund.objects.count())
    assert at(day) == NOTHING
    assert (state(line), OutgoingMail.objects.count(), Refund.objects.count()) == before


@pytest.mark.usefixtures("line")
def test_reminder_says_when_and_carries_a_link_that_opens_the_order(at: At) -> None:
    at(0.99)
    assert reminders() == []
    at(1)
    mail = OutgoingMail.objects.get()
    assert "Please decide before 7 December 2026." in mail.text
    assert "Please decide before 7 December 2026." in mail.html
    link = next(word for word in mail.text.split() if "/order/" in word or "/orders/" in word)
    assert link in mail.html
    assert Client().get(link.partition("8000")[2]).status_code == 302


def test_clock_that_stood_still_sends_the_latest_reminder_only_and_gives_notice(line: OrderLine, at: At) -> None:
    assert at(20) == Watched(reminded=1, given_to_staff=1, expired=0)
    assert reminders() == ["5 days"]
    assert "Please decide before 15 December 2026." in OutgoingMail.objects.get().text
    assert at(21.9) == NOTHING
    assert at(22) == Watched(reminded=0, given_to_staff=0, expired=1)
    assert state(line) == "cancelled"


def test_clock_that_stood_still_for_some_days_passes_over_the_missed_reminder(line: OrderLine, at: At) -> None:
    assert [at(4), at(5), at(6)] == [REMINDED, REMINDED, NOTHING]
    assert sorted(reminders()) == ["3 days", "5 days"]
    assert state(line) == "awaiting_approval"


def test_approved_meanwhile_nothing_is_done(line: OrderLine, at: At, now: datetime) -> None:
    at(1)
    assert line.proof is not None
    approvals.approve(
        line_id=line.pk,
        proof_hash=str(line.proof.proof_hash),
        shown_total=Money(9500, "USD"),
        terms_accepted=True,
        actor=ADA,
        now=now,
    )
    assert [at(day) for day in (3, 5, 7, 14, 60)] == [NOTHING] * 5
    assert (state(line), ProofWait.objects.count(), Refund.objects.count()) == ("approved", 0, 0)


def test_wish_for_changes_stops_the_clock_and_the_next_revision_starts_another(
    line: OrderLine, at: At, now: datetime
) -> None:
    at(5)
    approvals.request_changes(line_id=line.pk, comment_id=uuid4(), text="Bluer.", actor=ADA, now=now)
    assert [at(day) for day in (7, 14, 20)] == [NOTHING] * 3
    assert state(line) == "proofing"
    sent_at = now + timedelta(days=20)
    second = make_proof(line, sent_at=sent_at, revision=2)
    OrderLine.objects.filter(pk=line.pk).update(proof=second, state="awaiting_approval")
    assert {day: at(day) for day in (20, 20.9, 21, 33.9, 35)} == {
        20: NOTHING,
        20.9: NOTHING,
        21: REMINDED,
        33.9: Watched(reminded=1, given_to_staff=1, expired=0),
        35: NOTHING,
    }
    assert at(35.9) == Watched(reminded=0, given_to_staff=0, expired=1)


def test_stopped_line_waits_for_staff_and_its_time_begins_anew(line: OrderLine, at: At, now: datetime) -> None:
    at(5)
    lines.hold(line_id=line.pk, actor=SYSTEM, now=now, reason="The customer is away until the 20th.")
    assert [at(day) for day in (7, 14, 30)] == [NOTHING] * 3
    lines.release(line_id=line.pk, actor=SYSTEM, now=now)
    assert [at(day) for day in (30.5, 31, 37)] == [
        NOTHING,
        REMINDED,
        Watched(reminded=1, given_to_staff=1, expired=0),
    ]
    assert state(line) == "awaiting_approval"


@pytest.mark.usefixtures("line")
def test_sixty_days_of_silence_approve_nothing(at: At) -> None:
    for hours in range(0, 60 * 24, 7):
        at(hours / 24)
    outbox.drain()
    assert Approval.objects.count() == 0
    assert not Proof.objects.filter(state="approved").exists()
    assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_clocks_at_once_remind_once(line: OrderLine, at: At) -> None:
    at(0)
    seen = races.run(lambda: at(1), threads=8)
    assert sum(each.reminded for each in seen if isinstance(each, Watched)) == 1
    assert (reminders(), state(line)) == (["Yesterday"], "awaiting_approval")


def answered_meanwhile(line: OrderLine, at: At, now: datetime, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """The customer asks for changes after the clock has listed the line, before it ends it."""
    at(5)
    listed = waiting._remind

    def answer_first(wait: ProofWait, *, now: datetime) -> bool:
        approvals.request_changes(line_id=line.pk, comment_id=uuid4(), text="Bluer.", actor=ADA, now=now)
        return listed(wait, now=now)

    monkeypatch.setattr(waiting, "_remind", answer_first)
    at(14)
    return state(line), Refund.objects.count()


def test_answer_at_the_last_moment_counts(
    line: OrderLine, at: At, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert answered_meanwhile(line, at, now, monkeypatch) == ("proofing", 0)


def test_without_its_second_look_the_answer_would_be_lost(
    line: OrderLine, at: At, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_lock", lambda wait: wait.line)
    assert answered_meanwhile(line, at, now, monkeypatch) == ("cancelled", 1)


def test_staff_see_whom_to_write_to(line: OrderLine, at: At, client: Client) -> None:
    at(7)
    client.force_login(User.objects.create_superuser("root@example.org"))
    page = client.get(reverse("admin:orders_proofwait_changelist")).content.decode()
    assert "Write or call" in page
    assert line.order.number in page
    assert "Ada Lovelace, ada@example.org" in page
