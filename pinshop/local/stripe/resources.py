"""What each path of the API does: typed parameters in, Stripe's object out."""

from collections.abc import Callable
from dataclasses import dataclass

from stripe import params as typed
from stripe.params import checkout as typed_checkout

from pinshop.local.store import Json
from pinshop.local.stripe import checkout, listing, payments, refunds
from pinshop.local.stripe.cards import find_by_payment_method
from pinshop.local.stripe.errors import ApiError, missing, unsupported
from pinshop.local.stripe.events import Cause, Sandbox, shown


@dataclass(frozen=True)
class Call:
    """One request to the API, its parameters read."""

    sandbox: Sandbox
    given: Json
    object_id: str
    base_url: str
    cause: Cause


@dataclass(frozen=True)
class Endpoint:
    """Method and path, the library's typed parameters, those that are carried out, and what is done."""

    method: str
    path: str
    declared: type
    honoured: frozenset[str]
    run: Callable[[Call], Json]


def _words(*groups: str) -> frozenset[str]:
    return frozenset(" ".join(groups).split())


_CUT = "limit starting_after ending_before expand"
_PAGE = f"{_CUT} created created.gt created.gte created.lt created.lte"
_SESSION = """
    mode ui_mode success_url cancel_url client_reference_id customer_email customer_creation metadata
    expires_at locale submit_type currency expand allowed_payment_method_types
    line_items.quantity line_items.metadata line_items.price_data.currency line_items.price_data.unit_amount
    line_items.price_data.tax_behavior line_items.price_data.product_data.name
    line_items.price_data.product_data.description line_items.price_data.product_data.images
    line_items.price_data.product_data.metadata line_items.price_data.product_data.tax_code
    payment_intent_data.metadata payment_intent_data.description payment_intent_data.receipt_email
    payment_intent_data.statement_descriptor payment_intent_data.statement_descriptor_suffix
    payment_intent_data.capture_method automatic_tax.enabled adaptive_pricing.enabled allow_promotion_codes
    phone_number_collection.enabled invoice_creation.enabled
"""
_INTENT = """
    amount currency metadata description receipt_email statement_descriptor statement_descriptor_suffix
    automatic_payment_methods.enabled automatic_payment_methods.allow_redirects allowed_payment_method_types
    payment_method confirm return_url capture_method expand
"""


def _create_session(call: Call) -> Json:
    given = call.given
    switches = ("automatic_tax", "adaptive_pricing", "phone_number_collection", "invoice_creation")
    for name in switches:
        if given.get(name, {}).get("enabled"):
            raise unsupported(f"{name}[enabled]=true", param=name)
    if given.get("allow_promotion_codes"):
        raise unsupported("promotion codes", param="allow_promotion_codes")
    if given.get("customer_creation") == "always":
        raise unsupported("customers", param="customer_creation")
    _check_card_only(given)
    _check_capture(given.get("payment_intent_data", {}))
    return checkout.create(call.sandbox, given, base_url=call.base_url)


def _get_session(call: Call) -> Json:
    session = call.sandbox.store.find("checkout.session", call.object_id)
    if session is None:
        raise missing("checkout.session", call.object_id, param="session")
    return session


def _expire_session(call: Call) -> Json:
    return checkout.expire(call.sandbox, _get_session(call), cause=call.cause)


def _list_sessions(call: Call) -> Json:
    return listing.page(
        call.sandbox,
        "checkout.session",
        call.given,
        url="/v1/checkout/sessions",
        equal=("payment_intent", "status"),
    )


def _list_line_items(call: Call) -> Json:
    _get_session(call)
    items = call.sandbox.store.get("checkout", call.object_id)["line_items"]
    return listing.cut(items, call.given, kind="item", url=f"/v1/checkout/sessions/{call.object_id}/line_items")


def _create_intent(call: Call) -> Json:
    given = call.given
    _check_card_only(given)
    _check_capture(given)
    payments.check_amount(given["amount"], given["currency"])
    intent = payments.create(
        call.sandbox, given, amount=given["amount"], currency=given["currency"].lower(), cause=call.cause
    )
    return _confirm(call, intent) if given.get("confirm") else intent


def _get_intent(call: Call) -> Json:
    intent = call.sandbox.store.find("payment_intent", call.object_id)
    if intent is None:
        raise missing("payment_intent", call.object_id, param="intent")
    return intent


def _confirm_intent(call: Call) -> Json:
    intent = _get_intent(call)
    _refuse_checkouts_own(call, intent, "confirm")
    return _confirm(call, intent)


def _confirm(call: Call, intent: Json) -> Json:
    name = call.given.get("payment_method") or intent["payment_method"]
    if not name:
        raise ApiError(
            "You cannot confirm this PaymentIntent because it's missing a payment method. Update the "
            "PaymentIntent with a payment method and then confirm it again.",
            code="payment_intent_unexpected_state",
            more={"payment_intent": intent},
        )
    card = find_by_payment_method(name)
    if card is None:
        raise missing("PaymentMethod", name, param="payment_method", status=400)
    attempt = payments.Attempt(card=card, return_url=call.given.get("return_url"))
    intent = payments.confirm(call.sandbox, intent, attempt, base_url=call.base_url, cause=call.cause)
    if intent["last_payment_error"] is not None:
        raise payments.declined(intent)
    return intent


