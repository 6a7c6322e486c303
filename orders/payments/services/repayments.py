"""The one door by which money of an order goes back: by line and shipping, over all that was paid, never above it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, gettext_noop

from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine
from orders.payments.enums import PartKind, PaymentState
from orders.payments.models import Credit, Payment, Refund
from orders.payments.selectors.balances import Balance, due_of, get_balance
from orders.payments.services import credit_notes, credited, refunds, settlement
from orders.payments.services.refunds import RefundKeyReused, RefundTooLarge
from orders.services import notices
from pinshop.core import audit, outbox, words
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money, total, zero
from pinshop.core.words import Sentence


@dataclass(frozen=True, slots=True)
class Part:
    """An amount and what it was paid for, in words that a credit note prints; `line_id` only where that is a line.

    `tax` is the tax within it where that is known; else a credit note takes the share of what the part cost.
    """

    kind: PartKind
    label: str
    amount: Money
    line_id: UUID | None = None
    tax: Money | None = None

    def cut(self, amount: Money) -> "Part":
        """That much of it, with its share of the tax."""
        if self.tax is None or amount == self.amount:
            return replace(self, amount=amount)
        tax = credit_notes.tax_within(self.tax.amount_minor, self.amount.amount_minor, amount.amount_minor)
        return replace(self, amount=amount, tax=Money(tax, amount.currency))

    def less(self, taken: "Part") -> "Part":
        """What is left of it without a part that was cut off."""
        tax = self.tax - taken.tax if self.tax is not None and taken.tax is not None else None
        return replace(self, amount=self.amount - taken.amount, tax=tax)

    def to_json(self) -> dict[str, object]:
        """As refunds keep it."""
        tax = {} if self.tax is None else {"tax_minor": self.tax.amount_minor}
        said = words.to_data(self.label)
        return {
            "kind": str(self.kind),
            "line_id": str(self.line_id) if self.line_id else None,
            "label": self.label,
            "amount_minor": self.amount.amount_minor,
            **tax,
            **({"said": said} if said else {}),
        }


def of_line(line: OrderLine, amount: Money) -> Part:
    """Money for a line."""
    return Part(PartKind.LINE, line.title, amount, line.pk)


def of_shipping(amount: Money) -> Part:
    """Money for the shipping of an order."""
    return Part(PartKind.SHIPPING, Sentence(gettext_noop("Shipping")), amount)


def of_surplus(amount: Money, label: str = "", *, tax: Money | None = None) -> Part:
    """Money above what the order costs: it was paid twice, or costs less than before, and then that much less tax."""
    return Part(PartKind.SURPLUS, label or Sentence(gettext_noop("Paid too much")), amount, tax=tax)


def give_back(
    *, order_id: UUID, parts: Sequence[Part], reason: str, key: str, actor: Actor, now: datetime
) -> list[Refund]:
    """Give exactly these amounts back, from the newest payment on. The same `key` again returns the first refunds.

    What an order by invoice still owes is lowered first. Raises RefundTooLarge above what a line, the shipping or the surplus
    has left, or the order in all; RefundKeyReused for another sum; Invalid for an amount of nothing; NotFound. Then nothing
    goes back.
    """
    for part in parts:
        if part.amount.amount_minor <= 0:
            raise Invalid(gettext("Give an amount above zero."), fields={"amount": gettext("Above zero.")})
    with transaction.atomic():
        order = _lock(order_id)
        _refuse_gift_cards(order, parts)
        known = _known(order, key)
        if known is not None:
            if known.minor != sum(part.amount.amount_minor for part in parts):
                raise RefundKeyReused(gettext("This refund was asked for before, with another amount."))
            return known.refunds
        balance = get_balance(order=order)
        for part in _summed(parts):
            _refuse_above(part.amount, part.label, _left_of(part, balance))
        owed = _owed(order)
        left = balance.left + (owed or zero(order.currency))
        _refuse_above(total((part.amount for part in parts), order.currency), "this order", left)
        return _give(order, parts, owed, reason=reason, key=key, actor=actor, now=now)


def give_back_what_is_left(
    *,
    order_id: UUID,
    parts: Sequence[Part],
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
    off_what_is_due: bool = True,
) -> list[Refund]:
    """As `give_back`, but of each part only what it and the order still have: nothing where nothing was paid or is owed.

    A cancelled line is not due any more as it is: without `off_what_is_due` only what was paid goes back.
    """
    with transaction.atomic():
        order = _lock(order_id)
        known = _known(order, key)
        if known is not None:
            return known.refunds
        balance = get_balance(order=order)
        owed = _owed(order) if off_what_is_due or order.paid_at is not None else None
        left, taken = balance.left + (owed or zero(order.currency)), []
        for part in parts:
            amount = min(part.amount, _left_of(part, balance), left)
            if amount:
                taken.append(part.cut(amount))
                left -= amount
        made = _give(order, taken, owed, reason=reason, key=key, actor=actor, now=now)
        if not off_what_is_due:
            _take_off(order, [part for part in parts if part.amount], made, reason=reason, now=now)
        return made


@dataclass(frozen=True, slots=True)
class _Known:
    """What this key gave back before."""

    refunds: list[Refund]
    minor: int


def _refuse_gift_cards(order: Order, parts: Sequence[Part]) -> None:
    """Money for a card that still pays would be there twice: cancelling its line switches it off and gives all of it back."""
    sold = OrderLine.objects.filter(order=order, kind=LineKind.GIFT_CARD).exclude(state=LineState.CANCELLED)
    if sold.filter(pk__in=[part.line_id for part in parts if part.line_id]).exists():
        raise Conflict(
            gettext("A gift card is given back as a whole: cancel its line, as long as nothing of it is spent.")
        )


def _lock(order_id: UUID) -> Order:
    # The order's row is locked first by everybody who decides about its money: two refunds see each other.
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order."))
    return order


def _known(order: Order, key: str) -> _Known | None:
    rows = list(Refund.objects.filter(payment__order=order, key=key))
    credit = Credit.objects.filter(order=order, key=key).first()
    if not rows and credit is None:
        return None
    return _Known(rows, sum(row.amount_minor for row in rows) + (credit.amount_minor if credit else 0))


def _owed(order: Order) -> Money | None:
    """What an order by invoice still owes, or a paid one of a dearer price; None where nothing is owed."""
    if order.paid_at is not None:
        return due_of(order) or None
    return due_of(order) if order.is_owed else None


def _give(
    order: Order, parts: Sequence[Part], owed: Money | None, *, reason: str, key: str, actor: Actor, now: datetime
) -> list[Refund]:
    """First off what is owed, then from the payments; either way an order that is not paid costs that much less."""
    covered, rest = _cut(parts, owed or zero(order.currency))
    lowers = owed is not None and order.paid_at is None
    if lowers:
        credited.raise_by(order_id=order.pk, parts=[part.to_json() for part in parts])
    elif covered:
        _set_off(order, total((part.amount for part in covered), order.currency), key=key, now=now)
    if covered:
        _credit(order, covered, reason=reason, key=key, actor=actor, now=now)
    made = _spread(order, rest, lowered=lowers, reason=reason, key=key, actor=actor, now=now)
    if owed is not None:
        _take_off(order, parts, made, reason=reason, now=now)
    return made


def _take_off(order: Order, parts: Sequence[Part], made: Sequence[Refund], *, reason: str, now: datetime) -> None:
    """An invoice that was issued already and is not paid gets the credit note of these parts."""
    if order.is_owed and order.paid_at is None:
        rows = [part.to_json() for part in parts]
        credit_notes.take_off(order=order, parts=rows, refunds=made, reason=reason, now=now)


def _credit(order: Order, parts: Sequence[Part], *, reason: str, key: str, actor: Actor, now: datetime) -> None:
    amount = total((part.amount for part in parts), order.currency)
    Credit.objects.create(
        order=order,
        amount_minor=amount.amount_minor,
        reason=reason[:300],
        allocation=[part.to_json() for part in parts],
        key=key,
        created_at=now,
    )
    settlement.close_pages(order=order, now=now)
    audit.record(
        subject=order,
        action="order.credited",
        actor=actor,
        now=now,
        note=f"{amount} is taken off what you owe. {reason}".strip(),
        data={"amount_minor": amount.amount_minor, "key": key},
    )
    notices.order_updated(order, now=now)


def _set_off(order: Order, amount: Money, *, key: str, now: datetime) -> None:
    """A dearer price that nobody has paid costs that much less to pay; with the last of it the order may go on."""
    Order.objects.filter(pk=order.pk).update(difference_minor=F("difference_minor") - amount.amount_minor)
    order.refresh_from_db(fields=["difference_minor"])
    if not order.difference_minor:
        outbox.enqueue(
            settlement.PAID_TOPIC, payload={"order_id": str(order.pk)}, key=f"{order.pk}:{key}"[:200], now=now
        )


def _cut(parts: Sequence[Part], amount: Money) -> tuple[list[Part], list[Part]]:
    """The parts that `amount` covers, and what it does not cover."""
    covered, rest = [], []
    for part in parts:
        taken = part.cut(min(part.amount, amount))
        amount -= taken.amount
        if taken.amount:
            covered.append(taken)
        if part.amount != taken.amount:
            rest.append(part.less(taken))
    return covered, rest


def _left_of(part: Part, balance: Balance) -> Money:
    if part.kind == PartKind.SHIPPING:
        return balance.left_of_shipping
    if part.kind == PartKind.SURPLUS:
        return balance.surplus
    if part.line_id is None or part.line_id not in balance.payable_of_lines:
        raise NotFound(gettext("This line is not in this order."))
    return balance.left_of_line(part.line_id)


def _summed(parts: Sequence[Part]) -> Iterable[Part]:
    """One part for each line, for the shipping and for the surplus."""
    sums: dict[tuple[PartKind, UUID | None], Part] = {}
    for part in parts:
        known = sums.get((part.kind, part.line_id))
        sums[part.kind, part.line_id] = replace(part, amount=known.amount + part.amount) if known else part
    return sums.values()


def _refuse_above(amount: Money, label: str, left: Money) -> None:
    if left < amount:
        raise RefundTooLarge(
            gettext("%(amount)s is more than can be given back for “%(label)s”: %(left)s is left.")
            % {"amount": amount, "label": label, "left": left},
            left_minor=left.amount_minor,
        )


def _spread(
    order: Order, parts: Sequence[Part], *, lowered: bool, reason: str, key: str, actor: Actor, now: datetime
) -> list[Refund]:
    """One refund of each payment that is needed, the newest first and gift cards last, with the parts that it covers."""
    todo: Sequence[Part] = parts
    made = []
    paid = Payment.objects.filter(order=order, state=PaymentState.SUCCEEDED)
    gift_cards_last = F("gift_card").desc(nulls_first=True)
    for payment in paid.order_by(gift_cards_last, "-created_at", "-pk"):
        room = Money(payment.captured_minor - payment.refunded_minor, payment.currency)
        covered, todo = _cut(todo, room)
        if covered:
            refund = refunds.refund(
                payment_id=payment.pk,
                amount=total((part.amount for part in covered), order.currency),
                allocation=[part.to_json() for part in covered],
                reason=reason,
                key=key,
                actor=actor,
                now=now,
                lowered=lowered,
            )
            made.append(refund)
    return made
