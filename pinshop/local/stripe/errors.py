from pinshop.local.store import Json


class ApiError(Exception):
    """An answer in Stripe's error form (https://docs.stripe.com/api/errors)."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        more: Json | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        fields = {"code": code, "message": message, "param": param, "type": kind, **(more or {})}
        self.error = {key: value for key, value in fields.items() if value is not None}

    @property
    def body(self) -> Json:
        """The JSON body."""
        return {"error": self.error}


def missing(kind: str, object_id: str, *, param: str, status: int = 404) -> ApiError:
    """There is no such object."""
    return ApiError(f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param)


def unsupported(what: str, *, param: str | None = None) -> ApiError:
    """Stripe can do this, the sandbox cannot, and says so rather than to pretend."""
    return ApiError(f"This sandbox does not do {what}; Stripe does.", code="sandbox_unsupported", param=param)
