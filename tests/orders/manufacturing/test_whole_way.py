"""From the approval to the parcel with the real sample factory, whose messages come over HTTP."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from orders.manufacturing.models import ProductionOrder, StageReport
from orders.models import Shipment
from pinshop.core import files, outbox
from pinshop.core.models import AuditEntry, OutboxMessage
from pinshop.local.serving import running
from tests.orders.manufacturing.conftest import SECRET, TOKEN, Factory, MakeLine, make_rest

STAGES = ["tooling", "struck", "plated", "filled", "cured", "quality_check", "packed", "shipped"]


@pytest.fixture(scope="module")
def _quick_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    options = ["--token", TOKEN, "--secret", SECRET, "--stage-seconds", "0.3", "--retry-seconds", "0.1"]
    with (
        running("factory", *options, state=tmp_path_factory.mktemp("quick-factory")) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client,
    ):
        yield Factory(client)


@pytest.fixture
def quick_factory(_quick_factory: Factory, live_server: Any, settings: Any, now: datetime) -> Iterator[Factory]:
    """The sample factory with stages of 0.3 s, reporting to this test's own web server."""
    settings.BASE_URL = live_server.url
    make_rest(base_url=str(_quick_factory.http.base_url).rstrip("/"), now=now)
    yield _quick_factory
    _quick_factory.plan("none")


def wait_for(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"it never came; reports: {list(StageReport.objects.values('stage', 'accepted', 'why'))}")
        time.sleep(0.05)


def hand_over() -> ProductionOrder:
    """Deliver the approval, then the submission, as the worker would."""
    for topic in ("orders.line.approved", "manufacturing.order.submit"):
        message = OutboxMessage.objects.get(topic=topic)
        outbox.deliver(message_id=message.pk, now=message.due_at)
        message.refresh_from_db()
        assert (message.state, message.last_error) == ("done", "")
    return ProductionOrder.objects.get()


def is_shipped(row: ProductionOrder) -> bool:
    row.refresh_from_db()
    return row.state == "shipped" and row.packed_quantity is not None


@pytest.mark.django_db(transaction=True)
def test_approved_line_goes_through_every_stage_to_the_parcel(quick_factory: Factory, approved_line: MakeLine):
    line = approved_line()
    row = hand_over()
    wait_for(lambda: is_shipped(row))

    line.refresh_from_db()
    theirs = quick_factory.get(row.external_id)
    assert (line.state, row.packed_quantity, row.problem) == ("shipped", 100, "")
    assert (row.carrier, row.tracking_number) == ("sample-carrier", theirs["tracking"]["number"])
    assert Shipment.objects.get().tracking_numbers == [theirs["tracking"]["number"]]
    assert list(StageReport.objects.order_by("sequence").values_list("stage", "accepted")) == [
        (stage, True) for stage in STAGES
    ]
    moves = AuditEntry.objects.filter(subject_id=str(line.order_id), action__startswith="line.").order_by("id")
    assert [entry.action for entry in moves][-8:] == [f"line.{stage}" for stage in STAGES]
    assert OutboxMessage.objects.filter(topic="orders.parcel.announce").count() == 1

    photo = OutboxMessage.objects.get(topic="manufacturing.report.photo")
    outbox.deliver(message_id=photo.pk, now=photo.due_at)
    stored = StageReport.objects.get(stage="quality_check")
    assert files.read(stored.photo_sha256).startswith(b"\x89PNG")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["update_out_of_order", "update_duplicate"])
def test_messages_out_of_order_and_twice_end_in_the_same_order(
    quick_factory: Factory, approved_line: MakeLine, mode: str
):
    quick_factory.plan(mode, times=4)
    line = approved_line()
    row = hand_over()
    wait_for(lambda: is_shipped(row))
    wait_for(lambda: StageReport.objects.count() == 8)

    line.refresh_from_db()
    assert (line.state, row.packed_quantity, row.problem) == ("shipped", 100, "")
    moves = AuditEntry.objects.filter(subject_id=str(line.order_id), action__startswith="line.").order_by("id")
    assert [entry.action for entry in moves][-8:] == [f"line.{stage}" for stage in STAGES]


@pytest.mark.django_db(transaction=True)
def test_short_packed_lot_reaches_staff(quick_factory: Factory, approved_line: MakeLine):
    quick_factory.plan("short_packed")
    approved_line()
    row = hand_over()
    wait_for(lambda: is_shipped(row))
    assert row.problem == "99 of 100 pieces packed: 1 short."
