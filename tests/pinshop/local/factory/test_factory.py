import hashlib
import itertools
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from pinshop.local.serving import running
from tests.pinshop.local.package import PDF, PROOF_HASH, SHIP_TO, SVG, production_order
from tests.pinshop.local.receiver import Message, Receiver, receiving

SECRET = "whsec_Zm9yIHRoZSB0ZXN0cyBvZiB0aGUgZmFjdG9yeQ=="
STAGES = ["tooling", "struck", "plated", "filled", "cured", "quality_check", "packed", "shipped"]
_keys = itertools.count()


@dataclass(frozen=True)
class Customer:
    """Who orders pins, and the webhook endpoint that hears of them."""

    http: httpx.Client
    receiver: Receiver

    def order(self, key: str | None = None, **changes: Any) -> httpx.Response:
        """Sends the usual order with changes, with a new key unless one is given."""
        body = production_order(**{"callback_url": self.receiver.url, **changes})
        return self.http.post(
            "/v1/production-orders", json=body, headers={"Idempotency-Key": key or f"key-{next(_keys)}"}
        )

    def get(self, order_id: str) -> dict[str, Any]:
        """The order as the factory has it."""
        return self.http.get(f"/v1/production-orders/{order_id}").json()

    def plan(self, mode: str, **more: Any) -> None:
        """Plans a fault."""
        self.http.post("/v1/faults", json={"mode": mode, **more}).raise_for_status()

    def updates(self, order_id: str) -> list[Message]:
        """The accepted messages about an order, in order of arrival."""
        return [message for message in self.receiver.accepted() if message.json["production_order"] == order_id]

    def wait_for(self, order_id: str, stage: str) -> list[dict[str, Any]]:
        """The updates of an order, once this stage was reported."""
        self.receiver.wait(lambda _: stage in [message.json["stage"] for message in self.updates(order_id)])
        return [message.json for message in self.updates(order_id)]


@pytest.fixture(scope="module")
def customer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    state = tmp_path_factory.mktemp("factory")
    options = ["--token", "secret-token", "--secret", SECRET, "--stage-seconds", "0.08", "--retry-seconds", "0.05"]
    with receiving() as receiver, running("factory", *options, state=state) as server:
        headers = {"Authorization": "Bearer secret-token"}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as http:
            yield Customer(http, receiver)


@pytest.fixture(scope="module")
def slow_customer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    """A factory whose stages take an hour, so that nothing moves while a test looks."""
    state = tmp_path_factory.mktemp("slow-factory")
    options = ["--stage-seconds", "3600", "--token", "t"]
    with (
        receiving() as receiver,
        running("factory", *options, state=state) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": "Bearer t"}, trust_env=False) as http,
    ):
        yield Customer(http, receiver)


def test_order_is_accepted_and_reads_back_with_its_hashes(slow_customer: Customer):
    answer = slow_customer.order(options={"finish": "glitter"})
    order = answer.json()

    assert (answer.status_code, order["status"], order["reference"]) == (201, "accepted", "PS-17-1")
    read_back = slow_customer.get(order["id"])
    assert read_back == order
    assert read_back["proof_hash"] == PROOF_HASH
    assert read_back["files"] == {
        "tech_pack": {"filename": "tech-pack.pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF)},
        "die_lines": {"filename": "die-lines.svg", "sha256": hashlib.sha256(SVG).hexdigest(), "bytes": len(SVG)},
    }
    assert slow_customer.http.get(f"/v1/production-orders/{order['id']}/files/tech_pack").content == PDF
    assert slow_customer.http.get(f"/v1/production-orders/{order['id']}/files/die_lines").content == SVG


def test_order_may_come_as_multipart(slow_customer: Customer):
    metadata = production_order("http://127.0.0.1:1/hook")
    for each in metadata["files"].values():
        del each["content_base64"]
    answer = slow_customer.http.post(
        "/v1/production-orders",
        data={"metadata": json.dumps(metadata)},
        files={"tech_pack": ("tech-pack.pdf", PDF), "die_lines": ("die-lines.svg", SVG)},
        headers={"Idempotency-Key": "multipart-1"},
    )

    assert answer.status_code == 201
    as_json = slow_customer.http.post(
        "/v1/production-orders",
        json=production_order("http://127.0.0.1:1/hook"),
        headers={"Idempotency-Key": "multipart-1"},
    )
    assert as_json.json() == answer.json()


def test_same_key_makes_one_order(slow_customer: Customer):
    first, second = slow_customer.order(key="once"), slow_customer.order(key="once")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotent-replayed"] == "true"
    assert slow_customer.order(key="once", quantity=101).status_code == 409
    without = slow_customer.http.post("/v1/production-orders", json=production_order("http://127.0.0.1:1/"))
    assert (without.status_code, without.json()["title"]) == (400, "No idempotency key")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("reference", "", "must be text"),
        ("proof_hash", "abc", "64 hexadecimal digits"),
        ("quantity", 0, "whole number"),
        ("quantity", True, "whole number"),
        ("size_mm", 2, "longest side in mm"),
        ("ship_to", {**SHIP_TO, "city": " "}, "lacks city"),
        ("due_date", "24.12.2026", "must be a date"),
        ("callback_url", "ftp://x", "http(s) address"),
        ("colour", "red", "is not a field that we know"),
        ("files.tech_pack", None, "is missing"),
    ],
)
def test_incomplete_order_is_refused_naming_the_field(slow_customer: Customer, field: str, value: Any, message: str):
    changes = (
        {"files": {"die_lines": production_order("")["files"]["die_lines"]}}
        if field.startswith("files")
        else {field: value}
    )
    answer = slow_customer.order(**changes)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert field in answer.json()["detail"]