def _cancel_intent(call: Call) -> Json:
    intent = _get_intent(call)
    _refuse_checkouts_own(call, intent, "cancel")
    return payments.cancel(call.sandbox, intent, reason=call.given.get("cancellation_reason"), cause=call.cause)


def _refuse_checkouts_own(call: Call, intent: Json, verb: str) -> None:
    if checkout.find_session_of(call.sandbox, intent["id"]) is not None:
        raise ApiError(
            f"You cannot {verb} a PaymentIntent that was created by Checkout. Expire the Checkout Session instead.",
            code="payment_intent_unexpected_state",
        )


def _list_intents(call: Call) -> Json:
    return listing.page(call.sandbox, "payment_intent", call.given, url="/v1/payment_intents")


def _get_charge(call: Call) -> Json:
    charge = call.sandbox.store.find("charge", call.object_id)
    if charge is None:
        raise missing("charge", call.object_id, param="charge")
    return charge


def _list_charges(call: Call) -> Json:
    return listing.page(call.sandbox, "charge", call.given, url="/v1/charges", equal=("payment_intent",))


def _create_refund(call: Call) -> Json:
    return refunds.create(call.sandbox, call.given, cause=call.cause)


def _get_refund(call: Call) -> Json:
    refund = call.sandbox.store.find("refund", call.object_id)
    if refund is None:
        raise missing("refund", call.object_id, param="refund")
    return refund


def _list_refunds(call: Call) -> Json:
    return listing.page(call.sandbox, "refund", call.given, url="/v1/refunds", equal=("payment_intent", "charge"))


def _get_event(call: Call) -> Json:
    event = call.sandbox.store.find("event", call.object_id)
    if event is None:
        raise missing("event", call.object_id, param="id")
    return shown(call.sandbox, event)


def _list_events(call: Call) -> Json:
    kinds = [call.given["type"]] if "type" in call.given else call.given.get("types", [])

    def wanted(event: Json) -> bool:
        return not kinds or any(listing.matches(event["type"], kind) for kind in kinds)

    found = listing.page(call.sandbox, "event", call.given, url="/v1/events", wanted=wanted)
    return {**found, "data": [shown(call.sandbox, event) for event in found["data"]]}


def _check_card_only(given: Json) -> None:
    kinds = given.get("allowed_payment_method_types", ["card"])
    if kinds != ["card"]:
        raise unsupported("payment methods other than card", param="allowed_payment_method_types")


def _check_capture(given: Json) -> None:
    if given.get("capture_method") == "manual":
        raise unsupported("capture_method=manual", param="capture_method")


_EXPAND = _words("expand")
ENDPOINTS = (
    Endpoint("POST", "checkout/sessions", typed_checkout.SessionCreateParams, _words(_SESSION), _create_session),
    Endpoint(
        "GET",
        "checkout/sessions",
        typed_checkout.SessionListParams,
        _words(_PAGE, "payment_intent status"),
        _list_sessions,
    ),
    Endpoint("GET", "checkout/sessions/<id>", typed_checkout.SessionRetrieveParams, _EXPAND, _get_session),
    Endpoint("POST", "checkout/sessions/<id>/expire", typed_checkout.SessionExpireParams, _EXPAND, _expire_session),
    Endpoint(
        "GET",
        "checkout/sessions/<id>/line_items",
        typed_checkout.SessionListLineItemsParams,
        _words(_CUT),
        _list_line_items,
    ),
    Endpoint("POST", "payment_intents", typed.PaymentIntentCreateParams, _words(_INTENT), _create_intent),
    Endpoint("GET", "payment_intents", typed.PaymentIntentListParams, _words(_PAGE), _list_intents),
    Endpoint("GET", "payment_intents/<id>", typed.PaymentIntentRetrieveParams, _EXPAND, _get_intent),
    Endpoint(
        "POST",
        "payment_intents/<id>/confirm",
        typed.PaymentIntentConfirmParams,
        _words("payment_method return_url expand"),
        _confirm_intent,
    ),
    Endpoint(
        "POST",
        "payment_intents/<id>/cancel",
        typed.PaymentIntentCancelParams,
        _words("cancellation_reason expand"),
        _cancel_intent,
    ),
    Endpoint("GET", "charges", typed.ChargeListParams, _words(_PAGE, "payment_intent"), _list_charges),
    Endpoint("GET", "charges/<id>", typed.ChargeRetrieveParams, _EXPAND, _get_charge),
    Endpoint(
        "POST",
        "refunds",
        typed.RefundCreateParams,
        _words("amount charge payment_intent reason metadata expand"),
        _create_refund,
    ),
    Endpoint("GET", "refunds", typed.RefundListParams, _words(_PAGE, "payment_intent charge"), _list_refunds),
    Endpoint("GET", "refunds/<id>", typed.RefundRetrieveParams, _EXPAND, _get_refund),
    Endpoint("GET", "events", typed.EventListParams, _words(_PAGE, "type types"), _list_events),
    Endpoint("GET", "events/<id>", typed.EventRetrieveParams, _EXPAND, _get_event),
)
