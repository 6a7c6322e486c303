"""What can go wrong with a design or a proof, as a person is told it."""

from pinshop.core.errors import Conflict, Invalid, NotFound


class ArtworkRefused(Invalid):
    """The upload cannot become a pin; `extra["cause"]` is the engine's code, such as `not_an_image`."""

    code = "artwork_refused"


class RightsNotConfirmed(Invalid):
    """The uploader did not confirm the right to the artwork."""

    code = "rights_not_confirmed"


class ChoiceInvalid(Invalid):
    """A choice that does not exist or does not fit."""

    code = "choice_invalid"


class DesignNotFound(NotFound):
    """No such design, or another person's."""

    code = "design_not_found"


class DesignChanged(Conflict):
    """The design was changed since the caller read it."""

    code = "design_changed"


class DesignNotReady(Conflict):
    """The design is still being flattened, failed or was refused."""

    code = "design_not_ready"


class DesignRefused(Conflict):
    """Staff refused this design; nothing more happens with it."""

    code = "design_refused"


class StepGone(Conflict):
    """There is nothing to undo or redo there (any more)."""

    code = "step_gone"


class MendGone(Conflict):
    """No open finding offers this mend (any more)."""

    code = "mend_gone"


class ProofNotFound(NotFound):
    """No such proof, or another person's."""

    code = "proof_not_found"


class ProofChanged(Conflict):
    """The proof is no longer the one that was looked at: another hash, another state, a later revision."""

    code = "proof_changed"


class FindingsOpen(Conflict):
    """The proof has blocking findings without an override; `extra["rules"]` names them."""

    code = "findings_open"
