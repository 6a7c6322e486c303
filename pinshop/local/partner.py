"""What the sample factory and the sample carrier have in common: a token, problem details, a receiver's address."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from pinshop.local.store import Json


def problem(status: int, title: str, detail: str, fields: Mapping[str, str] | None = None) -> HttpResponse:
    """An error as RFC 9457 says, with one sentence per wrong field."""
    body: Json = {"title": title, "status": status, "detail": detail}
    if fields:
        body["errors"] = [{"field": name, "message": message} for name, message in fields.items()]
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")


def refuse_stranger(request: HttpRequest, token: str) -> HttpResponse | None:
    """The 401 for a request without the right bearer token; None for one with it."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), token.encode()):
        return None
    response = problem(401, "Not authorised", "Send the header Authorization: Bearer TOKEN with your token.")
    response["WWW-Authenticate"] = "Bearer"
    return response


def is_http_url(value: object) -> bool:
    """Whether this is an absolute http(s) address."""
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def check_address(value: object) -> str | None:
    """What is wrong with a postal address, or None."""
    if not isinstance(value, dict):
        return "must be an object with name, line1, postal_code, city and country"
    needed = ("name", "line1", "postal_code", "city", "country")
    lacking = [name for name in needed if not isinstance(value.get(name), str) or not value[name].strip()]
    if lacking:
        return f"lacks {', '.join(lacking)}"
    if len(value["country"]) != 2:
        return "country must be a two-letter code (ISO 3166-1)"
    return None


def isoformat(seconds: float) -> str:
    """Seconds since 1970 as 2026-11-23T10:15:30.123Z."""
    return datetime.fromtimestamp(seconds, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
