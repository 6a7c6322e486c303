"""Examples for the API's page; tests hold them against the schema."""

from typing import Any

_LINE = "f0b7a6f2-7a41-4d4f-9a36-2a5f8d1c6e41"
NEW_CLAIM: dict[str, Any] = {
    "line_id": _LINE,
    "kind": "differs",
    "pieces": 12,
    "text": "The red of the cap is orange on twelve pins.",
}
CLAIM: dict[str, Any] = {
    "id": "0d5f3a51-8f4e-4f0b-9b1a-4f7d2c9e7a01",
    **NEW_CLAIM,
    "state": "open",
    "answer": "",
    "refund_minor": 0,
    "remake_line_id": None,
    "photos": [{"url": None, "failure": ""}],
    "opened_at": "2026-12-20T09:00:00Z",
    "decided_at": None,
}
NEW_RETURN: dict[str, Any] = {"line_id": _LINE, "pieces": 1, "reason": "A gift that was there twice."}
RETURN: dict[str, Any] = {
    "id": "6a0f1c1d-2b7e-4c55-8a7a-0b9f7f0d3c11",
    "line_id": _LINE,
    "pieces": 1,
    "state": "open",
    "arrived": 0,
    "asked_at": "2026-12-20T09:00:00Z",
    "closed_at": None,
}
