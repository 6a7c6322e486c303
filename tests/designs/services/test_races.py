"""Many at once: one approval, one revision, one rendering. Each race has its negative control."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import Q

from catalog.selectors import options as catalog_options
from catalog.spec import PinSpec
from designs.errors import ProofChanged
from designs.models import Approval, Proof
from designs.services import amendments, proofs, renders, transitions
from designs.sheet import Sheet
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage
from pinshop.core.money import Money
from tests import races

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


@pytest.fixture(autouse=True)
def _quiet_broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is sent to workers here: these tests call what workers call."""
    from pinshop.core import broker

    monkeypatch.setattr(broker, "send", lambda *_args, **_kwargs: True)
    return iter([None])


def _approve(proof: Proof, now: datetime) -> Approval:
    return proofs.approve(
        proof_id=proof.id,
        proof_hash=proof.proof_hash or "",
        price=Money(26900, "USD"),
        terms_version="2026-11",
        actor=Actor(kind="customer", id="42", label="robin@example.com"),
        now=now,
    )


def test_twelve_presses_make_one_approval(sent: Callable[..., Proof], now: datetime) -> None:
    proof = sent()
    results = races.run(lambda: _approve(proof, now), threads=THREADS)
    assert {type(result) for result in results} == {Approval}
    assert len({result.pk for result in results if isinstance(result, Approval)}) == 1
    assert audit.list_entries(subject=proof).filter(action="proof.approved").count() == 1


def test_without_the_guard_approvals_collide(
    sent: Callable[..., Proof], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with any state allowed, the UNIQUE of the database is what is left."""
    proof = sent()
    monkeypatch.setattr(transitions, "_allowed", lambda _states: Q())
    results = races.run(lambda: _approve(proof, now), threads=THREADS)
    assert sum(isinstance(result, IntegrityError) for result in results) > 0
    assert Approval.objects.count() == 1


def _replace(proof: Proof, staff: Actor, now: datetime) -> object:
    return proofs.request(
        design_id=proof.design_id,
        spec=PinSpec.from_json({**proof.spec, "plating": "silver"}),
        sheet=Sheet.from_json(proof.sheet),
        actor=staff,
        now=now,
    )


def _amend(proof: Proof, customer: Actor, now: datetime) -> object:
    return proofs.amend(
        proof_id=proof.id,
        proof_hash=proof.proof_hash or "",
        amendment=amendments.by_process(proof=proof, process="hard_enamel", options=catalog_options.get_options()),
        sheet=Sheet.from_json(proof.sheet),
        actor=customer,
        now=now,
    )


def _run_both(one: Callable[[], object], other: Callable[[], object]) -> list[object]:
    turns = [one, other]

    def take_turn() -> object:
        return turns.pop()()

    return races.run(take_turn, threads=2)


def test_approval_and_new_revision_never_both_win(sent: Callable[..., Proof], staff: Actor, now: datetime) -> None:
    proof = sent()
    results = _run_both(lambda: _approve(proof, now), lambda: _replace(proof, staff, now))
    proof.refresh_from_db()
    refused = [result for result in results if isinstance(result, Exception)]
    if refused:
        assert [type(result) for result in refused] == [ProofChanged]
        assert (proof.state, Approval.objects.count()) == ("superseded", 0)
    else:
        assert (proof.state, Approval.objects.count()) == ("approved", 1)


@pytest.mark.parametrize("approved_first", [False, True])
def test_of_approval_and_mend_exactly_one_wins(
    sent: Callable[..., Proof], staff: Actor, now: datetime, *, approved_first: bool
) -> None:
    """Which of them is started first only makes both outcomes likely."""
    proof = sent()
    presses = [lambda: _approve(proof, now), lambda: _amend(proof, staff, now)]
    results = _run_both(*(presses if approved_first else presses[::-1]))
    proof.refresh_from_db()
    assert [type(result) for result in results if isinstance(result, Exception)] == [ProofChanged]
    approved = any(isinstance(result, Approval) for result in results)
    assert (proof.state, Approval.objects.count()) == (("approved", 1) if approved else ("superseded", 0))


@pytest.mark.parametrize("change", [_replace, _amend])
def test_without_the_guard_a_replaced_proof_is_approved(
    sent: Callable[..., Proof],
    staff: Actor,
    now: datetime,
    change: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control, in the order that loses."""
    proof = sent()
    change(proof, staff, now)
    monkeypatch.setattr(transitions, "_allowed", lambda _states: Q())
    assert isinstance(_approve(proof, now), Approval)


def test_requests_at_once_make_one_revision(
    flattened: Callable[..., Any], spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = flattened()
    results = races.run(
        lambda: proofs.request(design_id=design.id, spec=spec, sheet=Sheet(reference="a"), actor=staff, now=now),
        threads=THREADS,
    )
    assert {type(result) for result in results} == {Proof}
    assert list(Proof.objects.values_list("revision", "state")) == [(1, "rendering")]


def test_without_the_lock_requests_collide(
    flattened: Callable[..., Any], spec: PinSpec, staff: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: unlocked, several see no revision and number theirs 1; the UNIQUE stops all but one."""
    from designs.selectors import designs

    design = flattened()
    together = threading.Barrier(THREADS)

    def unlocked(design_id: Any) -> Any:
        row = designs.get_any(design_id=design_id)
        together.wait()
        return row

    monkeypatch.setattr(proofs, "_lock", unlocked)
    results = races.run(
        lambda: proofs.request(design_id=design.id, spec=spec, sheet=Sheet(reference="a"), actor=staff, now=now),
        threads=THREADS,
    )
    assert sum(isinstance(result, IntegrityError) for result in results) > 0


def test_two_workers_render_one_proof_once(
    flattened: Callable[..., Any], spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    results = races.run(lambda: renders.render(proof_id=proof.id, now=now), threads=3)
    assert sorted(map(bool, results)) == [False, False, True]
    assert OutboxMessage.objects.filter(topic=renders.TOPIC).count() == 1
    assert audit.list_entries(subject=proof).filter(action="proof.staff_check").count() == 1


def test_without_the_guard_a_proof_is_rendered_twice(
    flattened: Callable[..., Any],
    spec: PinSpec,
    staff: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: two workers that both began write twice."""
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    monkeypatch.setattr(transitions, "_allowed", lambda _states: Q())
    real, together = renders._written, threading.Barrier(2)

    def both(row: Proof) -> dict[str, Any]:
        written = real(row)
        together.wait()
        return written

    monkeypatch.setattr(renders, "_written", both)
    results = races.run(lambda: renders.render(proof_id=proof.id, now=now), threads=2)
    assert results == [True, True]
