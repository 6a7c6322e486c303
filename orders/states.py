"""The transition tables of order lines. `orders.services.lines` is the only door that reads them to write."""

from itertools import pairwise

from orders.enums import CancellationStage, LineKind, LineState

# What each kind passes through, in order.
PATHS: dict[str, tuple[LineState, ...]] = {
    LineKind.CUSTOM: (
        LineState.PLACED,
        LineState.PROOFING,
        LineState.AWAITING_APPROVAL,
        LineState.APPROVED,
        LineState.HANDED_OVER,
        LineState.TOOLING,
        LineState.STRUCK,
        LineState.PLATED,
        LineState.FILLED,
        LineState.CURED,
        LineState.QUALITY_CHECK,
        LineState.PACKED,
        LineState.SHIPPED,
        LineState.DELIVERED,
    ),
    LineKind.READY: (
        LineState.PLACED,
        LineState.PICKING,
        LineState.PACKED,
        LineState.SHIPPED,
        LineState.DELIVERED,
    ),
    # Delivered is when its code was mailed.
    LineKind.GIFT_CARD: (LineState.PLACED, LineState.DELIVERED),
}

# The stages that a manufacturer reports. It may leave some out (hard enamel is plated after it was filled), so that
# within them, and from the hand-over into them, a line may skip forward.
PRODUCTION = (
    LineState.TOOLING,
    LineState.STRUCK,
    LineState.PLATED,
    LineState.FILLED,
    LineState.CURED,
    LineState.QUALITY_CHECK,
    LineState.PACKED,
)

# Which row of the table of costs a line is cancelled under. Where a state is missing, it is too late.
CANCELLATION_STAGES: dict[str, dict[LineState, CancellationStage]] = {
    LineKind.CUSTOM: {
        LineState.PLACED: CancellationStage.BEFORE_APPROVAL,
        LineState.PROOFING: CancellationStage.BEFORE_APPROVAL,
        LineState.AWAITING_APPROVAL: CancellationStage.BEFORE_APPROVAL,
        LineState.APPROVED: CancellationStage.APPROVED,
        LineState.HANDED_OVER: CancellationStage.APPROVED,
        LineState.TOOLING: CancellationStage.TOOLING,
        LineState.STRUCK: CancellationStage.STRUCK,
        LineState.PLATED: CancellationStage.STRUCK,
        LineState.FILLED: CancellationStage.FILLED,
        LineState.CURED: CancellationStage.FILLED,
        LineState.QUALITY_CHECK: CancellationStage.FILLED,
        LineState.PACKED: CancellationStage.FILLED,
    },
    LineKind.READY: {
        LineState.PLACED: CancellationStage.READY,
        LineState.PICKING: CancellationStage.READY,
        LineState.PACKED: CancellationStage.READY,
    },
    # It costs nothing, whatever the table says, as long as nothing of it is spent.
    LineKind.GIFT_CARD: {LineState.PLACED: CancellationStage.READY, LineState.DELIVERED: CancellationStage.READY},
}

# Where nothing has been made for the customer: a refused design ends a line here at once.
FREE_TO_CANCEL = frozenset({LineState.PLACED, LineState.PROOFING, LineState.AWAITING_APPROVAL, LineState.PICKING})

# A custom line may still change: nobody has said yes to its proof.
BEFORE_APPROVAL = frozenset({LineState.PLACED, LineState.PROOFING, LineState.AWAITING_APPROVAL})

# The one loop: the customer asked for changes, so the proof is made anew. Only `lines.return_to_proofing` takes it.
RETURN_TO_PROOFING = (LineState.AWAITING_APPROVAL, LineState.PROOFING)


def _table(kind: str) -> dict[LineState, frozenset[LineState]]:
    path = PATHS[kind]
    table: dict[LineState, set[LineState]] = {state: set() for state in path}
    for state, following in pairwise(path):
        table[state].add(following)
    if kind == LineKind.CUSTOM:
        for index, state in enumerate(PRODUCTION):
            for earlier in (LineState.HANDED_OVER, *PRODUCTION[:index]):
                table[earlier].add(state)
    for state in CANCELLATION_STAGES[kind]:
        table[state].add(LineState.CANCELLED)
    return {state: frozenset(targets) for state, targets in table.items()}


TRANSITIONS: dict[str, dict[LineState, frozenset[LineState]]] = {kind: _table(kind) for kind in PATHS}


def may_move(kind: str, current: str, to: str) -> bool:
    """Whether a line of `kind` may move from `current` to `to`."""
    return LineState(to) in TRANSITIONS[kind].get(LineState(current), frozenset())


def has_passed(kind: str, current: str, to: str) -> bool:
    """Whether a line in `current` is at `to` already or beyond it, so that moving there would be no news."""
    if current in {to, LineState.CANCELLED}:
        return True
    path = PATHS[kind]
    return to in path and path.index(LineState(current)) >= path.index(LineState(to))
