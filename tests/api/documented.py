"""The OpenAPI document, and whether an answer is as it says."""

import re
from functools import cache
from typing import Any

import jsonschema
from drf_spectacular.generators import SchemaGenerator


@cache
def document() -> dict[str, Any]:
    """The document of the shop's own addresses."""
    schema: dict[str, Any] = SchemaGenerator(urlconf="pinshop.urls").get_schema(request=None, public=True)
    return schema


def check(method: str, path: str, response: Any) -> None:
    """Hold an answer against the schema of its operation."""
    operation = _find(method, path.partition("?")[0])
    described = operation["responses"].get(str(response.status_code), operation["responses"]["default"])
    kind = response["Content-Type"] if response.content else ""
    assert (kind in described["content"]) if kind else "content" not in described, (
        method,
        path,
        response.status_code,
        kind,
    )
    if kind:
        schema = {**described["content"][kind]["schema"], "components": document()["components"]}
        jsonschema.validate(response.json(), schema)


def _find(method: str, path: str) -> dict[str, Any]:
    for template, item in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
            operation: dict[str, Any] = item[method.lower()]
            return operation
    msg = f"{method} {path} is not documented"
    raise LookupError(msg)
