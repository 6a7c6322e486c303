"""The manual of the API says what the OpenAPI document says, and a reader finds every operation in it."""

import pytest
from django.test import Client

from pinshop.core import text
from pinshop.core.api import manual

DOCUMENT = {
    "info": {"description": "Hello.\n\n## Keys\n\nA `key`.\n\n### Inner\n\n<b>raw</b>\n"},
    "components": {
        "schemas": {
            "Line": {
                "type": "object",
                "required": ["quantity"],
                "properties": {
                    "quantity": {"type": "integer", "description": "How many."},
                    "plating": {"type": "string", "enum": ["gold", "nickel"], "nullable": True},
                    "inside": {"$ref": "#/components/schemas/Line"},
                },
            },
            "Order": {
                "type": "object",
                "properties": {"lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}},
            },
        }
    },
    "paths": {
        "/orders": {
            "post": {
                "operationId": "placeOrder",
                "tags": ["Orders"],
                "summary": "Place an order.\n\nOnce.",
                "parameters": [{"in": "header", "name": "Key", "required": True, "schema": {"type": "string"}}],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Order"},
                            "examples": {"Example": {"value": {"lines": []}}},
                        }
                    }
                },
                "responses": {"201": {"description": "made"}, "default": {"description": "A problem."}},
            }
        }
    },
}


def test_an_operation_is_told_with_its_fields_from_the_outside_in() -> None:
    (subject,) = manual.read(DOCUMENT).subjects
    (operation,) = subject.operations
    assert (subject.slug, operation.method, operation.path) == ("orders", "POST", "/orders")
    assert (operation.summary, operation.description) == ("Place an order", "<p>Once.</p>\n")
    assert [(field.name, field.kind, field.required) for field in operation.parameters] == [
        ("Key", "string, in the header", True)
    ]
    assert operation.answered is None
    sent = operation.sent
    assert sent is not None
    assert sent.example == '{\n  "lines": []\n}'
    assert [(field.name, field.kind, field.required) for field in sent.fields[:4]] == [
        ("lines", "list of objects", False),
        ("lines[].quantity", "integer", True),
        ("lines[].plating", "string or null", False),
        ("lines[].inside", "object", False),
    ]
    assert sent.fields[2].choices == ("gold", "nickel")
    assert max(field.name.count("inside") for field in sent.fields) < 10


def test_titles_of_a_text_can_be_linked_to_and_raw_html_is_shown() -> None:
    assert text.list_titles(DOCUMENT["info"]["description"]) == [("keys", "Keys")]
    html = text.to_html(DOCUMENT["info"]["description"])
    assert '<h2 id="keys">Keys</h2>' in html
    assert '<h3 id="inner">Inner</h3>' in html
    assert "<b>" not in html
    assert "&lt;b&gt;raw" in html


@pytest.mark.django_db
def test_every_operation_of_the_api_stands_on_the_page_of_its_subject(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    for subject in manual.get_manual().subjects:
        page = client.get(f"/api/{subject.slug}/").content.decode()
        for operation in subject.operations:
            assert f'id="{operation.id}"' in page
    told = {(each.method.lower(), each.path) for one in manual.get_manual().subjects for each in one.operations}
    assert told == {
        (method, path) for path, methods in document["paths"].items() for method in methods if method != "parameters"
    }
    assert client.get("/api/nothing/").status_code == 404


@pytest.mark.django_db
def test_a_problems_address_leads_to_what_its_code_means(client: Client) -> None:
    answer = client.get("/api/problems/out_of_stock")
    assert answer.headers["Location"].endswith("/api/#errors")
    assert 'id="errors"' in client.get("/api/").content.decode()
