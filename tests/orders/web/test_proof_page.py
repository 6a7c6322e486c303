"""The page where a proof is approved: exactly what was shown, with the statement confirmed."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from designs.models import Approval, Proof
from orders import terms
from orders.models import OrderLine
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from tests.orders.factories import SPEC, make_line, make_order
from tests.orders.web.conftest import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
HASH = sha256(b"the proof").hexdigest()


@pytest.fixture
def line(now: datetime, ada: User) -> OrderLine:
    """Ada's line, whose proof waits for her."""
    found = make_line(make_order(now=now, owner=Owner(user_id=ada.pk), paid_at=now), state="awaiting_approval")
    assert found.design is not None
    measures = {"width_mm": 31.75, "height_mm": 30.0, "thickness_mm": 1.2, "weight_g": 5.0}
    proof = Proof.objects.create(
        design=found.design,
        revision=1,
        reference=str(found.pk),
        state="awaiting_approval",
        artwork=found.design.artwork,
        spec=SPEC.to_json(),
        report={"rules_version": "1", "findings": [], "changes": []},
        measures={**measures, "colours": [], "posts": [], "cutouts": []},
        manifest={"spec": SPEC.to_json()},
        proof_hash=HASH,
        pdf_sha256=HASH,
        created_at=now,
        rendered_at=now,
        sent_at=now,
    )
    OrderLine.objects.filter(pk=found.pk).update(proof=proof)
    found.refresh_from_db()
    return found


@pytest.fixture
def page(client: Client, ada: User, line: OrderLine) -> str:
    """The address of Ada's proof; she is logged in."""
    client.force_login(ada)
    return f"/orders/{line.order_id}/lines/{line.pk}/proof/"


def say_yes(client: Client, page: str, **changes: object) -> Any:
    given = {"proof_hash": HASH, "shown_total_minor": 9500, "terms_accepted": "on", **changes}
    return client.post(f"{page}approve/", {name: value for name, value in given.items() if value is not None})


def test_page_states_what_is_approved(client: Client, page: str) -> None:
    shown = text(client.get(page))
    for expected in (terms.APPROVAL_STATEMENT, HASH[:16], "$95.00", "31.8 × 30.0 mm", f'value="{HASH}"'):
        assert expected in shown


def test_yes_is_stored_once_and_starts_production(client: Client, page: str, line: OrderLine) -> None:
    for _ in range(2):
        assert say_yes(client, page)["Location"] == f"/orders/{line.order_id}/"
    approval = Approval.objects.get()
    assert (approval.proof_hash, approval.price_minor, approval.approver) == (HASH, 9500, "ada@example.org")
    assert OrderLine.objects.get().state == "approved"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"terms_accepted": None}, 422, "Confirm the statement"),
        ({"shown_total_minor": 9499}, 409, "This line costs $95.00"),
        ({"proof_hash": "0" * 64}, 409, "Open the newest proof"),
        ({"proof_hash": "nonsense"}, 422, "This page was not complete"),
    ],
)
def test_anything_else_is_refused_with_its_reason(
    client: Client, page: str, changes: dict[str, object], status: int, said: str
) -> None:
    answer = say_yes(client, page, **changes)
    assert answer.status_code == status
    assert said in text(answer)
    assert (Approval.objects.count(), OrderLine.objects.get().state) == (0, "awaiting_approval")


def test_wish_with_a_spot_reaches_the_workshop_and_an_empty_one_does_not(client: Client, page: str) -> None:
    wish = {"comment_id": "0f5b0c1e-1111-4222-8333-444455556666", "text": "Darker here.", "x_mm": "3.5", "y_mm": "4"}
    assert client.post(f"{page}changes/", {**wish, "text": ""}).status_code == 422
    for _ in range(2):
        assert client.post(f"{page}changes/", wish).status_code == 302
    comment = Proof.objects.get().comments.get()
    assert (comment.text, comment.x_mm, comment.y_mm) == ("Darker here.", 3.5, 4.0)
    assert OrderLine.objects.get().state == "proofing"


def test_nobody_else_sees_or_approves_it(page: str) -> None:
    stranger = Client()
    assert stranger.get(page).status_code == 404
    assert say_yes(stranger, page).status_code == 404
    assert stranger.post(f"{page}changes/", {"text": "x"}).status_code == 404
    assert (Approval.objects.count(), OrderLine.objects.get().state) == (0, "awaiting_approval")


@pytest.mark.parametrize("state", ["rendering", "staff_check"])
def test_proof_that_was_not_sent_is_not_shown(client: Client, page: str, state: str) -> None:
    fields: dict[str, Any] = {"state": state}
    if state == "rendering":
        fields |= {"proof_hash": None, "rendered_at": None, "pdf_sha256": ""}
    Proof.objects.update(**fields)
    assert client.get(page).status_code == 404
