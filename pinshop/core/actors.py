"""Who did something: every audit entry and every approval names one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a key or a machine that acts.

    `kind` is one of customer, guest, staff, api_key, manufacturer, carrier, provider, system; `id` is the row it stands
    for (may be empty for system); `label` is what a person reads in the log, such as an e-mail address.
    """

    kind: str
    id: str
    label: str


SYSTEM = Actor(kind="system", id="", label="Pinshop")
