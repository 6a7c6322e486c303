"""Giving money of one payment back: decided here under its own limit, carried out by a worker. `repayments` is the door."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from orders.models import Order
from orders.payments import providers
from orders.payments.enums import PaymentState, RefundState
from orders.payments.gateway import ProviderRefused, RefundOutcome, RefundRequest, RefundTruth
from orders.payments.models import Payment, Refund
from orders.payments.services import credited, giftcards
from orders.services import notices
from pinshop.core import audit, outbox, words
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money

SEND_TOPIC = "payments.refund.send"
SUCCEEDED_TOPIC = "payments.refund.succeeded"


class RefundTooLarge(Conflict):
    """More than was paid and not yet given back."""

    code = "refund_too_large"


class RefundKeyReused(Conflict):
    """The key belongs to another refund of this payment."""

    code = "refund_key_reused"


def refund(
    *,
    payment_id: UUID,
    amount: Money,
    allocation: list[dict[str, object]],
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
    lowered: bool = False,
) -> Refund:
    """Promise `amount` back; a worker then has the provider pay it. The same `key` again returns the first refund.

    `allocation` says what it was paid for, as `repayments.Part.to_json` does; only `repayments` calls this. `lowered` where
    its parts were counted in what is credited of an order that is not paid: where it fails, they no longer are.

    Raises RefundTooLarge above what was captured and not given back yet, RefundKeyReused, Invalid, NotFound. May run in
    the caller's transaction: it makes no call itself.
    """
    if amount.amount_minor <= 0:
        raise Invalid(gettext("Give an amount above zero."), fields={"amount": gettext("Above zero.")})
    with transaction.atomic():
        payment = Payment.objects.select_related("order").filter(pk=payment_id).first()
        if payment is None or payment.currency != amount.currency:
            raise NotFound(gettext("There is no such payment in %(currency)s.") % {"currency": amount.currency})
        row, is_new = Refund.objects.get_or_create(
            payment=payment,
            key=key,
            defaults={
                "amount_minor": amount.amount_minor,
                "allocation": allocation,
                "reason": reason[:300],
                "said": words.to_data(reason),
                "lowered": lowered,
                "created_at": now,
            },
        )
        if not is_new:
            if row.amount_minor != amount.amount_minor:
                raise RefundKeyReused(gettext("This refund was asked for before, with another amount."))
            return row
        if not Payment.objects.filter(_has_room(amount.amount_minor), pk=payment_id).update(
            refunded_minor=F("refunded_minor") + amount.amount_minor
        ):
            raise RefundTooLarge(
                gettext("%(amount)s is more than can be given back: %(left)s of %(paid)s is left.")
                % {
                    "amount": amount,
                    "left": Money(payment.captured_minor - payment.refunded_minor, payment.currency),
                    "paid": Money(payment.captured_minor, payment.currency),
                },
            )
        audit.record(
            subject=payment.order,
            action="refund.asked",
            actor=actor,
            now=now,
            data={"refund_id": str(row.pk), "amount_minor": amount.amount_minor, "reason": reason},
        )
        outbox.enqueue(SEND_TOPIC, payload={"refund_id": str(row.pk)}, key=str(row.pk), now=now)
        notices.order_updated(payment.order, now=now)
    return row


def send(*, refund_id: UUID, now: datetime) -> Refund:
    """Have the provider, or the gift card, pay a promised refund. Raises ProviderBusy; again it pays nothing more."""
    row = _get(refund_id)
    if row.state != RefundState.PENDING:
        return row
    if row.provider_refund_id:
        return settle(refund_id=refund_id, now=now)
    if row.payment.provider == providers.TRANSFER:
        return row  # staff send it back, and say so: `confirm_by_hand`
    if row.payment.gift_card_id is not None:
        done = RefundTruth(refund_id="", state=RefundOutcome.SUCCEEDED, failure="")
        return record(refund_id=refund_id, truth=done, now=now)
    try:
        truth = providers.get(row.payment.provider).refund(
            RefundRequest(
                intent_id=row.payment.intent_id,
                amount=Money(row.amount_minor, row.payment.currency),
                reference=str(row.pk),
                key=f"refund-{row.pk}",
            )
        )
    except ProviderRefused as error:
        truth = RefundTruth(refund_id="", state=RefundOutcome.FAILED, failure=str(error))
    return record(refund_id=refund_id, truth=truth, now=now)


def confirm_by_hand(*, refund_id: UUID, actor: Actor, now: datetime) -> Refund:
    """Staff have sent a refund of a bank transfer back themselves. Again it changes nothing. Raises Conflict for others."""
    row = _get(refund_id)
    if row.payment.provider != providers.TRANSFER:
        raise Conflict(gettext("Only what came by bank transfer is sent back by hand; the rest goes back by itself."))
    with transaction.atomic():
        audit.record(
            subject=row.payment.order, action="refund.by_hand", actor=actor, now=now, data={"refund_id": str(row.pk)}
        )
        done = RefundTruth(refund_id="", state=RefundOutcome.SUCCEEDED, failure="")
        return record(refund_id=refund_id, truth=done, now=now)


def settle(*, refund_id: UUID, now: datetime) -> Refund:
    """Ask the provider how a refund stands and record it: it may fail days after it succeeded. Raises ProviderBusy."""
    row = _get(refund_id)
    if not row.provider_refund_id:
        return send(refund_id=refund_id, now=now)
    truth = providers.get(row.payment.provider).get_refund(row.provider_refund_id)
    return record(refund_id=refund_id, truth=truth, now=now)


def record(*, refund_id: UUID, truth: RefundTruth, now: datetime) -> Refund:
    """Write down how a refund stands at the provider."""
    with transaction.atomic():
        _lock_order(refund_id)
        if truth.state is RefundOutcome.PENDING:
            _pending(refund_id).update(provider_refund_id=truth.refund_id)
        elif truth.state is RefundOutcome.SUCCEEDED:
            _succeed(refund_id, truth, now=now)
        else:
            _fail(refund_id, truth, now=now)
    return _get(refund_id)


def _lock_order(refund_id: UUID) -> None:
    # Before the refund and its payment, as everybody who decides about an order's money does: else two of them deadlock.
    Order.objects.select_for_update(of=("self",)).get(payments__refunds=refund_id)


def _succeed(refund_id: UUID, truth: RefundTruth, *, now: datetime) -> None:
    if not _pending(refund_id).update(state=RefundState.SUCCEEDED, provider_refund_id=truth.refund_id, settled_at=now):
        return
    row = _get(refund_id)
    amount = Money(row.amount_minor, row.payment.currency)
    order, card = row.payment.order, row.payment.gift_card
    if card is not None:
        giftcards.give_back(card_id=card.pk, amount=amount, now=now)
    done = f"We have put {amount} back onto gift card {card}." if card else f"We have refunded {amount}."
    audit.record(
        subject=order,
        action="refund.succeeded",
        actor=SYSTEM,
        now=now,
        note=f"{done} {row.reason}".strip(),
        data={"refund_id": str(row.pk)},
    )
    outbox.enqueue(SUCCEEDED_TOPIC, payload={"refund_id": str(row.pk)}, key=str(row.pk), now=now)
    notices.order_updated(order, now=now)


def _fail(refund_id: UUID, truth: RefundTruth, *, now: datetime) -> None:
    # A refund may fail days after the provider took it (a closed account): then the promise is open again.
    if (
        not Refund.objects.filter(pk=refund_id)
        .exclude(state=RefundState.FAILED)
        .update(state=RefundState.FAILED, failure=truth.failure[:300], settled_at=now)
    ):
        return
    row = _get(refund_id)
    Payment.objects.filter(pk=row.payment_id).update(refunded_minor=F("refunded_minor") - row.amount_minor)
    if row.lowered:
        credited.lower_by(order_id=row.payment.order_id, parts=row.allocation)
    amount = Money(row.amount_minor, row.payment.currency)
    Order.objects.filter(pk=row.payment.order_id).update(
        attention=f"The refund of {amount} failed: {truth.failure}"[:300]
    )
    audit.record(
        subject=row.payment.order,
        action="refund.failed",
        actor=SYSTEM,
        now=now,
        data={"refund_id": str(row.pk), "failure": truth.failure},
    )
    notices.order_updated(row.payment.order, now=now)


def _pending(refund_id: UUID) -> QuerySet[Refund]:
    """The refund, where it is still on its way."""
    return Refund.objects.filter(pk=refund_id, state=RefundState.PENDING)


def _has_room(amount_minor: int) -> Q:
    """The payment still holds that much."""
    return Q(state=PaymentState.SUCCEEDED, captured_minor__gte=F("refunded_minor") + amount_minor)


def _get(refund_id: UUID) -> Refund:
    return Refund.objects.select_related("payment__order", "payment__gift_card").get(pk=refund_id)
