"""The OpenAPI document is whole: no warnings, valid, an example for everything, and true of the answers."""

import re
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client

from tests.api import operations


@pytest.fixture
def document() -> dict[str, Any]:
    return Client().get("/api/v1/openapi.json").json()


def _operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def test_document_is_made_without_warnings_and_is_valid(tmp_path: Any) -> None:
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(tmp_path / "api.json")
    )
    assert (tmp_path / "api.json").stat().st_size > 10_000


def test_document_describes_every_operation(document: dict[str, Any]) -> None:
    assert len(_operations(document)) == len(operations.list_operations())
    for name, operation in _operations(document):
        assert operation["operationId"], name
        assert operation["summary"], name
        assert operation["security"] == [{"ApiKey": []}], name
        assert "default" in operation["responses"], name


def test_every_write_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        named = [parameter["name"] for parameter in operation.get("parameters", [])]
        assert ("Idempotency-Key" in named) is (not name.startswith("GET")), name


def _contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [
        operation.get("requestBody", {}),
        *(answer for status, answer in operation["responses"].items() if status != "default"),
    ]
    return [
        content for body in bodies for kind, content in body.get("content", {}).items() if kind == "application/json"
    ]


def test_every_operation_has_examples_that_fit_its_schema(document: dict[str, Any]) -> None:
    for name, operation in _operations(document):
        for content in _contents(operation):
            examples = content.get("examples", {})
            assert examples, f"{name} has no example"
            for example in examples.values():
                jsonschema.validate(example["value"], {**content["schema"], "components": document["components"]})


def test_page_shows_the_document_from_our_own_files_only() -> None:
    response = Client().get("/api/")
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    files = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', response.content.decode())
    assert len(files) > 3
    assert [file for file in files if not file.startswith("/static/")] == []
    assert "script-src 'self';" in policy + ";"
    assert "unsafe" not in policy


def test_type_of_a_problem_leads_to_its_explanation() -> None:
    response = Client().get("/api/problems/quote_expired")
    assert (response.status_code, response["Location"]) == (302, "http://localhost:8000/api/#errors")
