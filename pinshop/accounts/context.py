"""What every page knows about on whose behalf its reader acts."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pinshop.accounts import acting as acting_for


def acting(request: HttpRequest) -> dict[str, object]:
    """`acting`: the person's place in the business that they act for, false for none; asked for where a page shows it."""
    return {"acting": SimpleLazyObject(lambda: acting_for.find_member(request))}
