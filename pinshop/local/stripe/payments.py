from dataclasses import dataclass

from pinshop.local.store import Json
from pinshop.local.stripe import currencies, objects
from pinshop.local.stripe.cards import Card, Decline, find_by_number
from pinshop.local.stripe.errors import ApiError
from pinshop.local.stripe.events import Cause, Sandbox, emit

_CANCELABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_PARTICIPLES = {"confirm": "confirmed", "cancel": "canceled", "authenticate": "authenticated"}
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation")
_AUTHENTICATION_FAILED = Decline(
    "payment_intent_authentication_failure",
    "",
    "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
)


@dataclass(frozen=True)
class Attempt:
    """One try to pay: the card, its expiry (month, year), the payer, and where to return after 3-D Secure."""

    card: Card
    expiry: tuple[int, int] = (12, 2034)
    email: str | None = None
    name: str | None = None
    return_url: str | None = None

    @property
    def payer(self) -> Json:
        """The part of `billing_details` that was typed."""
        return {"email": self.email, "name": self.name}


def check_amount(amount: int, currency: str) -> None:
    """Refuses what Stripe does not charge.

    Raises:
        ApiError: amount_too_small or amount_too_large.
    """
    if amount < currencies.least(currency):
        least = currencies.show(currencies.least(currency), currency)
        raise ApiError(f"Amount must be at least {least} {currency}", code="amount_too_small", param="amount")
    if amount > currencies.MOST:
        most = currencies.show(currencies.MOST, currency)
        raise ApiError(f"Amount must be no more than {most} {currency}", code="amount_too_large", param="amount")


def create(sandbox: Sandbox, given: Json, *, amount: int, currency: str, cause: Cause) -> Json:
    """A new PaymentIntent."""
    intent = objects.payment_intent(given, amount=amount, currency=currency, now=sandbox.now)
    sandbox.store.add("payment_intent", intent["id"], intent)
    emit(sandbox, "payment_intent.created", intent, cause=cause)
    return intent


def confirm(sandbox: Sandbox, intent: Json, attempt: Attempt, *, base_url: str, cause: Cause) -> Json:
    """Tries to charge: succeeded, requires_action (3-D Secure) or requires_payment_method (declined).

    Raises:
        ApiError: the intent cannot be confirmed in its state.
    """
    if intent["status"] not in _CONFIRMABLE:
        raise unexpected_state("confirm", intent, _CONFIRMABLE)
    intent["payment_method"] = objects.new_id("pm")
    intent["last_payment_error"] = None
    if not attempt.card.authentication:
        return _charge(sandbox, intent, attempt, authenticated=False, cause=cause)
    intent["status"] = "requires_action"
    url = f"{base_url}/authenticate/{intent['id']}"
    intent["next_action"] = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": url, "return_url": attempt.return_url},
    }
    _keep_attempt(sandbox, intent["id"], attempt)
    sandbox.store.put("payment_intent", intent["id"], intent)
    emit(sandbox, "payment_intent.requires_action", intent, cause=cause)
    return intent


def authenticate(sandbox: Sandbox, intent: Json, *, passed: bool, cause: Cause) -> Json:
    """The end of 3-D Secure: charges the card, or fails the attempt.

    Raises:
        ApiError: no authentication is under way.
    """
    if intent["status"] != "requires_action":
        raise unexpected_state("authenticate", intent, ("requires_action",))
    attempt = kept_attempt(sandbox, intent["id"])
    sandbox.store.remove("attempt", intent["id"])
    intent["next_action"] = None
    if passed:
        return _charge(sandbox, intent, attempt, authenticated=True, cause=cause)
    return _fail(sandbox, intent, _AUTHENTICATION_FAILED, charge_id=None, cause=cause)


def cancel(sandbox: Sandbox, intent: Json, *, reason: str | None, cause: Cause) -> Json:
    """Cancels a PaymentIntent that has not been paid.

    Raises:
        ApiError: it has been paid or cancelled.
    """
    if intent["status"] not in _CANCELABLE:
        raise unexpected_state("cancel", intent, _CANCELABLE)
    intent.update(status="canceled", canceled_at=sandbox.now, cancellation_reason=reason, next_action=None)
    sandbox.store.remove("attempt", intent["id"])
    sandbox.store.put("payment_intent", intent["id"], intent)
    emit(sandbox, "payment_intent.canceled", intent, cause=cause)
    return intent


def unexpected_state(verb: str, intent: Json, allowed: tuple[str, ...]) -> ApiError:
    """The error for a step that the intent's status does not allow."""
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}. Only a "
        f"PaymentIntent with one of the following statuses may be {_PARTICIPLES[verb]}: {', '.join(allowed)}.",
        code="payment_intent_unexpected_state",
        more={"payment_intent": intent},
    )


def kept_attempt(sandbox: Sandbox, intent_id: str) -> Attempt:
    """The attempt that waits for 3-D Secure."""
    kept = sandbox.store.get("attempt", intent_id)
    return Attempt(**{**kept, "card": _card(kept["card"]), "expiry": tuple(kept["expiry"])})


def _keep_attempt(sandbox: Sandbox, intent_id: str, attempt: Attempt) -> None:
    sandbox.store.remove("attempt", intent_id)
    sandbox.store.add(
        "attempt",
        intent_id,
        {
            "card": attempt.card.number,
            "expiry": attempt.expiry,
            "email": attempt.email,
            "name": attempt.name,
            "return_url": attempt.return_url,
        },
    )


def _card(number: str) -> Card:
    found = find_by_number(number)
    if found is None:
        raise KeyError(number)
    return found


def _charge(sandbox: Sandbox, intent: Json, attempt: Attempt, *, authenticated: bool, cause: Cause) -> Json:
    charge = objects.charge(
        intent,
        attempt.card,
        now=sandbox.now,
        authenticated=authenticated,
        payer=attempt.payer,
        expiry=attempt.expiry,
    )
    sandbox.store.add("charge", charge["id"], charge)
    sandbox.store.add("refund_behaviour", charge["id"], {"status": attempt.card.refund})
    intent["latest_charge"] = charge["id"]
    if attempt.card.decline is not None:
        emit(sandbox, "charge.failed", charge, cause=cause)
        return _fail(sandbox, intent, attempt.card.decline, charge_id=charge["id"], cause=cause)
    intent.update(status="succeeded", amount_received=intent["amount"])
    sandbox.store.put("payment_intent", intent["id"], intent)
    emit(sandbox, "charge.succeeded", charge, cause=cause)
    emit(sandbox, "payment_intent.succeeded", intent, cause=cause)
    return intent


def _fail(sandbox: Sandbox, intent: Json, decline: Decline, *, charge_id: str | None, cause: Cause) -> Json:
    error: Json = {"code": decline.code, "message": decline.message, "type": "card_error"}
    if decline.decline_code:
        error["decline_code"] = decline.decline_code
    if charge_id:
        error["charge"] = charge_id
    error["doc_url"] = f"https://docs.stripe.com/error-codes/{decline.code.replace('_', '-')}"
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    sandbox.store.put("payment_intent", intent["id"], intent)
    emit(sandbox, "payment_intent.payment_failed", intent, cause=cause)
    return intent


def declined(intent: Json) -> ApiError:
    """The 402 answer to a confirmation that the bank declined."""
    error = intent["last_payment_error"]
    more = {key: error[key] for key in ("charge", "decline_code", "doc_url") if key in error}
    return ApiError(
        error["message"],
        status=402,
        kind="card_error",
        code=error["code"],
        more={**more, "payment_intent": intent},
    )
