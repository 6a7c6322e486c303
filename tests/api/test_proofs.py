"""Proofs in the API: one order from the upload to the approval of exactly one hash."""

import base64
from typing import Any

import pytest
from django.utils import timezone

from designs.models import Approval, Override, Proof, ProofComment
from designs.services import proofs
from orders.models import Order, OrderLine
from orders.payments.services import settlement
from pinshop.core import outbox
from pinshop.core.actors import Actor
from pinshop.local import ports
from pinshop.webhooks.models import Event
from tests import callers
from tests.callers import Caller
from tests.designs import artworks
from tests.designs import conftest as engine
from tests.orders import conftest as places
from tests.orders.factories import ADDRESS

shop = engine.shop
destinations = places.destinations
pytestmark = pytest.mark.usefixtures("shop", "destinations", "quick_engine")
STAFF = Actor(kind="staff", id="1", label="proofing@pinshop.example")
CONTACT = {"email": "ada@brass.example", "name": "Ada Lovelace"}


@pytest.fixture(autouse=True)
def _nobody_answers(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """No payment provider; approved lines wait for a factory."""
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{ports.find_free()}"
    monkeypatch.setitem(
        outbox._routes, "orders.line.approved", outbox._Route(lambda _message: None, "default", 3, None)
    )


@pytest.fixture
def line(call: Caller) -> OrderLine:
    """A line whose proof waits for approval: uploaded and ordered by API, paid, rendered, sent by staff."""
    upload = {
        "content": base64.b64encode(artworks.MUSHROOM).decode(),
        "spec": {"process": "soft_enamel", "plating": "gold", "size_mm": 25},
        "rights_accepted": True,
    }
    design = call("POST", "designs", upload).json()
    outbox.drain()
    wanted = {"lines": [{"design_id": design["id"], "quantity": 100}], "contact": CONTACT, "address": ADDRESS}
    order = call("POST", "orders", wanted).json()
    Order.objects.update(paid_at=timezone.now(), confirmed_at=timezone.now())
    outbox.enqueue(settlement.PAID_TOPIC, payload={"order_id": order["id"]})
    outbox.drain()
    proofs.send(proof_id=Proof.objects.get().pk, actor=STAFF, now=timezone.now())
    outbox.drain()
    return OrderLine.objects.get()


def _yes(proof: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "proof_hash": proof["proof_hash"],
        "shown_total_minor": proof["total_minor"],
        "terms_accepted": True,
        **changes,
    }


def test_proof_shows_what_will_be_made(call: Caller, line: OrderLine) -> None:
    order = call("GET", f"orders/{line.order_id}").json()
    assert (order["state"], "approve" in order["allowed_actions"]) == ("waiting_for_you", True)
    proof = call("GET", f"proofs/{order['lines'][0]['proof_id']}").json()
    stored = Proof.objects.get()
    assert (proof["state"], proof["revision"], proof["proof_hash"]) == ("awaiting_approval", 1, stored.proof_hash)
    assert (proof["order_id"], proof["line_id"], proof["quantity"]) == (str(line.order_id), str(line.pk), 100)
    assert (proof["total_minor"], proof["currency"]) == (line.total_minor, "USD")
    assert proof["allowed_actions"] == ["approve", "change_process", "request_changes", "comment"]
    assert proof["terms"]["statement"].startswith("I have checked")
    assert [file["name"] for file in proof["files"]] == ["front", "back", "card", "pdf"]
    pdf = call.client.get(proof["files"][3]["url"].removeprefix("http://localhost:8000"))
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    [document] = [
        each for each in call("GET", f"orders/{line.order_id}/documents").json()["results"] if each["kind"] == "proof"
    ]
    assert document["line_id"] == str(line.pk)
    design = call("GET", f"designs/{proof['design_id']}").json()
    assert design["proofs"] == [
        {"id": proof["id"], "revision": 1, "state": "awaiting_approval", "order_line_id": str(line.pk)}
    ]


def test_approval_is_given_once_and_starts_production(call: Caller, line: OrderLine) -> None:
    proof = call("GET", f"proofs/{line.proof_id}").json()
    answers = [call("POST", f"proofs/{proof['id']}/approve", _yes(proof), key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    approved = answers[0].json()
    assert (approved["state"], approved["allowed_actions"]) == ("approved", ["comment"])
    approval = approved["approval"]
    assert (approval["proof_hash"], approval["price_minor"], approval["terms_version"]) == (
        proof["proof_hash"],
        line.total_minor,
        proof["terms"]["version"],
    )
    assert approval["approver"] == "Brass & Co: tests"
    again = call("POST", f"proofs/{proof['id']}/approve", _yes(proof))
    assert (again.status_code, again.json()["approval"]) == (200, approval)
    assert Approval.objects.count() == 1
    line.refresh_from_db()
    assert line.state == "approved"
    outbox.drain()
    assert Event.objects.latest("sequence").data["lines"][0]["state"] == "approved"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"proof_hash": "0" * 64}, 409, "proof_changed"),
        ({"shown_total_minor": 1}, 409, "price_changed"),
        ({"terms_accepted": False}, 422, "terms_not_accepted"),
        ({"proof_hash": "latest"}, 422, "invalid"),
    ],
)
def test_approval_of_anything_else_is_refused(
    call: Caller, line: OrderLine, changes: dict[str, Any], status: int, code: str
) -> None:
    proof = call("GET", f"proofs/{line.proof_id}").json()
    callers.problem(call("POST", f"proofs/{proof['id']}/approve", _yes(proof, **changes)), status, code)
    line.refresh_from_db()
    assert (line.state, Approval.objects.count()) == ("awaiting_approval", 0)


