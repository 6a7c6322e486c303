"""Making new tables of what cancelling costs: copy the last one as a draft, edit the draft, publish it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from orders.enums import CancellationStage
from orders.models import CancellationMinimum, CancellationStep, CancellationTable
from orders.selectors.cancellation import read_terms
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.errors import Conflict, NotFound
from pinshop.core.money import MINOR_DIGITS


class CancellationTableIncomplete(Conflict):
    """A stage is missing, or a minimum in one of the currencies."""

    code = "cancellation_table_incomplete"


class CancellationTablePublished(Conflict):
    """The table is published and never changes."""

    code = "cancellation_table_published"


def copy(*, valid_from: datetime, note: str, actor: Actor, now: datetime) -> CancellationTable:
    """A draft with the rows of the last table; without any where there is none."""
    with transaction.atomic():
        old = CancellationTable.objects.order_by("-number").first()
        draft = CancellationTable.objects.create(number=next_number(), valid_from=valid_from, note=note)
        if old is not None:
            CancellationTable.objects.filter(pk=draft.pk).update(return_days=old.return_days)
            for step in (steps := list(old.steps.all())):
                step.pk, step.table = None, draft
            CancellationStep.objects.bulk_create(steps)
            for least in (minimums := list(old.minimums.all())):
                least.pk, least.table = None, draft
            CancellationMinimum.objects.bulk_create(minimums)
        audit.record(subject=draft, action="cancellation_table.copied", actor=actor, now=now)
    return draft


def publish(*, table_id: UUID, actor: Actor, now: datetime) -> CancellationTable:
    """Publish a draft: orders placed from `valid_from` on are under it, and it never changes again.

    Raises CancellationTablePublished, CancellationTableIncomplete with every gap, NotFound.
    """
    with transaction.atomic():
        row = CancellationTable.objects.select_for_update().filter(pk=table_id).first()
        if row is None:
            raise NotFound(gettext("There is no such table."))
        if row.published_at is not None:
            raise CancellationTablePublished(
                gettext("%(version)s is published already. Add a new table to change the costs.")
                % {"version": row.version}
            )
        gaps = _gaps(row)
        if gaps:
            raise CancellationTableIncomplete(
                gettext("%(version)s cannot be published: %(listed)s.")
                % {"version": row.version, "listed": "; ".join(gaps)}
            )
        row.published_at = now
        row.save(update_fields=["published_at"])
        audit.record(subject=row, action="cancellation_table.published", actor=actor, now=now)
    return row


def next_number() -> int:
    """The number of the next table; two who take the same meet the UNIQUE constraint."""
    last = CancellationTable.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _gaps(row: CancellationTable) -> list[str]:
    """What is missing, as sentences for staff."""
    terms = read_terms(row)
    gaps = [f"it has no row for “{stage.label}”" for stage in CancellationStage if stage not in terms.steps]
    for stage, step in terms.steps.items():
        missing = [code for code in MINOR_DIGITS if step.minimums and code not in step.minimums]
        if missing:
            gaps.append(f"“{stage.label}” has a minimum in some currencies, but none in {', '.join(missing)}")
    return gaps
