"""The OpenAPI document: what drf-spectacular reads from the views, and what is true of every operation."""

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The version that you saw, in quotes.",
    examples=[OpenApiExample("Version 3", value='"3"')],
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="A text of your own, up to 255 characters, new for each thing you want done. The same request with the "
    "same key within 24 hours is answered as the first time and done once.",
    examples=[OpenApiExample("A UUID", value="0f6c1f0e-8a44-4b0a-9d3c-3c1f7f5f6f6e")],
)
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong, by RFC 9457. `errors` names every field at fault at once.",
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "detail": {"type": "string", "description": "For people: what is wrong and what to do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "A path, as in `lines.0.quantity`."},
                    "detail": {"type": "string"},
                    "valid_values": {"type": "array", "items": {}, "description": "Where one of these was expected."},
                },
                "required": ["field", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail"],
    "example": {
        "type": "https://shop.example/api/problems/invalid",
        "title": "Unprocessable Entity",
        "status": 422,
        "code": "invalid",
        "detail": "Some fields are not right; see errors.",
        "errors": [
            {
                "field": "spec.process",
                "detail": '"gold" is not a valid choice.',
                "valid_values": ["soft_enamel", "hard_enamel"],
            }
        ],
    },
}


class ApiSchema(AutoSchema):
    """The description of a view by the docstring of its method: the first sentence names it, the rest explains."""

    def get_summary(self) -> str:
        """The first sentence, without its full stop."""
        return str(super().get_description()).partition(". ")[0].removesuffix(".")

    def get_description(self) -> str:  # type: ignore[override]  # spectacular changed the arguments of its base
        """What follows the first sentence."""
        return str(super().get_description()).partition(". ")[2]

    def get_tags(self) -> list[str]:
        """The chapter of the reference, by the first part of the path: `webhook-endpoints` is Webhook endpoints."""
        return [tag.replace("-", " ").capitalize() for tag in super().get_tags()]

    def get_override_parameters(self) -> list[Any]:
        """The headers that `ApiView` reads, beside what the view names itself."""
        own: list[Any] = super().get_override_parameters()
        return [*own, _IDEMPOTENCY_KEY] if self.method in _WRITES else own


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: the guide as description, and a problem as a possible answer of every operation."""
    result["info"]["description"] = _guide()
    result["info"]["x-logo"] = {
        "url": f"{settings.BASE_URL}/favicon.ico",
        "altText": settings.SHOP_NAME,
        "href": settings.BASE_URL,
    }
    result["components"].setdefault("schemas", {})["Problem"] = _PROBLEM
    answer = {
        "description": "A problem.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = answer
    return result


def example(value: Any, *, name: str = "Example", request: bool = False, status: str = "") -> OpenApiExample:
    """An example of what is sent (`request`) or answered."""
    return OpenApiExample(
        name, value=value, request_only=request, response_only=not request, status_codes=[status] if status else None
    )


@cache
def _guide() -> str:
    """docs/api.md without its title, which is the document's own."""
    return (settings.BASE_DIR / "docs" / "api.md").read_text().partition("\n")[2].strip()
