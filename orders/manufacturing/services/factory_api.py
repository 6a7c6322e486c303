"""The REST API of manufacturers: send a production order, read it back, cancel it.

The contract is what the sample factory documents on its front page; a manufacturer with another API gets a module of
its own beside this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from orders.manufacturing.models import Manufacturer
from pinshop.core import http
from pinshop.core.outbox import GiveUp, RetryLater

_WAIT = frozenset({408, 425, 429})
MAX_REASON = 1500


class Refused(GiveUp):
    """The manufacturer said no; the text is what staff read."""


class TooLate(Exception):
    """It can no longer be cancelled."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What the manufacturer holds. `files` are SHA-256 by name."""

    external_id: str
    proof_hash: str
    quantity: int
    files: Mapping[str, str]


def create(*, manufacturer: Manufacturer, body: Mapping[str, Any], key: UUID) -> Copy:
    """Send a package; the same key again is the same order there. Raises Refused, RetryLater."""
    return _copy(_call("POST", manufacturer, "", json=dict(body), headers={"Idempotency-Key": str(key)}))


def read(*, manufacturer: Manufacturer, external_id: str) -> Copy:
    """What the manufacturer has stored. Raises Refused, RetryLater."""
    return _copy(_call("GET", manufacturer, f"/{external_id}"))


def cancel(*, manufacturer: Manufacturer, external_id: str) -> None:
    """Cancel; again it stays cancelled. Raises TooLate, Refused, RetryLater."""
    answer = _request("POST", manufacturer, f"/{external_id}/cancel")
    if answer.status == 409:
        raise TooLate(_reason(answer))
    _checked(answer)


def photo(*, manufacturer: Manufacturer, url: str) -> bytes:
    """A picture that a message pointed to. Only from the manufacturer's own API, because its token goes along."""
    if not url.startswith(f"{manufacturer.base_url.rstrip('/')}/"):
        raise Refused(f"The photo lies elsewhere than at {manufacturer.base_url}.")
    answer = http.request("GET", url, headers=_authorisation(manufacturer))
    return answer.raise_for_status().body


def _call(
    method: str,
    manufacturer: Manufacturer,
    path: str,
    *,
    json: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    return _checked(_request(method, manufacturer, path, json=json, headers=headers)).json()


def _request(
    method: str,
    manufacturer: Manufacturer,
    path: str,
    *,
    json: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> http.Answer:
    url = f"{manufacturer.base_url.rstrip('/')}/v1/production-orders{path}"
    return http.request(method, url, json=json, headers={**_authorisation(manufacturer), **(headers or {})})


def _authorisation(manufacturer: Manufacturer) -> dict[str, str]:
    return {"Authorization": f"Bearer {manufacturer.token}"}


def _checked(answer: http.Answer) -> http.Answer:
    if 400 <= answer.status < 500 and answer.status not in _WAIT:
        raise Refused(_reason(answer))
    return answer.raise_for_status()


def _reason(answer: http.Answer) -> str:
    """The refusal as a sentence: problem details (RFC 9457) with their fields, or the beginning of the answer."""
    try:
        problem = answer.json()
    except RetryLater:
        problem = None
    if not isinstance(problem, dict):
        return f"Answer {answer.status}: {answer.body[:300].decode('utf-8', 'replace')}"
    parts = [str(problem.get("detail") or problem.get("title") or "")]
    errors = problem.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            parts.append(f"{error.get('field')}: {error.get('message')}")
    return f"Answer {answer.status}: {' · '.join(filter(None, parts))}"[:MAX_REASON]


def _copy(data: Any) -> Copy:
    """The part of an answer that is compared; raises RetryLater for an answer that is no production order."""
    try:
        return Copy(
            external_id=str(data["id"])[:100],
            proof_hash=str(data["proof_hash"]),
            quantity=int(data["quantity"]),
            files={str(name): str(each["sha256"]) for name, each in data["files"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RetryLater(f"the answer is no production order: {str(data)[:200]}") from None
