"""The door of manufacturers: who may report, and what a message answers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from orders.manufacturing.models import Manufacturer, ProductionOrder, StageReport
from orders.manufacturing.services import packages, production
from tests.orders.manufacturing.conftest import SECRET, MakeLine

OTHER_SECRET = "whsec_YW5vdGhlciBzZWNyZXQgYWx0b2dldGhlcg=="


@pytest.fixture
def accepted(idle_rest: Manufacturer, approved_line: MakeLine, now: datetime) -> ProductionOrder:
    row = production.hand_over(line_id=approved_line().pk, now=now)
    packages.prepare(production=row, now=now)
    ProductionOrder.objects.filter(pk=row.pk).update(state="accepted", external_id="po_1", verified_at=now)
    row.refresh_from_db()
    return row


def body_of(row: ProductionOrder, **changes: Any) -> bytes:
    message = {
        "id": "evt_1",
        "type": "production_order.stage",
        "production_order": row.external_id,
        "reference": row.number,
        "stage": "tooling",
        "at": "2026-11-23T10:15:30.123Z",
        "sequence": 1,
    }
    return json.dumps({**message, **changes}).encode()


def signed(
    body: bytes, *, secret: str = SECRET, at: datetime | None = None, message_id: str = "evt_1"
) -> dict[str, str]:
    moment = at or datetime.now(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body.decode()),
    }


def post(manufacturer_id: Any, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Status and answer; the client insists on CSRF tokens where a view does not waive them."""
    answer = Client(enforce_csrf_checks=True).post(
        reverse("manufacturing:hook", args=[manufacturer_id]), body, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.json()


def test_signed_message_moves_the_order_and_its_replay_does_nothing(accepted: ProductionOrder):
    body = body_of(accepted)
    headers = signed(body)
    assert post(accepted.manufacturer_id, body, headers) == (200, {"outcome": "moved", "why": ""})
    accepted.refresh_from_db()
    assert (accepted.state, accepted.last_sequence) == ("tooling", 1)
    report = StageReport.objects.get()
    assert (report.event_id, report.accepted, report.at) == (
        "evt_1",
        True,
        datetime(2026, 11, 23, 10, 15, 30, 123000, tzinfo=UTC),
    )

    assert post(accepted.manufacturer_id, body, headers)[1]["outcome"] == "repeated"
    accepted.refresh_from_db()
    assert (accepted.state, StageReport.objects.count()) == ("tooling", 1)


@pytest.mark.parametrize("case", ["unsigned", "other secret", "changed body", "other id", "old", "garbage"])
def test_message_without_the_right_signature_is_refused_and_not_stored(accepted: ProductionOrder, case: str):
    body = body_of(accepted)
    headers = signed(body)
    if case == "unsigned":
        headers = {}
    elif case == "other secret":
        headers = signed(body, secret=OTHER_SECRET)
    elif case == "changed body":
        body = body_of(accepted, stage="shipped")
    elif case == "other id":
        headers["webhook-id"] = "evt_2"
    elif case == "old":
        headers = signed(body, at=datetime.now(UTC) - timedelta(minutes=6))
    else:
        headers["webhook-signature"] = "v1,not base64 at all"
    status, answer = post(accepted.manufacturer_id, body, headers)
    assert (status, answer["type"]) == (401, "bad_signature")
    accepted.refresh_from_db()
    assert (accepted.state, StageReport.objects.count()) == ("accepted", 0)


def test_secret_of_one_manufacturer_opens_no_other_door(accepted: ProductionOrder, workshop: Manufacturer):
    body = body_of(accepted)
    assert post(workshop.pk, body, signed(body))[0] == 404
    assert post(uuid4(), body, signed(body))[0] == 404
    assert StageReport.objects.count() == 0


def test_message_about_an_unknown_order_answers_404_and_is_stored(accepted: ProductionOrder):
    body = body_of(accepted, production_order="po_unknown", reference="unknown")
    status, answer = post(accepted.manufacturer_id, body, signed(body))
    assert (status, answer["detail"]) == (
        404,
        "The message is stored, but no production order of ours has this number.",
    )
    assert StageReport.objects.get().production_order is None


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"{}", b'{"stage": 7}', b"\xff\xfe"])
def test_signed_nonsense_is_refused(accepted: ProductionOrder, body: bytes):
    headers = signed(body) if body != b"\xff\xfe" else {}
    status, _ = post(accepted.manufacturer_id, body, headers)
    assert status == (401 if body == b"\xff\xfe" else 400)
    assert StageReport.objects.count() == 0


@pytest.mark.parametrize("length", [101, 256, 4000])
def test_message_with_an_id_too_long_to_keep_is_refused_and_not_cut(accepted: ProductionOrder, length: int):
    body = body_of(accepted)
    status, answer = post(accepted.manufacturer_id, body, signed(body, message_id="e" * length))
    assert (status, answer["type"]) == (422, "message_id_invalid")
    assert f"has {length} characters. Send an id of 1 to 100" in answer["detail"]
    accepted.refresh_from_db()
    assert (accepted.state, StageReport.objects.count()) == ("accepted", 0)


def test_longest_id_is_kept_whole(accepted: ProductionOrder):
    body = body_of(accepted)
    assert post(accepted.manufacturer_id, body, signed(body, message_id="e" * 100))[0] == 200
    assert StageReport.objects.get().event_id == "e" * 100


def test_parts_of_the_wrong_shape_count_as_not_said(accepted: ProductionOrder):
    body = body_of(accepted, stage="packed", packed_quantity="many", sequence=-4, at="yesterday", tracking=[1], photo=3)
    assert post(accepted.manufacturer_id, body, signed(body))[0] == 200
    accepted.refresh_from_db()
    assert (accepted.state, accepted.packed_quantity, accepted.last_sequence) == ("packed", None, 0)
    assert accepted.problem == "The manufacturer did not say how many pieces it packed."


def test_manufacturer_that_gets_no_new_orders_still_reports_on_running_ones(accepted: ProductionOrder):
    Manufacturer.objects.update(active=False)
    body = body_of(accepted)
    assert post(accepted.manufacturer_id, body, signed(body))[0] == 200


def test_hook_takes_posts_only(accepted: ProductionOrder):
    assert Client().get(reverse("manufacturing:hook", args=[accepted.manufacturer_id])).status_code == 405
