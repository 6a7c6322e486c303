"""What every API view shares: problems for all errors, faults all at once, writes once per key, limits in sight."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.urls import path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from pinshop.accounts.models import Business
from pinshop.core import idempotency
from pinshop.core.api import inputs
from pinshop.core.api.views import ApiView, NoSuchAddress
from pinshop.core.errors import Conflict, Invalid, Unavailable
from pinshop.core.models import IdempotencyKey
from tests import callers, races
from tests.callers import Caller

done: list[Any] = []
errors: list[Exception] = []
gate = threading.Event()


class Line(serializers.Serializer):
    process = serializers.ChoiceField(["soft_enamel", "hard_enamel"])
    quantity = serializers.IntegerField(min_value=1, max_value=10_000)


class Body(serializers.Serializer):
    name = serializers.CharField(required=False)
    lines = Line(many=True, required=False)
    tags = serializers.ListField(child=serializers.ChoiceField(["a", "b"]), required=False)


class Things(ApiView):
    scopes = {"GET": "orders:read", "POST": "orders:write", "DELETE": "orders:write"}

    def get(self, _request: Request) -> Response:
        return Response({"done": len(done)})

    def post(self, request: Request) -> Response:
        values = inputs.read(Body, request.data)
        if errors:
            raise errors[0]
        done.append(values)
        return Response({"number": len(done)}, status=201)

    def delete(self, _request: Request) -> Response:
        done.append("deleted")
        return Response(status=204)


class Files(ApiView):
    scopes = {"POST": "orders:write"}

    def post(self, request: Request) -> Response:
        done.append(request.FILES["file"].read())
        return Response({"number": len(done)}, status=201)


class Versions(ApiView):
    scopes = {"PATCH": "orders:write"}

    def patch(self, request: Request) -> Response:
        return Response({"version": inputs.version_of(request)})


urlpatterns = [
    path("api/v1/things", Things.as_view()),
    path("api/v1/files", Files.as_view()),
    path("api/v1/versions", Versions.as_view()),
    path("api/v1/<path:rest>", NoSuchAddress.as_view()),
]


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    for calls in (done, errors):
        calls.clear()


def _caller(*scopes: str) -> Caller:
    return callers.make(Business.objects.create(name="B", billing_email="b@example.com"), *scopes)


@pytest.fixture
def call(db: None) -> Caller:
    return _caller("orders:read", "orders:write")


def test_write_is_done_once_per_key_and_replayed(call: Caller) -> None:
    first = post(call, {"name": "x"})
    second = post(call, {"name": "x"})
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"number": 1})
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    assert post(call, {"name": "x"}, key="k2").json() == {"number": 2}


def test_refusal_is_replayed_as_the_same_problem(call: Caller) -> None:
    bodies = [callers.problem(post(call, {"lines": [{}]}), 422, "invalid") for _ in range(2)]
    assert bodies[0] == bodies[1]
    assert IdempotencyKey.objects.get().status == 422


def test_empty_answer_is_replayed_empty(call: Caller) -> None:
    answers = [call("DELETE", "things", key="k1") for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b""), (204, b"")]
    assert done == ["deleted"]


def test_write_without_a_key_does_nothing(call: Caller) -> None:
    body = callers.problem(post(call, {}, key=None), 400, "idempotency_key_missing")
    assert body["errors"] == [{"field": "Idempotency-Key", "detail": "This header is required."}]
    assert done == []


def test_key_with_another_body_method_or_version_is_refused(call: Caller) -> None:
    post(call, {"name": "x"})
    callers.problem(post(call, {"name": "y"}), 422, "idempotency_key_reused")
    callers.problem(call("DELETE", "things", key="k1"), 422, "idempotency_key_reused")
    call("PATCH", "versions", {}, key="v", If_Match='"1"')
    callers.problem(call("PATCH", "versions", {}, key="v", If_Match='"2"'), 422, "idempotency_key_reused")
    assert len(done) == 1


def test_two_api_keys_may_use_the_same_idempotency_key(call: Caller) -> None:
    other = _caller("orders:write")
    assert [post(call, {}).json(), post(other, {}).json()] == [{"number": 1}, {"number": 2}]


@pytest.mark.django_db(transaction=True)
def test_second_request_is_told_to_wait_while_the_first_runs(call: Caller) -> None:
    results = races.run(lambda: post(call, {}).status_code, threads=8)
    assert len(done) == 1
    assert set(results) <= {201, 409}
    assert post(call, {})["Idempotent-Replayed"] == "true"


def test_wait_says_for_how_long(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    post(call, {})
    IdempotencyKey.objects.update(status=None, locked_until=timezone.now() + timedelta(seconds=30))
    refused = post(call, {})
    assert callers.problem(refused, 409, "idempotency_key_in_use")["retry_after"] == 5
    assert refused["Retry-After"] == "5"


@pytest.mark.parametrize("error", [Conflict("stale"), Unavailable("down"), RuntimeError("bug")])
def test_answer_that_may_change_is_not_kept(call: Caller, error: Exception) -> None:
    errors.append(error)
    assert post(call, {}).status_code in {409, 500, 503}
    errors.clear()
    assert post(call, {}).json() == {"number": 1}


def test_crash_while_storing_the_answer_frees_the_key(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(idempotency, "complete", crash)
    assert post(call, {}).status_code == 500
    assert IdempotencyKey.objects.get().locked_until is None


def post(call: Caller, data: Any, *, key: str | None = "k1", **headers: str) -> Any:
    return call("POST", "things", data, key=key, **headers)


def _upload(call: Caller, content: bytes, name: str = "fox.png", **fields: str) -> Any:
    return call.upload("files", content, name, key="u", **fields)


def test_upload_is_known_by_its_content_not_by_its_boundary(call: Caller) -> None:
    answers = [_upload(call, b"artwork", title="a") for _ in range(2)]
    assert [answer.json() for answer in answers] == [{"number": 1}] * 2
    assert done == [b"artwork"]
    for changed in (
        _upload(call, b"artwork!", title="a"),
        _upload(call, b"artwork", title="b"),
        _upload(call, b"artwork", name="b.png", title="a"),
    ):
        callers.problem(changed, 422, "idempotency_key_reused")


def test_upload_over_the_limit_is_refused_before_it_is_read(call: Caller, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    body = callers.problem(_upload(call, b"x" * (2**20 + 11)), 413, "body_too_large")
    assert "25 MB" in body["detail"]
    assert (done, IdempotencyKey.objects.count()) == ([], 0)


def test_json_over_the_limit_is_refused(call: Caller) -> None:
    callers.problem(post(call, {"name": "x" * (2 * 2**20)}), 413, "body_too_large")
    assert done == []


def test_all_faults_are_told_at_once_with_the_valid_values(call: Caller) -> None:
    body = {
        "nmae": "typo",
        "lines": [{"process": "soft_enamel", "quantity": 1}, {"process": "gold", "quantity": 0, "colour": 1}],
        "tags": ["a", "c"],
    }
    problem = callers.problem(post(call, body), 422, "invalid")
    assert problem["errors"] == [
        {
            "field": "lines.1.process",
            "detail": '"gold" is not a valid choice.',
            "valid_values": ["soft_enamel", "hard_enamel"],
        },
        {"field": "lines.1.quantity", "detail": "Ensure this value is greater than or equal to 1."},
        {"field": "tags.1", "detail": '"c" is not a valid choice.', "valid_values": ["a", "b"]},
        {"field": "nmae", "detail": "This field is not known. Known are name, lines, tags."},
        {"field": "lines.1.colour", "detail": "This field is not known. Known are process, quantity."},
    ]
    assert done == []


def test_facts_of_a_refusal_reach_the_program_that_asks(call: Caller) -> None:
    errors.append(
        Invalid("No.", fields={"plating": "Not with this process."}, valid_values={"plating": ["gold"]}, limit=3)
    )
    body = callers.problem(post(call, {}), 422, "invalid")
    assert body["errors"] == [{"field": "plating", "detail": "Not with this process.", "valid_values": ["gold"]}]
    assert (body["limit"], body["detail"]) == (3, "No.")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "parse_error"),
        ("\xff\xfe", 400, "parse_error"),
        ("[]", 422, "invalid"),
        ("null", 422, "invalid"),
        ('"x"', 422, "invalid"),
        ("1", 422, "invalid"),
    ],
)
def test_body_that_is_no_object_is_a_problem(call: Caller, body: str, status: int, code: str) -> None:
    callers.problem(post(call, body), status, code)
    assert done == []


def test_body_of_an_unknown_kind_is_a_problem(call: Caller) -> None:
    response = call.client.post(
        "/api/v1/things",
        "<x/>",
        content_type="text/xml",
        headers={"Authorization": call.authorization, "Idempotency-Key": "k"},
    )
    callers.problem(response, 415, "unsupported_media_type")


def test_broken_multipart_body_is_a_problem(call: Caller) -> None:
    response = call.client.generic(
        "POST",
        "/api/v1/files",
        b"no parts",
        content_type="multipart/form-data; boundary=",
        headers={"Authorization": call.authorization, "Idempotency-Key": "k"},
    )
    callers.problem(response, 400, "parse_error")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "forbidden"),
        (SuspiciousOperation(), 400, "bad_request"),
    ],
)
def test_errors_of_the_framework_are_problems(call: Caller, error: Exception, status: int, code: str) -> None:
    errors.append(error)
    callers.problem(post(call, {}), status, code)


def test_address_that_does_not_exist_is_a_problem_for_anyone(call: Caller) -> None:
    for method in ("GET", "POST", "DELETE"):
        callers.problem(call.client.generic(method, "/api/v1/nothing/here"), 404, "address_unknown")


def test_method_that_is_not_offered_is_a_problem(call: Caller) -> None:
    refused = call("PUT", "things", {})
    callers.problem(refused, 405, "method_not_allowed")
    assert refused["Allow"] == "GET, POST, DELETE, HEAD, OPTIONS"
    assert IdempotencyKey.objects.count() == 0


def test_request_without_a_good_key_is_told_how_to_send_one(call: Caller) -> None:
    for header in (
        {},
        {"Authorization": "Bearer pin_live_wrong"},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer"},
    ):
        response = call.client.post(
            "/api/v1/things", "{}", content_type="application/json", headers={"Idempotency-Key": "k", **header}
        )
        assert response["WWW-Authenticate"] == 'Bearer realm="api"'
        assert callers.problem(response, 401, response.json()["code"])["code"] in {
            "not_authenticated",
            "authentication_failed",
        }
    assert (done, IdempotencyKey.objects.count()) == ([], 0)


def test_key_without_the_scope_is_told_which_one(call: Caller) -> None:
    reader = _caller("orders:read")
    assert reader("GET", "things", key=None).status_code == 200
    body = callers.problem(post(reader, {}), 403, "permission_denied")
    assert body["detail"] == "This key lacks the scope orders:write."
    assert (done, IdempotencyKey.objects.count()) == ([], 0)


def test_change_names_the_version_it_saw(call: Caller) -> None:
    assert call("PATCH", "versions", {}, key="a", If_Match='"12"').json() == {"version": 12}
    assert call("PATCH", "versions", {}, key="b", If_Match='W/"12"').json() == {"version": 12}
    callers.problem(call("PATCH", "versions", {}, key="c"), 428, "version_missing")
    callers.problem(call("PATCH", "versions", {}, key="d", If_Match="*"), 422, "invalid")


def test_limit_is_shown_and_then_refuses_without_using_the_key(
    call: Caller, settings: Any, now: datetime, time_at: Any
) -> None:
    time_at(now)
    settings.API_LIMIT_PER_MINUTE = 2
    shown = [call("GET", "things") for _ in range(2)]
    assert [answer["RateLimit-Policy"] for answer in shown] == ['"key";q=2;w=60'] * 2
    assert [answer["RateLimit"].split(";")[1] for answer in shown] == ["r=1", "r=0"]
    refused = post(call, {})
    callers.problem(refused, 429, "throttled")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused["RateLimit"].startswith('"key";r=0;t=')
    assert (done, IdempotencyKey.objects.count()) == ([], 0)
    other = _caller("orders:read")
    assert other("GET", "things").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_limit_of_a_key(call: Caller, settings: Any, now: datetime, time_at: Any) -> None:
    time_at(now)
    settings.API_LIMIT_PER_MINUTE = 10
    results = races.run(lambda: [call("GET", "things").status_code for _ in range(5)], threads=8)
    statuses = [status for result in results if isinstance(result, list) for status in result]
    assert (statuses.count(200), statuses.count(429)) == (10, 30)


def test_answers_are_kept_by_no_cache(call: Caller) -> None:
    assert call("GET", "things")["Cache-Control"] == "no-store"
