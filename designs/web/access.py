"""How a refusal looks on these pages, and that nothing of them is kept by caches."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from designs.models import Design
from designs.selectors import designs
from pinshop.accounts import acting, owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import NotFound, PinshopError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def get_design(request: HttpRequest, design_id: UUID, *, to: Scope = Scope.DESIGNS_READ) -> Design:
    """The design, for its owner; raises DesignNotFound for everybody else.

    `to` is what is to be done with it: raises RightMissing for a member of its business whose role does not allow that.
    """
    design = designs.get_design(design_id=design_id, owner=owners.reach_of(request))
    acting.check_right(request, business_id=design.business_id, to=to)
    return design


def answers_refusals(view: View[P]) -> View[P]:
    """404 for what is not there or another's; every other refusal is a page that states it."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except NotFound as refusal:
            raise Http404(refusal.message) from refusal
        except PinshopError as refusal:
            response = render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return wrapped
