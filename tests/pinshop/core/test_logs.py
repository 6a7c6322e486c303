"""Logs: one line per event, with the request id, without what opens doors."""

import json
import logging
from typing import Any

import pytest
import structlog
from django.test import Client

from pinshop.core import links, logs


def _line(style: str, **event: Any) -> str:
    record = logging.LogRecord("pinshop", logging.WARNING, __file__, 1, event.pop("event"), None, None)
    with structlog.contextvars.bound_contextvars(**event):
        return logs.formatter(style=style).format(record)


def test_json_line_carries_the_request_id() -> None:
    line = json.loads(_line("json", event="paid", request_id="r-1"))
    assert (line["event"], line["request_id"], line["level"], line["logger"]) == ("paid", "r-1", "warning", "pinshop")
    assert line["timestamp"].endswith("Z")


def test_console_line_is_one_line() -> None:
    assert "\n" not in _line("console", event="paid", request_id="r-1")


@pytest.mark.django_db
def test_signed_links_are_not_written_down(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    token = links.sign(purpose="order", subject="f0b7a6f2-7a41-4d4f-9a36-2a5f8d1c6e41")
    with caplog.at_level(logging.INFO):
        client.get(f"/files/private/{token}/invoice.pdf")
    text = "\n".join(logs.formatter(style="json").format(record) for record in caplog.records)
    assert "/files/private/" in text
    assert token not in text
    assert f"/files/private/{token[:8]}\\u2026/invoice.pdf" in text


def test_ids_and_hashes_in_addresses_stay_readable() -> None:
    line = _line("json", event="x", request="GET /orders/f0b7a6f2-7a41-4d4f-9a36-2a5f8d1c6e41/")
    assert "f0b7a6f2-7a41-4d4f-9a36-2a5f8d1c6e41" in line
