"""The customer's yes, or not yet, to a proof."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from catalog.services import lead_times
from catalog.spec import PinSpec
from designs.models import Approval, ProofComment
from designs.services import proofs
from orders import terms
from orders.enums import LineState
from orders.models import Order, OrderLine
from orders.selectors import orders
from orders.services import lines, notices, payment_terms
from orders.services.checkout import PriceChanged
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money


class TermsNotAccepted(Invalid):
    """The statement under the proof was not confirmed."""

    code = "terms_not_accepted"


class PriceOpen(Conflict):
    """A new price of the order was not answered, or its difference not paid."""

    code = "price_open"


class NothingToApprove(Conflict):
    """The line does not wait for an approval."""

    code = "nothing_to_approve"


def approve(
    *, line_id: UUID, proof_hash: str, shown_total: Money, terms_accepted: bool, actor: Actor, now: datetime
) -> Approval:
    """Approve exactly the proof with this hash, at this price, under `terms.of_approval`, and have it made if paid or owed.

    Callers have checked that the line is the actor's. The same approval again returns the first. Raises TermsNotAccepted,
    PriceChanged, NothingToApprove, and designs' ProofChanged and FindingsOpen.
    """
    if not terms_accepted:
        message = gettext("Confirm the statement below the proof to approve it.")
        raise TermsNotAccepted(message, fields={"terms_accepted": message})
    with transaction.atomic():
        line = _lock(line_id)
        _refuse_while_price_is_open(line)
        total = Money(line.total_minor, line.order.currency)
        if shown_total != total:
            raise PriceChanged(
                gettext("This line costs %(total)s, and you were shown %(shown_total)s. Please look at it again.")
                % {"total": total, "shown_total": shown_total},
                total_minor=total.amount_minor,
                currency=total.currency,
            )
        first = line.state == LineState.AWAITING_APPROVAL
        if not first and line.state in {LineState.PLACED, LineState.PROOFING, LineState.CANCELLED}:
            raise NothingToApprove(
                gettext("%(title)s does not wait for an approval: %(state)s.")
                % {"title": line.title, "state": line.get_state_display().lower()}
            )
        approval = proofs.approve(
            proof_id=_proof_of(line),
            proof_hash=proof_hash,
            price=total,
            terms_version=terms.of_approval(is_owed=line.order.is_owed).version,
            actor=actor,
            now=now,
        )
        if first:
            _go_on(line, proof_hash, actor=actor, now=now)
    return approval


def request_changes(
    *, line_id: UUID, comment_id: UUID, text: str, actor: Actor, now: datetime, spot: tuple[float, float] | None = None
) -> ProofComment:
    """Ask for another revision, perhaps at a spot of the picture (mm). The same `comment_id` again is the same wish.

    Callers have checked that the line is the actor's. Raises NothingToApprove, and designs' ProofChanged.
    """
    with transaction.atomic():
        # The line before its proof, as in `approve`: a yes and a wish at once wait for each other instead of deadlocking.
        line = _lock(line_id)
        comment = proofs.request_changes(
            proof_id=_proof_of(line), comment_id=comment_id, text=text, actor=actor, now=now, spot=spot
        )
        if lines.return_to_proofing(line_id=line_id, actor=actor, now=now):
            notices.changes_received(line, text=text, now=now)
    return comment


def _lock(line_id: UUID) -> OrderLine:
    """The line, locked after its order: another price and the last of several approvals are decided on the order."""
    order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order line."))
    line = OrderLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    line.order = order
    return line


def find_open_price(order: Order) -> str | None:
    """Why nothing of the order can be approved before its new price is settled; None where there is none.

    Reads `order.requotes`.
    """
    if order.difference_minor:
        difference = Money(order.difference_minor, order.currency)
        return f"Pay the {difference} of the new price first; then the proof can be approved."
    if orders.find_requote(order) is not None:
        return "There is a new price for this order. Accept or decline it first, on the order's page."
    return None


def _refuse_while_price_is_open(line: OrderLine) -> None:
    reason = find_open_price(line.order)
    if reason is not None:
        raise PriceOpen(reason)


def _proof_of(line: OrderLine) -> UUID:
    if line.proof_id is None:
        raise NothingToApprove(gettext("The proof of %(title)s is not ready yet.") % {"title": line.title})
    return line.proof_id


def _go_on(line: OrderLine, proof_hash: str, *, actor: Actor, now: datetime) -> None:
    spec = PinSpec.from_json(line.spec or {})
    OrderLine.objects.filter(pk=line.pk).update(
        ship_by_date=lead_times.ship_by(spec=spec, quantity=line.quantity, start=now.date(), proof=False)
    )
    lines.advance(line_id=line.pk, to=LineState.APPROVED, actor=actor, now=now, data={"proof_hash": proof_hash})
    payment_terms.approved(order_id=line.order_id, line_id=line.pk, actor=actor, now=now)
    notices.proof_approved(line, proof_hash=proof_hash, now=now)
