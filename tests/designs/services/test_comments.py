"""What is said about a proof."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest

from designs.errors import ChoiceInvalid
from designs.models import Proof
from designs.services import comments
from pinshop.core import audit
from pinshop.core.actors import Actor

pytestmark = pytest.mark.django_db
Make = Callable[..., Proof]
ROBIN = Actor(kind="customer", id="42", label="robin@example.com")


def test_staff_answer_a_comment_under_the_shops_name(rendered: Make, staff: Actor, now: datetime) -> None:
    proof = rendered()
    asked = comments.add(
        proof_id=proof.id, comment_id=uuid4(), text=" Is this red? ", spot=(2, 3), actor=ROBIN, now=now
    )
    answer_id = uuid4()
    for text in ("It is E-023.", "pressed twice"):
        answer = comments.add(
            proof_id=proof.id, comment_id=answer_id, text=text, answers=asked.id, actor=staff, now=now
        )
    assert (asked.text, asked.by_staff, asked.author) == ("Is this red?", False, "robin@example.com")
    assert (answer.text, answer.by_staff, answer.author, answer.author_id) == (
        "It is E-023.",
        True,
        "Pinshop",
        staff.id,
    )
    assert [reply.text for reply in asked.replies.all()] == ["It is E-023."]
    assert audit.list_entries(subject=proof).filter(action="proof.commented").count() == 2


def test_answer_to_a_comment_on_another_proof_is_refused(rendered: Make, now: datetime) -> None:
    first, second = rendered(), rendered()
    comment = comments.add(proof_id=first.id, comment_id=uuid4(), text="Hello", actor=ROBIN, now=now)
    with pytest.raises(ChoiceInvalid):
        comments.add(proof_id=second.id, comment_id=uuid4(), text="Hi", answers=comment.id, actor=ROBIN, now=now)
    assert second.comments.count() == 0
