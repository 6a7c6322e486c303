"""A proof's life: who may move it where, and that each step happens once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from catalog.spec import PinSpec
from designs.errors import (
    ArtworkRefused,
    ChoiceInvalid,
    DesignNotFound,
    DesignRefused,
    FindingsOpen,
    ProofChanged,
    ProofNotFound,
)
from designs.models import Approval, Design, Override, Proof, ProofComment
from designs.selectors import proofs as reading
from designs.services import proofs, renders, reviews
from designs.sheet import Sheet
from designs.states import ProofState, RefusalGround
from pinshop.core import audit, outbox
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage
from pinshop.core.money import Money
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db
Make = Callable[..., Proof]
PRICE = Money(26900, "USD")


@pytest.fixture
def customer() -> Actor:
    return Actor(kind="customer", id="42", label="robin@example.com")


@pytest.fixture
def approve(customer: Actor, now: datetime) -> Callable[..., Approval]:
    def run(proof: Proof, **other: Any) -> Approval:
        values: dict[str, Any] = {
            "proof_hash": proof.proof_hash,
            "price": PRICE,
            "terms_version": "2026-11",
            "actor": customer,
            "now": now,
        }
        return proofs.approve(proof_id=proof.id, **{**values, **other})

    return run


def _actions(proof: Proof) -> list[str]:
    return [entry.action for entry in audit.list_entries(subject=proof)]


def _topics(topic: str) -> int:
    return OutboxMessage.objects.filter(topic=topic).count()


def test_request_twice_makes_one_revision(flattened: Receive, spec: PinSpec, staff: Actor, now: datetime) -> None:
    design = flattened()
    made = [
        proofs.request(design_id=design.id, spec=spec, sheet=Sheet(reference="a"), actor=staff, now=now)
        for _ in range(2)
    ]
    assert (made[0].id, made[0].revision, made[0].state) == (made[1].id, 1, "rendering")
    assert _topics(proofs.RENDER_TOPIC) == 1


def test_new_revision_supersedes_the_open_one_of_the_same_line_only(
    rendered: Make, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    first = rendered()
    other = proofs.request(design_id=first.design_id, spec=spec, sheet=Sheet(reference="line-2"), actor=staff, now=now)
    third = proofs.request(
        design_id=first.design_id,
        spec=replace(spec, plating="silver"),
        sheet=Sheet.from_json(first.sheet),
        actor=staff,
        now=now,
    )
    states = dict(Proof.objects.values_list("revision", "state"))
    assert (other.revision, third.revision) == (2, 3)
    assert states == {1: "superseded", 2: "rendering", 3: "rendering"}
    assert _actions(first)[-1] == "proof.superseded"


def test_request_of_no_or_a_refused_design_is_refused(
    flattened: Receive, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    with pytest.raises(DesignNotFound):
        proofs.request(design_id=uuid4(), spec=spec, sheet=Sheet(), actor=staff, now=now)
    design = flattened()
    reviews.refuse(design_id=design.id, ground=RefusalGround.RIGHTS, note="Not yours.", actor=staff, now=now)
    with pytest.raises(DesignRefused):
        proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    assert Proof.objects.count() == 0


def test_send_twice_tells_orders_once(rendered: Make, staff: Actor, now: datetime) -> None:
    proof = rendered()
    for later in (0, 1):
        proof = proofs.send(proof_id=proof.id, actor=staff, now=now + timedelta(hours=later))
    assert (proof.state, proof.sent_at) == ("awaiting_approval", now)
    message = OutboxMessage.objects.get(topic="orders.proof.sent")
    assert message.payload == {
        "proof_id": str(proof.id),
        "design_id": str(proof.design_id),
        "reference": "line-1",
        "revision": 1,
    }


def test_blocking_finding_stops_the_approval_until_staff_override_it_with_a_reason(
    sent: Make, approve: Callable[..., Approval], staff: Actor, now: datetime
) -> None:
    proof = sent(artworks.TWO_PIECES)
    with pytest.raises(FindingsOpen) as refused:
        approve(proof)
    assert refused.value.extra["rules"] == ["silhouette_pieces"]
    for rule, reason in (("silhouette_pieces", "  "), ("metal_width", "why not"), ("no_rule", "why not")):
        with pytest.raises(ChoiceInvalid):
            proofs.override(proof_id=proof.id, rule=rule, reason=reason, actor=staff, now=now)
    for reason in ("Joined by a jump ring, agreed by phone.", "again"):
        row = proofs.override(proof_id=proof.id, rule="silhouette_pieces", reason=reason, actor=staff, now=now)
    assert (row.reason, Override.objects.count()) == ("Joined by a jump ring, agreed by phone.", 1)
    assert approve(proof).proof_hash == proof.proof_hash
    assert _actions(proof) == [
        "proof.rendering",
        "proof.staff_check",
        "proof.awaiting_approval",
        "proof.overridden",
        "proof.approved",
    ]


def test_approval_keeps_who_what_and_under_which_terms(
    sent: Make, approve: Callable[..., Approval], now: datetime
) -> None:
    proof = sent()
    approval = approve(proof)
    proof.refresh_from_db()
    assert proof.state == "approved"
    assert (approval.proof_hash, approval.price_minor, approval.currency) == (proof.proof_hash, 26900, "USD")
    assert (approval.terms_version, approval.approver, approval.approved_at) == ("2026-11", "robin@example.com", now)
    again = approve(proof, now=now + timedelta(days=1))
    assert (again.id, again.approved_at, Approval.objects.count()) == (approval.id, now, 1)
    assert _actions(proof).count("proof.approved") == 1


@pytest.mark.parametrize("proof_hash", ["0" * 64, "", "not a hash"])
def test_another_hash_is_not_approved(sent: Make, approve: Callable[..., Approval], proof_hash: str) -> None:
    proof = sent()
    with pytest.raises(ProofChanged):
        approve(proof, proof_hash=proof_hash)
    proof.refresh_from_db()
    assert (proof.state, Approval.objects.count()) == ("awaiting_approval", 0)


def test_hash_of_an_earlier_revision_is_not_approved(
    sent: Make, approve: Callable[..., Approval], staff: Actor, now: datetime
) -> None:
    old = sent()
    new = proofs.upload_revision(
        proof_id=old.id, content=artworks.BLUE_MUSHROOM, filename="b.svg", note="", actor=staff, now=now
    )
    renders.render(proof_id=new.id, now=now)
    new = proofs.send(proof_id=new.id, actor=staff, now=now)
    for proof, proof_hash in ((old, old.proof_hash), (new, old.proof_hash), (old, new.proof_hash)):
        with pytest.raises(ProofChanged):
            approve(proof, proof_hash=proof_hash)
    assert approve(new).proof_hash == new.proof_hash != old.proof_hash


def test_blocking_finding_stops_approval_whatever_the_state(
    rendered: Make, approve: Callable[..., Approval], staff: Actor, now: datetime
) -> None:
    proof = rendered(artworks.TWO_PIECES)
    proofs.override(proof_id=proof.id, rule="silhouette_pieces", reason="Agreed.", actor=staff, now=now)
    proof = proofs.send(proof_id=proof.id, actor=staff, now=now)
    Override.objects.all().delete()
    with pytest.raises(FindingsOpen):
        approve(proof)
    assert Approval.objects.count() == 0


def test_changes_are_asked_for_once_with_their_spot(sent: Make, customer: Actor, now: datetime) -> None:
    proof = sent()
    comment_id = uuid4()
    for _ in range(2):
        comment = proofs.request_changes(
            proof_id=proof.id, comment_id=comment_id, text="Redder, please.", spot=(3, 4.567), actor=customer, now=now
        )
    proof.refresh_from_db()
    assert (proof.state, comment.by_staff, comment.x_mm, comment.y_mm) == ("changes_requested", False, 3.0, 4.57)
    assert ProofComment.objects.count() == 1
    message = OutboxMessage.objects.get(topic="orders.proof.changes_requested")
    assert (message.payload["text"], message.payload["reference"]) == ("Redder, please.", "line-1")


@pytest.mark.parametrize(("text", "spot"), [("  ", None), ("x" * 4001, None), ("Here.", (900.0, 1.0))])
def test_wish_that_says_nothing_changes_nothing(
    sent: Make, customer: Actor, now: datetime, text: str, spot: tuple[float, float] | None
) -> None:
    proof = sent()
    with pytest.raises(ChoiceInvalid):
        proofs.request_changes(proof_id=proof.id, comment_id=uuid4(), text=text, spot=spot, actor=customer, now=now)
    proof.refresh_from_db()
    assert (proof.state, ProofComment.objects.count(), _topics("orders.proof.changes_requested")) == (
        "awaiting_approval",
        0,
        0,
    )


def test_staff_artwork_makes_the_next_revision_of_the_design(sent: Make, staff: Actor, now: datetime) -> None:
    old = sent()
    for _ in range(2):
        new = proofs.upload_revision(
            proof_id=old.id,
            content=artworks.BLUE_MUSHROOM,
            filename="redrawn.svg",
            note="Cap in blue.",
            actor=staff,
            now=now,
        )
    old.refresh_from_db()
    design = Design.objects.get(id=old.design_id)
    assert (old.state, new.revision, new.state, new.sheet) == ("superseded", 2, "rendering", old.sheet)
    assert (new.artwork.name, design.artwork_id, design.version) == ("redrawn.svg", new.artwork_id, 2)
    assert renders.render(proof_id=new.id, now=now) is True
    package = reading.get_package(proof_id=new.id)
    assert "#2a4fcf" in {colour.hex for colour in package.measures.colours}


def test_staff_artwork_that_is_none_changes_nothing(sent: Make, staff: Actor, now: datetime) -> None:
    proof = sent()
    with pytest.raises(ArtworkRefused):
        proofs.upload_revision(proof_id=proof.id, content=b"", filename="x", note="", actor=staff, now=now)
    proof.refresh_from_db()
    assert (proof.state, Proof.objects.count()) == ("awaiting_approval", 1)


def test_approved_proof_is_final(
    sent: Make, approve: Callable[..., Approval], staff: Actor, customer: Actor, now: datetime
) -> None:
    proof = sent()
    approve(proof)
    calls: list[Callable[[], object]] = [
        lambda: proofs.send(proof_id=proof.id, actor=staff, now=now),
        lambda: proofs.upload_revision(
            proof_id=proof.id, content=artworks.BLUE_MUSHROOM, filename="b", note="", actor=staff, now=now
        ),
        lambda: proofs.request_changes(proof_id=proof.id, comment_id=uuid4(), text="Wait!", actor=customer, now=now),
    ]
    for call in calls:
        with pytest.raises(ProofChanged):
            call()
    proofs.close_open(design_id=proof.design_id, actor=staff, now=now)
    proof.refresh_from_db()
    assert (proof.state, ProofComment.objects.count()) == ("approved", 0)


@pytest.mark.parametrize("state", [state for state in ProofState if state != ProofState.AWAITING_APPROVAL])
def test_only_a_proof_that_waits_for_approval_can_be_approved(
    sent: Make, approve: Callable[..., Approval], state: ProofState
) -> None:
    proof = sent()
    if state in {ProofState.RENDERING, ProofState.FAILED}:
        Proof.objects.filter(id=proof.id).update(state=state, proof_hash=None, rendered_at=None)
    else:
        Proof.objects.filter(id=proof.id).update(state=state)
    with pytest.raises(ProofChanged):
        approve(proof, proof_hash=proof.proof_hash)
    assert (Proof.objects.get(id=proof.id).state, Approval.objects.count()) == (state, 0)


def test_proof_that_does_not_exist_is_not_found(approve: Callable[..., Approval], staff: Actor, now: datetime) -> None:
    nobody = Proof(id=uuid4(), proof_hash="0" * 64)
    calls: list[Callable[[], object]] = [
        lambda: approve(nobody),
        lambda: proofs.send(proof_id=nobody.id, actor=staff, now=now),
        lambda: proofs.revise(proof_id=nobody.id, actor=staff, now=now),
        lambda: reading.get_package(proof_id=nobody.id),
    ]
    for call in calls:
        with pytest.raises(ProofNotFound):
            call()


def test_refusing_a_design_closes_its_proofs_and_tells_orders_once(sent: Make, staff: Actor, now: datetime) -> None:
    proof = sent()
    for expected in (True, False):
        done = reviews.refuse(
            design_id=proof.design_id, ground=RefusalGround.RIGHTS, note=" A film's figure. ", actor=staff, now=now
        )
        assert done is expected
    proof.refresh_from_db()
    assert (proof.state, proof.design.state, proof.design.refused_note) == ("superseded", "refused", "A film's figure.")
    message = OutboxMessage.objects.get(topic="orders.design.refused")
    assert message.payload == {
        "design_id": str(proof.design_id),
        "ground": "rights",
        "note": "A film's figure.",
    }


def test_refusal_needs_a_reason(flattened: Receive, staff: Actor, now: datetime) -> None:
    design = flattened()
    with pytest.raises(ChoiceInvalid):
        reviews.refuse(design_id=design.id, ground=RefusalGround.RIGHTS, note=" ", actor=staff, now=now)
    with pytest.raises(DesignNotFound):
        reviews.refuse(design_id=uuid4(), ground=RefusalGround.RIGHTS, note="No.", actor=staff, now=now)
    assert Design.objects.get(id=design.id).state == "ready"


def test_orders_are_told_through_the_outbox(sent: Make, now: datetime) -> None:
    from tests.designs.conftest import told

    sent()
    outbox.drain(now=now)
    assert sorted(message.topic for message in told) == ["orders.proof.rendered", "orders.proof.sent"]
