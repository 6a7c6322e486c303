"""With a real worker and a real broker: work is done, and done again when a worker is killed."""

import os
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.spec import PinSpec
from designs.models import Design
from designs.services import uploads
from pinshop.accounts.owners import Owner
from pinshop.core import health
from pinshop.core.actors import SYSTEM
from pinshop.core.models import AuditEntry, OutboxMessage, QueueHeartbeat
from pinshop.site import seed
from tests.plugins import worker as workers
from tests.plugins.worker import Worker


def test_worker_proves_that_it_consumes_every_queue(worker: Worker) -> None:
    assert sorted(QueueHeartbeat.objects.values_list("queue", flat=True)) == ["default", "outbound", "render"]
    assert [check.problem for check in health.list_checks(now=timezone.now())] == ["", "", "", "", ""]
    late = health.list_checks(now=timezone.now() + timedelta(hours=1))
    assert [check.name for check in late if check.problem] == ["queue render", "queue default", "queue outbound"]


@pytest.mark.slow
def test_worker_that_takes_long_to_begin_is_not_killed(transactional_db: None, tmp_path: Path) -> None:
    slow = workers.start(tmp_path / "worker.log", queues="default", app="tests.faults.slow_start")
    workers.stop(slow)
    assert "exited with" not in slow.log.read_text()


SAMPLES = Path(__file__).resolve().parents[2] / "designs" / "samples"


def _upload(name: str) -> Design:
    return uploads.receive(
        content=(SAMPLES / name).read_bytes(),
        filename=name,
        owner=Owner(guest_key="a-guest"),
        rights_accepted=True,
        spec=PinSpec(process="soft_enamel", plating="gold", size_mm=30),
        actor=SYSTEM,
        now=timezone.now(),
    )


def _state(design: Design) -> str:
    return str(Design.objects.values_list("state", flat=True).get(pk=design.pk))


@pytest.mark.slow
def test_uploaded_artwork_becomes_a_pin(worker: Worker) -> None:
    seed.load(now=timezone.now(), pins=False)
    design = _upload("moon-moth.svg")
    worker.wait_for(lambda: _state(design) == "ready", what="flattening")
    design.refresh_from_db()
    assert sorted(design.pictures) == ["artwork", "back", "card", "front", "live"]
    assert OutboxMessage.objects.get(topic="designs.design.flatten").state == "done"


@pytest.mark.slow
def test_worker_killed_in_the_middle_of_a_render_draws_again_once(worker: Worker) -> None:
    seed.load(now=timezone.now(), pins=False)
    design = _upload("moon-moth.svg")
    worker.wait_for(lambda: _state(design) == "flattening", what="the start of flattening")
    for pid in worker.pool_pids():
        os.kill(pid, signal.SIGKILL)
    worker.wait_for(lambda: _state(design) == "ready", what="flattening after the kill")
    message = OutboxMessage.objects.get(topic="designs.design.flatten")
    worker.wait_for(lambda: OutboxMessage.objects.get(pk=message.pk).state == "done", what="the end of the message")
    assert OutboxMessage.objects.get(pk=message.pk).attempts == 2
    ready = AuditEntry.objects.filter(subject_id=str(design.pk), action__contains="ready")
    assert ready.count() == 1
