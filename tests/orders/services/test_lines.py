"""A line's state moves forward, once, through one door."""

import threading
from datetime import datetime

import pytest
from django.db import connection

from orders.enums import LineKind
from orders.models import OrderLine
from orders.services import lines
from pinshop.core import audit
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry
from tests.orders.factories import make_line, make_order

pytestmark = pytest.mark.django_db


def _state(line: OrderLine) -> str:
    return OrderLine.objects.values_list("state", flat=True).get(pk=line.pk)


def test_advance_moves_the_line_and_writes_the_timeline(now: datetime) -> None:
    line = make_line(make_order(now=now))
    assert lines.advance(line_id=line.pk, to="proofing", actor=SYSTEM, now=now) is True
    assert _state(line) == "proofing"
    entry = audit.list_entries(subject=line.order).get()
    assert (entry.action, entry.note) == ("line.proofing", "We are preparing the proof of Sleepy fox.")
    assert entry.data == {"line_id": str(line.pk), "from": "placed", "to": "proofing"}


def test_repeated_and_late_moves_change_nothing(now: datetime) -> None:
    line = make_line(make_order(now=now), state="plated")
    for to in ("plated", "struck", "placed"):
        assert lines.advance(line_id=line.pk, to=to, actor=SYSTEM, now=now) is False
    assert (_state(line), AuditEntry.objects.filter(action__startswith="line.").count()) == ("plated", 0)


def test_production_may_skip_stages(now: datetime) -> None:
    line = make_line(make_order(now=now), state="handed_over")
    assert lines.advance(line_id=line.pk, to="filled", actor=SYSTEM, now=now) is True
    assert _state(line) == "filled"


@pytest.mark.parametrize(
    ("kind", "state", "to"),
    [
        (LineKind.CUSTOM, "placed", "approved"),
        (LineKind.CUSTOM, "approved", "packed"),
        (LineKind.CUSTOM, "packed", "delivered"),
        (LineKind.CUSTOM, "placed", "picking"),
        (LineKind.READY, "placed", "proofing"),
        (LineKind.CUSTOM, "shipped", "cancelled"),
    ],
)
def test_steps_outside_the_table_are_refused(now: datetime, kind: str, state: str, to: str) -> None:
    line = make_line(make_order(now=now), kind=kind, state=state)
    with pytest.raises(lines.IllegalTransition):
        lines.advance(line_id=line.pk, to=to, actor=SYSTEM, now=now)
    assert (_state(line), AuditEntry.objects.filter(action__startswith="line.").count()) == (state, 0)


def test_changes_take_a_waiting_line_back_to_proofing_once(now: datetime) -> None:
    line = make_line(make_order(now=now), state="awaiting_approval")
    assert lines.return_to_proofing(line_id=line.pk, actor=SYSTEM, now=now) is True
    assert lines.return_to_proofing(line_id=line.pk, actor=SYSTEM, now=now) is False
    assert _state(line) == "proofing"


def test_line_on_hold_moves_only_to_cancelled(now: datetime) -> None:
    line = make_line(make_order(now=now))
    assert lines.hold(line_id=line.pk, actor=SYSTEM, now=now, reason="address unclear") is True
    assert lines.hold(line_id=line.pk, actor=SYSTEM, now=now, reason="address unclear") is False
    with pytest.raises(lines.OnHold):
        lines.advance(line_id=line.pk, to="proofing", actor=SYSTEM, now=now)
    assert lines.release(line_id=line.pk, actor=SYSTEM, now=now) is True
    assert lines.advance(line_id=line.pk, to="cancelled", actor=SYSTEM, now=now) is True


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_rivals_one_moves_the_line(now: datetime) -> None:
    line = make_line(make_order(now=now))
    moved: list[bool] = []
    barrier = threading.Barrier(16)

    def run() -> None:
        barrier.wait()
        try:
            moved.append(lines.advance(line_id=line.pk, to="proofing", actor=SYSTEM, now=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moved) == [False] * 15 + [True]
    assert AuditEntry.objects.filter(action="line.proofing").count() == 1
