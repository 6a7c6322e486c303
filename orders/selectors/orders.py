"""Reading orders: their derived state, their timeline, and what may be done with them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from designs.errors import ProofNotFound
from designs.selectors import proofs
from orders import states
from orders.claims.selectors import claims
from orders.enums import LineState, OrderState, PaymentTerms, RequoteState
from orders.models import Order, OrderLine, Requote, Shipment
from orders.payments.selectors import balances
from orders.selectors import cancellation
from pinshop.accounts.acting import Reach
from pinshop.accounts.models import Member
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.errors import NotFound

_LOOK_BACK, _ADDRESSES = 50, 5
_IN_PRODUCTION = frozenset({LineState.APPROVED, LineState.HANDED_OVER, LineState.PICKING, *states.PRODUCTION})


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of an order's timeline. `line_id` is set where it is about one line."""

    at: datetime
    action: str
    text: str
    actor: str
    line_id: str


@dataclass(frozen=True, slots=True)
class Sent:
    """An address (the JSON of `quoted.Address`) and the order that went there."""

    order_id: UUID
    address: dict[str, str]


def rows() -> QuerySet[Order]:
    """Orders with their lines, shipments and payments, ready for `state_of` and snapshots without further queries."""
    return Order.objects.select_related("user", "business").prefetch_related(
        "invoices",
        Prefetch("lines", claims.with_doings(OrderLine.objects.select_related("gift_card").order_by("position"))),
        Prefetch("lines__proof", proofs.rows_to_decide().select_related("wait")),
        Prefetch("requotes", Requote.objects.select_related("quote").order_by("-created_at")),
        Prefetch("shipments", Shipment.objects.order_by("created_at")),
        "payments__gift_card",
    )


def get_order(*, order_id: UUID, owner: Owner | Reach) -> Order:
    """The owner's order; raises NotFound also for another person's."""
    return _one(rows().filter(owner.where(), pk=order_id))


def get_any(*, order_id: UUID) -> Order:
    """An order whoever owns it: for staff, and for whoever came with a signed link to exactly this one."""
    return _one(rows().filter(pk=order_id))


def list_orders(*, owner: Owner) -> QuerySet[Order]:
    """The owner's orders, newest first."""
    return rows().filter(owner.where())


def list_addresses(*, business_id: UUID, country: str) -> list[Sent]:
    """Where its members have had live orders of a business sent to in a country, each address once, the latest first.

    Orders whose contact is no member, such as a customer of the business, are theirs: nobody else's parcel goes there.
    """
    contacts = Member.objects.filter(business_id=business_id).values("user__email")
    rows = Order.objects.filter(
        business_id=business_id,
        live=True,
        contact_email__in=contacts,
        address__country=country,
        address__has_key="line1",
    )
    found: dict[str, Sent] = {}
    for pk, address in rows.order_by("-placed_at").values_list("pk", "address")[:_LOOK_BACK]:
        found.setdefault(json.dumps(address, sort_keys=True), Sent(pk, address))
    return list(found.values())[:_ADDRESSES]


def list_pictured_lines(order: Order) -> list[OrderLine]:
    """The order's lines with their designs, pins and pictures, for its page."""
    rows = (
        OrderLine.objects.filter(order=order).select_related("design", "variant__pin", "gift_card").order_by("position")
    )
    found = list(rows.prefetch_related("variant__pin__pictures__file"))
    for line in found:
        line.order = order
    return found


def get_line(*, line_id: UUID, owner: Owner) -> OrderLine:
    """A line of the owner's order; raises NotFound also for another person's."""
    line = OrderLine.objects.select_related("order").filter(owner.where("order__"), pk=line_id).first()
    if line is None:
        raise NotFound(gettext("There is no such order line, or it is not yours."))
    return line


def get_line_of_proof(*, proof_id: UUID, owner: Owner) -> OrderLine:
    """The owner's line that a proof, or an earlier revision of it, was made for; raises ProofNotFound also for another's."""
    reference = proofs.get_proof(proof_id=proof_id).reference
    try:
        return get_line(line_id=UUID(reference), owner=owner)
    except (ValueError, NotFound):
        raise ProofNotFound(gettext("There is no such proof, or it is not yours.")) from None


def state_of(order: Order) -> OrderState:
    """How the order stands as a whole; reads `order.lines`, so prefetch them for lists."""
    running = [LineState(line.state) for line in order.lines.all() if line.state != LineState.CANCELLED]
    if order.attention:
        return OrderState.NEEDS_ATTENTION
    if not running:
        return OrderState.CANCELLED
    if order.confirmed_at is None or (order.payment_terms == PaymentTerms.ON_APPROVAL and is_payable(order)):
        return OrderState.UNPAID
    state = _of_lines(running)
    return OrderState.CONFIRMED if state == OrderState.PAID and order.paid_at is None else state


