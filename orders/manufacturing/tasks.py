"""Outbox handlers of manufacturing."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils import timezone

from orders.manufacturing.errors import NoManufacturer, NotReady
from orders.manufacturing.selectors import held
from orders.manufacturing.services import photos, production, stages, submission
from orders.services import lines, payment_terms
from pinshop.core import files, outbox


def _not_handed_over(message: outbox.Message) -> None:
    production.refuse(
        line_id=UUID(message.payload["line_id"]),
        reason="It could not be handed to a manufacturer; see the outbox. Release it, and it is tried again.",
        now=timezone.now(),
    )


@contextmanager
def _stating_refusals(line_id: UUID) -> Iterator[None]:
    """An incomplete line is held with the reason, and its message given up; a manufacturer may be added any minute."""
    try:
        yield
    except NotReady as refused:
        production.refuse(line_id=line_id, reason=refused.message, now=timezone.now())
        raise outbox.GiveUp(refused.message) from refused
    except NoManufacturer as nobody:
        raise outbox.RetryLater(nobody.message) from nobody


@outbox.handles(payment_terms.APPROVED_TOPIC, on_dead=_not_handed_over)
def line_approved(message: outbox.Message) -> None:
    """Make an approved line a production order."""
    line_id = UUID(message.payload["line_id"])
    with _stating_refusals(line_id):
        production.hand_over(line_id=line_id, now=timezone.now())


@outbox.handles(lines.RELEASED_TOPIC, on_dead=_not_handed_over)
def line_released(message: outbox.Message) -> None:
    """Take up a line that staff let go on."""
    line_id = UUID(message.payload["line_id"])
    with _stating_refusals(line_id):
        production.resume(line_id=line_id, now=timezone.now())


def _not_submitted(message: outbox.Message) -> None:
    submission.give_up(production_order_id=UUID(message.payload["production_order_id"]), now=timezone.now())


@outbox.handles(production.SUBMIT_TOPIC, queue="outbound", on_dead=_not_submitted)
def submit(message: outbox.Message) -> None:
    """Send a production order to its manufacturer."""
    submission.submit(production_order_id=UUID(message.payload["production_order_id"]), now=timezone.now())


@outbox.handles(production.CANCEL_TOPIC, queue="outbound")
def cancel(message: outbox.Message) -> None:
    """Tell a manufacturer that a production order was cancelled."""
    submission.tell_cancelled(production_order_id=UUID(message.payload["production_order_id"]), now=timezone.now())


@outbox.handles(stages.PHOTO_TOPIC, queue="outbound")
def fetch_photo(message: outbox.Message) -> None:
    """Fetch the photo of a report."""
    photos.fetch(report_id=int(message.payload["report_id"]), now=timezone.now())


files.held_by(held.list_held)
