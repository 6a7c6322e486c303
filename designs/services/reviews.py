"""Staff refuse a design that the shop must not or will not make."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from designs.errors import ChoiceInvalid, DesignNotFound
from designs.models import Design
from designs.services import proofs, transitions
from designs.states import DesignState, RefusalGround
from pinshop.core import outbox
from pinshop.core.actors import Actor

TOPIC = "orders.design.refused"


def refuse(*, design_id: UUID, ground: RefusalGround, note: str, actor: Actor, now: datetime) -> bool:
    """Refuse a design for its rights or its content, with the reason that the customer reads.

    Its open proofs are closed and `orders.design.refused` {design_id, ground, note} goes out, which cancels and refunds.
    False where it was refused before. Raises ChoiceInvalid without a reason, DesignNotFound.
    """
    if not note.strip():
        raise ChoiceInvalid(
            gettext("Say why, in a sentence for the customer."), fields={"note": gettext("A reason is needed.")}
        )
    with transaction.atomic():
        moved = transitions.move_design(
            design_id=design_id,
            to=DesignState.REFUSED,
            actor=actor,
            now=now,
            note=note.strip(),
            refused_ground=RefusalGround(ground),
            refused_note=note.strip(),
        )
        if not moved:
            if not Design.objects.filter(id=design_id).exists():
                raise DesignNotFound(gettext("There is no such design."))
            return False
        proofs.close_open(design_id=design_id, actor=actor, now=now)
        outbox.enqueue(
            TOPIC,
            payload={"design_id": str(design_id), "ground": str(RefusalGround(ground)), "note": note.strip()},
            key=str(design_id),
            now=now,
        )
    return True
