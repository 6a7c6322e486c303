"""The proofing bench: what staff see, who may press what, and that each press is one domain call."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designs.models import Design, Override, Proof, ProofComment
from designs.services import comments
from pinshop.accounts.models import User
from pinshop.core.actors import Actor
from pinshop.core.models import AuditEntry, OutboxMessage
from pinshop.site.services import staff_groups
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db
Make = Callable[..., Proof]


def _user(email: str, *groups: str, **flags: Any) -> User:
    staff_groups.load()
    user = User.objects.create_user(email, **flags)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def proofing(client: Client) -> Client:
    client.force_login(_user("bench@pinshop.example", "proofing", is_staff=True))
    return client


def _press(client: Client, proof: Proof, button: str, **data: Any) -> int:
    return client.post(reverse(f"admin:designs_proof_{button}", args=[proof.id]), data).status_code


def test_bench_shows_artwork_proof_findings_and_comments(proofing: Client, rendered: Make, now: datetime) -> None:
    proof = rendered(artworks.TWO_PIECES)
    robin = Actor(kind="customer", id="1", label="robin@example.com")
    comments.add(proof_id=proof.id, comment_id=uuid4(), text="Is this loose?", spot=(3, 3), actor=robin, now=now)
    text = proofing.get(reverse("admin:designs_proof_change", args=[proof.id])).content.decode()
    for words in (
        "Artwork: red-mushroom.svg",
        "Must be mended",
        "Is this loose?",
        "3.0 / 3.0 mm",
        "Send to the customer",
    ):
        assert words in text, words
    assert ".svg?" not in text
    assert 'name="proof_hash"' not in text


def test_bench_says_what_sending_means_before_and_after_an_override(proofing: Client, rendered: Make) -> None:
    proof = rendered(artworks.TWO_PIECES)
    page = proofing.get(reverse("admin:designs_proof_change", args=[proof.id])).content.decode()
    assert ">Send to the customer to mend or to change the process<" in page
    _press(proofing, proof, "override", rule="silhouette_pieces", reason="On a chain.")
    assert (
        ">Send to the customer<"
        in proofing.get(reverse("admin:designs_proof_change", args=[proof.id])).content.decode()
    )
    for _ in range(2):
        assert _press(proofing, proof, "override", rule="silhouette_pieces", reason="On a chain.") == 302
        assert _press(proofing, proof, "send") == 302
    proof.refresh_from_db()
    assert (proof.state, Override.objects.get().staff) == ("awaiting_approval", "bench@pinshop.example")


def test_bench_answers_comments_once(proofing: Client, rendered: Make, now: datetime) -> None:
    proof = rendered()
    robin = Actor(kind="customer", id="1", label="robin@example.com")
    asked = comments.add(proof_id=proof.id, comment_id=uuid4(), text="Redder?", actor=robin, now=now)
    form = {"comment_id": str(uuid4()), "answers": str(asked.id), "text": "It is E-023."}
    for _ in range(2):
        assert _press(proofing, proof, "comment", **form) == 302
    answer = ProofComment.objects.get(by_staff=True)
    assert (answer.answers_id, answer.text, answer.author) == (asked.id, "It is E-023.", "Pinshop")


def test_bench_uploads_a_revision_and_says_what_is_no_artwork(proofing: Client, rendered: Make) -> None:
    proof = rendered()
    url = reverse("admin:designs_proof_upload", args=[proof.id])
    page = proofing.post(url, {"artwork": SimpleUploadedFile("x.svg", b"words")}, follow=True).content.decode()
    assert "not a picture that can be read" in page
    upload = SimpleUploadedFile("redrawn.svg", artworks.BLUE_MUSHROOM)
    page = proofing.post(url, {"artwork": upload, "note": "Blue."}, follow=True).content.decode()
    assert "Revision 2 is being drawn." in page
    assert set(Proof.objects.values_list("revision", "state")) == {(1, "superseded"), (2, "rendering")}


def test_bench_refuses_a_design_with_its_reason(proofing: Client, flattened: Receive) -> None:
    design = flattened()
    page = proofing.get(reverse("admin:designs_design_change", args=[design.id])).content.decode()
    assert "Refuse this design" in page
    url = reverse("admin:designs_design_refuse", args=[design.id])
    assert "note: " in proofing.post(url, {"ground": "rights", "note": ""}, follow=True).content.decode()
    for _ in range(2):
        proofing.post(url, {"ground": "rights", "note": "A film's figure."})
    design.refresh_from_db()
    assert (design.state, design.refused_note) == ("refused", "A film's figure.")
    assert OutboxMessage.objects.filter(topic="orders.design.refused").count() == 1


@pytest.mark.parametrize(
    ("who", "sees", "presses"),
    [
        ("anonymous", 302, 302),
        ("customer", 302, 302),
        ("staff without rights", 403, 403),
        ("orders", 200, 403),
        ("proofing", 200, 302),
    ],
)
def test_only_staff_with_the_right_see_and_press(
    client: Client, rendered: Make, who: str, sees: int, presses: int
) -> None:
    proof = rendered()
    if who == "customer":
        client.force_login(_user("robin@example.com"))
    elif who != "anonymous":
        client.force_login(_user("x@pinshop.example", who, is_staff=True))
    before = (OutboxMessage.objects.count(), AuditEntry.objects.count())
    assert client.get(reverse("admin:designs_proof_change", args=[proof.id])).status_code == sees
    assert client.get(reverse("admin:designs_proof_changelist")).status_code == sees
    assert _press(client, proof, "comment", comment_id=str(uuid4()), text="Hello") == presses
    assert _press(client, proof, "send") == presses
    refuse = reverse("admin:designs_design_refuse", args=[proof.design_id])
    assert client.post(refuse, {"ground": "rights", "note": "No."}).status_code == presses
    may = who == "proofing"
    assert Proof.objects.get(id=proof.id).state == ("superseded" if may else "staff_check")
    assert Design.objects.get(id=proof.design_id).state == ("refused" if may else "ready")
    if not may:
        assert (OutboxMessage.objects.count(), AuditEntry.objects.count()) == before
        assert ProofComment.objects.count() == 0


def test_buttons_answer_to_posts_only(proofing: Client, rendered: Make) -> None:
    proof = rendered()
    assert proofing.get(reverse("admin:designs_proof_send", args=[proof.id])).status_code == 405


@pytest.mark.parametrize("model", ["proof", "design", "proofcomment", "approval"])
def test_lists_open(proofing: Client, rendered: Make, model: str) -> None:
    rendered()
    assert proofing.get(reverse(f"admin:designs_{model}_changelist"), {"q": "x"}).status_code == 200


def test_queue_of_thirty_proofs_needs_as_many_queries_as_that_of_one(
    proofing: Client, rendered: Make, django_assert_num_queries: Any
) -> None:
    proof = rendered()
    url = reverse("admin:designs_proof_changelist")
    proofing.get(url)
    with CaptureQueriesContext(connection) as one:
        proofing.get(url)
    Proof.objects.bulk_create(
        Proof(
            design_id=proof.design_id,
            revision=number,
            artwork_id=proof.artwork_id,
            spec=proof.spec,
            created_at=proof.created_at,
        )
        for number in range(2, 31)
    )
    with django_assert_num_queries(len(one)):
        assert proofing.get(url).content.decode().count("Being rendered") >= 29
