"""Comments at spots of a proof, asking for the next revision by them, and the revision before beside this one."""

from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from designs.models import Proof, ProofComment
from orders.models import OrderLine
from tests.orders.web.conftest import text
from tests.orders.web.test_proof_page import line, page, say_yes

__all__ = ["line", "page"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
ID = "0f5b0c1e-1111-4222-8333-444455556666"
PICTURES = {view: sha256(view.encode()).hexdigest() for view in ("front", "back", "card")}


def remark(client: Client, page: str, to: str = "comment", **changes: object) -> Any:
    given = {"comment_id": ID, "text": "Darker here.", "x_mm": "3.5", "y_mm": "4", **changes}
    return client.post(f"{page}{to}/", {name: value for name, value in given.items() if value is not None})


def test_comment_at_a_spot_is_kept_once_and_stands_on_the_picture(client: Client, page: str) -> None:
    Proof.objects.update(files=PICTURES)
    for _ in range(2):
        assert remark(client, page)["Location"] == f"{page}#comment-{ID}"
    comment = ProofComment.objects.get()
    assert (comment.text, comment.x_mm, comment.y_mm, comment.by_staff) == ("Darker here.", 3.5, 4.0, False)
    shown = text(client.get(page))
    assert '<g transform="translate(3.50 4.00)"><a class="spot" href="#comment-' in shown
    assert f'href="#spot-{ID}" aria-label="Show spot 1 on the picture">1</a>' in shown
    assert OrderLine.objects.get().state == "awaiting_approval"


def test_comment_needs_no_spot_and_carries_no_number_then(client: Client, page: str) -> None:
    remark(client, page, x_mm=None, y_mm=None)
    shown = text(client.get(page))
    assert "Darker here." in shown
    assert "comment__number" not in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"x_mm": "32"}, "This spot is not on the pin"), ({"text": ""}, "1 to 4,000"), ({"x_mm": "a"}, "not complete")],
)
def test_comment_that_is_not_whole_is_refused_with_its_reason(
    client: Client, page: str, changes: dict[str, object], said: str
) -> None:
    answer = remark(client, page, **changes)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert ProofComment.objects.count() == 0


def test_wish_without_words_stands_for_the_comments_and_is_refused_without_any(client: Client, page: str) -> None:
    nothing = {"text": "", "x_mm": None, "y_mm": None}
    assert remark(client, page, "changes", **nothing).status_code == 422
    remark(client, page)
    for _ in range(2):
        assert remark(client, page, "changes", **nothing).status_code == 302
    assert [comment.text for comment in ProofComment.objects.all()] == [
        "Darker here.",
        "Please make the changes of the comments on this revision.",
    ]
    assert (Proof.objects.get().state, OrderLine.objects.get().state) == ("changes_requested", "proofing")


def test_words_sent_as_a_comment_can_be_sent_as_a_wish_from_the_same_page(client: Client, page: str) -> None:
    """Who goes back in the browser sends the same id again, by the other button."""
    remark(client, page)
    assert remark(client, page, "changes").status_code == 302
    assert ProofComment.objects.count() == 2
    assert (Proof.objects.get().state, OrderLine.objects.get().state) == ("changes_requested", "proofing")


def test_nobody_else_comments(page: str) -> None:
    assert remark(Client(), page).status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"{page}comment/").status_code == 403
    assert ProofComment.objects.count() == 0


@pytest.fixture
def revised(line: OrderLine) -> Proof:
    """The second revision, on a smaller pin than the first, which was 31.75 mm wide."""
    first = Proof.objects.get()
    content = {
        "artwork": "a",
        "spec": first.spec,
        "sheet": {},
        "flatten": {},
        "measures": {"colours": []},
    }
    Proof.objects.update(files=PICTURES, manifest=content, state="changes_requested")
    first.comments.create(by_staff=False, author="Ada", text="Make it smaller.", created_at=first.created_at)
    second = Proof.objects.get()
    second.pk, second.revision, second.state = None, 2, "awaiting_approval"
    second.proof_hash = sha256(b"the second").hexdigest()
    second.measures = {**first.measures, "width_mm": 25.4, "height_mm": 24.0}
    second.manifest = {**content, "spec": {**first.spec, "size_mm": 25.4}}
    second.save(force_insert=True)
    OrderLine.objects.update(proof=second)
    return second


def test_revision_before_lies_under_this_one_at_its_own_size_with_what_changed(
    client: Client, page: str, revised: Proof
) -> None:
    shown = text(client.get(page))
    assert "Changed since revision 1" in shown
    assert "Longest side (mm): " in shown
    assert "Make it smaller." in shown
    assert shown.count('class="is-before"') == len(PICTURES)
    assert 'x="-3.58" y="-4.28" width="32.56" height="32.56" role="img" aria-label="' in shown
    assert 'x="-7.65" y="-8.35" width="40.71" height="40.71" role="img" aria-label="' in shown


def test_first_revision_has_nothing_to_compare(client: Client, page: str) -> None:
    Proof.objects.update(files=PICTURES)
    shown = text(client.get(page))
    assert "Changed since" not in shown
    assert "data-compare" not in shown


def test_approved_proof_says_who_said_yes(client: Client, page: str) -> None:
    say_yes(client, page)
    assert "By ada@example.org on " in text(client.get(page))
