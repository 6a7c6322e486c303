"""The page where a proof is approved: exactly what was shown, with the statement confirmed."""

from datetime import datetime
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client

from designs.models import Approval, Proof
from orders import terms
from orders.models import Order, OrderLine
from orders.services import links
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from tests.orders.factories import SPEC, make_line, make_order
from tests.orders.web.conftest import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
HASH = sha256(b"the proof").hexdigest()
QUERIES = 34


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
    for expected in (terms.OWED.statement, HASH[:16], "$95.00", "31.8 × 30.0 mm", f'value="{HASH}"'):
        assert expected in shown


def test_statement_of_an_unpaid_order_promises_no_mould(client: Client, page: str, line: OrderLine) -> None:
    Order.objects.update(paid_at=None, payment_terms="on_approval")
    shown = text(client.get(page))
    assert terms.UNPAID.statement in shown
    assert "starts the making" not in shown
    say_yes(client, page)
    assert Approval.objects.get().terms_version == "2026-2-unpaid"


def test_old_approvals_keep_their_text() -> None:
    assert terms.STATEMENTS["2026-1"].endswith("My approval starts the making of the mould and is final.")
    assert set(terms.STATEMENTS) == {"2026-1", terms.OWED.version, terms.UNPAID.version}


def test_page_asks_for_no_yes_while_a_new_price_is_open(client: Client, page: str, line: OrderLine) -> None:
    Order.objects.update(difference_minor=500)
    shown = text(client.get(page))
    assert "Pay the $5.00 of the new price first" in shown
    assert "approve/" not in shown


def test_yes_to_what_is_not_paid_promises_no_production_yet(client: Client, page: str, line: OrderLine) -> None:
    Order.objects.update(paid_at=None, payment_terms="on_approval")
    assert "start production" not in text(client.get(page))
    done = client.get(say_yes(client, page)["Location"])
    assert "is made, as soon as the order is paid, exactly as you approved it" in text(done)


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


LOOSE: dict[str, Any] = {
    "number": 1,
    "rule": "silhouette_pieces",
    "severity": "block",
    "message": "This pin is in 2 pieces.",
    "staff_message": "2 pieces",
    "mend": "bridge",
    "measured": 2.0,
    "limit": 1.0,
    "at_mm": None,
    "box_mm": None,
}


@pytest.fixture
def blocked(line: OrderLine, rules: None) -> Proof:
    """Ada's proof, in two pieces."""
    Proof.objects.update(report={"rules_version": "1", "findings": [LOOSE], "changes": []})
    OrderLine.objects.update(spec=SPEC.to_json())
    return Proof.objects.get()


def mend(client: Client, page: str, proof: Proof, **changes: object) -> Any:
    given = {"proof_id": proof.pk, "proof_hash": HASH, "mend": "bridge", **changes}
    return client.post(f"{page}mend/", given)


def switch(client: Client, page: str, proof: Proof, process: str) -> Any:
    return client.post(f"{page}process/", {"proof_id": proof.pk, "proof_hash": HASH, "process": process})


def test_blocked_proof_offers_mends_and_processes_in_place_of_a_yes(client: Client, page: str, blocked: Proof) -> None:
    shown = text(client.get(page))
    for expected in (
        "What must be mended first",
        "This pin is in 2 pieces.",
        "Join the pieces by metal bridges",
        "Put all pieces on one metal plate",
        "The price stays.",
        "Have it made in another way",
        "more than you paid (",
        "Ask us to change it",
    ):
        assert expected in shown, expected
    assert "Approve and start production" not in shown
    assert 'value="soft_enamel"' not in shown
    refused = say_yes(client, page)
    assert (refused.status_code, "cannot be made as it is" in text(refused)) == (409, True)
    assert Approval.objects.count() == 0


def test_accepted_finding_is_named_so_and_the_proof_is_approved(client: Client, page: str, blocked: Proof) -> None:
    blocked.overrides.create(
        rule="silhouette_pieces", reason="A chain.", staff="s", staff_id="1", created_at=blocked.created_at
    )
    shown = text(client.get(page))
    assert "Accepted by our staff." in shown
    assert "Approve and start production" in shown
    assert say_yes(client, page).status_code == 302


