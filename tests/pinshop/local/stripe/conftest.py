from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import stripe

from pinshop.local.serving import Running, running
from tests.pinshop.local.receiver import Receiver, receiving

SECRET = "whsec_for_the_tests"
GOOD, DECLINED, NO_FUNDS, EXPIRED = (
    "4242424242424242",
    "4000000000000002",
    "4000000000009995",
    "4000000000000069",
)
SECURE = "4000000000003220"


@dataclass(frozen=True)
class Shop:
    """What a shop has: the client, its webhook endpoint, and (as the customer) a browser without scripts."""

    client: stripe.StripeClient
    receiver: Receiver
    server: Running
    browser: httpx.Client = field(repr=False)

    def open_session(self, **changes: Any) -> stripe.checkout.Session:
        """A new session with the usual basket, changed."""
        params = {
            "mode": "payment",
            "success_url": "http://127.0.0.1:1/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:1/basket",
            "client_reference_id": "order-17",
            "customer_email": "ada@example.com",
            "metadata": {"order": "17"},
            "payment_intent_data": {"metadata": {"order": "17"}, "description": "Order 17"},
            "line_items": [line("Soft enamel pin, 25 mm", 184, 100), line("Die fee", 7_000)],
        }
        return self.client.v1.checkout.sessions.create({**params, **changes})

    def pay(self, session: stripe.checkout.Session, number: str = GOOD, **changes: str) -> httpx.Response:
        """Sends the payment page's form."""
        form = {
            "email": "ada@example.com",
            "number": number,
            "expiry": "12 / 34",
            "cvc": "123",
            "name": "Ada L.",
        }
        return self.browser.post(session.url, data={**form, **changes})

    def events(self, about: str) -> list[stripe.Event]:
        """The verified events whose object has this id, in order of arrival."""
        return [event for event in map(self.verify, self.receiver.accepted()) if event.data.object["id"] == about]

    def wait_for(self, kind: str, about: str) -> stripe.Event:
        """The event of this type about this object, once it came."""

        def came(_messages: object) -> bool:
            return any(event.type == kind for event in self.events(about))

        self.receiver.wait(came)
        return next(event for event in self.events(about) if event.type == kind)

    @staticmethod
    def verify(message: Any) -> stripe.Event:
        """The event in a message, its signature checked."""
        return stripe.Webhook.construct_event(message.body, message.headers["stripe-signature"], SECRET)


def line(name: str, unit_amount: int, quantity: int = 1, currency: str = "eur") -> dict[str, Any]:
    return {
        "quantity": quantity,
        "price_data": {"currency": currency, "unit_amount": unit_amount, "product_data": {"name": name}},
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    state = tmp_path_factory.mktemp("stripe")
    with receiving() as receiver:
        options = [
            "--webhook-url",
            receiver.url,
            "--webhook-secret",
            SECRET,
            "--retry-seconds",
            "0.1",
            "--refund-seconds",
            "0.3",
        ]
        with running("stripe", *options, state=state) as server, httpx.Client(trust_env=False) as browser:
            client = stripe.StripeClient("sk_test_123", base_addresses={"api": server.url}, max_network_retries=0)
            yield Shop(client, receiver, server, browser)
