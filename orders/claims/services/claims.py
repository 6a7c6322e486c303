"""Claims: opened by customers within 30 days of delivery, with photos; decided once by staff.

Pins that differ from the approved proof are the shop's fault, whatever else the terms say. Whoever decides locks the order
first, as everybody does who decides about its money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from designs.services import photos as pictures
from orders.claims.enums import ClaimKind, ClaimState
from orders.claims.models import Claim, ClaimPhoto
from orders.claims.selectors import claims as rows
from orders.models import Order, OrderLine
from orders.payments.services import repayments
from orders.services import notices, remakes
from pinshop.core import audit, files, outbox
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, Invalid, NotFound
from pinshop.core.money import Money

PHOTO_TOPIC = "claims.photo.draw"
MOST_PHOTOS = 6
_MEGABYTE = 1024 * 1024


class ClaimTooLate(Conflict):
    """The line was not delivered yet, or too long ago."""

    code = "claim_too_late"


class ClaimOpen(Conflict):
    """Another claim about the line waits for its decision; `claim_id` names it."""

    code = "claim_open"


class ClaimDecided(Conflict):
    """The claim was decided otherwise."""

    code = "claim_decided"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the customer says: what is wrong with how many pieces, in words and photos (as they came)."""

    kind: ClaimKind
    pieces: int
    text: str
    photos: Sequence[bytes] = ()


def open_claim(*, claim_id: UUID, line_id: UUID, complaint: Complaint, actor: Actor, now: datetime) -> Claim:
    """Open a claim about a delivered line. The same `claim_id` again is the same claim.

    Callers have checked that the line is the actor's. Raises Invalid and ArtworkRefused (no photo, by its first bytes; too
    large; more than six), ClaimTooLate, ClaimOpen, NotFound; then nothing is stored. A worker decodes the photos.
    """
    media_types = _check(complaint.photos)
    stored = [
        files.put(content, media_type=media_type, now=now).sha256
        for content, media_type in zip(complaint.photos, media_types, strict=True)
    ]
    with transaction.atomic():
        line = _lock(line_id)
        known = Claim.objects.filter(pk=claim_id, line=line).first()
        if known is not None:
            return known
        _refuse(line, complaint, now=now)
        claim = Claim.objects.create(
            id=claim_id,
            line=line,
            kind=complaint.kind,
            pieces=complaint.pieces,
            text=complaint.text.strip(),
            opened_at=now,
        )
        for position, sha256 in enumerate(stored, start=1):
            photo = ClaimPhoto.objects.create(claim=claim, position=position, original_sha256=sha256)
            outbox.enqueue(PHOTO_TOPIC, payload={"photo_id": photo.pk}, key=str(photo.pk), now=now)
        note = f"You reported a problem with {complaint.pieces} × {line.title}. We answer within two working days."
        _record(line.order, claim, "claim.opened", note, actor=actor, now=now)
        notices.claim_received(line, claim_id=claim_id, now=now)
    return claim


def remake(*, claim_id: UUID, answer: str, actor: Actor, now: datetime) -> Claim:
    """Have the pieces of a claim made again at our cost, of the approved proof. Again it changes nothing.

    Raises ClaimDecided, StockMismatch (ready-made pins that are not on the shelf), Invalid without an answer.
    """
    with transaction.atomic():
        claim, is_new = _open_one(claim_id, ClaimState.REMADE, answer)
        if is_new:
            again = remakes.make(line_id=claim.line_id, pieces=claim.pieces, actor=actor, now=now)
            _decide(claim, ClaimState.REMADE, answer, actor=actor, now=now, remake=again)
    return claim


def refund(*, claim_id: UUID, amount: Money, answer: str, actor: Actor, now: datetime) -> Claim:
    """Give `amount` of the line's price back. Again it changes nothing.

    Raises ClaimDecided, RefundTooLarge above what is left of the line, Invalid.
    """
    with transaction.atomic():
        claim, is_new = _open_one(claim_id, ClaimState.REFUNDED, answer)
        if is_new:
            line = paid_line(claim)
            repayments.give_back(
                order_id=line.order_id,
                parts=[repayments.of_line(line, amount)],
                reason=answer,
                key=f"claim:{claim_id}",
                actor=actor,
                now=now,
            )
            _decide(claim, ClaimState.REFUNDED, answer, actor=actor, now=now, refund_minor=amount.amount_minor)
    return claim


