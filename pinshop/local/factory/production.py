import hashlib
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from pinshop.local.courier import Courier
from pinshop.local.factory import photo
from pinshop.local.factory.intake import Package
from pinshop.local.faults import Faults
from pinshop.local.partner import isoformat
from pinshop.local.store import Clock, Json, Store

STAGES = ("tooling", "struck", "plated", "filled", "cured", "quality_check", "packed", "shipped")
# Once metal is struck there is no way back.
_CANCELLABLE = ("accepted", "tooling")
DUPLICATE, OUT_OF_ORDER, SHORT_PACKED = "update_duplicate", "update_out_of_order", "short_packed"
CARRIER = "sample-carrier"


class KeyReused(Exception):
    """The idempotency key belongs to another order."""


class TooLate(Exception):
    """The order is past the stage at which it can be cancelled."""


@dataclass(frozen=True)
class Factory:
    """What every part of the sample factory works with. `carrier` is None where parcels are not announced."""

    store: Store
    clock: Clock
    courier: Courier
    carrier: Courier | None
    carrier_url: str
    faults: Faults
    files: Path
    stage_seconds: float


def accept(factory: Factory, package: Package, *, key: str, base_url: str) -> tuple[Json, bool]:
    """Takes an order and plans its first stage; returns it, and whether it is new.

    The same key with the same package returns the order that was made then.

    Raises:
        KeyReused: the same key with another package.
    """
    store = factory.store
    with store.transaction():
        known = store.find("key", key)
        if known is not None:
            if known["fingerprint"] != package.fingerprint:
                raise KeyReused(key)
            return store.get("production_order", known["order"]), False
        order: Json = {
            "id": f"po_{secrets.token_hex(10)}",
            "status": "accepted",
            **package.metadata,
            "files": {
                name: {"filename": each.filename, "sha256": each.sha256, "bytes": len(each.content)}
                for name, each in package.files.items()
            },
            "created_at": isoformat(factory.clock.now()),
            "history": [],
            "packed_quantity": None,
            "tracking": None,
            "base_url": base_url,
        }
        factory.files.mkdir(parents=True, exist_ok=True)
        for each in package.files.values():
            (factory.files / each.sha256).write_bytes(each.content)
        store.add("key", key, {"fingerprint": package.fingerprint, "order": order["id"]})
        store.add("production_order", order["id"], order, due_at=factory.clock.now() + factory.stage_seconds)
    return order, True


def advance(factory: Factory, order_id: str) -> None:
    """The next stage: recorded, and reported to the customer's callback address."""
    with factory.store.transaction():
        order = factory.store.get("production_order", order_id)
        if order["status"] not in ("accepted", *STAGES[:-1]):
            factory.store.schedule("production_order", order_id, None)
            return
        stage = STAGES[len(order["history"])]
        update = _record(factory, order, stage)
        if stage == "quality_check":
            picture = photo.png(order["plating"])
            update["photo"] = {
                "url": f"{order['base_url']}/v1/production-orders/{order_id}/photos/quality_check.png",
                "sha256": hashlib.sha256(picture).hexdigest(),
                "content_type": "image/png",
            }
        if stage == "packed":
            missing = 1 if factory.faults.take((SHORT_PACKED,)) else 0
            order["packed_quantity"] = update["packed_quantity"] = order["quantity"] - missing
        if stage == "shipped":
            number = f"SC{secrets.randbelow(10**10):010d}"
            order["tracking"] = update["tracking"] = {"carrier": CARRIER, "number": number}
            _announce(factory, order, number)
        due_at = None if stage == STAGES[-1] else factory.clock.now() + factory.stage_seconds
        factory.store.put("production_order", order_id, order, due_at=due_at)
        _report(factory, order, update)


def cancel(factory: Factory, order: Json) -> Json:
    """Stops an order before metal is struck; an order that is cancelled already stays so.

    Raises:
        TooLate: it is struck or further.
    """
    with factory.store.transaction():
        order = factory.store.get("production_order", order["id"])
        if order["status"] == "cancelled":
            return order
        if order["status"] not in _CANCELLABLE:
            raise TooLate(order["status"])
        update = _record(factory, order, "cancelled")
        factory.store.put("production_order", order["id"], order, due_at=None)
        _report(factory, order, {**update, "type": "production_order.cancelled"})
    return order


def public(order: Json) -> Json:
    """The order as the API shows it."""
    return {name: value for name, value in order.items() if name != "base_url"}


def _record(factory: Factory, order: Json, stage: str) -> Json:
    at = isoformat(factory.clock.now())
    order["status"] = stage
    order["history"].append({"stage": stage, "at": at, "sequence": len(order["history"]) + 1})
    return {
        "id": f"evt_{secrets.token_hex(10)}",
        "type": "production_order.stage",
        "production_order": order["id"],
        "reference": order["reference"],
        "stage": stage,
        "at": at,
        "sequence": len(order["history"]),
    }


def _report(factory: Factory, order: Json, update: Json) -> None:
    fault = factory.faults.take((DUPLICATE, OUT_OF_ORDER))
    delay = 1.5 * factory.stage_seconds + 0.2 if fault is not None and fault.mode == OUT_OF_ORDER else 0.0
    for _ in range(2 if fault is not None and fault.mode == DUPLICATE else 1):
        factory.courier.send(
            message_id=update["id"], url=order["callback_url"], body=json.dumps(update), delay_seconds=delay
        )


def _announce(factory: Factory, order: Json, number: str) -> None:
    if factory.carrier is None:
        return
    parcel: Json = {"number": number, "ship_to": order["ship_to"]}
    if "tracking_callback_url" in order:
        parcel["callback_url"] = order["tracking_callback_url"]
    factory.carrier.send(message_id=number, url=f"{factory.carrier_url}/v1/parcels", body=json.dumps(parcel))
