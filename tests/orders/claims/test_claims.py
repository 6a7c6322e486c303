"""A claim: opened in time, with photos that are drawn anew; decided once."""

import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from PIL import Image
from pytest_django.fixtures import Settings

from catalog.models import Stock
from catalog.services.stock import StockMismatch
from designs.errors import ArtworkRefused
from orders.claims.enums import ClaimKind
from orders.claims.models import Claim, ClaimPhoto
from orders.claims.services import claims, photos
from orders.claims.services.claims import ClaimDecided, ClaimOpen, ClaimTooLate, Complaint
from orders.models import Order, OrderLine
from orders.payments.selectors.balances import get_balance
from orders.payments.services import repayments
from orders.payments.services.refunds import RefundTooLarge
from orders.selectors import cancellation, orders
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Invalid
from pinshop.core.models import OutboxMessage, OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.books import refunded
from tests.orders.claims.conftest import Deliver, photo

pytestmark = pytest.mark.django_db
ADA = Actor(kind="user", id="1", label="Ada Lovelace")
SORRY = "We are sorry: the red was wrong."


def complain(line: OrderLine, now: datetime, *, claim_id: UUID | None = None, **changes: object) -> Claim:
    complaint = Complaint(**{"kind": ClaimKind.DIFFERS, "pieces": 12, "text": "Red is orange.", **changes})
    return claims.open_claim(claim_id=claim_id or uuid4(), line_id=line.pk, complaint=complaint, actor=ADA, now=now)


def refund(claim: Claim, minor: int, now: datetime) -> Claim:
    return claims.refund(claim_id=claim.pk, amount=Money(minor, "USD"), answer=SORRY, actor=SYSTEM, now=now)


def test_claim_is_opened_once_and_told(deliver: Deliver, now: datetime) -> None:
    line, key = deliver(), uuid4()
    first = complain(line, now, claim_id=key, photos=[photo(), photo("PNG")])
    assert complain(line, now, claim_id=key).pk == first.pk
    assert (Claim.objects.count(), ClaimPhoto.objects.count()) == (1, 2)
    assert OutgoingMail.objects.get().subject == "We look at your report about Sleepy fox"
    assert [moment.text for moment in orders.list_timeline(line.order)] == [
        "You reported a problem with 12 × Sleepy fox. We answer within two working days."
    ]
    with pytest.raises(ClaimOpen):
        complain(line, now)


@pytest.mark.parametrize("days", [0, 30])
def test_claim_in_time(deliver: Deliver, now: datetime, days: int) -> None:
    assert complain(deliver(), now + timedelta(days=days)).state == "open"


def test_claim_too_early_or_too_late(deliver: Deliver, now: datetime) -> None:
    with pytest.raises(ClaimTooLate, match="was not delivered yet"):
        complain(deliver(state="shipped"), now)
    with pytest.raises(ClaimTooLate, match="that was until 23 December 2026"):
        complain(deliver(), now + timedelta(days=30, seconds=1))


