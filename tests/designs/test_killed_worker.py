"""A worker process that is killed in the middle of a render: another renders the proof again, once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from catalog.spec import PinSpec
from designs.models import Proof
from designs.services import proofs, renders
from designs.sheet import Sheet
from pinshop.core import audit, broker, outbox
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage

# The child says when it is inside the render, and then takes its time until it is killed.
CHILD = """
import os, sys, time, uuid
import django
from django.conf import settings
django.setup()
from django.utils import timezone
from designs.services import renders
from pinshop.core import outbox
real = renders._written
def slow(proof):
    written = real(proof)
    print("inside", flush=True)
    time.sleep(600)
    return written
renders._written = slow
outbox.deliver(message_id=uuid.UUID(sys.argv[1]), now=timezone.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_proof_of_a_killed_worker_is_rendered_again_once(
    flattened: Callable[..., Any],
    spec: PinSpec,
    staff: Actor,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broker, "send", lambda *_args, **_kwargs: True)
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    message = OutboxMessage.objects.get(topic=proofs.RENDER_TOPIC)
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    )
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(message.id)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "pinshop.settings.test"},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        deadline = time.monotonic() + 120
        line = ""
        while "inside" not in line and time.monotonic() < deadline and child.poll() is None:
            line = child.stdout.readline()
        assert "inside" in line
        child.send_signal(signal.SIGKILL)
    message.refresh_from_db()
    proof.refresh_from_db()
    assert (message.state, message.attempts, proof.state, proof.attempts) == ("leased", 1, "rendering", 1)
    assert message.lease_until is not None
    assert outbox.deliver(message_id=message.id, now=message.created_at) is False
    assert outbox.deliver(message_id=message.id, now=message.lease_until) is True
    assert outbox.deliver(message_id=message.id, now=message.lease_until) is False
    proof = Proof.objects.get(id=proof.id)
    assert (proof.state, proof.attempts) == ("staff_check", 2)
    assert OutboxMessage.objects.filter(topic=renders.TOPIC).count() == 1
    assert audit.list_entries(subject=proof).filter(action="proof.staff_check").count() == 1
