"""Examples for the API's page; tests hold them against the schema."""

from typing import Any

ENDPOINT: dict[str, Any] = {
    "id": "1f0f6c0a-6a51-4a1b-9f0b-5f5c1f7d2e11",
    "url": "https://brass.example/hooks/pins",
    "event_types": ["order.updated"],
    "live": True,
    "created_at": "2026-11-23T10:00:00Z",
    "disabled_at": None,
    "disabled_reason": "",
}
NEW_ENDPOINT: dict[str, Any] = {"url": "https://brass.example/hooks/pins", "event_types": ["order.updated"]}
CREATED: dict[str, Any] = {**ENDPOINT, "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"}
