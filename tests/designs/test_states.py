"""The tables of states, read as a whole."""

import pytest

from designs import states
from designs.states import DESIGN_MOVES, PROOF_MOVES, DesignState, ProofState


def test_every_state_has_its_row() -> None:
    assert set(DESIGN_MOVES) == set(DesignState)
    assert set(PROOF_MOVES) == set(ProofState)


@pytest.mark.parametrize("final", [ProofState.APPROVED, ProofState.SUPERSEDED])
def test_nothing_follows_an_approved_or_replaced_proof(final: ProofState) -> None:
    assert PROOF_MOVES[final] == frozenset()


def test_nothing_follows_a_refused_design_and_every_other_can_be_refused() -> None:
    assert DESIGN_MOVES[DesignState.REFUSED] == frozenset()
    assert set(states.before_design(DesignState.REFUSED)) == set(DesignState) - {DesignState.REFUSED}


def test_only_a_proof_that_the_customer_holds_is_approved_or_sent_back() -> None:
    assert states.before_proof(ProofState.APPROVED) == (ProofState.AWAITING_APPROVAL,)
    assert states.before_proof(ProofState.CHANGES_REQUESTED) == (ProofState.AWAITING_APPROVAL,)


def test_open_proofs_are_those_that_a_revision_may_replace() -> None:
    assert set(states.OPEN_PROOFS) == set(ProofState) - {ProofState.APPROVED, ProofState.SUPERSEDED}
