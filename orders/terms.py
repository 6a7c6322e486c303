"""What a customer says yes to when approving a proof. Another text is another version; old approvals keep theirs."""

APPROVAL_VERSION = "2026-1"

APPROVAL_STATEMENT = (
    "I have checked spelling, size, colours, plating and attachment on this proof. Colours on a screen are indicative; "
    "finished pins may differ by ± 0.2 mm, and enamel filled by hand varies a little from piece to piece. "
    "My approval starts the making of the mould and is final."
)