def test_empty_order_names_every_field(slow_customer: Customer):
    answer = slow_customer.http.post("/v1/production-orders", json={}, headers={"Idempotency-Key": "empty"})

    assert {error["field"] for error in answer.json()["errors"]} == {
        "reference", "proof_hash", "quantity", "process", "plating", "size_mm", "ship_to", "due_date", "callback_url",
        "files.tech_pack", "files.die_lines",
    }  # fmt: skip


def test_file_that_differs_from_its_hash_is_refused(slow_customer: Customer):
    files = production_order("")["files"]
    damaged = {**files, "tech_pack": {**files["tech_pack"], "sha256": hashlib.sha256(b"other").hexdigest()}}
    swapped = {"tech_pack": files["die_lines"], "die_lines": files["tech_pack"]}

    (error,) = slow_customer.order(files=damaged).json()["errors"]
    assert error == {
        "field": "files.tech_pack",
        "message": "does not match its sha256: it was damaged or mixed up on the way",
    }
    assert [each["message"] for each in slow_customer.order(files=swapped).json()["errors"]] == [
        "is not a PDF document",
        "is not an SVG drawing",
    ]


def test_stranger_gets_nothing(slow_customer: Customer):
    order_id = slow_customer.order().json()["id"]
    for path in ("", "/files/tech_pack", "/photos/quality_check.png"):
        answer = slow_customer.http.get(
            f"/v1/production-orders/{order_id}{path}", headers={"Authorization": "Bearer no"}
        )
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    answer = slow_customer.http.post("/v1/production-orders", json={}, headers={"Authorization": "Bearer no"})
    assert answer.status_code == 401
    assert slow_customer.http.get("/v1/production-orders/po_none").status_code == 404


def test_order_walks_every_stage_in_signed_messages(customer: Customer):
    order = customer.order().json()
    updates = customer.wait_for(order["id"], "shipped")

    customer.receiver.wait(lambda _: len(customer.updates(order["id"])) == 8)
    updates = sorted((message.json for message in customer.updates(order["id"])), key=lambda update: update["sequence"])
    assert [update["stage"] for update in updates] == STAGES
    assert [update["sequence"] for update in updates] == list(range(1, 9))
    assert {(update["type"], update["reference"]) for update in updates} == {("production_order.stage", "PS-17-1")}
    assert updates[6]["packed_quantity"] == 100
    assert updates[7]["tracking"]["carrier"] == "sample-carrier"
    for message in customer.updates(order["id"]):
        assert Webhook(SECRET).verify(message.body, message.headers)["id"] == message.headers["webhook-id"]
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_b3RoZXI=").verify(message.body, message.headers)
    done = customer.get(order["id"])
    assert (done["status"], done["packed_quantity"], done["tracking"]) == ("shipped", 100, updates[7]["tracking"])
    assert [entry["stage"] for entry in done["history"]] == STAGES


