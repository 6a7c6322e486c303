from urllib.parse import urlsplit

from pinshop.local.store import Json
from pinshop.local.stripe import objects, payments
from pinshop.local.stripe.errors import ApiError, unsupported
from pinshop.local.stripe.events import Cause, Sandbox, emit

_SHORTEST_SECONDS = 30 * 60
_LONGEST_SECONDS = 24 * 60 * 60
_MOST_ITEMS = 100
_REFERENCE_LENGTH = 200
# What a request takes to arrive must not make "in 30 minutes" too early.
_GRACE_SECONDS = 60


def create(sandbox: Sandbox, given: Json, *, base_url: str) -> Json:
    """Opens a Checkout Session in payment mode.

    Raises:
        ApiError: what Stripe would refuse, and what the sandbox does not do.
    """
    _check_mode(given)
    items = [
        objects.line_item(_check_item(item, place), now=sandbox.now) for place, item in enumerate(given["line_items"])
    ]
    if len({item["currency"] for item in items} | {given.get("currency", items[0]["currency"])}) > 1:
        raise ApiError("All line items must have the same currency.", param="line_items")
    given = {**given, "expires_at": _expiry(given, sandbox.now)}
    session = objects.session(given, items=items, now=sandbox.now, base_url=base_url)
    payments.check_amount(session["amount_total"], session["currency"])
    sandbox.store.add("checkout.session", session["id"], session, due_at=session["expires_at"])
    private = {"line_items": items, "payment_intent_data": given.get("payment_intent_data", {})}
    sandbox.store.add("checkout", session["id"], private)
    return session


def expire(sandbox: Sandbox, session: Json, *, cause: Cause) -> Json:
    """Closes an open session; nobody can pay it any more.

    Raises:
        ApiError: it is not open.
    """
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    session.update(status="expired", url=None)
    sandbox.store.put("checkout.session", session["id"], session, due_at=None)
    if session["payment_intent"]:
        intent = sandbox.store.get("payment_intent", session["payment_intent"])
        payments.cancel(sandbox, intent, reason="automatic", cause=cause)
    emit(sandbox, "checkout.session.expired", session, cause=cause)
    return session


def expire_overdue(sandbox: Sandbox, session_id: str) -> None:
    """Expires a session whose time has come, unless it was paid meanwhile."""
    with sandbox.store.transaction():
        session = sandbox.store.get("checkout.session", session_id)
        if session["status"] == "open":
            expire(sandbox, session, cause=Cause())


def pay(sandbox: Sandbox, session: Json, attempt: payments.Attempt, *, base_url: str) -> Json:
    """One attempt on the payment page; returns the PaymentIntent as it came out.

    A first attempt makes the PaymentIntent, as Stripe does; later ones use it again.
    """
    cause = Cause()
    if session["payment_intent"] is None:
        given = {
            "receipt_email": attempt.email,
            **sandbox.store.get("checkout", session["id"])["payment_intent_data"],
        }
        intent = payments.create(
            sandbox, given, amount=session["amount_total"], currency=session["currency"], cause=cause
        )
        sandbox.store.add("session_of_intent", intent["id"], {"session": session["id"]})
        session["payment_intent"] = intent["id"]
        sandbox.store.put("checkout.session", session["id"], session)
    else:
        intent = sandbox.store.get("payment_intent", session["payment_intent"])
        if intent["status"] == "requires_action":
            intent["status"] = "requires_payment_method"
            intent["next_action"] = None
    intent = payments.confirm(sandbox, intent, attempt, base_url=base_url, cause=cause)
    return _complete(sandbox, session, intent, attempt)


def authenticate(sandbox: Sandbox, session: Json, intent: Json, *, passed: bool) -> Json:
    """The end of 3-D Secure for a session's intent."""
    attempt = payments.kept_attempt(sandbox, intent["id"])
    intent = payments.authenticate(sandbox, intent, passed=passed, cause=Cause())
    return _complete(sandbox, session, intent, attempt)


def find_session_of(sandbox: Sandbox, intent_id: str) -> Json | None:
    """The session that made this PaymentIntent, or None where the API made it."""
    link = sandbox.store.find("session_of_intent", intent_id)
    return sandbox.store.get("checkout.session", link["session"]) if link else None


def success_url(session: Json) -> str:
    """Where the customer goes after paying, with the session's id filled in."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _complete(sandbox: Sandbox, session: Json, intent: Json, attempt: payments.Attempt) -> Json:
    if intent["status"] == "succeeded":
        details = objects.customer_details(email=attempt.email, name=attempt.name)
        session.update(status="complete", payment_status="paid", url=None, customer_details=details)
        sandbox.store.put("checkout.session", session["id"], session, due_at=None)
        emit(sandbox, "checkout.session.completed", session, cause=Cause())
    return intent


def _check_mode(given: Json) -> None:
    if given.get("mode") != "payment":
        raise unsupported("any mode but payment", param="mode")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise unsupported("any ui_mode but hosted_page", param="ui_mode")
    if not given.get("success_url"):
        raise ApiError("Missing required param: success_url.", code="parameter_missing", param="success_url")
    for name in ("success_url", "cancel_url"):
        if name in given and urlsplit(given[name]).scheme not in {"http", "https"}:
            raise ApiError("Not a valid URL", code="url_invalid", param=name)
    if not given.get("line_items"):
        raise ApiError("Missing required param: line_items.", code="parameter_missing", param="line_items")
    if len(given["line_items"]) > _MOST_ITEMS:
        raise ApiError("`line_items` exceeded maximum 100 allowed items.", param="line_items")
    if len(given.get("client_reference_id", "")) > _REFERENCE_LENGTH:
        raise ApiError("Invalid string: must be at most 200 characters", param="client_reference_id")


def _check_item(item: Json, place: int) -> Json:
    name = f"line_items[{place}]"
    price = item.get("price_data")
    if price is None or "product_data" not in price or "unit_amount" not in price:
        raise ApiError(
            "This sandbox has no stored prices: give price_data with product_data and unit_amount.",
            code="parameter_missing",
            param=f"{name}[price_data]",
        )
    if price["unit_amount"] < 0:
        raise ApiError(
            "Invalid non-negative integer",
            code="parameter_invalid_integer",
            param=f"{name}[price_data][unit_amount]",
        )
    if not price["product_data"]["name"]:
        message = "You passed an empty string for 'line_items[0][price_data][product_data][name]'."
        raise ApiError(message.replace("[0]", f"[{place}]", 1), code="parameter_invalid_empty", param=name)
    if item.get("quantity", 0) < 1:
        raise ApiError(
            "Quantity is required. Add `quantity` to each line item.",
            code="parameter_missing",
            param=f"{name}[quantity]",
        )
    return item


def _expiry(given: Json, now: int) -> int:
    wanted = int(given.get("expires_at", now + _LONGEST_SECONDS))
    if wanted < now + _SHORTEST_SECONDS - _GRACE_SECONDS:
        message = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    if wanted > now + _LONGEST_SECONDS + _GRACE_SECONDS:
        message = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        raise ApiError(message, param="expires_at")
    return wanted
