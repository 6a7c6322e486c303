"""A customer mends a proof or changes its process: never dearer than was paid, and what it costs less goes back."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from catalog.selectors import prices
from catalog.services import pricing
from catalog.spec import PinSpec
from designs.errors import MendGone, ProofChanged, ProofNotFound
from designs.models import Proof
from designs.services import proofs as design_proofs
from orders.models import Order, OrderLine
from orders.payments.models import Payment, Refund
from orders.payments.services import repayments
from orders.selectors import orders
from orders.services import amendments, approvals, cancellations, fulfilment
from orders.services.amendments import CostsMore
from pinshop.core import outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.models import AuditEntry, OutgoingMail
from pinshop.core.money import Money
from tests import races
from tests.orders.factories import SPEC, make_design, make_line, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options", "rules")]
ADA = Actor(kind="guest", id="ada", label="Guest")
HASH = sha256(b"the proof").hexdigest()
LOOSE: dict[str, Any] = {
    "number": 1,
    "rule": "silhouette_pieces",
    "severity": "block",
    "message": "This pin is in 2 pieces.",
    "staff_message": "2 pieces",
    "mend": "bridge",
    "measured": 2.0,
    "limit": 1.0,
    "at_mm": None,
    "box_mm": None,
}
GRADIENT = {**LOOSE, "rule": "gradient", "message": "Its colours run into each other.", "mend": "print"}
MANY = {**LOOSE, "rule": "colour_count", "message": "It has 14 colours.", "mend": "max_colours", "limit": 8.0}


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Proofs are drawn by the engine's own tests; here they are as if drawn."""
    monkeypatch.setitem(outbox._routes, "designs.proof.render", outbox._Route(lambda _message: None, "render", 1, None))
    return iter([None])


def price_of(spec: PinSpec, now: datetime) -> Any:
    return pricing.price_line(spec=spec, quantity=100, table=prices.get_table(currency="USD", now=now))


@pytest.fixture
def make(now: datetime) -> Callable[..., OrderLine]:
    """A paid line of 100 pins at its true price with 10 % tax, whose proof waits with these findings."""

    def run(*findings: dict[str, Any], spec: PinSpec = SPEC) -> OrderLine:
        price = price_of(spec, now)
        goods = price.total.amount_minor
        tax = Money(goods + 500, "USD").scaled(Decimal("0.1")).amount_minor
        order = make_order(now=now, paid_at=now)
        Order.objects.filter(pk=order.pk).update(
            subtotal_minor=goods,
            tax_minor=tax,
            total_minor=goods + 500 + tax,
            tax={"name": "Sales tax", "rate_percent": "10", "source": "test"},
            price_version=price.table_version,
        )
        line = make_line(
            order,
            state="awaiting_approval",
            design=make_design(now=now, spec=spec),
            spec=spec.to_json(),
            price=price.to_json(),
            total_minor=goods,
        )
        Payment.objects.create(
            order=order,
            state="succeeded",
            currency="USD",
            amount_minor=goods + 500 + tax,
            captured_minor=goods + 500 + tax,
            provider="stripe",
            session_id="cs_1",
            intent_id="pi_1",
            idempotency_key="one",
            expires_at=now,
            asked_at=now,
            created_at=now,
        )
        line.refresh_from_db()
        return _proofed(line, list(findings), spec, now)

    return run


def _proofed(line: OrderLine, findings: list[dict[str, Any]], spec: PinSpec, now: datetime) -> OrderLine:
    assert line.design is not None
    measures = {"width_mm": 31.75, "height_mm": 31.75, "thickness_mm": 1.2, "weight_g": 5.0}
    proof = Proof.objects.create(
        design=line.design,
        revision=1,
        reference=str(line.pk),
        state="awaiting_approval",
        artwork=line.design.artwork,
        spec=spec.to_json(),
        sheet=fulfilment.sheet_of(line).to_json(),
        report={"rules_version": "1", "findings": findings, "changes": []},
        measures={**measures, "colours": [], "posts": [], "cutouts": []},
        manifest={"spec": spec.to_json()},
        proof_hash=HASH,
        pdf_sha256=HASH,
        created_at=now,
        rendered_at=now,
        sent_at=now,
    )
    OrderLine.objects.filter(pk=line.pk).update(proof=proof)
    line.refresh_from_db()
    return line


def mend(line: OrderLine, mend: str, now: datetime, **other: Any) -> Proof:
    values = {"line_id": line.pk, "proof_id": line.proof_id, "proof_hash": HASH, "actor": ADA, "now": now}
    return amendments.mend(mend=mend, **{**values, **other})


def change(line: OrderLine, process: str, now: datetime, **other: Any) -> Proof:
    values = {"line_id": line.pk, "proof_id": line.proof_id, "proof_hash": HASH, "actor": ADA, "now": now}
    return amendments.change_process(process=process, **{**values, **other})


