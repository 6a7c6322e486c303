"""What a key may do."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from pinshop.accounts.models import ApiKey

if TYPE_CHECKING:  # rest_framework.views reads this class while it is itself being imported
    from rest_framework.views import APIView


ANY = "any"  # what every key may read: the catalogue


class HasScope(BasePermission):
    """The key holds the scope that the view names for the method in `scopes = {"GET": …, "POST": …}`.

    A view without a scope for a method is closed to every key; `ANY` opens it to all.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """True where the key's scopes hold the one that the view asks for."""
        if not isinstance(request.auth, ApiKey):
            return False
        needed = getattr(view, "scopes", {}).get("GET" if request.method == "HEAD" else request.method)
        self.message = f"This key lacks the scope {needed}." if needed else "No key may do this."
        return needed is not None and (needed == ANY or needed in request.auth.scopes)
