"""Everything a customer is told: which mail is written when, with what in it, and what a business's webhooks hear."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from orders.enums import LineState
from orders.models import ExemptionCertificate, Order, OrderLine, Requote, Shipment
from orders.payments.selectors import balances
from orders.selectors import orders, personal, snapshots
from orders.services import links
from pinshop.accounts.enums import Role
from pinshop.accounts.models import Member
from pinshop.core import mail, outbox
from pinshop.core.money import Money
from pinshop.webhooks.enums import EventType
from pinshop.webhooks.services import events

CHANGED_TOPIC = "orders.order.changed"
PLACED_TOPIC = "orders.order.placed"


def line_moved(*, line: OrderLine, to: str, now: datetime) -> None:
    """A line has moved: tell the customer where production begins, and the webhooks of its business always."""
    if to == LineState.TOOLING:
        _send("in_production", line.order, key=str(line.pk), now=now, line=line)
    order_updated(line.order, now=now)


def order_updated(order: Order, *, now: datetime) -> None:
    """An order, one of its lines, payments or parcels has changed: have its business told, where it has one."""
    if order.business_id is not None:
        outbox.enqueue(CHANGED_TOPIC, payload={"order_id": str(order.pk)}, now=now)


def tell_webhooks(*, order_id: UUID, now: datetime) -> bool:
    """Tell the business of an order how the order stands; False where it stands as it was told last."""
    order = Order.objects.get(pk=order_id)
    if order.business_id is None:
        return False
    event = events.publish(
        business_id=order.business_id,
        live=order.live,
        type=EventType.ORDER_UPDATED,
        subject=f"order:{order_id}",
        read=lambda: snapshots.of_order(orders.get_any(order_id=order_id), now=now),
        now=now,
    )
    return event is not None


def order_placed(order: Order, *, now: datetime) -> None:
    """The order is stored: have the customer told. The mail is written by a worker, because here its buyer waits."""
    outbox.enqueue(PLACED_TOPIC, payload={"order_id": str(order.pk)}, key=str(order.pk), now=now)


def tell_placed(*, order_id: UUID, now: datetime) -> bool:
    """Mail that the order is stored and waits for payment. False where that was mailed before."""
    order = Order.objects.get(pk=order_id)
    return _send("order_placed", order, key=str(order.pk), now=now)


def order_paid(order: Order, *, invoice: tuple[str, str] | None, now: datetime) -> None:
    """Paid; the invoice, a (file name, SHA-256), is attached. Of one that was cancelled whole, what cancelling cost is."""
    ended = not order.lines.exclude(state=LineState.CANCELLED).exists()
    came = sum(payment.captured_minor - payment.refunded_minor for payment in order.payments.all())
    _send(
        "order_paid",
        order,
        key=str(order.pk),
        now=now,
        attachments=[invoice] if invoice else [],
        ended=ended,
        came=Money(came, order.currency),
    )


def order_confirmed(order: Order, *, now: datetime) -> None:
    """Work begins; the order is paid later, by its terms."""
    _send("order_confirmed", order, key=str(order.pk), now=now)


def payment_due(order: Order, *, now: datetime) -> None:
    """Every proof is approved: now the order is paid. A line that is cancelled or approved anew makes it another mail."""
    due = balances.due_of(order)
    _send("payment_due", order, key=f"{order.pk}:{due.amount_minor}", now=now, due=due)


def requote_proposed(requote: Requote, *, now: datetime) -> None:
    """There is a new price to accept or to decline."""
    _send(
        "requote_proposed",
        requote.order,
        key=str(requote.pk),
        now=now,
        line=requote.line,
        reason=requote.reason,
        before=requote.before_total,
        after=requote.after_total,
    )


def difference_due(order: Order, *, requote_id: str, now: datetime) -> None:
    """The accepted price is higher than what was paid."""
    _send("difference_due", order, key=requote_id, now=now, due=balances.due_of(order))


def invoice_issued(order: Order, *, invoice: tuple[str, str] | None, now: datetime) -> None:
    """An invoice to be paid later, a (file name, SHA-256), is attached."""
    attachments = [invoice] if invoice else []
    due = balances.due_of(order)
    _send("invoice_issued", order, key=str(order.pk), now=now, attachments=attachments, due=due)


def invoice_lowered(
    order: Order,
    *,
    note_id: str,
    invoice: str,
    amount: Money,
    reason: str,
    credit_note: tuple[str, str],
    now: datetime,
) -> None:
    """`amount` is taken off an invoice that is not paid; the credit note, a (file name, SHA-256), is attached."""
    _send(
        "invoice_lowered",
        order,
        key=note_id,
        now=now,
        attachments=[credit_note],
        invoice=invoice,
        amount=amount,
        reason=reason,
        due=balances.due_of(order),
    )


def invoice_overdue(order: Order, *, level: int, now: datetime) -> None:
    """An invoice was not paid in time; `level` counts these mails from 1."""
    due = balances.due_of(order)
    _send("invoice_overdue", order, key=f"{order.pk}:{level}", now=now, due=due, level=level)


def proof_ready(line: OrderLine, *, findings: list[str], decide_by: datetime, now: datetime) -> None:
    """A proof waits for the customer's approval or, where it has blocking `findings`, for another decision."""
    key = f"{line.pk}:{line.proof_id}"
    _send("proof_ready", line.order, key=key, now=now, line=line, findings=findings, decide_by=decide_by)


