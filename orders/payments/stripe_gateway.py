"""Stripe behind the gateway interface: Checkout Sessions, refunds, signed webhooks. The only importer of `stripe`.

https://docs.stripe.com/api/checkout/sessions, https://docs.stripe.com/api/refunds, https://docs.stripe.com/webhooks
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import stripe
from django.conf import settings
from django.utils.translation import gettext
from stripe.checkout import Session

from orders.payments.gateway import (
    Booked,
    BookedRefund,
    Event,
    Page,
    PageRequest,
    PageState,
    ProviderBusy,
    ProviderRefused,
    RefundOutcome,
    RefundRequest,
    RefundTruth,
    SignatureWrong,
)
from pinshop.core.money import Money

if TYPE_CHECKING:
    from stripe.params import RefundListParams
    from stripe.params.checkout import SessionListParams

NAME = "stripe"
_Result = TypeVar("_Result")
_PAGE_ROWS = 100  # the most that Stripe lists at once
_MONEY = "payment_intent.latest_charge"

# Stripe's refund states; `requires_action` waits for the customer's bank.
_REFUND_STATES = {
    "succeeded": RefundOutcome.SUCCEEDED,
    "failed": RefundOutcome.FAILED,
    "canceled": RefundOutcome.FAILED,
}


class StripeGateway:
    """The shop's account at Stripe, or at the sandbox that `api_base` names."""

    name = NAME

    def __init__(
        self, *, secret_key: str, api_base: str, timeout_seconds: float, webhook_secrets: tuple[str, ...]
    ) -> None:
        self._client = stripe.StripeClient(
            secret_key,
            base_addresses={"api": api_base},
            max_network_retries=1,
            http_client=stripe.RequestsClient(timeout=timeout_seconds),
        )
        self._webhook_secrets = webhook_secrets

    def open_page(self, request: PageRequest) -> Page:
        """Create a Checkout Session; each row is one piece at its whole amount, so that Stripe multiplies nothing."""
        session = _call(
            lambda: self._client.v1.checkout.sessions.create(
                {
                    "mode": "payment",
                    "client_reference_id": request.reference,
                    "customer_email": request.email,
                    "line_items": [
                        {
                            "quantity": 1,
                            "price_data": {
                                "currency": request.total.currency.lower(),
                                "unit_amount": item.amount.amount_minor,
                                "product_data": {"name": item.name},
                            },
                        }
                        for item in request.items
                    ],
                    "payment_intent_data": {
                        "description": request.description,
                        "metadata": {"payment_id": request.reference},
                    },
                    "metadata": {"payment_id": request.reference},
                    "success_url": request.success_url,
                    "cancel_url": request.cancel_url,
                    "expires_at": int(request.expires_at.timestamp()),
                },
                {"idempotency_key": request.key},
            )
        )
        return _page(session)

    def get_page(self, session_id: str) -> Page:
        """Retrieve a Checkout Session."""
        return _page(_call(lambda: self._client.v1.checkout.sessions.retrieve(session_id)))

    def close_page(self, session_id: str) -> Page:
        """Expire a Checkout Session; one that is no longer open is only looked at."""
        try:
            return _page(_call(lambda: self._client.v1.checkout.sessions.expire(session_id)))
        except ProviderRefused:
            page = self.get_page(session_id)
            if page.state is PageState.OPEN:
                raise
            return page

    def refund(self, request: RefundRequest) -> RefundTruth:
        """Refund a part of a PaymentIntent."""
        refund = _call(
            lambda: self._client.v1.refunds.create(
                {
                    "payment_intent": request.intent_id,
                    "amount": request.amount.amount_minor,
                    "metadata": {"refund_id": request.reference},
                },
                {"idempotency_key": request.key},
            )
        )
        return _refund(refund)

    def get_refund(self, refund_id: str) -> RefundTruth:
        """Retrieve a refund."""
        return _refund(_call(lambda: self._client.v1.refunds.retrieve(refund_id)))

    def list_payments(self, *, since: datetime, until: datetime) -> list[Booked]:
        """List Checkout Sessions with their charges, by the time they were created."""
        params: SessionListParams = {
            "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())},
            "limit": _PAGE_ROWS,
            "expand": [f"data.{_MONEY}"],
        }
        return _call(
            lambda: [_booked(each) for each in self._client.v1.checkout.sessions.list(params).auto_paging_iter()]
        )

    def get_payment(self, session_id: str) -> Booked:
        """Retrieve a Checkout Session with its charge."""
        return _booked(_call(lambda: self._client.v1.checkout.sessions.retrieve(session_id, {"expand": [_MONEY]})))

    def list_refunds(
        self, *, since: datetime | None = None, until: datetime | None = None, intent_id: str = ""
    ) -> list[BookedRefund]:
        """List refunds by the time they were created, or those of a PaymentIntent."""
        params: RefundListParams = {"limit": _PAGE_ROWS}
        if since is not None and until is not None:
            params["created"] = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        if intent_id:
            params["payment_intent"] = intent_id
        return _call(lambda: [_booked_refund(each) for each in self._client.v1.refunds.list(params).auto_paging_iter()])

    def read_event(self, *, body: bytes, signature: str) -> Event:
        """Verify the `Stripe-Signature` header with any of the shop's secrets: two are good while one is exchanged."""
        for secret in self._webhook_secrets:
            try:
                stripe.WebhookSignature.verify_header(
                    body.decode(), signature, secret, stripe.Webhook.DEFAULT_TOLERANCE
                )
            except (stripe.SignatureVerificationError, ValueError):
                continue
            return _event(body)
        raise SignatureWrong(gettext("This message does not carry a current signature of the payment provider."))


