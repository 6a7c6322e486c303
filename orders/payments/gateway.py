"""What the shop asks of a payment provider, whoever it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from pinshop.core.errors import Invalid
from pinshop.core.money import Money
from pinshop.core.outbox import GiveUp, RetryLater


class ProviderBusy(RetryLater):
    """The provider does not answer, or asks to wait: nothing is known about the outcome; the same call may be repeated."""


class ProviderRefused(GiveUp):
    """The provider refused the call for good; `code` is its own."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.code = code

    @property
    def is_missing(self) -> bool:
        """Whether the provider knows nothing by that id."""
        return self.code == "resource_missing"


class SignatureWrong(Invalid):
    """A message that does not carry the provider's signature over exactly these bytes, or an old one."""

    code = "signature_wrong"
    status = 400


class PageState(StrEnum):
    """How a payment page stands at the provider. `processing` is paid, but the money is not sure yet."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    EXPIRED = "expired"


class RefundOutcome(StrEnum):
    """How a refund stands at the provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PageItem:
    """A row of the payment page, already multiplied out: the rows sum to the total exactly."""

    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A payment page to open. `reference` comes back in every event; `key` makes a repeated call open one page."""

    reference: str
    items: tuple[PageItem, ...]
    total: Money
    email: str
    description: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    key: str

    def __post_init__(self) -> None:
        if sum(item.amount.amount_minor for item in self.items) != self.total.amount_minor:
            msg = "the rows of a payment page sum to its total"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Page:
    """A payment page as the provider has it. `captured` is the money that has come."""

    session_id: str
    state: PageState
    url: str
    intent_id: str
    captured: Money
    reference: str


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Money to give back from a payment; `key` makes a repeated call give it back once."""

    intent_id: str
    amount: Money
    reference: str
    key: str


@dataclass(frozen=True, slots=True)
class RefundTruth:
    """A refund as the provider has it."""

    refund_id: str
    state: RefundOutcome
    failure: str


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment in the provider's books: what has come, and what has gone back or is on its way back."""

    page: Page
    captured: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """A refund in the provider's books, whoever asked for it."""

    refund_id: str
    intent_id: str
    amount: Money
    state: RefundOutcome

    @property
    def counts(self) -> bool:
        """Whether its money has gone, or is going."""
        return self.state is not RefundOutcome.FAILED


@dataclass(frozen=True, slots=True)
class Event:
    """A verified message of the provider. `object_id` is the session, intent or refund it is about."""

    event_id: str
    type: str
    object_id: str
    payload: Mapping[str, Any]


class Gateway(Protocol):
    """A payment provider. Every call but `read_event` goes over the network: never call one inside a transaction.

    They raise ProviderBusy where the outcome is unknown and the call may be repeated, ProviderRefused where not.
    """

    name: str

    def open_page(self, request: PageRequest) -> Page:
        """Open a payment page."""
        ...

    def get_page(self, session_id: str) -> Page:
        """Ask how a payment page stands."""
        ...

    def close_page(self, session_id: str) -> Page:
        """Close a page that nobody has paid; where somebody just has, the answer says so."""
        ...

    def refund(self, request: RefundRequest) -> RefundTruth:
        """Give money back."""
        ...

    def get_refund(self, refund_id: str) -> RefundTruth:
        """Ask how a refund stands."""
        ...

    def list_payments(self, *, since: datetime, until: datetime) -> list[Booked]:
        """Every payment page that was opened in this time, with its money as it stands now."""
        ...

    def get_payment(self, session_id: str) -> Booked:
        """One payment page with its money as it stands now."""
        ...

    def list_refunds(
        self, *, since: datetime | None = None, until: datetime | None = None, intent_id: str = ""
    ) -> list[BookedRefund]:
        """Every refund of this time, or of this payment."""
        ...

    def read_event(self, *, body: bytes, signature: str) -> Event:
        """Verify a message on its raw bytes; raises SignatureWrong."""
        ...
