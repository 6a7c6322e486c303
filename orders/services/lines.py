"""The one door of a line's state. It only moves forward; every move is on the order's timeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from orders import states
from orders.enums import LineKind, LineState
from orders.models import Order, OrderLine
from orders.services import notices
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound

RELEASED_TOPIC = "orders.line.released"

# What the customer reads on the timeline when nobody wrote a sentence for it.
NOTES: dict[str, str] = {
    LineState.PROOFING: "We are preparing the proof of {title}.",
    LineState.AWAITING_APPROVAL: "The proof of {title} is ready for you to approve.",
    LineState.APPROVED: "The proof of {title} is approved.",
    LineState.HANDED_OVER: "{title} went to the manufacturer.",
    LineState.TOOLING: "The mould of {title} is being cut.",
    LineState.STRUCK: "{title}: the metal is struck.",
    LineState.PLATED: "{title}: the metal is plated.",
    LineState.FILLED: "{title}: the enamel is filled in.",
    LineState.CURED: "{title}: the enamel is cured.",
    LineState.QUALITY_CHECK: "{title} is being checked piece by piece.",
    LineState.PICKING: "{title} is being picked from the shelf.",
    LineState.PACKED: "{title} is packed.",
    LineState.SHIPPED: "{title} is on its way to you.",
    LineState.DELIVERED: "{title} was delivered.",
    LineState.CANCELLED: "{title} was cancelled.",
}


class IllegalTransition(Conflict):
    """The line may not move there from where it is."""

    code = "illegal_transition"


class OnHold(Conflict):
    """Staff have stopped the line."""

    code = "on_hold"


def advance(
    *,
    line_id: UUID,
    to: str,
    actor: Actor,
    now: datetime,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> bool:
    """Move a line forward to the state `to`, with an entry on the order's timeline that says `note`.

    False where the line is there already, has passed it, or is cancelled: late and repeated messages change nothing.
    Raises IllegalTransition for a step that the table of its kind does not have, OnHold while staff hold it (it may
    still be cancelled), NotFound for no such line. Runs in the caller's transaction, or in one of its own.
    """
    with transaction.atomic():
        line = _lock(line_id)
        if states.has_passed(line.kind, line.state, to):
            return False
        if not states.may_move(line.kind, line.state, to):
            raise IllegalTransition(
                gettext("%(title)s is %(state)s and cannot become %(label)s.")
                % {
                    "title": line.title,
                    "state": line.get_state_display().lower(),
                    "label": LineState(to).label.lower(),
                },
                current=line.state,
                to=to,
            )
        if line.on_hold and to != LineState.CANCELLED:
            raise OnHold(gettext("%(title)s is on hold. Release it first.") % {"title": line.title})
        return _move(line, to, actor=actor, now=now, note=note, data=data)


def return_to_proofing(*, line_id: UUID, actor: Actor, now: datetime, note: str = "") -> bool:
    """Take the one loop: the customer asked for changes, so the proof is made anew. False where it does not apply."""
    waiting, proofing = states.RETURN_TO_PROOFING
    with transaction.atomic():
        line = _lock(line_id)
        if line.state != waiting:
            return False
        return _move(line, proofing, actor=actor, now=now, note=note or f"You asked for changes to {line.title}.")


def set_proof(*, line_id: UUID, proof_id: UUID, now: datetime) -> bool:
    """Note which proof a custom line waits for; a new revision replaces the old. False once a proof is approved."""
    open_states = (LineState.PLACED, LineState.PROOFING, LineState.AWAITING_APPROVAL)
    waiting = OrderLine.objects.filter(pk=line_id, kind=LineKind.CUSTOM, state__in=open_states)
    with transaction.atomic():
        if not waiting.update(proof_id=proof_id, updated_at=now):
            return False
        notices.order_updated(OrderLine.objects.select_related("order").get(pk=line_id).order, now=now)
    return True


def hold(*, line_id: UUID, actor: Actor, now: datetime, reason: str) -> bool:
    """Stop a line (staff). False where it is stopped already."""
    return _set_hold(line_id, on_hold=True, actor=actor, now=now, reason=reason)


def release(*, line_id: UUID, actor: Actor, now: datetime, reason: str = "") -> bool:
    """Let a stopped line go on (staff), and manufacturing take up what it left. False where it is not stopped."""
    with transaction.atomic():
        released = _set_hold(line_id, on_hold=False, actor=actor, now=now, reason=reason)
        if released:
            outbox.enqueue(RELEASED_TOPIC, payload={"line_id": str(line_id)}, now=now)
    return released


def lock_with_order(*, line_id: UUID) -> OrderLine:
    """The line, locked after its order, until the caller's transaction ends. Raises NotFound.

    Order, lines, then what is made of them: whoever locks more than a line begins here, so that no two wait for each other.
    A row that refers to an order shares a lock on it, so that making a parcel locks the order as well.
    """
    line = OrderLine.objects.filter(pk=line_id).only("order_id").first()
    if line is None:
        raise NotFound(gettext("There is no such order line."))
    lock_order(order_id=line.order_id)
    return OrderLine.objects.select_for_update(of=("self",)).select_related("order").get(pk=line_id)


def lock_order(*, order_id: UUID) -> None:
    """Lock an order, before its lines."""
    Order.objects.select_for_update(of=("self",)).get(pk=order_id)


def _lock(line_id: UUID) -> OrderLine:
    # One short row lock decides, in place of a loop of compare-and-set tries; the write below is still conditional.
    line = OrderLine.objects.select_for_update(of=("self",)).select_related("order").filter(pk=line_id).first()
    if line is None:
        raise NotFound(gettext("There is no such order line."))
    return line


def _move(
    line: OrderLine,
    to: str,
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> bool:
    if not OrderLine.objects.filter(pk=line.pk, state=line.state).update(state=to, updated_at=now):
        return False
    audit.record(
        subject=line.order,
        action=f"line.{to}",
        actor=actor,
        now=now,
        note=note or NOTES[LineState(to)].format(title=line.title),
        data={"line_id": str(line.pk), "from": line.state, "to": str(to), **(data or {})},
    )
    notices.line_moved(line=line, to=to, now=now)
    return True


def _set_hold(line_id: UUID, *, on_hold: bool, actor: Actor, now: datetime, reason: str) -> bool:
    with transaction.atomic():
        line = _lock(line_id)
        if not OrderLine.objects.filter(pk=line_id, on_hold=not on_hold).update(on_hold=on_hold, updated_at=now):
            return False
        audit.record(
            subject=line.order,
            action="line.held" if on_hold else "line.released",
            actor=actor,
            now=now,
            data={"line_id": str(line_id), "reason": reason},
        )
        notices.order_updated(line.order, now=now)
    return True
