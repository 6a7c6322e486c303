"""Who may open which order, and how a refusal looks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from orders.models import Order, OrderLine, Quote
from orders.selectors import orders, quotes
from pinshop.accounts import acting, owners
from pinshop.accounts.enums import Scope
from pinshop.core.errors import NotFound, PinshopError
from pinshop.core.links import LinkExpired

_OPENED = "opened_orders"
_KEEP = 50
_P = ParamSpec("_P")
View = Callable[Concatenate[HttpRequest, _P], HttpResponseBase]


def get_order(request: HttpRequest, order_id: UUID, *, to: Scope = Scope.ORDERS_READ) -> Order:
    """The order, for its owner and for whoever opened it by its signed link; 404 for everybody else.

    `to` is what is to be done with it: raises RightMissing for a member of its business whose role does not allow that.
    """
    opened = str(order_id) in request.session.get(_OPENED, [])
    reach = owners.reach_of(request)
    order = orders.get_any(order_id=order_id) if opened else orders.get_order(order_id=order_id, owner=reach)
    acting.check_right(request, business_id=order.business_id, to=to, invited=opened)
    return order


def get_line(request: HttpRequest, order_id: UUID, line_id: UUID, *, to: Scope = Scope.ORDERS_READ) -> OrderLine:
    """A line of such an order."""
    for line in get_order(request, order_id, to=to).lines.all():
        if line.pk == line_id:
            return line
    raise NotFound(gettext("There is no such line in this order."))


def get_quote(request: HttpRequest, quote_id: UUID, *, to: Scope = Scope.QUOTES_READ) -> Quote:
    """The quote, for its owner; 404 for everybody else. Raises RightMissing as `get_order` does."""
    quote = quotes.get_quote(quote_id=quote_id, owner=owners.reach_of(request))
    acting.check_right(request, business_id=quote.business_id, to=to)
    return quote


def remember(request: HttpRequest, order_id: UUID) -> None:
    """Let this browser open the order for the rest of its session: it came with the signed link."""
    opened = [entry for entry in request.session.get(_OPENED, []) if entry != str(order_id)]
    request.session[_OPENED] = [*opened, str(order_id)][-_KEEP:]


def answers_refusals(view: View[_P]) -> View[_P]:
    """Show a refusal as a page that states it; nothing of these pages is kept by caches."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except LinkExpired as refusal:
            response = refuse(request, refusal)
        except NotFound as refusal:
            raise Http404(refusal.message) from refusal
        except PinshopError as refusal:
            response = refuse(request, refusal)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return wrapped


def refuse(request: HttpRequest, refusal: PinshopError, **context: Any) -> HttpResponseBase:
    """The page of a refusal; htmx gets only its sentence."""
    template = "orders/fragments/refusal.html" if request.headers.get("HX-Request") else "orders/refusal.html"
    return render(request, template, {"refusal": refusal, **context}, status=refusal.status)