def decline(*, claim_id: UUID, answer: str, actor: Actor, now: datetime) -> Claim:
    """Decline a claim and say why. Again it changes nothing. Raises ClaimDecided, Invalid without a reason."""
    with transaction.atomic():
        claim, is_new = _open_one(claim_id, ClaimState.DECLINED, answer)
        if is_new:
            _decide(claim, ClaimState.DECLINED, answer, actor=actor, now=now)
    return claim


def paid_line(claim: Claim) -> OrderLine:
    """The line whose money a claim is about: of pins that were made again, the one that was paid."""
    line = claim.line
    return line if line.remake_of is None else line.remake_of


def _check(photos: Sequence[bytes]) -> list[str]:
    if len(photos) > MOST_PHOTOS:
        message = gettext("Send at most %(most_photos)s photos.") % {"most_photos": MOST_PHOTOS}
        raise Invalid(message, fields={"photos": message})
    for content in photos:
        if len(content) > settings.CLAIM_PHOTO_MAX_BYTES:
            most = settings.CLAIM_PHOTO_MAX_BYTES // _MEGABYTE
            message = gettext("A photo has %(size)s MB; at most %(most)s MB are accepted.") % {
                "size": f"{len(content) / _MEGABYTE:.1f}",
                "most": most,
            }
            raise Invalid(message, fields={"photos": message})
    return [pictures.sniff(content) for content in photos]


def _lock(line_id: UUID) -> OrderLine:
    order = Order.objects.select_for_update(of=("self",)).filter(lines=line_id).first()
    if order is None:
        raise NotFound(gettext("There is no such order line."))
    line = OrderLine.objects.select_related("shipment").get(pk=line_id)
    line.order = order
    return line


def _refuse(line: OrderLine, complaint: Complaint, *, now: datetime) -> None:
    until = rows.claim_until(line)
    if until is None:
        raise ClaimTooLate(
            gettext("%(title)s was not delivered yet. Write to us if it should have been.") % {"title": line.title}
        )
    if until < now:
        raise ClaimTooLate(
            gettext(
                "Problems are reported within %(claim_days)s days of delivery; for %(title)s that was "
                "until %(day)s %(until)s. Write to us and we will see what can be done."
            )
            % {"claim_days": settings.CLAIM_DAYS, "title": line.title, "day": until.day, "until": f"{until:%B %Y}"}
        )
    if not 1 <= complaint.pieces <= line.quantity:
        message = gettext("Give a number from 1 to %(quantity)s.") % {"quantity": line.quantity}
        raise Invalid(message, fields={"pieces": message})
    if not complaint.text.strip():
        message = gettext("Say what is wrong.")
        raise Invalid(message, fields={"text": message})
    other = Claim.objects.filter(line=line, state=ClaimState.OPEN).first()
    if other is not None:
        raise ClaimOpen(
            gettext("You reported a problem with %(title)s already; we are looking at it.") % {"title": line.title},
            claim_id=str(other.pk),
        )


def _open_one(claim_id: UUID, state: ClaimState, answer: str) -> tuple[Claim, bool]:
    """The claim, with its order locked, and whether it is still open; raises ClaimDecided for another decision."""
    if not answer.strip():
        message = gettext("Say why; the customer reads it.")
        raise Invalid(message, fields={"answer": message})
    _lock(rows.get_claim(claim_id=claim_id).line_id)
    claim = rows.get_claim(claim_id=claim_id)
    if claim.state not in {ClaimState.OPEN, state}:
        raise ClaimDecided(
            gettext("This claim was decided before: %(state)s.") % {"state": claim.get_state_display().lower()}
        )
    return claim, claim.state == ClaimState.OPEN


def _decide(claim: Claim, state: ClaimState, answer: str, *, actor: Actor, now: datetime, **outcome: Any) -> None:
    given = {"state": state, "answer": answer.strip(), "decided_at": now, **outcome}
    if not Claim.objects.filter(pk=claim.pk, state=ClaimState.OPEN).update(**given):
        raise ClaimDecided(gettext("This claim was decided a moment ago. Look at it again."))
    for name, value in given.items():
        setattr(claim, name, value)
    line = claim.line
    note = f"Your report about {line.title}: {state.label.lower()}. {answer.strip()}"
    _record(line.order, claim, f"claim.{state}", note, actor=actor, now=now)
    notices.claim_decided(line, claim_id=claim.pk, outcome=str(state.label), answer=answer.strip(), now=now)


def _record(order: Order, claim: Claim, action: str, note: str, *, actor: Actor, now: datetime) -> None:
    data = {"line_id": str(claim.line_id), "claim_id": str(claim.pk)}
    audit.record(subject=order, action=action, actor=actor, now=now, note=note, data=data)
    notices.order_updated(order, now=now)
