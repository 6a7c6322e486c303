"""What the head of every page knows about the basket."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orders.selectors import baskets
from pinshop.accounts import owners


def basket(request: HttpRequest) -> dict[str, object]:
    """`basket_count`: the lines in this browser's basket, asked for only where a page shows it."""
    return {"basket_count": SimpleLazyObject(lambda: _count(request))}


def _count(request: HttpRequest) -> int:
    """A browser that never needed an owner has no basket, and does not become a guest by looking at a page."""
    if not request.user.is_authenticated and not owners.guest_key_of(request):
        return 0
    return baskets.count_lines(owner=owners.of_request(request))
