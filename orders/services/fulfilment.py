"""What a paid order sets in motion."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.prices import LinePrice
from catalog.services import lead_times
from catalog.spec import PinSpec
from designs.drawing import Drawing
from designs.errors import DesignRefused
from designs.models import Design
from designs.services import proofs
from designs.sheet import Sheet, paper_of
from orders.enums import LineKind, LineState, PaymentTerms
from orders.models import Order, OrderLine
from orders.payments.services import giftsales, invoices, settlement
from orders.quoted import QuotedLine
from orders.selectors import orders
from orders.services import cancellations, lines, notices, payment_terms, reservations
from pinshop.core import audit, outbox
from pinshop.core.actors import SYSTEM, Actor
from pinshop.core.errors import Conflict
from pinshop.core.money import Money

# What every factory delivers within; stated on the sheet so that nobody is surprised.
OVERS = "Exactly this many or a few more; extra pieces are free."


class NothingToResolve(Conflict):
    """The order does not need attention."""

    code = "nothing_to_resolve"


def start(*, order_id: UUID, now: datetime) -> None:
    """Let the work on a confirmed order go on: proofs, picking, production of what is approved, invoice, mail.

    Each part happens once, however often this runs.
    """
    order = Order.objects.get(pk=order_id)
    if order.confirmed_at is None or order.attention:
        return
    for line in OrderLine.objects.select_related("order").filter(order=order, state=LineState.PLACED):
        if line.kind == LineKind.CUSTOM:
            _start_proof(line, now=now)
        elif line.kind == LineKind.GIFT_CARD:
            giftsales.issue(line_id=line.pk, now=now)
        else:
            lines.advance(line_id=line.pk, to=LineState.PICKING, actor=SYSTEM, now=now)
    if not order.is_owed:
        return
    for line in OrderLine.objects.filter(order=order, state=LineState.APPROVED):
        if order.payment_terms == PaymentTerms.ON_APPROVAL and order.paid_at is not None and line.spec:
            spec = PinSpec.from_json(line.spec)
            day = lead_times.ship_by(spec=spec, quantity=line.quantity, start=order.paid_at.date(), proof=False)
            OrderLine.objects.filter(pk=line.pk).update(ship_by_date=day)
        payment_terms.make(line_id=line.pk, now=now)
    if order.paid_at is not None or orders.is_billable(orders.get_any(order_id=order_id)):
        _send_invoice(order, now=now)
        invoices.issue_supplements(order_id=order_id, now=now)


def _send_invoice(order: Order, *, now: datetime) -> None:
    document = invoices.document_of(invoices.issue(order_id=order.pk, now=now))
    attached = (document.name, document.sha256) if document else None
    order.refresh_from_db(fields=["due_date"])
    with transaction.atomic():
        if order.paid_at is not None:
            notices.order_paid(order, invoice=attached, now=now)
        else:
            notices.invoice_issued(order, invoice=attached, now=now)


def resolve(*, order_id: UUID, actor: Actor, now: datetime) -> None:
    """Staff have looked at an order that needed attention and let it go on, with its stock. Raises OutOfStock."""
    with transaction.atomic():
        order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
        if not order.attention:
            raise NothingToResolve(gettext("Order %(number)s does not need attention.") % {"number": order.number})
        Order.objects.filter(pk=order_id).update(attention="")
        audit.record(subject=order, action="order.resolved", actor=actor, now=now, data={"was": order.attention})
        notices.order_updated(order, now=now)
        if order.confirmed_at is None:
            return
        if order.lines.filter(kind=LineKind.READY, state=LineState.PLACED).exists():
            reservations.hold(order_id=order_id, until=now)
            reservations.take(order_id=order_id)
        outbox.enqueue(settlement.PAID_TOPIC, payload={"order_id": str(order_id)}, now=now)


def sheet_of(line: OrderLine) -> Sheet:
    """What the order says on the proof of a line."""
    price = LinePrice.from_json(line.price)
    due = line.ship_by_date
    return Sheet(
        reference=str(line.pk),
        order_number=line.order.number,
        customer=line.order.contact_name,
        quantity=line.quantity,
        unit_price=str(price.each),
        total=str(Money(line.total_minor, line.order.currency)),
        ship_by=f"{due.day} {due:%B %Y}" if due else "",
        overs=OVERS,
        paper=paper_of(line.order.address["country"]),
    )


def draw_again(*, line_id: UUID, actor: Actor, now: datetime) -> None:
    """Have the next revision of a line's proof drawn, as the line stands now; one whose work has not begun has none yet."""
    line = OrderLine.objects.select_related("order__quote").get(pk=line_id)
    if line.state not in {LineState.PROOFING, LineState.AWAITING_APPROVAL}:
        return
    note = f"A new revision of the proof of {line.title} is being made, at the new price."
    lines.return_to_proofing(line_id=line_id, actor=actor, now=now, note=note)
    _start_proof(line, now=now)


def _drawing_of(line: OrderLine) -> Drawing | None:
    """What was priced. Whatever became of the design since then, this is what the customer pays for."""
    quoted = [QuotedLine.from_json(entry) for entry in line.order.quote.lines]
    return next((entry.drawing for place, entry in enumerate(quoted, 1) if place == line.position), None)


def _start_proof(line: OrderLine, *, now: datetime) -> None:
    if line.design_id is None:
        msg = "a custom line has a design"
        raise TypeError(msg)
    try:
        with transaction.atomic():
            proof = proofs.request(
                design_id=line.design_id,
                spec=PinSpec.from_json(line.spec or {}),
                sheet=sheet_of(line),
                drawing=_drawing_of(line),
                actor=SYSTEM,
                now=now,
            )
            lines.set_proof(line_id=line.pk, proof_id=proof.pk, now=now)
            lines.advance(line_id=line.pk, to=LineState.PROOFING, actor=SYSTEM, now=now)
    except DesignRefused:
        # Staff refused the design between the order and its payment.
        design = Design.objects.get(pk=line.design_id)
        cancellations.refuse_design(
            design_id=design.pk, ground=design.refused_ground, note=design.refused_note, now=now
        )