def test_quality_check_brings_a_photo(customer: Customer):
    order = customer.order().json()
    updates = customer.wait_for(order["id"], "quality_check")
    photo = next(update for update in updates if update["stage"] == "quality_check")["photo"]
    picture = customer.http.get(photo["url"])

    assert (picture.headers["content-type"], photo["content_type"]) == ("image/png", "image/png")
    assert hashlib.sha256(picture.content).hexdigest() == photo["sha256"]
    assert struct.unpack(">II", picture.content[16:24]) == (360, 240)


def test_update_is_sent_again_until_it_is_taken(customer: Customer):
    customer.receiver.settle()
    customer.receiver.answers.extend([500, 404])
    order = customer.order().json()
    customer.wait_for(order["id"], "tooling")
    customer.wait_for(order["id"], "shipped")

    refused = [
        message
        for message in customer.receiver.messages
        if message.json["production_order"] == order["id"] and message.answered != 200
    ]
    assert [message.answered for message in refused] == [500, 404]
    assert {message.headers["webhook-id"] for message in refused} <= {
        message.headers["webhook-id"] for message in customer.updates(order["id"])
    }


def test_order_is_cancelled_before_striking_only(slow_customer: Customer, customer: Customer):
    order_id = slow_customer.order().json()["id"]
    for _ in range(2):
        answer = slow_customer.http.post(f"/v1/production-orders/{order_id}/cancel")
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    (message,) = slow_customer.receiver.wait(lambda _: slow_customer.updates(order_id))
    assert (message.json["type"], message.json["stage"]) == ("production_order.cancelled", "cancelled")

    struck = customer.order().json()["id"]
    customer.wait_for(struck, "struck")
    late = customer.http.post(f"/v1/production-orders/{struck}/cancel")
    assert (late.status_code, late.json()["title"]) == (409, "Too late")
    assert customer.wait_for(struck, "shipped")


@pytest.mark.parametrize("mode", ["error500", "down"])
def test_fault_before_the_work_makes_no_order(slow_customer: Customer, mode: str):
    slow_customer.plan(mode, times=1)
    if mode == "down":
        with pytest.raises(httpx.TransportError):
            slow_customer.order(key=f"fault-{mode}")
    else:
        assert slow_customer.order(key=f"fault-{mode}").status_code == 500

    again = slow_customer.order(key=f"fault-{mode}")
    assert (again.status_code, "idempotent-replayed" in again.headers) == (201, False)


def test_garbage_and_slow_answers_come_after_the_work(slow_customer: Customer):
    slow_customer.plan("garbage")
    assert "It works!" in slow_customer.order(key="garbage").text
    assert slow_customer.order(key="garbage").headers["idempotent-replayed"] == "true"

    slow_customer.plan("slow", seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        slow_customer.http.post(
            "/v1/production-orders",
            json=production_order("http://127.0.0.1:1/"),
            headers={"Idempotency-Key": "slow"},
            timeout=0.2,
        )
    again = slow_customer.http.post(
        "/v1/production-orders", json=production_order("http://127.0.0.1:1/"), headers={"Idempotency-Key": "slow"}
    )
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")


def test_updates_can_come_twice_or_late_and_a_piece_can_lack(customer: Customer):
    customer.plan("update_duplicate", times=1)
    order = customer.order().json()
    customer.wait_for(order["id"], "shipped")
    tooling = [message for message in customer.updates(order["id"]) if message.json["stage"] == "tooling"]
    assert len(tooling) == 2
    assert len({message.headers["webhook-id"] for message in tooling}) == 1

    customer.plan("update_out_of_order", times=1)
    order = customer.order().json()
    customer.wait_for(order["id"], "shipped")
    assert customer.updates(order["id"])[0].json["sequence"] != 1

    customer.plan("short_packed", times=1)
    order = customer.order().json()
    packed = next(update for update in customer.wait_for(order["id"], "packed") if update["stage"] == "packed")
    assert packed["packed_quantity"] == 99
    assert customer.http.post("/v1/faults", json={"mode": "flood"}).status_code == 422


def test_pages_show_the_documentation_and_the_order(slow_customer: Customer):
    order = slow_customer.order(reference="<b>PS</b>").json()
    for path in ("/", f"/orders/{order['id']}"):
        page = slow_customer.http.get(path)
        assert page.status_code == 200
        assert "&lt;b&gt;PS&lt;/b&gt;" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert PROOF_HASH in slow_customer.http.get(f"/orders/{order['id']}").text
