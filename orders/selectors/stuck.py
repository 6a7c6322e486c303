"""What waits on whom, for how long, and for how long it may: the report on orders that are stuck.

Whatever is neither delivered nor cancelled waits on somebody. A wait is late when it is older than its reason's patience.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import CharField, F, Max, OuterRef, Prefetch, Subquery
from django.db.models.functions import Cast, Coalesce

from designs.states import ProofState
from orders.claims.enums import ClaimState, ReturnState
from orders.claims.models import Claim, GoodsReturn
from orders.enums import LineKind, LineState, Party, PaymentTerms, ShipmentState
from orders.manufacturing import states as production_states
from orders.manufacturing.enums import ProductionState
from orders.manufacturing.models import ProductionOrder
from orders.models import Order, OrderLine, Shipment
from orders.states import PRODUCTION
from pinshop.core.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody has to do, and how long that may take."""

    who: Party
    what: str
    patience: timedelta


PAY = Reason(Party.CUSTOMER, "pay", timedelta(days=2))
DECIDE = Reason(Party.CUSTOMER, "decide on the proof", timedelta(days=7))
OWE = Reason(Party.CUSTOMER, "pay the invoice", timedelta(days=35))
SEND_BACK = Reason(Party.CUSTOMER, "send pins back", timedelta(days=30))
LOOK = Reason(Party.STAFF, "look at the order", timedelta(0))
ANSWER = Reason(Party.STAFF, "decide a claim", timedelta(days=2))
RELEASE = Reason(Party.STAFF, "release the line", timedelta(days=7))
CHECK = Reason(Party.STAFF, "check the proof", timedelta(days=1))
DRAW = Reason(Party.STAFF, "draw the next revision", timedelta(days=1))
SOLVE = Reason(Party.STAFF, "solve a problem in production", timedelta(0))
PLACE = Reason(Party.STAFF, "find a manufacturer", timedelta(hours=1))
PACK = Reason(Party.STAFF, "pack", timedelta(days=2))
SHIP = Reason(Party.STAFF, "ship", timedelta(days=1))
BEGIN = Reason(Party.MACHINES, "begin the work", timedelta(hours=1))
RENDER = Reason(Party.MACHINES, "render the proof", timedelta(hours=1))
SEND = Reason(Party.MACHINES, "send it to the manufacturer", timedelta(hours=1))
ANNOUNCE = Reason(Party.MACHINES, "announce the parcel", timedelta(hours=1))
ACCEPT = Reason(Party.MANUFACTURER, "accept", timedelta(days=2))
REPORT = Reason(Party.MANUFACTURER, "report the next stage", timedelta(days=7))
COLLECT = Reason(Party.CARRIER, "collect the parcel", timedelta(days=2))
DELIVER = Reason(Party.CARRIER, "deliver", timedelta(days=10))