def _in_turn(turns: list[Callable[[], Proof]]) -> Callable[[], Proof]:
    """Each thread does another one."""

    def take() -> Proof:
        return turns.pop()()

    return take


def amounts(line: OrderLine) -> tuple[int, int, int, int]:
    line.refresh_from_db()
    order = Order.objects.get(pk=line.order_id)
    return line.total_minor, order.subtotal_minor, order.tax_minor, order.total_minor


def test_mend_at_the_same_price_takes_the_line_back_once(make: Callable[..., OrderLine], now: datetime) -> None:
    line = make(LOOSE)
    before = amounts(line)
    made = {mend(line, "bridge", now + timedelta(days=day)).pk for day in range(2)}
    outbox.drain(now=now + timedelta(seconds=1))
    [revision] = Proof.objects.filter(pk__in=made)
    assert (revision.revision, revision.flatten["bridge"], revision.spec) == (2, "auto", SPEC.to_json())
    assert (amounts(line), Refund.objects.count(), line.state) == (before, 0, "proofing")
    told = [moment.text for moment in orders.list_timeline(line.order)]
    assert told[-1] == "You asked for a new revision of Sleepy fox: “Join the pieces by metal bridges”."
    assert len(told) == 1
    mail = OutgoingMail.objects.get()
    assert mail.subject == "We have your wishes for Sleepy fox"
    assert "Join the pieces by metal bridges." in mail.text


def test_what_it_costs_less_goes_back_once_with_its_tax(make: Callable[..., OrderLine], now: datetime) -> None:
    spec = SPEC.from_json({**SPEC.to_json(), "colours": 14})
    line = make(MANY, spec=spec)
    paid = Payment.objects.get().captured_minor
    fewer = SPEC.from_json({**spec.to_json(), "colours": 8})
    wanted = price_of(fewer, now).total.amount_minor
    saved = line.total_minor - wanted
    assert saved > 0
    for _ in range(2):
        revision = mend(line, "max_colours", now)
    tax = round((wanted + 500) / 10 + 1e-9)
    assert amounts(line) == (wanted, wanted, tax, wanted + 500 + tax)
    refund = Refund.objects.get()
    assert refund.amount_minor == paid - (wanted + 500 + tax)
    assert (line.spec, line.price["total_minor"]) == (fewer.to_json(), wanted)
    assert (revision.spec["colours"], revision.sheet["total"]) == (8, str(Money(wanted, "USD")))
    assert refund.reason == f"Sleepy fox costs {Money(saved, 'USD')} less: “Merge the nearest colours”."
    assert AuditEntry.objects.filter(action="line.repriced").count() == 1
    cancellations.cancel(order_id=line.order_id, reason="", actor=ADA, now=now)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == paid


def test_what_costs_more_is_refused_with_both_sums_and_changes_nothing(
    make: Callable[..., OrderLine], now: datetime
) -> None:
    line = make(GRADIENT)
    before = amounts(line)
    dearer = price_of(SPEC.from_json({**SPEC.to_json(), "process": "hard_enamel"}), now).total
    with pytest.raises(CostsMore) as refused:
        change(line, "hard_enamel", now)
    paid = Money(line.total_minor, "USD")
    assert refused.value.message == (
        f"This costs {dearer - paid} more than you paid ({dearer} in place of {paid}). "
        "Ask us to change it, and we tell you how to go on."
    )
    assert refused.value.extra == {"total_minor": dearer.amount_minor, "paid_minor": paid.amount_minor}
    assert (amounts(line), line.state, Proof.objects.get().state) == (before, "awaiting_approval", "awaiting_approval")
    offers = {offer.code: offer for offer in amendments.list_processes(line=line, proof=Proof.objects.get())}
    assert offers["hard_enamel"].refusal == refused.value.message
    assert "soft_enamel" not in offers


def test_offers_say_what_is_really_given_back(make: Callable[..., OrderLine], now: datetime) -> None:
    line = make(GRADIENT)
    proof = Proof.objects.get()
    [printed] = amendments.list_mends(line=line, proof=proof)
    before = line.total_minor
    if printed.refusal:
        with pytest.raises(CostsMore, match="more than you paid"):
            mend(line, "print", now)
    else:
        mend(line, "print", now)
        assert before - amounts(line)[0] == printed.saves.amount_minor
    assert (printed.code, printed.words) == ("print", "Have it printed instead")