@pytest.mark.parametrize("changes", [{"pieces": 0}, {"pieces": 101}, {"text": "  "}, {"photos": [b"x"] * 7}])
def test_claim_that_is_not_complete_is_refused(deliver: Deliver, now: datetime, changes: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        complain(deliver(), now, **changes)
    assert Claim.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
def test_photo_is_known_by_its_first_bytes(deliver: Deliver, now: datetime, content: bytes) -> None:
    with pytest.raises(ArtworkRefused):
        complain(deliver(), now, photos=[photo(), content])
    assert Claim.objects.count() == 0


def test_photo_that_is_too_large_is_refused(deliver: Deliver, now: datetime, settings: Settings) -> None:
    settings.CLAIM_PHOTO_MAX_BYTES = len(photo()) - 1
    with pytest.raises(Invalid, match="at most 0 MB are accepted"):
        complain(deliver(), now, photos=[photo()])


def test_only_a_picture_drawn_anew_is_shown(deliver: Deliver, now: datetime) -> None:
    """The original holds a place and a comment; what is shown holds pixels."""
    exif = Image.Exif()
    exif[0x010E] = "secret"
    complain(deliver(), now, photos=[photo(exif=exif), b"\xff\xd8\xff broken"])
    good, broken = ClaimPhoto.objects.all()
    original = good.original_sha256
    assert b"secret" in files.read(original)
    for _ in range(2):
        for row in (good, broken):
            photos.draw(photo_id=row.pk, now=now)
    good.refresh_from_db()
    broken.refresh_from_db()
    shown = files.read(good.shown_sha256)
    assert shown.startswith(b"\xff\xd8\xff")
    assert b"secret" not in shown
    assert (files.get(good.shown_sha256).public, files.get(original).public) == (False, False)
    assert files.delete_unheld([original, good.shown_sha256], now=now + timedelta(days=99)) == 1
    assert (good.original_sha256, files.read(good.shown_sha256)) == ("", shown)
    assert (broken.shown_sha256, broken.failure != "") == ("", True)
    assert OutboxMessage.objects.filter(topic=claims.PHOTO_TOPIC).count() == 2


def test_refund_is_of_the_line_once_and_told(deliver: Deliver, now: datetime) -> None:
    line = deliver()
    claim = complain(line, now)
    for _ in range(2):
        assert refund(claim, 1140, now).state == "refunded"
    assert refunded(line.order) == [(1140, SORRY)]
    assert get_balance(order=line.order).left_of_line(line.pk) == Money(8360, "USD")
    assert OutgoingMail.objects.latest("created_at").subject in {
        "Sleepy fox: refunded",
        "We look at your report about Sleepy fox",
    }
    assert OutgoingMail.objects.filter(subject="Sleepy fox: refunded").count() == 1
    for other in (
        lambda: claims.remake(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now),
        lambda: claims.decline(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now),
    ):
        with pytest.raises(ClaimDecided):
            other()


def test_refund_above_what_is_left_leaves_the_claim_open(deliver: Deliver, now: datetime) -> None:
    claim = complain(deliver(), now)
    with pytest.raises(RefundTooLarge):
        refund(claim, 9501, now)
    with pytest.raises(Invalid):
        claims.decline(claim_id=claim.pk, answer=" ", actor=SYSTEM, now=now)
    assert Claim.objects.get().state == "open"


def test_remake_is_a_line_of_the_approved_proof_that_costs_nothing(deliver: Deliver, now: datetime) -> None:
    line = deliver()
    claim = complain(line, now)
    for _ in range(2):
        claims.remake(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now)
    again = OrderLine.objects.get(remake_of=line)
    assert (again.quantity, again.total_minor, again.state, again.proof_id, again.position) == (
        12,
        0,
        "approved",
        line.proof_id,
        2,
    )
    assert cancellation.find_cost(again) is None
    assert OutboxMessage.objects.filter(topic="orders.line.approved").count() == 1
    assert Order.objects.get().total_minor == 10_000
    assert str(orders.state_of(orders.get_any(order_id=line.order_id))) == "in_production"
    claim.refresh_from_db()
    assert claim.remake_id == again.pk


def test_remake_of_a_remake_is_of_the_paid_line_and_so_is_its_money(deliver: Deliver, now: datetime) -> None:
    line = deliver()
    claims.remake(claim_id=complain(line, now).pk, answer=SORRY, actor=SYSTEM, now=now)
    again = OrderLine.objects.get(remake_of=line)
    OrderLine.objects.filter(pk=again.pk).update(state="delivered", shipment=line.shipment)
    claims.remake(claim_id=complain(again, now).pk, answer=SORRY, actor=SYSTEM, now=now)
    assert OrderLine.objects.filter(remake_of=line).count() == 2
    last = OrderLine.objects.latest("position")
    OrderLine.objects.filter(pk=last.pk).update(state="delivered", shipment=line.shipment)
    refund(complain(last, now), 9500, now)
    assert get_balance(order=line.order).left_of_line(line.pk) == Money(0, "USD")


def test_ready_made_pins_are_sent_again_from_the_shelf(deliver: Deliver, now: datetime) -> None:
    line = deliver(kind="ready", quantity=10)
    claim = complain(line, now, pieces=3)
    Stock.objects.update(on_hand=2)
    with pytest.raises(StockMismatch):
        claims.remake(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now)
    assert (Claim.objects.get().state, OrderLine.objects.count()) == ("open", 1)
    Stock.objects.update(on_hand=3)
    claims.remake(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now)
    assert (Stock.objects.get().on_hand, OrderLine.objects.get(remake_of=line).state) == (0, "picking")


def test_database_keeps_decisions_whole(deliver: Deliver, now: datetime) -> None:
    claim = complain(deliver(), now)
    for wrong in (
        {"state": "declined", "decided_at": now},
        {"state": "remade", "decided_at": now, "answer": "x"},
        {"state": "refunded", "decided_at": now, "answer": "x"},
        {"refund_minor": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**wrong)


def _decide_in_both_ways_at_once(line: OrderLine, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of a claim that four refund and four have made again at the same moment."""
    claim, give, make = complain(line, now), repayments.give_back, claims.remakes.make

    def slowly(work: object) -> object:
        def run(**given: object) -> object:
            time.sleep(0.1)
            return work(**given)  # type: ignore[operator]  # a service

        return run

    monkeypatch.setattr(claims.repayments, "give_back", slowly(give))
    monkeypatch.setattr(claims.remakes, "make", slowly(make))
    turns, together = iter([True, False] * 4), threading.Barrier(8)

    def work() -> None:
        connection.ensure_connection()
        together.wait()
        with suppress(ClaimDecided):
            if next(turns):
                refund(claim, 1000, now)
            else:
                claims.remake(claim_id=claim.pk, answer=SORRY, actor=SYSTEM, now=now)

    assert [result for result in races.run(work, threads=8) if result] == []
    done = ["refunded"] * bool(refunded(line.order))
    return done + ["remade"] * OrderLine.objects.filter(remake_of=line).count()


@pytest.mark.django_db(transaction=True)
def test_claim_is_decided_once_however_many_decide(
    deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(_decide_in_both_ways_at_once(deliver(), now, monkeypatch)) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_and_the_condition_it_is_decided_twice(
    deliver: Deliver, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the order's lock keeps the race out, and behind it the condition of the UPDATE."""

    def unlocked(line_id: UUID) -> OrderLine:
        return OrderLine.objects.select_related("order", "shipment").get(pk=line_id)

    def unconditional(claim: Claim, state: str, answer: str, **_: object) -> None:
        Claim.objects.filter(pk=claim.pk).update(answer=answer)

    line = deliver()
    monkeypatch.setattr(claims, "_decide", unconditional)
    monkeypatch.setattr(claims, "_lock", unlocked)
    assert len(_decide_in_both_ways_at_once(line, now, monkeypatch)) > 1


def test_photos_are_drawn_by_the_outbox(deliver: Deliver, now: datetime) -> None:
    complain(deliver(), now, photos=[photo()])
    outbox.drain(now=now + timedelta(seconds=1))
    assert ClaimPhoto.objects.get().shown_sha256
