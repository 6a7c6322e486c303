"""The signed links that open an order, and a proof of it, without a login: they stand in every mail."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from orders.models import Order
from pinshop.core import links

_PURPOSE = "order"


def order_url(order: Order) -> str:
    """The address that opens this order for whoever has the mail; good for GUEST_LINK_DAYS."""
    token = links.sign(purpose=_PURPOSE, subject=str(order.pk))
    return f"{settings.BASE_URL}{reverse('orders:open', args=[token])}"


def return_url(order: Order, *, paid: bool) -> str:
    """Where the payment page sends the payer, who need not be the browser that ordered: an API has none.

    The same order gives the same address at any time, because a provider compares a repeated request with the first.
    """
    token = links.sign(purpose=_PURPOSE, subject=str(order.pk), at=order.placed_at)
    path = reverse("orders:open_paid" if paid else "orders:open", args=[token])
    return f"{settings.BASE_URL}{path}"


def read(token: str) -> UUID:
    """The order a token opens; raises LinkExpired, or LinkOutdated for a genuine token whose time is over."""
    return UUID(links.read(token, purpose=_PURPOSE, max_age=timedelta(days=settings.GUEST_LINK_DAYS)))


def read_outdated(token: str) -> UUID:
    """The order that a genuine token was made for, however old it is; raises LinkExpired for any other."""
    return UUID(links.read(token, purpose=_PURPOSE, max_age=None))
