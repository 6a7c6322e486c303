"""Pages that need somebody who is signed in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pinshop.accounts.models import User
from pinshop.core.errors import PinshopError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def person(request: HttpRequest) -> User:
    """Who is signed in; only within `signed_in`."""
    if not isinstance(request.user, User):
        msg = "the view lacks @signed_in"
        raise TypeError(msg)
    return request.user


def signed_in(view: View[P]) -> View[P]:
    """Ask for a sign-in first, keep the page out of caches, and answer a refusal with a page that states it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except PinshopError as refusal:
            response = render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return cast("View[P]", login_required(wrapped))
