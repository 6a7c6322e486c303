"""The way of a production order. `services.transitions` is the only door that reads it to write."""

from orders.manufacturing.enums import ProductionState as State

# What a manufacturer reports, in order. It may leave some out, so a later one stands for all before it.
STAGES = (
    State.TOOLING,
    State.STRUCK,
    State.PLATED,
    State.FILLED,
    State.CURED,
    State.QUALITY_CHECK,
    State.PACKED,
    State.SHIPPED,
)
PATH = (State.CREATED, State.SUBMITTED, State.ACCEPTED, *STAGES)

# Where nothing has been made yet, so that the manufacturer may still say no.
BEFORE_WORK = frozenset({State.CREATED, State.SUBMITTED, State.ACCEPTED})
# The next attempt of a line may begin; a shipped one is followed by a remake at most.
ENDED = frozenset({State.REJECTED, State.CANCELLED, State.SHIPPED})
# A state in which the manufacturer has (or may have) the package.
WITH_PACKAGE = frozenset(PATH) - {State.CREATED}


def may_move(current: str, to: str) -> bool:
    """Whether a production order may move from `current` to `to`: forward only, skipping where stages were left out."""
    here, there = State(current), State(to)
    if here in ENDED:
        return False
    if there == State.REJECTED:
        return here in BEFORE_WORK
    if there == State.CANCELLED:
        return True
    return there in PATH and PATH.index(there) > PATH.index(here)


def list_skipped(current: str, to: str) -> tuple[State, ...]:
    """The stages between two states that nobody reported, in order."""
    after, until = PATH.index(State(current)) + 1, PATH.index(State(to))
    return tuple(state for state in PATH[after:until] if state in STAGES)
