"""Every operation of the API, read from its addresses."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from pinshop.core.api.views import ApiView, NoSuchAddress

SOME_ID = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address; `path` is below /api/v1/, ids filled in."""

    method: str
    path: str
    scope: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def list_operations() -> list[Operation]:
    """All of them, from the views' own scopes."""
    found = []
    for path, pattern in _walk(get_resolver(), ""):
        view = getattr(pattern.callback, "view_class", None)
        if path.startswith("api/v1/") and view and issubclass(view, ApiView) and view is not NoSuchAddress:
            below = re.sub(r"<[^>]+>", str(SOME_ID), path.removeprefix("api/v1/"))
            found += [Operation(method, below, str(scope)) for method, scope in view.scopes.items()]
    return found


def _walk(resolver: URLResolver, before: str) -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        found += _walk(entry, path) if isinstance(entry, URLResolver) else [(path, entry)]
    return found
