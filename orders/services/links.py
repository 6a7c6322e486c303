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


def read(token: str) -> UUID:
    """The order a token opens; raises LinkExpired."""
    return UUID(links.read(token, purpose=_PURPOSE, max_age=timedelta(days=settings.GUEST_LINK_DAYS)))
