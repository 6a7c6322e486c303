from pinshop.local.store import Json
from pinshop.local.stripe import currencies, objects
from pinshop.local.stripe.errors import ApiError, missing
from pinshop.local.stripe.events import Cause, Sandbox, emit


def create(sandbox: Sandbox, given: Json, *, cause: Cause) -> Json:
    """Refunds a charge, in part where an amount is given; never more in all than was captured.

    Raises:
        ApiError: no such charge or intent, nothing captured, already refunded, or more than is left.
    """
    charge = _find_charge(sandbox, given)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise ApiError(message, code="charge_already_refunded")
    amount = given.get("amount", left)
    if amount < 1:
        raise ApiError("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        wanted, rest = (currencies.show(each, charge["currency"]) for each in (amount, left))
        raise ApiError(f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({rest})", param="amount")
    behaviour = sandbox.store.get("refund_behaviour", charge["id"])["status"]
    status = "pending" if behaviour == "pending" else "succeeded"
    refund = objects.refund(charge, amount=amount, given=given, status=status, now=sandbox.now)
    later = None if behaviour == "succeeded" else sandbox.clock.now() + sandbox.refund_seconds
    sandbox.store.add("refund", refund["id"], refund, due_at=later)
    emit(sandbox, "refund.created", refund, cause=cause)
    _set_refunded(sandbox, charge, charge["amount_refunded"] + amount, cause=cause)
    return refund


def settle(sandbox: Sandbox, refund_id: str) -> None:
    """The bank's late answer: a pending refund succeeds, one of the failing card fails and is taken back."""
    with sandbox.store.transaction():
        refund = sandbox.store.get("refund", refund_id)
        previous = {"status": refund["status"]}
        failed = refund["status"] == "succeeded"
        refund["status"] = "failed" if failed else "succeeded"
        if failed:
            refund["failure_reason"] = "unknown"
        sandbox.store.put("refund", refund_id, refund, due_at=None)
        emit(sandbox, "refund.updated", refund, cause=Cause(), previous=previous)
        if failed:
            emit(sandbox, "refund.failed", refund, cause=Cause())
            charge = sandbox.store.get("charge", refund["charge"])
            charge["amount_refunded"] -= refund["amount"]
            charge["refunded"] = False
            sandbox.store.put("charge", charge["id"], charge)


def _find_charge(sandbox: Sandbox, given: Json) -> Json:
    if ("charge" in given) == ("payment_intent" in given):
        raise ApiError("One of the following params should be provided for this request: payment_intent or charge.")
    if "charge" in given:
        charge = sandbox.store.find("charge", given["charge"])
        if charge is None:
            raise missing("charge", given["charge"], param="charge")
    else:
        intent = sandbox.store.find("payment_intent", given["payment_intent"])
        if intent is None:
            raise missing("payment_intent", given["payment_intent"], param="payment_intent")
        charge = sandbox.store.find("charge", intent["latest_charge"] or "")
    if charge is None or charge["status"] != "succeeded":
        subject = given.get("payment_intent") or given["charge"]
        raise ApiError(
            f"This PaymentIntent ({subject}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return charge


def _set_refunded(sandbox: Sandbox, charge: Json, amount: int, *, cause: Cause) -> None:
    previous = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    charge["amount_refunded"] = amount
    charge["refunded"] = amount == charge["amount_captured"]
    sandbox.store.put("charge", charge["id"], charge)
    changed = {key: value for key, value in previous.items() if charge[key] != value}
    emit(sandbox, "charge.refunded", charge, cause=cause, previous=changed)
