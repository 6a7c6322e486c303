"""Who calls the API: a business, by its key."""

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from pinshop.accounts.models import ApiKey
from pinshop.accounts.services import api_keys


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer pin_live_…` or `pin_test_…`; `request.auth` is the ApiKey."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        """The key of the request; None where it has none."""
        scheme, _, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send the key as 'Authorization: Bearer pin_…'.")
        key = api_keys.find(secret.strip(), now=timezone.now())
        if key is None:
            raise AuthenticationFailed(
                "This API key is unknown, expired or revoked. Make a new one on your business page."
            )
        return None, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        del request
        return 'Bearer realm="api"'


def key_of(request: Request) -> ApiKey:
    """The key that an authorised request came with."""
    key = request.auth
    if not isinstance(key, ApiKey):
        raise NotAuthenticated
    return key


def _schema_extension() -> Any:
    from drf_spectacular.extensions import OpenApiAuthenticationExtension  # noqa: PLC0415 - registers by subclassing

    class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # spectacular's metaclass is untyped
        target_class = ApiKeyAuthentication
        name = "ApiKey"

        def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
            del auto_schema
            return {"type": "http", "scheme": "bearer", "bearerFormat": "pin_live_… or pin_test_…"}

    return ApiKeyScheme


ApiKeyScheme = _schema_extension()