_OF_PROOF = {
    ProofState.RENDERING: RENDER,
    ProofState.STAFF_CHECK: CHECK,
    ProofState.FAILED: DRAW,
    ProofState.CHANGES_REQUESTED: DRAW,
}
_OF_PARCEL = {ShipmentState.CREATED: ANNOUNCE, ShipmentState.REGISTERED: COLLECT, ShipmentState.IN_TRANSIT: DELIVER}
_WITH_PARCEL_OR_ENDED = (LineState.SHIPPED, LineState.DELIVERED, LineState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that waits; `about` names the line, the parcel, or what is wrong."""

    reason: Reason
    since: datetime
    order_id: UUID
    number: str
    about: str

    def age(self, now: datetime) -> timedelta:
        """For how long it has waited."""
        return now - self.since

    def is_late(self, now: datetime) -> bool:
        """Whether it has waited longer than it may."""
        return self.age(now) > self.reason.patience


def list_waits(*, now: datetime) -> list[Wait]:
    """Everything of real orders that waits, oldest first; seven queries however much there is."""
    waits = [*_attention(), *_lines(now), *_parcels(), *_claims(), *_invoices()]
    return sorted(waits, key=lambda wait: (wait.since, wait.number, wait.about))


def _attention() -> Iterator[Wait]:
    """Orders that staff must look at, since the last thing that happened to them."""
    entries = AuditEntry.objects.filter(subject_type="orders.order", subject_id=Cast(OuterRef("pk"), CharField()))
    last = Subquery(entries.order_by("-id").values("created_at")[:1])
    for order in Order.objects.filter(live=True).exclude(attention="").annotate(since=Coalesce(last, "placed_at")):
        yield Wait(LOOK, order.since, order.pk, order.number, order.attention)


def _lines(now: datetime) -> Iterator[Wait]:
    """Lines that are not in a parcel yet; an order that is not paid waits once, not once for each line.

    A paid gift card that is to be mailed on a day waits on nobody before that.
    """
    running = ProductionOrder.objects.exclude(state__in=production_states.ENDED).select_related("manufacturer")
    rows = (
        OrderLine.objects.filter(order__live=True)
        .exclude(state__in=_WITH_PARCEL_OR_ENDED)
        .exclude(gift_card__mail_at__gt=now, order__paid_at__isnull=False)
        .select_related("order", "proof", "gift_card")
        .prefetch_related(Prefetch("production_orders", running, to_attr="running"))
        .order_by("order__placed_at", "order", "position")
    )
    unpaid: set[UUID] = set()
    for line in rows:
        if line.state == LineState.PLACED and line.order.attention:
            continue
        reason, since, more = _of_line(line)
        if reason is PAY:
            if line.order_id in unpaid:
                continue
            unpaid.add(line.order_id)
        about = f"{line.title}: {more}" if more else line.title
        yield Wait(reason, since, line.order_id, line.order.number, about)


def _of_line(line: OrderLine) -> tuple[Reason, datetime, str]:
    """Why a line waits, since when, and what else is to be known."""
    if line.on_hold:
        return RELEASE, line.updated_at, ""
    is_new = line.state == LineState.PLACED and line.order.confirmed_at is None
    if is_new or (line.state == LineState.APPROVED and not line.order.is_owed):
        return PAY, line.order.placed_at if is_new else line.updated_at, ""
    if line.state in {LineState.PROOFING, LineState.AWAITING_APPROVAL}:
        return _of_proof(line)
    if line.state == LineState.PICKING:
        return PACK, line.updated_at, ""
    if line.state in {LineState.APPROVED, LineState.HANDED_OVER, *PRODUCTION}:
        return _of_production(line)
    day = line.gift_card.mail_at if line.kind == LineKind.GIFT_CARD else None
    return BEGIN, max(line.updated_at, day or line.updated_at), ""


def _of_proof(line: OrderLine) -> tuple[Reason, datetime, str]:
    proof = line.proof
    if proof is None:
        return BEGIN, line.updated_at, ""
    if line.state == LineState.AWAITING_APPROVAL:
        return DECIDE, proof.sent_at or line.updated_at, ""
    reason = _OF_PROOF.get(ProofState(proof.state), BEGIN)
    since = {CHECK: proof.rendered_at, RENDER: proof.created_at}.get(reason) or line.updated_at
    return reason, since, ""


def _of_production(line: OrderLine) -> tuple[Reason, datetime, str]:
    running: list[ProductionOrder] = getattr(line, "running", [])
    if not running:
        return (SHIP if line.state == LineState.PACKED else PLACE), line.updated_at, ""
    production = running[0]
    if production.problem:
        return SOLVE, production.updated_at, production.problem
    if production.state == ProductionState.CREATED:
        return SEND, production.created_at, ""
    reason = ACCEPT if production.state == ProductionState.SUBMITTED else REPORT
    return reason, production.updated_at, production.manufacturer.name


def _parcels() -> Iterator[Wait]:
    """Parcels on their way, since the carrier's last word."""
    rows = Shipment.objects.filter(order__live=True).exclude(state=ShipmentState.DELIVERED).select_related("order")
    for shipment in rows.annotate(since=Coalesce(Max("events__received_at"), F("created_at"))):
        reason = _OF_PARCEL[ShipmentState(shipment.state)]
        yield Wait(reason, shipment.since, shipment.order_id, shipment.order.number, str(shipment))


def _claims() -> Iterator[Wait]:
    """What customers have reported after delivery, and what they send back."""
    claims = Claim.objects.filter(line__order__live=True, state=ClaimState.OPEN)
    for claim in claims.select_related("line__order"):
        yield Wait(ANSWER, claim.opened_at, claim.line.order_id, claim.line.order.number, str(claim))
    returns = GoodsReturn.objects.filter(line__order__live=True, state=ReturnState.OPEN)
    for sent in returns.select_related("line__order"):
        yield Wait(SEND_BACK, sent.asked_at, sent.line.order_id, sent.line.order.number, str(sent))


def _invoices() -> Iterator[Wait]:
    """Orders that are paid by invoice and are not paid yet, since their work began."""
    owed = Order.objects.filter(live=True, payment_terms=PaymentTerms.INVOICE, paid_at=None, confirmed_at__isnull=False)
    running = OrderLine.objects.exclude(state=LineState.CANCELLED).values("order")
    for order in owed.filter(pk__in=running):
        if order.confirmed_at is not None:
            due = f"due on {order.due_date:%-d %B %Y}" if order.due_date else "not issued yet"
            yield Wait(OWE, order.confirmed_at, order.pk, order.number, due)
