import hashlib
from dataclasses import dataclass

from pinshop.local.store import Json
from pinshop.local.stripe.errors import ApiError
from pinshop.local.stripe.events import Sandbox

_LIFE_SECONDS = 24 * 60 * 60
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Replay:
    """The answer that the first request with the same key got."""

    status: int
    body: Json
    request_id: str


def claim(sandbox: Sandbox, key: str, *, path: str, encoded: str, request_id: str) -> Replay | None:
    """Takes the key for this request, or returns what the first request with it got.

    https://docs.stripe.com/api/idempotent_requests

    Raises:
        ApiError: the key was used with other parameters or another endpoint, or its request still runs (409).
    """
    if len(key) > _LONGEST_KEY:
        raise ApiError("Idempotency keys are at most 255 characters.", kind="idempotency_error")
    fingerprint = hashlib.sha256("&".join(sorted(encoded.split("&"))).encode()).hexdigest()
    with sandbox.store.transaction():
        known = sandbox.store.find("idempotency", key)
        if known is None:
            taken: Json = {"path": path, "fingerprint": fingerprint, "request_id": request_id, "answer": None}
            sandbox.store.add("idempotency", key, taken, due_at=sandbox.clock.now() + _LIFE_SECONDS)
            return None
    if known["path"] != path:
        raise ApiError(
            "Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{path}' vs '{known['path']}'). Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            kind="idempotency_error",
        )
    if known["fingerprint"] != fingerprint:
        raise ApiError(
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    if known["answer"] is None:
        raise ApiError(
            "There is currently another in-progress request using this Idempotent Key (that probably means "
            f"you submitted twice, and the other request is still going through): {key}. Please try "
            "again later.",
            status=409,
            code="idempotency_key_in_use",
        )
    return Replay(known["answer"]["status"], known["answer"]["body"], known["request_id"])


def finish(sandbox: Sandbox, key: str, *, status: int, body: Json) -> None:
    """Keeps the answer for later requests with the key."""
    with sandbox.store.transaction():
        known = sandbox.store.get("idempotency", key)
        sandbox.store.put("idempotency", key, {**known, "answer": {"status": status, "body": body}})


def forget(sandbox: Sandbox, key: str) -> None:
    """Gives the key free: its day is over, or its request never began."""
    sandbox.store.remove("idempotency", key)


def forget_unfinished(sandbox: Sandbox) -> None:
    """After a start: requests that the last process did not finish will not be finished any more."""
    for key in sandbox.store.list_ids("idempotency"):
        if sandbox.store.get("idempotency", key)["answer"] is None:
            sandbox.store.remove("idempotency", key)
