"""Designs in the API: upload, report, change, mend; each owner and each side its own."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalog.spec import PinSpec
from designs.models import Design
from designs.services import uploads
from pinshop.accounts import owners
from pinshop.core import outbox
from pinshop.core.models import IdempotencyKey, OutboxMessage
from tests import callers
from tests.callers import Caller
from tests.designs import artworks
from tests.designs import conftest as engine

pytestmark = pytest.mark.usefixtures("shop", "quick_engine")
shop = engine.shop
SPEC = {"process": "soft_enamel", "plating": "gold", "size_mm": 25}


def _new(content: bytes = artworks.MUSHROOM, **changes: Any) -> dict[str, Any]:
    return {
        "filename": "red-mushroom.svg",
        "content": base64.b64encode(content).decode(),
        "spec": SPEC,
        "rights_accepted": True,
        **changes,
    }


def _form(**changes: Any) -> dict[str, Any]:
    return {"spec": json.dumps(SPEC), "rights_accepted": "true", **changes}


def _ready(call: Caller) -> dict[str, Any]:
    made = call("POST", "designs", _new())
    assert made.status_code == 201, made.content
    outbox.drain()
    return call("GET", f"designs/{made.json()['id']}").json()


def test_upload_as_json_is_flattened_once_per_key(call: Caller) -> None:
    first, second = (call("POST", "designs", _new(), key="k") for _ in range(2))
    assert (first.status_code, second.json()) == (201, first.json())
    body = first.json()
    assert (body["state"], body["busy"], body["version"], body["live"]) == ("received", True, 1, True)
    assert (body["report"], body["measures"], body["previews"], body["proofs"]) == (None, None, [], [])
    assert (Design.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    assert Design.objects.get().owner() == owners.of_key(call.key)


def test_upload_as_form_is_flattened_once_per_key(call: Caller) -> None:
    answers = [call.upload("designs", artworks.MUSHROOM, "red-mushroom.svg", key="k", **_form()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["artwork"]["name"] == "red-mushroom.svg"
    assert Design.objects.count() == 1


def test_flattened_design_tells_everything(call: Caller) -> None:
    body = _ready(call)
    assert (body["state"], body["busy"], body["failure"], body["name"]) == ("ready", False, None, "Red mushroom")
    assert body["spec"]["colours"] == len(body["measures"]["colours"]) > 0
    assert body["measures"]["height_mm"] <= 25.01
    assert body["report"]["rules_version"]
    assert not any("staff" in key for finding in body["report"]["findings"] for key in finding)
    views = {preview["view"] for preview in body["previews"]}
    assert {"front", "back", "card"} <= views
    preview = next(each for each in body["previews"] if (each["view"], each["format"]) == ("front", "webp"))
    address = preview["url"].removeprefix("http://localhost:8000")
    picture = call.client.get(address)
    assert (picture.status_code, b"".join(picture.streaming_content)[:4]) == (200, b"RIFF")


def test_artwork_that_is_no_picture_fails_with_a_reason(call: Caller) -> None:
    before = Design.objects.count()
    body = callers.problem(call("POST", "designs", _new(b"hello, this is text")), 422, "artwork_refused")
    assert body["cause"] == "not_an_image"
    callers.problem(call("POST", "designs", _new(b"")), 422, "invalid")
    callers.problem(call.upload("designs", b"", **_form()), 422, "artwork_refused")
    assert Design.objects.count() == before


def test_artwork_that_cannot_be_flattened_says_why(call: Caller) -> None:
    made = call("POST", "designs", _new(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)).json()
    outbox.drain()
    body = call("GET", f"designs/{made['id']}").json()
    assert (body["state"], body["busy"]) == ("failed", False)
    assert body["failure"]["code"]
    assert body["failure"]["message"]


def test_all_faults_of_an_upload_are_told_at_once(call: Caller) -> None:
    wrong = {
        "content": "not base64!",
        "spec": {"process": "gold", "plating": "gold", "size_mm": 0, "addons": [{"code": "none"}], "size": 3},
        "flatten": {"lines": "thick"},
        "rights_accepted": False,
    }
    body = callers.problem(call("POST", "designs", wrong), 422, "invalid")
    faults = {error["field"]: error for error in body["errors"]}
    assert set(faults) == {
        "spec.process", "spec.size_mm", "spec.addons.0.code", "spec.size", "flatten.lines", "rights_accepted", "content",
    }  # fmt: skip
    assert "soft_enamel" in faults["spec.process"]["valid_values"]
    assert "glitter" in faults["spec.addons.0.code"]["valid_values"]
    assert faults["flatten.lines"]["valid_values"] == ["auto", "metal", "enamel"]
    assert Design.objects.count() == 0


def test_form_with_broken_json_is_told_which_field(call: Caller) -> None:
    body = callers.problem(call.upload("designs", artworks.MUSHROOM, **_form(spec="{")), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["spec"]


def test_choices_that_do_not_go_together_are_refused(call: Caller) -> None:
    body = callers.problem(call("POST", "designs", _new(spec={**SPEC, "size_mm": 400})), 422, "choice_invalid")
    assert "size_mm" in body["errors"][0]["field"]


def test_change_needs_the_version_that_was_seen(call: Caller) -> None:
    address = f"designs/{_ready(call)['id']}"
    assert call("GET", address)["ETag"] == '"1"'
    callers.problem(call("PATCH", address, {"spec": {"plating": "black_nickel"}}), 428, "version_missing")
    changed = call("PATCH", address, {"spec": {"plating": "black_nickel"}}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"], changed.json()["spec"]["plating"]) == (200, '"2"', "black_nickel")
    callers.problem(call("PATCH", address, {"spec": {"plating": "gold"}}, If_Match='"1"'), 409, "design_changed")
    assert Design.objects.get().spec["plating"] == "black_nickel"


def test_change_keeps_what_it_does_not_name(call: Caller) -> None:
    address = f"designs/{_ready(call)['id']}"
    call("PATCH", address, {"spec": {"addons": [{"code": "glitter", "count": 2}]}}, If_Match='"1"')
    body = call("PATCH", address, {"flatten": {"max_colours": 3}}, If_Match='"2"').json()
    assert (body["version"], body["busy"], body["flatten"]["max_colours"]) == (3, True, 3)
    assert body["spec"]["addons"] == [{"code": "glitter", "count": 2}]
    assert body["spec"]["plating"] == "gold"


def test_change_twice_with_one_key_is_one_change(call: Caller) -> None:
    address = f"designs/{_ready(call)['id']}"
    answers = [call("PATCH", address, {"spec": {"plating": "silver"}}, key="k", If_Match='"1"') for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [2, 2]
    assert Design.objects.get().version == 2


def test_mend_that_nobody_offers_is_refused(call: Caller) -> None:
    address = f"designs/{_ready(call)['id']}"
    callers.problem(call("POST", f"{address}/mends", {"mend": "hammer"}), 409, "mend_gone")


def test_mend_that_a_finding_offers_is_taken_once_per_key(call: Caller) -> None:
    made = call("POST", "designs", _new(artworks.TWO_PIECES)).json()
    outbox.drain()
    body = call("GET", f"designs/{made['id']}").json()
    mend = next(mend for finding in body["report"]["findings"] for mend in finding["mends"])
    answers = [call("POST", f"designs/{made['id']}/mends", {"mend": mend}, key="k") for _ in range(2)]
    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(200, 2), (200, 2)]


def test_others_and_the_other_side_see_nothing_and_change_nothing(
    call: Caller, test_call: Caller, other: Caller
) -> None:
    address = f"designs/{_ready(call)['id']}"
    for stranger in (test_call, other):
        callers.problem(stranger("GET", address), 404, "design_not_found")
        callers.problem(
            stranger("PATCH", address, {"spec": {"plating": "silver"}}, If_Match='"1"'), 404, "design_not_found"
        )
        callers.problem(stranger("POST", f"{address}/mends", {"mend": "thicken"}), 404, "design_not_found")
        assert stranger("GET", "designs").json()["results"] == []
    assert (Design.objects.get().version, Design.objects.get().spec["plating"]) == (1, "gold")


def test_test_keys_make_test_designs(call: Caller, test_call: Caller) -> None:
    assert test_call("POST", "designs", _new()).json()["live"] is False
    assert call("GET", "designs").json()["results"] == []
    assert len(test_call("GET", "designs").json()["results"]) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    count: int, call: Caller, now: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        uploads.receive(
            content=artworks.MUSHROOM, filename="a.svg", owner=owners.of_key(call.key), rights_accepted=True, spec=PinSpec(**SPEC), actor=owners.actor_of_key(call.key), now=now + timedelta(seconds=number),
        )  # fmt: skip
    with django_assert_num_queries(4):
        assert len(call("GET", "designs").json()["results"]) == count


def test_refused_upload_keeps_no_idempotency_key_of_a_body_too_large(call: Caller, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    callers.problem(call.upload("designs", b"x" * (2**20 + 100), **_form()), 413, "body_too_large")
    assert (IdempotencyKey.objects.count(), Design.objects.count()) == (0, 0)
