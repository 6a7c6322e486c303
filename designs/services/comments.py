"""What customers and staff say about a proof."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from designs.errors import ChoiceInvalid
from designs.models import ProofComment
from designs.selectors import proofs
from pinshop.core import audit
from pinshop.core.actors import Actor

LONGEST = 4000


def add(
    *,
    proof_id: UUID,
    comment_id: UUID,
    text: str,
    actor: Actor,
    now: datetime,
    spot: tuple[float, float] | None = None,
    answers: UUID | None = None,
) -> ProofComment:
    """Add a comment, perhaps about a spot (mm from the pin's left top corner), perhaps as an answer to another.

    The caller makes `comment_id` up before the first try, so the same id again returns the first comment. Raises
    ProofNotFound, or ChoiceInvalid for a text that is empty or over 4,000 characters, a spot off the pin, or an answer to
    a comment on another proof.
    """
    proof = proofs.get_proof(proof_id=proof_id)
    words = text.strip()
    if not 0 < len(words) <= LONGEST:
        raise ChoiceInvalid(
            gettext("A comment has 1 to %(most)s characters; this one has %(length)s.")
            % {"most": f"{LONGEST:,}", "length": f"{len(words):,}"},
            fields={"text": gettext("Write what should change.")},
        )
    measures = proofs.measures_of(proof)
    if spot is not None and measures is not None:
        inside = 0 <= spot[0] <= measures.width_mm and 0 <= spot[1] <= measures.height_mm
        if not inside:
            raise ChoiceInvalid(
                gettext("This spot is not on the pin. Click on the picture again."),
                fields={"spot": gettext("Off the pin.")},
            )
    if answers is not None and not proof.comments.filter(id=answers).exists():
        raise ChoiceInvalid(
            gettext("The comment to answer is not on this proof."), fields={"answers": gettext("No such comment.")}
        )
    with transaction.atomic():
        comment, is_new = ProofComment.objects.get_or_create(
            id=comment_id,
            proof=proof,
            defaults={
                "answers_id": answers,
                "by_staff": actor.kind == "staff",
                "author": "Pinshop" if actor.kind == "staff" else actor.label[:200],
                "author_id": actor.id[:40],
                "text": words,
                "x_mm": None if spot is None else round(spot[0], 2),
                "y_mm": None if spot is None else round(spot[1], 2),
                "created_at": now,
            },
        )
        if is_new:
            audit.record(subject=proof, action="proof.commented", actor=actor, now=now, data={"text": words})
    return comment
