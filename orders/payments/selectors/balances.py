"""What came for an order, what went back and for what, and what may still go back."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop

from orders.enums import LineState
from orders.models import Order, OrderLine
from orders.payments.enums import PartKind, RefundState
from orders.payments.models import Credit, GiftCard, Payment, Refund
from orders.payments.providers import TRANSFER
from pinshop.core.money import Money
from pinshop.core.words import Sentence

LEFT_TO_PAY = gettext_noop("Left to pay")
GIFT_CARD = gettext_noop("Gift card %(card)s")
PAID_BY_CARD = gettext_noop("Paid by gift card %(card)s")


@dataclass(frozen=True, slots=True)
class CardPart:
    """What a gift card pays; `label` names the card by its last letters, `paid` says on papers that it has paid."""

    label: str
    paid: str
    amount: Money

    @classmethod
    def of(cls, card: GiftCard, amount: Money) -> "CardPart":
        """What this card pays."""
        return cls(Sentence(GIFT_CARD, card=str(card)), Sentence(PAID_BY_CARD, card=str(card)), amount)


@dataclass(frozen=True, slots=True)
class Cover:
    """What gift cards pay of a total, and the rest, which `rest_label` calls due or paid some other way."""

    cards: tuple[CardPart, ...]
    rest: Money
    rest_label: str = Sentence(LEFT_TO_PAY)

    @property
    def is_due(self) -> bool:
        """Whether the rest is still to be paid."""
        return self.rest_label == LEFT_TO_PAY


@dataclass(frozen=True, slots=True)
class Balance:
    """The money of an order. Refunds that failed do not count; those on their way do, and so do credits.

    `returned` is keyed by (kind, id of the line or None); `payable_of_lines` by the line's id, without what cancelling a
    line cost; `payable_of_shipping` is what the order costs besides its lines, `total_minor` what it costs
    in all, less what was credited.
    """

    currency: str
    captured_minor: int
    refunded_minor: int
    difference_minor: int
    total_minor: int
    payable_of_lines: Mapping[UUID, int]
    payable_of_shipping: int
    returned: Mapping[tuple[PartKind, UUID | None], int]

    @property
    def left(self) -> Money:
        """What is still here of what came: nothing above it ever goes back."""
        return self._money(self.captured_minor - self.refunded_minor)

    def left_of_line(self, line_id: UUID) -> Money:
        """What may still go back for a line."""
        return self._money(self.payable_of_lines[line_id] - self.returned.get((PartKind.LINE, line_id), 0))

    @property
    def left_of_shipping(self) -> Money:
        """What may still go back for the shipping."""
        return self._money(self.payable_of_shipping - self.returned.get((PartKind.SHIPPING, None), 0))

    @property
    def surplus(self) -> Money:
        """What came, or is to come for a dearer price, above what the order costs, and has not gone back."""
        back = self.returned.get((PartKind.SURPLUS, None), 0)
        return self._money(self.captured_minor + self.difference_minor - self.total_minor - back)

    def _money(self, minor: int) -> Money:
        return Money(max(minor, 0), self.currency)


def due_of(order: Order) -> Money:
    """What is still to be paid of an order: what runs and what cancelling has cost, without what gift cards have paid.

    Once it is paid, only what a re-quote has made dearer since. Reads `order.payments` and `order.lines`, so prefetch
    them for lists.
    """
    if order.paid_at is not None:
        return Money(order.difference_minor, order.currency)
    here = sum(payment.captured_minor - payment.refunded_minor for payment in order.payments.all())
    return Money(max(charged_minor(order) - here, 0), order.currency)


def charged_minor(order: Order) -> int:
    """What an order that is not paid costs as it stands: less what was credited, of cancelled lines what cancelling cost."""
    lines = list(order.lines.all())
    kept = 0
    for line in lines:
        rest = line.payable_minor - line.credited_minor
        kept += min(line.cancellation_cost_minor, rest) if line.state == LineState.CANCELLED else rest
    if all(line.state == LineState.CANCELLED for line in lines):
        return kept
    return kept + order.total_minor - sum(line.payable_minor for line in lines) - order.credited_shipping_minor


def find_cover(order: Order) -> Cover | None:
    """What gift cards have paid of an order, and what is due besides, or came; None where no card has paid.

    Reads `order.payments`. Refunds of a paid order do not show in it.
    """
    payments = [payment for payment in order.payments.all() if payment.captured_minor]
    paid = order.paid_at is not None
    cards = [
        CardPart.of(payment.gift_card, Money(minor, order.currency))
        for payment in payments
        if payment.gift_card and (minor := payment.captured_minor - (0 if paid else payment.refunded_minor))
    ]
    if not cards:
        return None
    if not paid:
        return Cover(tuple(cards), due_of(order))
    rest = [payment for payment in payments if payment.gift_card is None]
    online = any(payment.provider != TRANSFER for payment in rest)
    came = Money(sum(payment.captured_minor for payment in rest), order.currency)
    label = gettext_noop("Paid online") if online else gettext_noop("Paid by bank transfer")
    return Cover(tuple(cards), came, Sentence(label))


def get_balance(*, order: Order) -> Balance:
    """Five queries. Lock the order first where something is decided by it."""
    payments = list(Payment.objects.filter(order=order))
    lines = list(OrderLine.objects.filter(order=order))
    for line in lines:
        line.order = order
    returned: dict[tuple[PartKind, UUID | None], int] = defaultdict(int)
    refunds = Refund.objects.filter(payment__order=order).exclude(state=RefundState.FAILED)
    credits_ = Credit.objects.filter(order=order)
    for allocation in (*refunds.values_list("allocation", flat=True), *credits_.values_list("allocation", flat=True)):
        for part in allocation:
            line_id = UUID(part["line_id"]) if part["line_id"] else None
            returned[PartKind(part["kind"]), line_id] += part["amount_minor"]
    return Balance(
        currency=order.currency,
        captured_minor=sum(payment.captured_minor for payment in payments),
        refunded_minor=sum(payment.refunded_minor for payment in payments),
        difference_minor=order.difference_minor,
        total_minor=order.total_minor - sum(credits_.values_list("amount_minor", flat=True)),
        payable_of_lines={line.pk: line.payable_minor - line.cancellation_cost_minor for line in lines},
        payable_of_shipping=order.total_minor - sum(line.payable_minor for line in lines),
        returned=dict(returned),
    )