def from_settings() -> StripeGateway:
    """The gateway that the settings describe; one for each process."""
    return _gateway(
        settings.STRIPE_SECRET_KEY,
        settings.STRIPE_API_BASE,
        settings.STRIPE_TIMEOUT_SECONDS,
        tuple(settings.STRIPE_WEBHOOK_SECRETS),
    )


@cache
def _gateway(secret_key: str, api_base: str, timeout_seconds: float, webhook_secrets: tuple[str, ...]) -> StripeGateway:
    return StripeGateway(
        secret_key=secret_key, api_base=api_base, timeout_seconds=timeout_seconds, webhook_secrets=webhook_secrets
    )


def _call(request: Callable[[], _Result]) -> _Result:
    """Run one call; a lost connection, 409, 429 and 5xx may be repeated, everything else is refused for good."""
    try:
        return request()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderBusy(f"Stripe does not answer: {error}") from error
    except stripe.StripeError as error:
        status = error.http_status or 500
        if status >= 500 or status == 409:
            raise ProviderBusy(f"Stripe answers {status}: {error}") from error
        raise ProviderRefused(f"Stripe refused: {error}", code=error.code or "") from error


def _page(session: Session) -> Page:
    currency = (session.currency or "").upper()
    paid = session.status == "complete" and session.payment_status == "paid"
    if session.status == "complete":
        state = PageState.PAID if paid else PageState.PROCESSING
    else:
        state = PageState.EXPIRED if session.status == "expired" else PageState.OPEN
    intent = session.payment_intent
    return Page(
        session_id=session.id,
        state=state,
        url=session.url or "",
        intent_id=intent if isinstance(intent, str) else intent.id if intent else "",
        captured=Money(session.amount_total or 0 if paid else 0, currency),
        reference=session.client_reference_id or "",
    )


def _refund(refund: stripe.Refund) -> RefundTruth:
    return RefundTruth(
        refund_id=refund.id,
        state=_REFUND_STATES.get(refund.status or "", RefundOutcome.PENDING),
        failure=getattr(refund, "failure_reason", None) or "",  # only there where it failed
    )


def _booked(session: Session) -> Booked:
    """The session's page and the money of its charge; without a charge nothing has come."""
    page = _page(session)
    intent = session.payment_intent
    charge = None if intent is None or isinstance(intent, str) else intent.latest_charge
    if charge is None or isinstance(charge, str):
        nothing = Money(0, page.captured.currency)
        return Booked(page=page, captured=nothing, refunded=nothing)
    currency = charge.currency.upper()
    return Booked(
        page=page,
        captured=Money(charge.amount_captured, currency),
        refunded=Money(charge.amount_refunded, currency),
    )


def _booked_refund(refund: stripe.Refund) -> BookedRefund:
    intent = refund.payment_intent
    return BookedRefund(
        refund_id=refund.id,
        intent_id=intent if isinstance(intent, str) else intent.id if intent else "",
        amount=Money(refund.amount, refund.currency.upper()),
        state=_REFUND_STATES.get(refund.status or "", RefundOutcome.PENDING),
    )


def _event(body: bytes) -> Event:
    try:
        payload = json.loads(body)
        return Event(
            event_id=str(payload["id"]),
            type=str(payload["type"]),
            object_id=str(payload["data"]["object"].get("id", "")),
            payload=payload,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SignatureWrong(gettext("This message is signed, but it is not an event.")) from None
