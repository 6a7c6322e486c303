"""A proof that cannot be made: what its customer may change about it, and that each change makes one revision."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError

from catalog.selectors import options
from catalog.spec import PinSpec
from designs.errors import ChoiceInvalid, MendGone, ProofChanged
from designs.flatten import FlattenChoices
from designs.models import Proof
from designs.report import Finding
from designs.selectors import designs
from designs.selectors import proofs as reading
from designs.services import amendments, proofs, renders
from designs.sheet import Sheet
from designs.states import ProofState
from pinshop.core import audit
from pinshop.core.actors import Actor
from tests import races
from tests.designs import artworks

pytestmark = pytest.mark.django_db
Make = Callable[..., Proof]


def by_mend(proof: Proof, mend: str) -> amendments.Amendment:
    return amendments.by_mend(proof=proof, mend=mend, options=options.get_options())


def by_process(proof: Proof, process: str) -> amendments.Amendment:
    return amendments.by_process(proof=proof, process=process, options=options.get_options())


@pytest.fixture
def blocked(sent: Make) -> Proof:
    """Two loose discs: the customer is asked what to do."""
    return sent(artworks.TWO_PIECES)


@pytest.fixture
def amend(actor: Actor, now: datetime) -> Callable[..., Proof]:
    def run(proof: Proof, mend: str = "bridge", **other: Any) -> Proof:
        values: dict[str, Any] = {
            "proof_hash": proof.proof_hash,
            "amendment": by_mend(proof, mend),
            "sheet": Sheet.from_json(proof.sheet),
            "actor": actor,
            "now": now,
        }
        return proofs.amend(proof_id=proof.id, **{**values, **other})

    return run


def _state(proof: Proof) -> str:
    return Proof.objects.get(pk=proof.pk).state


def test_offered_mend_makes_the_next_revision_once_and_it_is_mended(
    blocked: Proof, amend: Callable[..., Proof], now: datetime
) -> None:
    assert amendments.list_mends(blocked) == ["bridge", "plate"]
    second = amend(blocked)
    assert amend(blocked).pk == second.pk
    assert (second.revision, second.state, second.artwork_id) == (2, "rendering", blocked.artwork_id)
    entry = audit.list_entries(subject=blocked).get(action="proof.superseded")
    assert entry.note == "The customer's change: Join the pieces by metal bridges"
    renders.render(proof_id=second.pk, now=now)
    second.refresh_from_db()
    assert (second.state, reading.list_blocking(second)) == ("staff_check", [])
    assert amend(blocked).pk == second.pk
    assert Proof.objects.count() == 2


def test_amendment_of_what_was_not_looked_at_is_refused(blocked: Proof, amend: Callable[..., Proof]) -> None:
    with pytest.raises(ProofChanged):
        amend(blocked, proof_hash="0" * 64)
    assert _state(blocked) == "awaiting_approval"
    amend(blocked)
    for changes in ({"mend": "plate"}, {"proof_hash": "0" * 64}):
        with pytest.raises(ProofChanged):
            amend(blocked, **changes)
    assert Proof.objects.count() == 2


@pytest.mark.parametrize(
    "state", [ProofState.STAFF_CHECK, ProofState.APPROVED, ProofState.CHANGES_REQUESTED, ProofState.SUPERSEDED]
)
def test_only_a_proof_that_waits_for_the_customer_is_amended(
    blocked: Proof, amend: Callable[..., Proof], state: ProofState
) -> None:
    Proof.objects.filter(pk=blocked.pk).update(state=state)
    with pytest.raises(ProofChanged):
        amend(blocked)
    assert (_state(blocked), Proof.objects.count()) == (state, 1)


def test_mend_that_is_not_offered_is_gone(blocked: Proof) -> None:
    for mend in ("print", "nonsense"):
        with pytest.raises(MendGone):
            by_mend(blocked, mend)


def test_another_process_keeps_the_rest_or_says_why_it_cannot(blocked: Proof, spec: PinSpec) -> None:
    printed = by_process(blocked, "offset_print")
    assert (printed.spec, printed.words) == (replace(spec, process="offset_print"), "Have it made as photo printed")
    for process, said in (
        ("soft_enamel", "by this process already"),
        ("glass", "There is no process 'glass'. Choose one of: soft_enamel"),
    ):
        with pytest.raises(ChoiceInvalid, match=said):
            by_process(blocked, process)
    blocked.spec = replace(spec, plating="antique_gold").to_json()
    with pytest.raises(ChoiceInvalid) as refused:
        by_process(blocked, "hard_enamel")
    assert set(refused.value.fields) == {"plating", "process"}


@pytest.mark.parametrize(
    ("before", "process", "most", "counted"),
    [
        ("soft_enamel", "hard_enamel", None, 9),
        ("soft_enamel", "screen_print", None, 9),
        ("soft_enamel", "hard_enamel", 6, 6),
        ("soft_enamel", "hard_enamel", 12, 9),
        ("soft_enamel", "offset_print", None, 0),
        ("soft_enamel", "die_struck", None, 0),
        ("offset_print", "die_struck", None, 0),
        ("offset_print", "soft_enamel", None, None),
        ("die_struck", "screen_print", None, None),
    ],
)
def test_colours_are_charged_as_they_were_or_fewer(
    blocked: Proof, spec: PinSpec, before: str, process: str, most: int | None, counted: int | None
) -> None:
    blocked.spec = replace(spec, process=before, colours=9).to_json()
    blocked.flatten = FlattenChoices(max_colours=most).to_json()
    if counted is None:
        with pytest.raises(ChoiceInvalid, match="number of colours, which was not counted"):
            by_process(blocked, process)
    else:
        assert by_process(blocked, process).spec.colours == counted


def test_merged_colours_are_charged_as_fewer(blocked: Proof, spec: PinSpec) -> None:
    report = reading.report_of(blocked)
    assert report is not None
    finding: Finding = replace(report.findings[0], rule="colour_count", mend="max_colours", limit=10.0)
    blocked.report = replace(report, findings=(finding,)).to_json()
    blocked.spec = replace(spec, colours=14).to_json()
    merged = by_mend(blocked, "max_colours")
    assert (merged.spec.colours, merged.flatten.max_colours) == (10, 10)
    blocked.flatten = merged.flatten.to_json()
    assert amendments.list_mends(blocked) == []


def test_redrawn_artwork_keeps_the_mend_that_the_customer_took(
    blocked: Proof, amend: Callable[..., Proof], staff: Actor, now: datetime
) -> None:
    amend(blocked, "plate")
    for _ in range(2):
        third = proofs.upload_revision(
            proof_id=blocked.id, content=artworks.BLUE_MUSHROOM, filename="b.svg", note="", actor=staff, now=now
        )
    assert (third.revision, third.flatten["bridge"], third.artwork.name) == (3, "plate", "b.svg")
    assert designs.choices_of(third.design).bridge == "off"
    assert proofs.revise(proof_id=blocked.id, actor=staff, now=now).revision == 4


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Many presses at the same moment, and what would happen without the lock."""

    @pytest.fixture(autouse=True)
    def _quiet_broker(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        from pinshop.core import broker

        monkeypatch.setattr(broker, "send", lambda *_args, **_kwargs: True)
        return iter([None])

    def test_presses_at_once_make_one_revision(self, blocked: Proof, amend: Callable[..., Proof]) -> None:
        results = races.run(lambda: amend(blocked), threads=8)
        assert {type(result) for result in results} == {Proof}
        assert sorted(Proof.objects.values_list("revision", "state")) == [(1, "superseded"), (2, "rendering")]

    def test_without_the_lock_they_collide(
        self, blocked: Proof, amend: Callable[..., Proof], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The negative control: all see the proof as the newest, and all but one find it taken."""
        together = threading.Barrier(8)

        def unlocked(design_id: Any) -> Any:
            return designs.get_any(design_id=design_id)

        real = reading.get_newest

        def slow(proof: Proof) -> Proof:
            newest = real(proof)
            together.wait()
            return newest

        monkeypatch.setattr(proofs, "_lock", unlocked)
        monkeypatch.setattr(reading, "get_newest", slow)
        results = races.run(lambda: amend(blocked), threads=8)
        assert sum(isinstance(result, ProofChanged | IntegrityError) for result in results) == 7
