"""Stage messages of manufacturers with an API: verified on the raw bytes, read, recorded."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.manufacturing.errors import BadSignature, NotAMessage, UnknownSender
from orders.manufacturing.models import MAX_EVENT_ID, Manufacturer
from orders.manufacturing.services import answers, stages
from pinshop.core import hooks

_MOST_PIECES = 1_000_000
_LARGEST_SEQUENCE = 2**31 - 1
EXPECTED = "Send a JSON object with production_order, reference, stage and at."
CANCELLED_TYPE = "production_order.cancelled"


def receive(*, manufacturer_id: UUID, headers: Mapping[str, str], body: bytes, now: datetime) -> stages.Receipt:
    """Verify one message (Standard Webhooks, https://www.standardwebhooks.com) and record it.

    A manufacturer that gets no new orders may still report on its running ones. Raises UnknownSender, BadSignature,
    NotAMessage, MessageIdInvalid; nothing is stored then.
    """
    manufacturer = Manufacturer.objects.filter(pk=manufacturer_id, kind=ManufacturerKind.REST).first()
    if manufacturer is None:
        raise UnknownSender("No manufacturer reports at this address.")
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message = Webhook(manufacturer.webhook_secret).verify(body, given)
    except json.JSONDecodeError:
        # The library reads the body once its signature is found right.
        raise NotAMessage(EXPECTED) from None
    except (WebhookVerificationError, ValueError) as error:
        raise BadSignature(f"The signature does not fit this message, or is too old: {error}") from None
    if not isinstance(message, dict) or not isinstance(message.get("stage"), str):
        raise NotAMessage(EXPECTED)
    event = _read(message, event_id=given["webhook-id"], now=now)
    return stages.record(manufacturer=manufacturer, event=event, actor=answers.actor_of(manufacturer), now=now)


def _read(message: Mapping[str, Any], *, event_id: str, now: datetime) -> stages.StageEvent:
    """What a message says. A part of the wrong shape counts as not said; the whole is kept in `data`."""
    tracking = _part(message, "tracking")
    cancelled = message.get("type") == CANCELLED_TYPE
    return stages.StageEvent(
        event_id=hooks.check_id(event_id, longest=MAX_EVENT_ID),
        stage=ProductionState.CANCELLED if cancelled else _text(message, "stage", 40),
        at=_moment(message.get("at")) or now,
        external_id=_text(message, "production_order", 100),
        reference=_text(message, "reference", 100),
        sequence=_count(message.get("sequence"), _LARGEST_SEQUENCE),
        packed_quantity=_count(message.get("packed_quantity"), _MOST_PIECES),
        carrier=_text(tracking, "carrier", 40),
        tracking_number=_text(tracking, "number", 60),
        photo_url=_text(_part(message, "photo"), "url", 500),
        data=message,
    )


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def _text(message: Mapping[str, Any], name: str, longest: int) -> str:
    value = message.get(name)
    return value.strip()[:longest] if isinstance(value, str) else ""


def _count(value: Any, largest: int) -> int | None:
    return value if type(value) is int and 0 <= value <= largest else None


def _moment(value: Any) -> datetime | None:
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return None if moment is None or is_naive(moment) else moment
