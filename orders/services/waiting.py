"""Proofs that wait for their customers: reminders, a task for staff, and the end. Silence never approves one."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_noop

from designs.selectors import proofs
from orders.enums import LineState
from orders.models import Order, OrderLine, ProofWait
from orders.selectors import waiting
from orders.services import cancellations, notices
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import PinshopError
from pinshop.core.words import Sentence

logger = logging.getLogger(__name__)
WAITED = gettext_noop("Its proof waited %(days)s days for your decision, and we never take silence for a yes.")


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look at all waiting proofs has done."""

    reminded: int
    given_to_staff: int
    expired: int


def watch(*, now: datetime) -> Watched:
    """Remind, call staff and end what is due, by the `PROOF_..._DAYS` of the settings; for the clock, as often as it likes.

    A clock that stood still sends the latest reminder that is due and none of those it missed. A stopped line
    (`on_hold`) waits for staff: its time begins anew when they release it. A new revision has a time of its own.
    """
    _keep_in_step(now=now)
    reminded = given = expired = 0
    for wait in list(waiting.list_waits().filter(line__on_hold=False)):
        try:
            is_reminded = _remind(wait, now=now)
            reminded += is_reminded
            if not is_reminded and _expire(wait, now=now):
                expired += 1
            else:
                given += _give_to_staff(wait, now=now)
        except PinshopError:
            # Answered or changed since it was listed; the others must not wait for it.
            logger.exception("the wait for proof %s was passed over", wait.proof_id)
    return Watched(reminded=reminded, given_to_staff=given, expired=expired)


def _keep_in_step(*, now: datetime) -> None:
    """One row for each proof that waits, none for any other; those of stopped lines begin anew."""
    here = Q(line__state=LineState.AWAITING_APPROVAL, line__proof=F("proof"))
    ProofWait.objects.exclude(pk__in=ProofWait.objects.filter(here).values("pk")).delete()
    ProofWait.objects.filter(pk__in=ProofWait.objects.filter(line__on_hold=True).values("pk")).update(
        since=now, reminded_day=0, reminded_at=None, staff_since=None
    )
    new = OrderLine.objects.filter(
        state=LineState.AWAITING_APPROVAL, proof__sent_at__isnull=False, waits=None
    ).select_related("proof")
    ProofWait.objects.bulk_create(
        [
            ProofWait(proof=line.proof, line=line, since=line.proof.sent_at)
            for line in new
            if line.proof and line.proof.sent_at
        ],
        ignore_conflicts=True,
    )


def _remind(wait: ProofWait, *, now: datetime) -> bool:
    day = waiting.day_due(since=wait.since, now=now)
    if day <= wait.reminded_day:
        return False
    with transaction.atomic():
        line = _lock(wait)
        if line is None or not ProofWait.objects.filter(pk=wait.pk, since=wait.since, reminded_day__lt=day).update(
            reminded_day=day, reminded_at=now
        ):
            return False
        audit.record(
            subject=line.order,
            action="proof.reminded",
            actor=SYSTEM,
            now=now,
            note=f"We reminded you of the proof of {line.title}.",
            data={"line_id": str(line.pk), "proof_id": str(wait.proof_id), "day": day},
        )
        notices.proof_reminder(
            line,
            day=day,
            findings=[finding.message for finding in proofs.list_blocking(wait.proof)],
            decide_by=waiting.decide_by(since=wait.since, reminded_at=now),
            # The same revision may be waited for again, after staff had stopped its line.
            key=f"{wait.proof_id}:{wait.since:%Y%m%d%H%M}:{day}",
            now=now,
        )
    return True


def _give_to_staff(wait: ProofWait, *, now: datetime) -> bool:
    if now < wait.since + timedelta(days=settings.PROOF_STAFF_DAY):
        return False
    with transaction.atomic():
        line = _lock(wait)
        if line is None or not ProofWait.objects.filter(pk=wait.pk, since=wait.since, staff_since=None).update(
            staff_since=now
        ):
            return False
        audit.record(
            subject=line.order,
            action="proof.given_to_staff",
            actor=SYSTEM,
            now=now,
            data={"line_id": str(line.pk), "proof_id": str(wait.proof_id)},
        )
    return True


def _expire(wait: ProofWait, *, now: datetime) -> bool:
    if wait.reminded_at is None or now < waiting.decide_by(since=wait.since, reminded_at=wait.reminded_at):
        return False
    with transaction.atomic():
        # The order before its line, as cancelling locks them: an answer that comes at this moment is before or after.
        Order.objects.select_for_update(of=("self",)).get(pk=wait.line.order_id)
        line = _lock(wait)
        if line is None:
            return False
        days = (now - wait.since).days
        cancellations.cancel_by_staff(
            order_id=line.order_id,
            line_ids=[line.pk],
            reason=Sentence(WAITED, days=days),
            actor=SYSTEM,
            now=now,
            waive=True,
        )
        ProofWait.objects.filter(pk=wait.pk).delete()
    return True


def _lock(wait: ProofWait) -> OrderLine | None:
    """The line, locked, while it still waits for exactly this revision; None where it does not."""
    return (
        OrderLine.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(pk=wait.line_id, state=LineState.AWAITING_APPROVAL, proof_id=wait.proof_id, on_hold=False)
        .first()
    )
