import base64
import binascii
import json
from functools import partial

import stripe
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from pinshop.local import faults
from pinshop.local.store import Json
from pinshop.local.stripe import idempotency, listing, objects, params
from pinshop.local.stripe.errors import ApiError
from pinshop.local.stripe.events import Cause, Sandbox
from pinshop.local.stripe.resources import ENDPOINTS, Call, Endpoint
from pinshop.local.web import Urls


def urls(sandbox: Sandbox) -> Urls:
    """The paths under /v1/."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in ENDPOINTS:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    routes = [
        path(f"v1/{route.replace('<id>', '<str:object_id>')}", partial(answer, sandbox, methods))
        for route, methods in by_path.items()
    ]
    return (*routes, re_path(r"^v1/", partial(answer, sandbox, {})))


def answer(sandbox: Sandbox, methods: dict[str, Endpoint], request: HttpRequest, object_id: str = "") -> HttpResponse:
    """One request to the API, with Stripe's headers and error form."""
    request_id = objects.new_id("req", 14)
    headers = {"Request-Id": request_id, "Stripe-Version": stripe.api_version}
    fault = sandbox.faults.take(faults.REQUEST_MODES)
    failed = faults.before(fault, request)
    if failed is not None:
        return failed
    try:
        _authenticate(request)
        _check_version(request)
        status, body, more = _carry_out(sandbox, methods, request, object_id, request_id, fault)
        headers.update(more)
    except ApiError as error:
        status, body = error.status, error.body
    key = request.headers.get("Idempotency-Key")
    if key:
        headers["Idempotency-Key"] = key
    response = HttpResponse(json.dumps(body, indent=2), status=status, content_type="application/json", headers=headers)
    return faults.after(fault, response)


def _carry_out(
    sandbox: Sandbox,
    methods: dict[str, Endpoint],
    request: HttpRequest,
    object_id: str,
    request_id: str,
    fault: faults.Fault | None,
) -> tuple[int, Json, dict[str, str]]:
    endpoint = methods.get(request.method or "")
    if endpoint is None:
        raise ApiError(
            f"Unrecognized request URL ({request.method}: {request.path}). "
            "This sandbox knows Checkout Sessions, PaymentIntents, charges, refunds and events.",
            status=404,
        )
    encoded = request.body.decode() if request.method == "POST" else request.META.get("QUERY_STRING", "")
    given = params.read(endpoint.declared, params.decode(encoded), honoured=endpoint.honoured)
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    cause = Cause(request_id, key)
    call = Call(sandbox, given, object_id, f"{request.scheme}://{request.get_host()}", cause)
    if key is None:
        faults.linger(fault)
        return (*_run(endpoint, call), {})
    replay = idempotency.claim(sandbox, key, path=request.path, encoded=encoded, request_id=request_id)
    if replay is not None:
        return (
            replay.status,
            replay.body,
            {"Idempotent-Replayed": "true", "Original-Request": replay.request_id},
        )
    faults.linger(fault)
    try:
        status, body = _run(endpoint, call)
    except BaseException:
        idempotency.forget(sandbox, key)
        raise
    idempotency.finish(sandbox, key, status=status, body=body)
    return status, body, {}


def _run(endpoint: Endpoint, call: Call) -> tuple[int, Json]:
    # An ApiError is an answer, not a failure: a declined charge must stay on record.
    with call.sandbox.store.transaction():
        try:
            found = endpoint.run(call)
            return 200, listing.expand(call.sandbox, found, call.given.get("expand", []))
        except ApiError as error:
            return error.status, error.body


def _authenticate(request: HttpRequest) -> None:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    key = credentials.strip()
    if scheme.lower() == "basic":
        try:
            key = base64.b64decode(key).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            key = ""
    if not key:
        raise ApiError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if not key.startswith(("sk_test_", "rk_test_")):
        raise ApiError(f"Invalid API Key provided: {key[:8]}{'*' * 8}{key[-4:]}", status=401)


def _check_version(request: HttpRequest) -> None:
    wanted = request.headers.get("Stripe-Version", stripe.api_version)
    if wanted != stripe.api_version:
        raise ApiError(
            f"Invalid Stripe API version: {wanted}. This sandbox speaks {stripe.api_version}, "
            "the version of the installed library."
        )
