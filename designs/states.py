"""The states of a design and of a proof, and which may follow which."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _


class DesignState(TextChoices):
    """Where a design stands.

    `received` waits for a worker; `flattening` is being turned into a pin; `failed` could not be, and says why.
    """

    RECEIVED = "received", gettext_lazy("Received")
    FLATTENING = "flattening", gettext_lazy("Being flattened")
    READY = "ready", gettext_lazy("Ready")
    FAILED = "failed", gettext_lazy("Could not be flattened")
    REFUSED = "refused", gettext_lazy("Refused")


class Stage(TextChoices):
    """What a worker is doing with a design that is being flattened, in this order."""

    READING = "reading", _("Reading the artwork")
    OUTLINE = "outline", _("Finding the outline")
    COLOURS = "colours", _("Finding the colours")
    METAL = "metal", _("Laying the metal lines")
    CHECKING = "checking", _("Checking that it can be made")
    DRAWING = "drawing", _("Drawing the pin")


class ProofState(TextChoices):
    """Where one revision of a proof stands. `failed` could not be rendered and is asked for again as a new revision."""

    RENDERING = "rendering", gettext_lazy("Being rendered")
    STAFF_CHECK = "staff_check", gettext_lazy("Being checked by us")
    AWAITING_APPROVAL = "awaiting_approval", gettext_lazy("Waits for your approval")
    APPROVED = "approved", gettext_lazy("Approved")
    CHANGES_REQUESTED = "changes_requested", gettext_lazy("Changes requested")
    SUPERSEDED = "superseded", gettext_lazy("Replaced by a later revision")
    FAILED = "failed", gettext_lazy("Could not be rendered")


class RefusalGround(TextChoices):
    """Why staff refuse a design."""

    RIGHTS = "rights", gettext_lazy("No right to the artwork")
    CONTENT = "content", gettext_lazy("Content that we do not make")


_D, _P = DesignState, ProofState

DESIGN_MOVES: Mapping[DesignState, frozenset[DesignState]] = {
    _D.RECEIVED: frozenset({_D.RECEIVED, _D.FLATTENING, _D.FAILED, _D.REFUSED}),
    _D.FLATTENING: frozenset({_D.RECEIVED, _D.READY, _D.FAILED, _D.REFUSED}),
    _D.READY: frozenset({_D.RECEIVED, _D.REFUSED}),
    _D.FAILED: frozenset({_D.RECEIVED, _D.REFUSED}),
    _D.REFUSED: frozenset(),
}

PROOF_MOVES: Mapping[ProofState, frozenset[ProofState]] = {
    _P.RENDERING: frozenset({_P.STAFF_CHECK, _P.FAILED, _P.SUPERSEDED}),
    _P.STAFF_CHECK: frozenset({_P.AWAITING_APPROVAL, _P.SUPERSEDED}),
    _P.AWAITING_APPROVAL: frozenset({_P.APPROVED, _P.CHANGES_REQUESTED, _P.SUPERSEDED}),
    _P.CHANGES_REQUESTED: frozenset({_P.SUPERSEDED}),
    _P.FAILED: frozenset({_P.SUPERSEDED}),
    _P.APPROVED: frozenset(),
    _P.SUPERSEDED: frozenset(),
}

# A proof in one of these may still be replaced by a new revision.
OPEN_PROOFS = tuple(state for state, moves in PROOF_MOVES.items() if _P.SUPERSEDED in moves)


def before_design(to: DesignState) -> tuple[DesignState, ...]:
    """The states from which a design may move to `to`."""
    return tuple(state for state, moves in DESIGN_MOVES.items() if to in moves)


def before_proof(to: ProofState) -> tuple[ProofState, ...]:
    """The states from which a proof may move to `to`."""
    return tuple(state for state, moves in PROOF_MOVES.items() if to in moves)
