"""The shop's gateway against localstripe, an independent imitation of Stripe: refunds of PaymentIntents, webhook signatures.

localstripe has no Checkout Sessions; those are proven against the sandbox in tests/orders/payments.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

import httpx
import pytest
import stripe

from orders.payments.gateway import ProviderRefused, RefundOutcome, RefundRequest, SignatureWrong
from orders.payments.stripe_gateway import StripeGateway
from pinshop.core.money import Money
from pinshop.local.ports import find_free
from tests.pinshop.local.receiver import Receiver, receiving

SECRET = "whsec_of_localstripe"
# On this machine only, and without the file in /tmp that localstripe's own command keeps its data in.
LAUNCH = """
import sys
from aiohttp import web
from localstripe import resources, server
type(resources.store).dump_to_disk = lambda self: None
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]))
"""


@dataclass(frozen=True)
class Peer:
    """localstripe, the gateway that talks to it, and what it told the shop."""

    gateway: StripeGateway
    client: stripe.StripeClient
    receiver: Receiver

    def pay(self, minor: int) -> str:
        """A PaymentIntent that a customer has paid by card."""
        card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
        method = self.client.v1.payment_methods.create({"type": "card", "card": card})
        intent = self.client.v1.payment_intents.create(
            {"amount": minor, "currency": "usd", "payment_method": method.id}
        )
        return self.client.v1.payment_intents.confirm(intent.id).id


@contextmanager
def _serving(url: str, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with process:
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and not _answers(url):
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def _answers(url: str) -> bool:
    try:
        httpx.get(url, trust_env=False, timeout=1)
    except httpx.HTTPError:
        return False
    return True


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    port = find_free()
    url = f"http://127.0.0.1:{port}"
    with receiving() as receiver, _serving(url, port):
        hook = {"url": receiver.url, "secret": SECRET}
        httpx.post(f"{url}/_config/webhooks/shop", json=hook, trust_env=False).raise_for_status()
        yield Peer(
            gateway=StripeGateway(
                secret_key="sk_test_12345", api_base=url, timeout_seconds=5, webhook_secrets=("whsec_old", SECRET)
            ),
            client=stripe.StripeClient("sk_test_12345", base_addresses={"api": url}),
            receiver=receiver,
        )


def refund_of(intent_id: str, minor: int) -> RefundRequest:
    return RefundRequest(intent_id=intent_id, amount=Money(minor, "USD"), reference=str(uuid4()), key=str(uuid4()))


def test_part_of_a_payment_is_refunded_and_read_back(peer: Peer) -> None:
    intent_id = peer.pay(2900)
    truth = peer.gateway.refund(refund_of(intent_id, 1000))
    assert (truth.state, truth.failure) == (RefundOutcome.SUCCEEDED, "")
    assert peer.gateway.get_refund(truth.refund_id) == truth
    intent = peer.client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
    assert intent.latest_charge.amount_refunded == 1000


def test_refund_of_an_unknown_payment_is_refused_for_good(peer: Peer) -> None:
    with pytest.raises(ProviderRefused):
        peer.gateway.refund(refund_of("pi_nobody_knows", 100))


def test_message_is_read_by_its_signature_and_refused_with_one_byte_changed(peer: Peer) -> None:
    intent_id = peer.pay(1700)
    messages = peer.receiver.wait(
        lambda found: any(message.json["data"]["object"]["id"] == intent_id for message in found)
    )
    message = next(found for found in messages if found.json["data"]["object"]["id"] == intent_id)
    signature = message.headers["stripe-signature"]
    event = peer.gateway.read_event(body=message.body, signature=signature)
    assert (event.type, event.object_id) == ("payment_intent.succeeded", intent_id)
    with pytest.raises(SignatureWrong):
        peer.gateway.read_event(body=message.body.replace(b"1700", b"1701"), signature=signature)
