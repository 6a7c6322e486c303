"""Pages made once and shown to many: to visitors of whom the shop knows nothing (docs/adr/0010-pages-kept-for-strangers.md).

Such a visitor sends no session and no message with the request, so the page cannot differ by basket, wish list, country,
currency or person. What does differ is the CSRF token, for which a kept page holds a mark; each visitor gets a token of
their own in its place. A page is kept for `KEPT_PAGE_SECONDS`, and only within the edition of the catalogue it was made in.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render as django_render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django_htmx.middleware import HtmxDetails

from catalog.services import freshness

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_MARK = "_csrf_mark"


@dataclass(frozen=True, slots=True)
class _Page:
    edition: str
    content: bytes
    headers: dict[str, str]
    mark: bytes


def kept(*, address: Callable[[HttpRequest], str]) -> Callable[[View[P]], View[P]]:
    """Keep what a view answers to strangers; `address` names everything of the request that the page depends on.

    The view draws its page by `render` of this module.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not settings.KEPT_PAGE_SECONDS or not _is_stranger(request):
                return view(request, *args, **kwargs)
            key = _key(request, address(request))
            found = cache.get_many([freshness.EDITION, key])
            edition, page = found.get(freshness.EDITION, ""), found.get(key)
            if page is None or page.edition != edition:
                mark = secrets.token_hex(16)
                setattr(request, _MARK, mark)
                made = view(request, *args, **kwargs)
                if not _may_be_kept(request, made):
                    return _told(made, request, mark)
                page = _Page(edition, made.content, dict(made.headers), mark.encode())
                cache.set(key, page, settings.KEPT_PAGE_SECONDS)
            return _show(page, request)

        return cast("View[P]", wrapped)

    return decorate


def render(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Draw a page; one that may be kept gets a mark in place of the visitor's CSRF token."""
    mark = getattr(request, _MARK, None)
    return django_render(request, template, {**context, "csrf_token": mark} if mark else context, status=status)


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: not where it rebuilds a page that it has forgotten."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]  # its middleware sets it
    return bool(htmx) and not htmx.history_restore_request


def _is_stranger(request: HttpRequest) -> bool:
    known = (settings.SESSION_COOKIE_NAME, "messages")
    return not any(name in request.COOKIES for name in known) and request.method in {"GET", "HEAD"}


def _key(request: HttpRequest, address: str) -> str:
    parts = (request.path, address, get_language() or "", "part" if wants_part(request) else "whole")
    return f"page:{sha256(chr(0).join(parts).encode()).hexdigest()}"


def _may_be_kept(request: HttpRequest, made: HttpResponse) -> bool:
    """Nothing that belongs to this visitor alone: no cookie, no session, no token but at the mark, no refusal."""
    told_apart = made.cookies or request.session.modified or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    return made.status_code == 200 and not made.streaming and not told_apart


def _told(made: HttpResponse, request: HttpRequest, mark: str) -> HttpResponse:
    if not made.streaming and mark.encode() in made.content:
        made.content = made.content.replace(mark.encode(), get_token(request).encode())
    return made


def _show(page: _Page, request: HttpRequest) -> HttpResponse:
    content = page.content
    if page.mark in content:
        content = content.replace(page.mark, get_token(request).encode())
    response = HttpResponse(content, headers=page.headers)
    patch_vary_headers(response, ("Cookie", "HX-Request"))
    return response
