"""The rate limit of an API key, and the headers that tell the caller where it stands (IETF draft ratelimit-headers-10)."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from pinshop.core import limits

if TYPE_CHECKING:  # rest_framework.views reads this class while it is itself being imported
    from rest_framework.views import APIView

_WINDOW_SECONDS = 60


class KeyLimit(BaseThrottle):
    """API_LIMIT_PER_MINUTE requests a minute for each API key."""

    _wait: float | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count this request; the result stays on the request for the headers."""
        del view
        key_id = getattr(request.auth, "pk", None)
        if key_id is None:
            return True
        allowance = limits.take(
            f"api:{key_id}", limit=settings.API_LIMIT_PER_MINUTE, window_seconds=_WINDOW_SECONDS, now=timezone.now()
        )
        request._request.META["pinshop.allowance"] = allowance  # noqa: SLF001 - DRF's request takes no attributes of ours
        self._wait = float(allowance.reset_seconds)
        return allowance.allowed

    def wait(self) -> float | None:
        """Seconds until the window ends."""
        return self._wait


def show(request: Request, response: Response) -> None:
    """Write `RateLimit` and `RateLimit-Policy` where the request was counted."""
    allowance = request.META.get("pinshop.allowance")
    if isinstance(allowance, limits.Allowance):
        response["RateLimit-Policy"] = f'"key";q={allowance.limit};w={allowance.window_seconds}'
        response["RateLimit"] = f'"key";r={allowance.remaining};t={allowance.reset_seconds}'