def is_payable(order: Order) -> bool:
    """Whether its customer may pay it now; reads `order.lines`.

    On approval that is once nothing waits for a proof any more, by invoice once the invoice is issued; of an order by invoice
    that was cancelled whole, what cancelling cost.
    """
    running = [LineState(line.state) for line in order.lines.all() if line.state != LineState.CANCELLED]
    if order.attention:
        return False
    if not running:
        is_billed = order.payment_terms == PaymentTerms.INVOICE and order.due_date is not None
        return is_billed and order.paid_at is None and bool(balances.due_of(order))
    if order.paid_at is not None:
        return order.difference_minor > 0
    if order.payment_terms == PaymentTerms.ON_APPROVAL:
        return states.BEFORE_APPROVAL.isdisjoint(running)
    return order.payment_terms == PaymentTerms.NOW or order.due_date is not None


def _of_lines(running: Sequence[LineState]) -> OrderState:
    """The customer's turn comes first, then whatever is furthest behind."""
    if LineState.AWAITING_APPROVAL in running:
        return OrderState.WAITING_FOR_YOU
    if LineState.PROOFING in running:
        return OrderState.PROOFING
    if LineState.PLACED in running:
        return OrderState.PAID
    if any(state in _IN_PRODUCTION for state in running):
        return OrderState.IN_PRODUCTION
    return OrderState.DELIVERED if all(state == LineState.DELIVERED for state in running) else OrderState.SHIPPED


def is_billable(order: Order) -> bool:
    """Whether an order by invoice is final, so that its invoice is issued: no line of it waits for a proof any more.

    Of one that was cancelled whole, what cancelling cost is billed.
    """
    if order.payment_terms != PaymentTerms.INVOICE:
        return False
    running = [LineState(line.state) for line in order.lines.all() if line.state != LineState.CANCELLED]
    return states.BEFORE_APPROVAL.isdisjoint(running) and bool(running or balances.due_of(order))


def find_requote(order: Order) -> Requote | None:
    """The new price that its customer has to answer; None where there is none. Reads `order.requotes`."""
    return next((row for row in order.requotes.all() if row.state == RequoteState.OPEN), None)


def list_timeline(order: Order) -> list[Moment]:
    """What the customer may read about the order, oldest first: every audit entry with a sentence."""
    return [
        Moment(
            at=entry.created_at,
            action=entry.action,
            text=audit.note_of(entry),
            actor=entry.actor_label,
            line_id=str(entry.data.get("line_id", "")),
        )
        for entry in audit.list_entries(subject=order).exclude(note="")
    ]


def list_actions(order: Order, *, now: datetime) -> list[str]:
    """What its owner may do now: pay, approve, decide_proof, answer_price, cancel, claim, return, download_invoice.

    `order` is of `rows()`. A claim or a return is about a line, which says until when (`claims.list_actions`).
    A proof that has something blocking cannot be approved; its owner has to decide what becomes of it.
    """
    running = [line for line in order.lines.all() if line.state != LineState.CANCELLED]
    actions = []
    if is_payable(order):
        actions.append("pay")
    waiting = [line.proof for line in running if line.state == LineState.AWAITING_APPROVAL and line.proof]
    blocked = [bool(proofs.list_blocking(proof)) for proof in waiting]
    if not all(blocked):
        actions.append("approve")
    if any(blocked):
        actions.append("decide_proof")
    if find_requote(order) is not None:
        actions.append("answer_price")
    if cancellation.find_cost_of_order(order) is not None:
        actions.append("cancel")
    after = {action for line in lines_with_parcels(order) for action in claims.list_actions(line, now=now)}
    actions.extend(action for action in ("claim", "return") if action in after)
    if order.invoice and order.invoice.file_id:
        actions.append("download_invoice")
    return actions


def lines_with_parcels(order: Order) -> list[OrderLine]:
    """The lines of an order of `rows()` with the parcels that were read with it."""
    parcels = {parcel.pk: parcel for parcel in order.shipments.all()}
    lines = list(order.lines.all())
    for line in lines:
        if line.shipment_id is not None:
            line.shipment = parcels[line.shipment_id]
    return lines


def _one(found: Iterable[Order]) -> Order:
    for order in found:
        return order
    raise NotFound(gettext("There is no such order, or it is not yours."))