def test_approval_needs_a_scope_of_its_own(call: Caller, line: OrderLine) -> None:
    proof = call("GET", f"proofs/{line.proof_id}").json()
    assert call.key is not None
    buyer = callers.make(call.key.business, "designs:read", "designs:write", "orders:read", "orders:write")
    callers.problem(buyer("POST", f"proofs/{proof['id']}/approve", _yes(proof)), 403, "permission_denied")
    assert Approval.objects.count() == 0


def test_changes_are_asked_for_once_and_bring_the_next_revision(call: Caller, line: OrderLine) -> None:
    wish = {"comment": "A larger cap, please.", "spot": {"x_mm": 12.4, "y_mm": 8.1}}
    answers = [call("POST", f"proofs/{line.proof_id}/changes", wish, key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].content
    proof = answers[0].json()
    assert (proof["state"], proof["allowed_actions"]) == ("changes_requested", ["comment"])
    [comment] = proof["comments"]
    assert (comment["text"], comment["spot"], comment["by_staff"]) == (
        "A larger cap, please.",
        {"x_mm": 12.4, "y_mm": 8.1},
        False,
    )
    line.refresh_from_db()
    assert (line.state, ProofComment.objects.count()) == ("proofing", 1)
    refused = call("POST", f"proofs/{line.proof_id}/approve", _yes(call("GET", f"proofs/{line.proof_id}").json()))
    assert refused.status_code == 409


def test_comment_is_said_once_and_changes_no_state(call: Caller, line: OrderLine) -> None:
    for _ in range(2):
        said = call("POST", f"proofs/{line.proof_id}/comments", {"comment": "Is the red this bright?"}, key="k")
        assert said.status_code == 201
    proof = call("GET", f"proofs/{line.proof_id}").json()
    assert ([each["text"] for each in proof["comments"]], proof["state"]) == (
        ["Is the red this bright?"],
        "awaiting_approval",
    )


def test_spot_off_the_pin_is_refused(call: Caller, line: OrderLine) -> None:
    wish = {"comment": "Here.", "spot": {"x_mm": 400, "y_mm": 1}}
    for address in ("changes", "comments"):
        callers.problem(call("POST", f"proofs/{line.proof_id}/{address}", wish), 422, "choice_invalid")
    assert ProofComment.objects.count() == 0


def test_others_and_the_other_side_see_nothing_and_change_nothing(
    call: Caller, other: Caller, test_call: Caller, line: OrderLine
) -> None:
    proof = call("GET", f"proofs/{line.proof_id}").json()
    for stranger in (other, test_call):
        callers.problem(stranger("GET", f"proofs/{proof['id']}"), 404, "proof_not_found")
        callers.problem(stranger("POST", f"proofs/{proof['id']}/approve", _yes(proof)), 404, "proof_not_found")
        for address in ("changes", "comments"):
            callers.problem(
                stranger("POST", f"proofs/{proof['id']}/{address}", {"comment": "x"}), 404, "proof_not_found"
            )
    line.refresh_from_db()
    assert (line.state, ProofComment.objects.count(), Approval.objects.count()) == ("awaiting_approval", 0, 0)


def test_proof_that_staff_still_check_shows_no_files(call: Caller, line: OrderLine) -> None:
    call("POST", f"proofs/{line.proof_id}/changes", {"comment": "Again, please."})
    proofs.revise(proof_id=line.proof_id, actor=STAFF, now=timezone.now())
    outbox.drain()
    line.refresh_from_db()
    second = call("GET", f"proofs/{line.proof_id}").json()
    assert (second["revision"], second["state"], second["files"], second["allowed_actions"]) == (
        2,
        "staff_check",
        [],
        ["comment"],
    )


@pytest.mark.parametrize("count", [1, 30])
def test_proof_takes_the_same_queries_for_one_and_for_thirty_comments(
    count: int, call: Caller, line: OrderLine, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        call("POST", f"proofs/{line.proof_id}/comments", {"comment": f"Number {number}"})
    with django_assert_num_queries(7):
        assert len(call("GET", f"proofs/{line.proof_id}").json()["comments"]) == count


@pytest.fixture
def blocked(call: Caller, line: OrderLine) -> dict[str, Any]:
    """The proof after staff put other artwork into it, which is in two pieces: sent for the customer to decide."""
    second = proofs.upload_revision(
        proof_id=line.proof_id,
        content=artworks.TWO_PIECES,
        filename="discs.svg",
        note="",
        actor=STAFF,
        now=timezone.now(),
    )
    outbox.drain()
    proofs.send(proof_id=second.pk, actor=STAFF, now=timezone.now())
    outbox.drain()
    found: dict[str, Any] = call("GET", f"proofs/{second.pk}").json()
    return found


@pytest.mark.parametrize("overridden", ["", "silhouette_pieces"])
def test_order_says_whether_its_proof_can_be_approved_or_has_to_be_decided_on(
    call: Caller, line: OrderLine, blocked: dict[str, Any], overridden: str, django_assert_num_queries: Any
) -> None:
    if overridden:
        Override.objects.create(
            proof_id=blocked["id"], rule=overridden, reason="hangs on a chain", staff="s", staff_id="1",
            created_at=timezone.now(),
        )  # fmt: skip
    expected = "approve" if overridden else "decide_proof"
    assert call("GET", f"orders/{line.order_id}").json()["allowed_actions"] == [expected, "cancel", "download_invoice"]
    with django_assert_num_queries(9):
        (listed,) = call("GET", "orders").json()["results"]
    assert listed["allowed_actions"] == [expected, "cancel", "download_invoice"]


def test_blocked_proof_is_mended_once_and_then_approved(call: Caller, line: OrderLine, blocked: dict[str, Any]) -> None:
    assert blocked["allowed_actions"] == ["mend", "change_process", "request_changes", "comment"]
    assert [finding["mends"] for finding in blocked["findings"] if finding["severity"] == "block"] == [
        ["bridge", "plate"]
    ]
    body = callers.problem(call("POST", f"proofs/{blocked['id']}/approve", _yes(blocked)), 409, "findings_open")
    assert body["rules"] == ["silhouette_pieces"]
    wish = {"proof_hash": blocked["proof_hash"], "mend": "bridge"}
    answers = [call("POST", f"proofs/{blocked['id']}/mends", wish, key=key) for key in ("k", "k", "another")]
    assert [answer.status_code for answer in answers] == [201, 201, 201], answers[0].content
    third = answers[0].json()
    assert {answer.json()["id"] for answer in answers} == {third["id"]}
    assert (third["revision"], third["state"], third["allowed_actions"]) == (3, "rendering", ["comment"])
    assert (third["total_minor"], third["line_id"]) == (blocked["total_minor"], str(line.pk))
    outbox.drain()
    proofs.send(proof_id=third["id"], actor=STAFF, now=timezone.now())
    outbox.drain()
    third = call("GET", f"proofs/{third['id']}").json()
    assert third["allowed_actions"][0] == "approve"
    assert call("POST", f"proofs/{third['id']}/approve", _yes(third)).status_code == 200


def test_mend_or_process_that_cannot_be_had_changes_nothing(
    call: Caller, line: OrderLine, blocked: dict[str, Any]
) -> None:
    seen = {"proof_hash": blocked["proof_hash"]}
    address = f"proofs/{blocked['id']}"
    for path, body, status, code in (
        ("mends", {**seen, "mend": "print"}, 409, "mend_gone"),
        ("mends", {"proof_hash": "0" * 64, "mend": "bridge"}, 409, "proof_changed"),
        ("mends", {"mend": "bridge"}, 422, "invalid"),
        ("process", {**seen, "process": "glass"}, 422, "choice_invalid"),
        ("process", {**seen, "process": "soft_enamel"}, 422, "choice_invalid"),
    ):
        callers.problem(call("POST", f"{address}/{path}", body), status, code)
    dearer = callers.problem(call("POST", f"{address}/process", {**seen, "process": "hard_enamel"}), 409, "costs_more")
    assert dearer["paid_minor"] == line.total_minor < dearer["total_minor"]
    line.refresh_from_db()
    assert (line.state, Proof.objects.count()) == ("awaiting_approval", 2)


def test_cheaper_process_lowers_the_price_and_others_cannot_choose_it(
    call: Caller, other: Caller, test_call: Caller, line: OrderLine, blocked: dict[str, Any]
) -> None:
    wish = {"proof_hash": blocked["proof_hash"], "process": "screen_print"}
    for stranger in (other, test_call):
        callers.problem(stranger("POST", f"proofs/{blocked['id']}/process", wish), 404, "proof_not_found")
        mend = {"proof_hash": blocked["proof_hash"], "mend": "bridge"}
        callers.problem(stranger("POST", f"proofs/{blocked['id']}/mends", mend), 404, "proof_not_found")
    assert Proof.objects.count() == 2
    answer = call("POST", f"proofs/{blocked['id']}/process", wish)
    assert answer.status_code == 201, answer.content
    printed = answer.json()
    charged = line.spec or {}
    assert [printed["spec"][name] for name in ("process", "colours", "posts")] == [
        "screen_print",
        charged["colours"],
        charged["posts"],
    ]
    assert printed["total_minor"] < blocked["total_minor"]
    order = call("GET", f"orders/{line.order_id}").json()
    assert order["lines"][0]["total_minor"] == order["subtotal_minor"] == printed["total_minor"]
    assert order["lines"][0]["spec"] == printed["spec"]
