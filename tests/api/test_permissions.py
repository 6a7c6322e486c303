"""Who may call what: every operation of the API, without a key, with the wrong scope, with the right one."""

from typing import Any

import pytest
from django.apps import apps

from pinshop.accounts.enums import Scope
from pinshop.accounts.models import Business
from tests import callers
from tests.api import operations
from tests.api.operations import Operation
from tests.callers import Caller

OPERATIONS = operations.list_operations()
_OURS = ("core", "accounts", "webhooks", "catalog", "designs", "orders", "payments", "manufacturing", "claims")


def _counts() -> dict[str, int]:
    """How many rows each of our tables has."""
    return {
        model._meta.label: model.objects.count() for name in _OURS for model in apps.get_app_config(name).get_models()
    }


def test_every_operation_is_listed() -> None:
    assert {str(operation).replace(str(operations.SOME_ID), "{id}") for operation in OPERATIONS} == {
        "GET options",
        "GET cancellation-terms",
        "GET pins",
        "GET pins/{id}",
        "GET designs",
        "POST designs",
        "GET designs/{id}",
        "PATCH designs/{id}",
        "POST designs/{id}/mends",
        "POST quotes",
        "GET quotes/{id}",
        "GET orders",
        "POST orders",
        "GET orders/{id}",
        "POST orders/{id}/payment-page",
        "POST orders/{id}/cancel",
        "POST orders/{id}/price",
        "GET orders/{id}/documents",
        "GET orders/{id}/claims",
        "POST orders/{id}/claims",
        "GET orders/{id}/returns",
        "POST orders/{id}/returns",
        "GET proofs/{id}",
        "POST proofs/{id}/approve",
        "POST proofs/{id}/changes",
        "POST proofs/{id}/comments",
        "POST proofs/{id}/mends",
        "POST proofs/{id}/process",
        "GET webhook-endpoints",
        "POST webhook-endpoints",
        "GET webhook-endpoints/{id}",
        "DELETE webhook-endpoints/{id}",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_nobody_gets_in_without_a_key(operation: Operation) -> None:
    before = _counts()
    callers.problem(Caller()(operation.method, operation.path, {}), 401, "not_authenticated")
    callers.problem(Caller("pin_live_unknown")(operation.method, operation.path, {}), 401, "authentication_failed")
    assert _counts() == before


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.scope != "any"], ids=str)
def test_key_with_every_other_scope_is_refused(operation: Operation, business: Business) -> None:
    call = callers.make(business, *(scope for scope in Scope.values if scope != operation.scope))
    before = _counts()
    body = callers.problem(call(operation.method, operation.path, {}), 403, "permission_denied")
    assert body["detail"] == f"This key lacks the scope {operation.scope}."
    assert _counts() == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_key_with_the_scope_alone_gets_in(operation: Operation, business: Business) -> None:
    call = callers.make(business, operation.scope if operation.scope != "any" else Scope.WEBHOOKS)
    assert call(operation.method, operation.path, {}).status_code not in {401, 403}


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if str(operations.SOME_ID) in each.path], ids=str)
def test_thing_that_does_not_exist_is_not_found(operation: Operation, call: Caller) -> None:
    response = call(operation.method, operation.path, None, If_Match='"1"')
    assert callers.problem(response, 404, response.json()["code"])["title"] == "Not Found"


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.method != "GET"], ids=str)
def test_write_needs_an_idempotency_key(operation: Operation, call: Caller) -> None:
    before = _counts()
    callers.problem(call(operation.method, operation.path, {}, key=None), 400, "idempotency_key_missing")
    assert _counts() == before


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.method in {"POST", "PATCH"}], ids=str)
@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "{}garbage"])
def test_body_that_cannot_be_read_changes_nothing(operation: Operation, body: str, call: Caller) -> None:
    before: Any = {**_counts(), "core.IdempotencyKey": None}
    response = call(operation.method, operation.path, body, If_Match='"1"')
    assert response.status_code in {400, 404, 422}
    assert response["Content-Type"] == "application/problem+json"
    assert {**_counts(), "core.IdempotencyKey": None} == before


def test_failure_of_ours_is_a_problem_that_names_its_log_line(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("catalog.selectors.options.get_options", broken)
    body = callers.problem(call("GET", "options"), 500, "failed")
    assert body["request_id"]
