"""The transition tables say what they mean to say."""

from itertools import pairwise

import pytest

from orders import states
from orders.enums import LineKind, LineState


@pytest.mark.parametrize("kind", list(states.PATHS))
def test_each_state_leads_to_the_next_of_its_path(kind: str) -> None:
    path = states.PATHS[kind]
    assert all(states.may_move(kind, here, there) for here, there in pairwise(path))


@pytest.mark.parametrize("kind", list(states.PATHS))
def test_no_state_leads_backwards(kind: str) -> None:
    path = states.PATHS[kind]
    backwards = [(b, a) for i, b in enumerate(path) for a in path[: i + 1] if states.may_move(kind, b, a)]
    assert backwards == []


def test_only_production_stages_may_be_skipped() -> None:
    path = states.PATHS[LineKind.CUSTOM]
    skips = {
        (here, there)
        for i, here in enumerate(path)
        for there in path[i + 2 :]
        if states.may_move(LineKind.CUSTOM, here, there)
    }
    stages = (LineState.HANDED_OVER, *states.PRODUCTION)
    assert skips == {(a, b) for i, a in enumerate(stages) for b in stages[i + 2 :]}


def test_shipped_and_delivered_lines_cannot_be_cancelled() -> None:
    assert {
        state
        for kind, path in states.PATHS.items()
        for state in path
        if not states.may_move(kind, state, LineState.CANCELLED)
    } == {LineState.SHIPPED, LineState.DELIVERED}


def test_cancelled_leads_nowhere() -> None:
    assert not any(states.may_move(kind, LineState.CANCELLED, state) for kind in states.PATHS for state in LineState)
