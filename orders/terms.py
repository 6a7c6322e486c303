"""What a customer says yes to when approving a proof. Another text is another version; old approvals keep theirs."""

from dataclasses import dataclass

_CHECKED = (
    "I have checked spelling, size, colours, plating and attachment on this proof. Colours on a screen are indicative; "
    "finished pins may differ by ± 0.2 mm, and enamel filled by hand varies a little from piece to piece. "
)


@dataclass(frozen=True, slots=True)
class Terms:
    """A version, which an approval names, and its text."""

    version: str
    statement: str


# Of an order that is paid, or owed by invoice.
OWED = Terms("2026-2", _CHECKED + "My approval is final and starts the making of the mould.")
# Of one that is paid once every proof is approved: nothing is made before.
UNPAID = Terms(
    "2026-2-unpaid",
    _CHECKED
    + "My approval is final. The mould is made once every proof of the order is approved and the order is paid.",
)
# Said of every order until November 2026.
_FIRST = Terms("2026-1", _CHECKED + "My approval starts the making of the mould and is final.")

STATEMENTS = {terms.version: terms.statement for terms in (_FIRST, OWED, UNPAID)}


def of_approval(*, is_owed: bool) -> Terms:
    """What holds for the approval of a line of an order that is paid or owed, or is not."""
    return OWED if is_owed else UNPAID