def test_cheaper_process_is_taken_at_once_and_the_way_back_is_not_free(
    make: Callable[..., OrderLine], now: datetime
) -> None:
    dear = SPEC.from_json({**SPEC.to_json(), "process": "hard_enamel"})
    line = make(LOOSE, spec=dear)
    second = change(line, "soft_enamel", now)
    assert (second.spec["process"], amounts(line)[0]) == ("soft_enamel", price_of(SPEC, now).total.amount_minor)
    Proof.objects.filter(pk=second.pk).update(
        state="awaiting_approval", proof_hash="2" * 64, pdf_sha256=HASH, rendered_at=now, sent_at=now
    )
    OrderLine.objects.filter(pk=line.pk).update(proof=second, state="awaiting_approval")
    line.refresh_from_db()
    with pytest.raises(CostsMore):
        change(line, "hard_enamel", now, proof_hash="2" * 64)
    assert Refund.objects.count() == 1


def test_stale_page_foreign_proof_and_foreign_mend_change_nothing(
    make: Callable[..., OrderLine], now: datetime
) -> None:
    line = make(LOOSE)
    other = make_line(line.order, state="awaiting_approval")
    with pytest.raises(ProofChanged):
        mend(line, "bridge", now, proof_hash="0" * 64)
    with pytest.raises(ProofNotFound):
        mend(line, "bridge", now, line_id=other.pk)
    with pytest.raises(MendGone):
        mend(line, "print", now)
    approvals.request_changes(line_id=line.pk, comment_id=line.pk, text="Bluer.", actor=ADA, now=now)
    with pytest.raises(ProofChanged, match="changes requested"):
        mend(line, "bridge", now)
    assert Proof.objects.count() == 1


def test_proof_that_cannot_be_approved_asks_for_a_decision(make: Callable[..., OrderLine], now: datetime) -> None:
    line = make(LOOSE)
    Proof.objects.update(state="staff_check", sent_at=None)
    OrderLine.objects.update(state="proofing")
    design_proofs.send(proof_id=line.proof_id, actor=SYSTEM, now=now)
    outbox.drain(now=now + timedelta(seconds=1))
    assert OrderLine.objects.get().state == "awaiting_approval"
    mail = OutgoingMail.objects.get()
    assert mail.subject == "Your proof of Sleepy fox needs your decision"
    for body in (mail.text, mail.html):
        assert "This pin is in 2 pieces." in body
    told = [moment.text for moment in orders.list_timeline(line.order)]
    assert told == ["The proof of Sleepy fox needs your decision: This pin is in 2 pieces."]


@pytest.mark.django_db(transaction=True)
def test_presses_at_once_make_one_revision_and_one_refund(make: Callable[..., OrderLine], now: datetime) -> None:
    line = make(MANY, spec=SPEC.from_json({**SPEC.to_json(), "colours": 14}))
    results = races.run(lambda: mend(line, "max_colours", now), threads=8)
    assert {type(result) for result in results} == {Proof}
    assert (Proof.objects.count(), Refund.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_money_is_given_back_for_nothing(
    make: Callable[..., OrderLine], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: each of two different changes settles by what it read before the other wrote.

    Behind the lock stands the surplus of the order, above which nothing goes back; it is off as well.
    """
    dear = SPEC.from_json({**SPEC.to_json(), "process": "hard_enamel", "colours": 14})
    line = make(MANY, spec=dear)
    together = threading.Barrier(2)

    def unlocked(line_id: Any) -> OrderLine:
        row = OrderLine.objects.select_related("order").get(pk=line_id)
        together.wait()
        return row

    turns: list[Callable[[], Proof]] = [
        lambda: mend(line, "max_colours", now),
        lambda: change(line, "soft_enamel", now),
    ]
    monkeypatch.setattr(amendments, "_lock", unlocked)
    monkeypatch.setattr(repayments, "_left_of", lambda part, _balance: part.amount)
    monkeypatch.setattr(design_proofs, "amend", lambda **_: Proof.objects.get())
    races.run(_in_turn(turns), threads=2)
    captured = Payment.objects.get().captured_minor
    refunded = sum(Refund.objects.values_list("amount_minor", flat=True))
    assert captured - refunded < Order.objects.get().total_minor


@pytest.mark.django_db(transaction=True)
def test_of_a_mend_and_another_process_at_once_one_wins(make: Callable[..., OrderLine], now: datetime) -> None:
    dear = SPEC.from_json({**SPEC.to_json(), "process": "hard_enamel", "colours": 14})
    line = make(MANY, spec=dear)
    turns: list[Callable[[], Proof]] = [
        lambda: mend(line, "max_colours", now),
        lambda: change(line, "soft_enamel", now),
    ]
    results = races.run(_in_turn(turns), threads=2)
    assert sorted(type(result).__name__ for result in results) == ["Proof", "ProofChanged"]
    captured = Payment.objects.get().captured_minor
    assert captured - Refund.objects.get().amount_minor == Order.objects.get().total_minor
