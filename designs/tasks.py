"""What workers do for designs: flatten artwork, render proofs."""

from typing import Any
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_process_init
from django.utils import timezone

from designs import rendering
from designs.selectors import stored
from designs.services import flattening, proofs, renders
from pinshop.core import broker, files, outbox

QUEUE = "render"
# A file that kills its worker must not do so all night.
MOST_ATTEMPTS = 3
TOO_LONG = "Drawing this artwork takes too long. Send it with fewer details, or as PNG with about 2000 pixels."


def _given_up_flattening(message: outbox.Message) -> None:
    flattening.give_up(
        design_id=UUID(message.payload["design_id"]), version=message.payload["version"], now=timezone.now()
    )


def _given_up_rendering(message: outbox.Message) -> None:
    renders.give_up(proof_id=UUID(message.payload["proof_id"]), now=timezone.now())


@outbox.handles(flattening.TOPIC, queue=QUEUE, max_attempts=MOST_ATTEMPTS, on_dead=_given_up_flattening)
def flatten_design(message: outbox.Message) -> None:
    """Flatten one version of a design, or draw its pictures anew."""
    design_id, version = UUID(message.payload["design_id"]), message.payload["version"]
    try:
        flattening.run(design_id=design_id, version=version, now=timezone.now())
    except SoftTimeLimitExceeded:
        flattening.fail(design_id=design_id, version=version, code="too_complex", message=TOO_LONG, now=timezone.now())


@outbox.handles(proofs.RENDER_TOPIC, queue=QUEUE, max_attempts=MOST_ATTEMPTS, on_dead=_given_up_rendering)
def render_proof(message: outbox.Message) -> None:
    """Render one revision of a proof."""
    proof_id = UUID(message.payload["proof_id"])
    try:
        renders.render(proof_id=proof_id, now=timezone.now())
    except SoftTimeLimitExceeded:
        renders.fail(proof_id=proof_id, code="too_complex", message=TOO_LONG, now=timezone.now())


files.held_by(stored.list_held)


@worker_process_init.connect
def warm_up(**_: Any) -> None:
    """Compile and start what the engine needs before the first artwork comes, in workers of this queue only."""
    if QUEUE in broker.app.amqp.queues.consume_from:
        rendering.warm_up()