def test_mend_is_taken_once_and_the_next_revision_is_drawn(client: Client, page: str, blocked: Proof) -> None:
    for _ in range(2):
        answer = mend(client, page, blocked)
        assert (answer.status_code, answer["Location"]) == (302, f"/orders/{page.split('/')[2]}/")
    assert list(Proof.objects.order_by("revision").values_list("revision", "state", "flatten__bridge")) == [
        (1, "superseded", None),
        (2, "rendering", "auto"),
    ]
    assert OrderLine.objects.get().state == "proofing"
    assert "Revision 2 is being drawn" in text(client.get(answer["Location"]))
    late = mend(client, page, blocked, mend="plate")
    assert (late.status_code, "Open the newest proof" in text(late)) == (409, True)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"proof_hash": "0" * 64}, 409, "Open the newest proof"),
        ({"proof_hash": ""}, 422, "Choose one of the changes"),
        ({"mend": "print"}, 409, "Look at the findings again"),
        ({"proof_id": "0f5b0c1e-1111-4222-8333-444455556666"}, 404, ""),
    ],
)
def test_mend_of_anything_else_is_refused(
    client: Client, page: str, blocked: Proof, changes: dict[str, object], status: int, said: str
) -> None:
    answer = mend(client, page, blocked, **changes)
    assert (answer.status_code, said in text(answer)) == (status, True)
    assert (Proof.objects.count(), OrderLine.objects.get().state) == (1, "awaiting_approval")


def test_dearer_process_is_refused_with_its_price(client: Client, page: str, blocked: Proof) -> None:
    answer = switch(client, page, blocked, "hard_enamel")
    assert (answer.status_code, "Ask us to change it, and" in text(answer)) == (409, True)
    assert (Proof.objects.count(), OrderLine.objects.get().total_minor) == (1, 9500)


def test_page_that_grew_old_says_so_after_the_next_revision_was_drawn(
    client: Client, page: str, blocked: Proof
) -> None:
    """The second tab: its proof was replaced, and the new one is still being checked."""
    mend(client, page, blocked)
    second = Proof.objects.get(revision=2)
    OrderLine.objects.update(proof=second)
    answer = mend(client, page, blocked, mend="plate")
    assert (answer.status_code, "Revision 2 of this proof is now: being rendered" in text(answer)) == (409, True)


def test_only_the_owner_and_the_holder_of_the_link_change_a_proof(page: str, blocked: Proof, line: OrderLine) -> None:
    strangers = [Client() for _ in range(3)]
    strangers[1].force_login(User.objects.create_user("eve@example.org"))
    strangers[2].force_login(User.objects.create_user("staff@example.org", is_staff=True, is_superuser=True))
    for stranger in strangers:
        assert mend(stranger, page, blocked).status_code == 404
        assert switch(stranger, page, blocked, "screen_print").status_code == 404
    assert Client(enforce_csrf_checks=True).post(f"{page}mend/").status_code == 403
    assert (Proof.objects.count(), OrderLine.objects.get().state) == (1, "awaiting_approval")
    guest = Client()
    guest.get(links.order_url(line.order).removeprefix("http://localhost:8000"))
    assert guest.get(f"{page}mend/").status_code == 405
    assert mend(guest, page, blocked).status_code == 302
    assert Proof.objects.count() == 2


@pytest.mark.parametrize("count", [1, 30])
def test_page_takes_the_same_queries_for_one_finding_and_for_thirty(
    client: Client, page: str, blocked: Proof, count: int, django_assert_num_queries: Any
) -> None:
    findings = [{**LOOSE, "number": number, "rule": f"rule_{number}"} for number in range(count)]
    Proof.objects.update(report={"rules_version": "1", "findings": findings, "changes": []})
    client.get(page)
    with django_assert_num_queries(QUERIES):
        assert text(client.get(page)).count("This pin is in 2 pieces.") == count
