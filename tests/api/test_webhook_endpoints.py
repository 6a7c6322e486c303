"""Webhook endpoints in the API."""

from typing import Any

import pytest

from pinshop.webhooks.models import Endpoint
from tests import callers
from tests.callers import Caller

NEW = {"url": "https://hooks.example/pins"}


def test_endpoint_is_made_once_per_key_and_shows_its_secret_then_only(call: Caller) -> None:
    first, second = (call("POST", "webhook-endpoints", NEW, key="k") for _ in range(2))
    body = first.json()
    assert (first.status_code, second.json(), Endpoint.objects.count()) == (201, body, 1)
    secret = body.pop("secret")
    assert secret == Endpoint.objects.get().secret
    assert body.pop("created_at")
    assert body == {
        "id": str(Endpoint.objects.get().pk),
        "url": "https://hooks.example/pins",
        "event_types": ["order.updated", "privacy.requested"],
        "live": True,
        "disabled_at": None,
        "disabled_reason": "",
    }
    shown = call("GET", f"webhook-endpoints/{body['id']}").json()
    listed = call("GET", "webhook-endpoints").json()
    assert "secret" not in shown
    assert listed == {"next": None, "previous": None, "results": [shown]}


def test_endpoint_is_deleted_once(call: Caller) -> None:
    address = f"webhook-endpoints/{call('POST', 'webhook-endpoints', NEW).json()['id']}"
    assert [call("DELETE", address, key="k").status_code for _ in range(2)] == [204, 204]
    callers.problem(call("DELETE", address), 404, "not_found")
    callers.problem(call("GET", address), 404, "not_found")
    assert call("GET", "webhook-endpoints").json()["results"] == []


def test_faults_are_told_with_the_valid_values(call: Caller) -> None:
    body = callers.problem(
        call("POST", "webhook-endpoints", {"event_types": ["order.eaten"], "secret": "mine"}), 422, "invalid"
    )
    assert body["errors"] == [
        {"field": "url", "detail": "This field is required."},
        {
            "field": "event_types.0",
            "detail": '"order.eaten" is not a valid choice.',
            "valid_values": ["order.updated", "privacy.requested"],
        },
        {"field": "secret", "detail": "This field is not known. Known are url, event_types."},
    ]
    body = callers.problem(call("POST", "webhook-endpoints", {"url": "http://hooks.example"}), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["url"]
    assert Endpoint.objects.count() == 0


def test_same_address_again_is_a_conflict_that_names_the_endpoint(call: Caller) -> None:
    made = call("POST", "webhook-endpoints", NEW).json()
    assert callers.problem(call("POST", "webhook-endpoints", NEW), 409, "endpoint_exists")["endpoint_id"] == made["id"]


def test_others_and_the_other_side_see_nothing_and_change_nothing(
    call: Caller, test_call: Caller, other: Caller
) -> None:
    address = f"webhook-endpoints/{call('POST', 'webhook-endpoints', NEW).json()['id']}"
    for stranger in (test_call, other):
        callers.problem(stranger("GET", address), 404, "not_found")
        callers.problem(stranger("DELETE", address), 404, "not_found")
        assert stranger("GET", "webhook-endpoints").json()["results"] == []
    assert Endpoint.objects.get().disabled_at is None


def test_test_keys_make_test_endpoints(test_call: Caller) -> None:
    assert test_call("POST", "webhook-endpoints", NEW).json()["live"] is False


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    count: int, call: Caller, django_assert_num_queries: Any, now: Any
) -> None:
    rows = [
        Endpoint(
            business=call.key.business,
            live=True,
            url=f"https://hooks.example/{n}",
            event_types=["order.updated"],
            secret="whsec_x",
            created_at=now,
        )
        for n in range(count)
    ]
    Endpoint.objects.bulk_create(rows)
    with django_assert_num_queries(3):
        assert len(call("GET", "webhook-endpoints").json()["results"]) == count


def test_pages_hold_every_endpoint_once(call: Caller, now: Any) -> None:
    rows = [
        Endpoint(
            business=call.key.business,
            live=True,
            url=f"https://hooks.example/{n}",
            event_types=["order.updated"],
            secret="whsec_x",
            created_at=now,
        )
        for n in range(7)
    ]
    Endpoint.objects.bulk_create(rows)
    seen, following = [], "webhook-endpoints?limit=3"
    while following:
        page = call("GET", following).json()
        seen.append([row["id"] for row in page["results"]])
        following = page["next"]
    assert [len(page) for page in seen] == [3, 3, 1]
    assert {each for page in seen for each in page} == {str(row.pk) for row in rows}
