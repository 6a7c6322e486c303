"""The package by e-mail, for manufacturers without an API."""

from datetime import datetime

from django.db import transaction

from designs.selectors import proofs
from orders.manufacturing.enums import ProductionState
from orders.manufacturing.models import ProductionOrder
from orders.manufacturing.services import links, stages, transitions
from pinshop.core import files, mail
from pinshop.core.actors import SYSTEM


def send(*, production: ProductionOrder, now: datetime) -> None:
    """Write the mail with tech pack, die lines and front picture; written once, however often this runs."""
    front = proofs.get_package(proof_id=production.proof_id).files["front"]
    extension = files.EXTENSIONS[files.get(front).media_type]
    with transaction.atomic():
        production = transitions.lock(production_order_id=production.pk)
        mail.send(
            to=production.manufacturer.contact_email,
            name="production_order",
            context={
                "production": production,
                "asked": production.request,
                "page_url": links.url_of(production),
            },
            key=f"production_order:{production.pk}",
            now=now,
            attachments=[
                (f"{production.number}-tech-pack.pdf", production.tech_pack_sha256),
                (f"{production.number}-die-lines.svg", production.die_lines_sha256),
                (f"{production.number}-front.{extension}", front),
            ],
        )
        transitions.note_problem(production=production, problem="", now=now)
        transitions.move(production=production, to=ProductionState.SUBMITTED, actor=SYSTEM, now=now, submitted_at=now)
        stages.follow(production=production, actor=SYSTEM, now=now)


def send_cancelled(*, production: ProductionOrder, now: datetime) -> None:
    """Tell a manufacturer that has the package to stop; written once."""
    mail.send(
        to=production.manufacturer.contact_email,
        name="production_cancelled",
        context={"production": production, "page_url": links.url_of(production)},
        key=f"production_cancelled:{production.pk}",
        now=now,
    )