def proof_reminder(
    line: OrderLine, *, day: int, findings: list[str], decide_by: datetime, key: str, now: datetime
) -> None:
    """A proof still waits, since `day` days; at `decide_by` its line is cancelled and refunded."""
    _send(
        "proof_reminder",
        line.order,
        key=key,
        now=now,
        line=line,
        day=day,
        findings=findings,
        decide_by=decide_by,
    )


def changes_received(line: OrderLine, *, text: str, now: datetime) -> None:
    """The customer's wishes have arrived."""
    _send("changes_received", line.order, key=f"{line.pk}:{line.proof_id}", now=now, line=line, text=text)


def proof_approved(line: OrderLine, *, proof_hash: str, now: datetime) -> None:
    """The customer's approval, for their records."""
    _send("proof_approved", line.order, key=str(line.pk), now=now, line=line, proof_hash=proof_hash)


def shipped(shipment: Shipment, *, now: datetime) -> None:
    """A parcel has left."""
    _send("shipped", shipment.order, key=str(shipment.pk), now=now, shipment=shipment)


def delivered(shipment: Shipment, *, now: datetime) -> None:
    """A parcel has arrived."""
    _send("delivered", shipment.order, key=str(shipment.pk), now=now, shipment=shipment)


def refunded(
    order: Order,
    *,
    refund_id: str,
    amount: Money,
    reason: str,
    card: str,
    credit_note: tuple[str, str] | None,
    now: datetime,
) -> None:
    """Money is on its way back, or on the gift `card` again; the credit note, a (file name, SHA-256), is attached."""
    _send(
        "refunded",
        order,
        key=refund_id,
        now=now,
        attachments=[credit_note] if credit_note else [],
        amount=amount,
        reason=reason,
        card=card,
        credit_note=credit_note,
    )


def order_cancelled(order: Order, *, key: str, reason: str, lines: list[OrderLine], now: datetime) -> None:
    """The order, or some lines of it, will not be made."""
    cost = Money(sum(line.cancellation_cost_minor for line in lines), order.currency)
    _send("order_cancelled", order, key=key, now=now, reason=reason, lines=lines, cost=cost)


def design_refused(line: OrderLine, *, ground: str, note: str, now: datetime) -> None:
    """We do not make this design, and say why."""
    _send("design_refused", line.order, key=str(line.pk), now=now, line=line, ground=ground, note=note)


def claim_received(line: OrderLine, *, claim_id: UUID, now: datetime) -> None:
    """A problem that a customer reported is being looked at."""
    _send("claim_received", line.order, key=str(claim_id), now=now, line=line)


def claim_decided(line: OrderLine, *, claim_id: UUID, outcome: str, answer: str, now: datetime) -> None:
    """What becomes of the problem."""
    _send("claim_decided", line.order, key=str(claim_id), now=now, line=line, outcome=outcome, answer=answer)


def return_asked(line: OrderLine, *, return_id: UUID, pieces: int, now: datetime) -> None:
    """How pins are sent back."""
    address = ", ".join(settings.SHOP_ADDRESS)
    _send("return_asked", line.order, key=str(return_id), now=now, line=line, pieces=pieces, address=address)


def fresh_link(order: Order, *, key: UUID, now: datetime) -> bool:
    """A new link to the order for somebody whose link has expired. False where this `key` was mailed before."""
    return _send("order_link", order, key=f"{order.pk}:{key}", now=now)


def exemption_decided(certificate: ExemptionCertificate, *, now: datetime) -> None:
    """Staff have looked at an exemption certificate: its person is told, or the owners of its business."""
    place = ", ".join(filter(None, (certificate.country, certificate.region)))
    people = [certificate.user] if certificate.user else []
    if certificate.business_id is not None:
        members = Member.objects.filter(business_id=certificate.business_id, role=Role.OWNER)
        people = [member.user for member in members.select_related("user").order_by("user__email")]
    for person in people:
        mail.send(
            to=person.email,
            name="exemption_decided",
            context={"certificate": certificate, "place": place},
            key=f"exemption_decided:{certificate.pk}:{person.email}",
            now=now,
            language=personal.language_of(user_id=person.pk),
        )


def _send(
    name: str,
    order: Order,
    *,
    key: str,
    now: datetime,
    attachments: list[tuple[str, str]] | None = None,
    **context: Any,
) -> bool:
    whole: Mapping[str, Any] = {
        "order": order,
        "total": Money(order.total_minor, order.currency),
        "order_url": links.order_url(order),
        **context,
    }
    return mail.send(
        to=order.contact_email,
        name=name,
        context=whole,
        key=f"{name}:{key}",
        now=now,
        attachments=attachments or (),
        language=order.language,
    )
