import json
import secrets
from dataclasses import dataclass

from pinshop.local.courier import Courier
from pinshop.local.partner import isoformat
from pinshop.local.store import Clock, Json, Store

STEPS = ("in_transit", "out_for_delivery", "delivered")


@dataclass(frozen=True)
class Carrier:
    """What every part of the sample carrier works with."""

    store: Store
    clock: Clock
    courier: Courier
    step_seconds: float


def register(
    carrier: Carrier, *, number: str | None, callback_url: str | None, ship_to: Json | None
) -> tuple[Json, bool]:
    """Takes a parcel; returns it, and whether it is new. Without a number it gets one.

    A number that is known already gets another receiver for its messages, at most once each; a receiver that
    comes late is told at once where the parcel is.
    """
    with carrier.store.transaction():
        parcel = carrier.store.find("parcel", number) if number else None
        if parcel is not None:
            if callback_url and callback_url not in parcel["callback_urls"]:
                parcel["callback_urls"].append(callback_url)
                if parcel["history"]:
                    _send(carrier, parcel, parcel["history"][-1], callback_url)
            parcel["ship_to"] = parcel["ship_to"] or ship_to
            carrier.store.put("parcel", parcel["number"], parcel)
            return parcel, False
        parcel = {
            "number": number or f"SC{secrets.randbelow(10**10):010d}",
            "status": "registered",
            "registered_at": isoformat(carrier.clock.now()),
            "ship_to": ship_to,
            "callback_urls": [callback_url] if callback_url else [],
            "history": [],
        }
        due_at = carrier.clock.now() + carrier.step_seconds
        carrier.store.add("parcel", parcel["number"], parcel, due_at=due_at)
    return parcel, True


def move(carrier: Carrier, number: str) -> None:
    """The parcel's next step: recorded, and reported to every receiver."""
    with carrier.store.transaction():
        parcel = carrier.store.get("parcel", number)
        place = len(parcel["history"])
        step = {
            "id": f"evt_{secrets.token_hex(10)}",
            "type": f"parcel.{STEPS[place]}",
            "at": isoformat(carrier.clock.now()),
            "sequence": place + 1,
        }
        parcel["history"].append(step)
        parcel["status"] = STEPS[place]
        due_at = None if place + 1 == len(STEPS) else carrier.clock.now() + carrier.step_seconds
        carrier.store.put("parcel", number, parcel, due_at=due_at)
        for callback_url in parcel["callback_urls"]:
            _send(carrier, parcel, step, callback_url)


def _send(carrier: Carrier, parcel: Json, step: Json, callback_url: str) -> None:
    message = {**step, "number": parcel["number"], "carrier": "sample-carrier"}
    carrier.courier.send(message_id=step["id"], url=callback_url, body=json.dumps(message))
