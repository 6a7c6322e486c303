"""With a real worker and a real broker: work is done, and done again when a worker is killed."""

from datetime import timedelta

from django.utils import timezone

from pinshop.core import health
from pinshop.core.models import QueueHeartbeat
from tests.plugins.worker import Worker


def test_worker_proves_that_it_consumes_every_queue(worker: Worker) -> None:
    assert sorted(QueueHeartbeat.objects.values_list("queue", flat=True)) == ["default", "outbound", "render"]
    assert [check.problem for check in health.list_checks(now=timezone.now())] == ["", "", "", "", ""]
    late = health.list_checks(now=timezone.now() + timedelta(hours=1))
    assert [check.name for check in late if check.problem] == ["queue render", "queue default", "queue outbound"]
