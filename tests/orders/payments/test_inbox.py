"""Messages of the provider: verified, stored once, in any order, and only ever a reason to ask."""

import json
import threading
import time

import pytest
import stripe
from django.db import connection
from django.test import Client
from django.utils import timezone

from orders.models import Order
from orders.payments.models import InboundEvent, Payment
from orders.payments.services import inbox, sessions, settlement
from pinshop.core import outbox
from pinshop.core.models import AuditEntry, OutboxMessage
from tests.orders.payments.conftest import SECRET, Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


def sign(body: bytes, *, secret: str = SECRET, age_seconds: int = 0) -> str:
    at = int(time.time()) - age_seconds
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)
    return f"t={at},v1={signature}"


def event(object_id: str, *, event_id: str = "evt_1", kind: str = "checkout.session.completed") -> bytes:
    found = {"id": event_id, "object": "event", "type": kind, "data": {"object": {"id": object_id}}}
    return json.dumps(found).encode()


def post(client: Client, body: bytes, signature: str) -> int:
    response = client.post(
        "/hooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    return response.status_code


def test_sandboxs_own_message_settles_the_payment(sandbox: Sandbox, order: Order, client: Client) -> None:
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    message = sandbox.wait_for("checkout.session.completed", payment.session_id)
    for _ in range(2):
        assert post(client, message.body, message.headers["stripe-signature"]) == 200
    assert InboundEvent.objects.count() == 1
    outbox.drain(now=timezone.now())
    assert Payment.objects.get().state == "succeeded"
    assert InboundEvent.objects.get().note == f"payment {payment.pk} is succeeded"
    assert OutboxMessage.objects.filter(topic=settlement.PAID_TOPIC).count() == 1


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=1,v1=00",
        sign(event("cs_1"), secret="whsec_somebody_elses"),
        sign(event("cs_2")),
        sign(event("cs_1"), age_seconds=600),
    ],
    ids=["none", "nonsense", "other secret", "other body", "old"],
)
def test_message_without_a_current_signature_is_refused(sandbox: Sandbox, client: Client, signature: str) -> None:
    assert post(client, event("cs_1"), signature) == 400
    assert InboundEvent.objects.count() == 0


def test_secret_before_the_last_exchange_is_still_good(sandbox: Sandbox, client: Client) -> None:
    body = event("cs_1")
    assert post(client, body, sign(body, secret="whsec_the_one_before")) == 200


@pytest.mark.parametrize("event_id", ["e" * 256, "", "evt_\x00"])
def test_signed_message_whose_id_cannot_be_kept_is_a_problem_and_not_stored(
    sandbox: Sandbox, client: Client, event_id: str
) -> None:
    body = event("cs_1", event_id=event_id)
    response = client.post(
        "/hooks/stripe/", body, content_type="application/json", headers={"Stripe-Signature": sign(body)}
    )
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["type"] == "message_id_invalid"
    assert f"has {len(event_id)} characters. Send an id of 1 to 255" in response.json()["detail"]
    assert InboundEvent.objects.count() == 0


def test_longest_id_is_kept_whole_and_what_cannot_be_ours_is_nothing_of_ours(sandbox: Sandbox, client: Client) -> None:
    body = event("c" * 256, event_id="e" * 255, kind="k" * 101)
    assert post(client, body, sign(body)) == 200
    outbox.drain(now=timezone.now())
    kept = InboundEvent.objects.get()
    assert (len(kept.event_id), len(kept.type), kept.note) == (255, 100, "about nothing of ours")


def test_message_about_an_unknown_order_is_kept_and_noted(sandbox: Sandbox, client: Client) -> None:
    body = event("cs_of_another_shop")
    assert post(client, body, sign(body)) == 200
    outbox.drain(now=timezone.now())
    assert InboundEvent.objects.get().note == "about nothing of ours"


def test_messages_out_of_order_end_in_the_truth(sandbox: Sandbox, order: Order, client: Client) -> None:
    """The message that the page expired arrives after the one that it was paid, and the other way round."""
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    kinds = ("checkout.session.expired", "checkout.session.completed", "checkout.session.expired")
    for number, kind in enumerate(kinds):
        body = event(payment.session_id, event_id=f"evt_{number}", kind=kind)
        assert post(client, body, sign(body)) == 200
        outbox.drain(now=timezone.now())
    assert Payment.objects.get().state == "succeeded"
    assert AuditEntry.objects.filter(action="order.paid").count() == 1


def test_one_message_in_24_threads_is_stored_once_and_answered_24_times(sandbox: Sandbox) -> None:
    body = event("cs_of_another_shop")
    signature, barrier, answers = sign(body), threading.Barrier(24), []

    def run() -> None:
        barrier.wait()
        try:
            answers.append(post(Client(), body, signature))
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(24)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert answers == [200] * 24
    assert InboundEvent.objects.count() == 1
    assert OutboxMessage.objects.filter(topic=inbox.TOPIC).count() == 1


def test_page_whose_id_we_never_wrote_down_is_found_by_our_own_id(
    sandbox: Sandbox, order: Order, client: Client
) -> None:
    """Our process died between opening the page and storing its id."""
    payment = sessions.open(order_id=order.pk, now=timezone.now())
    sandbox.pay(payment)
    Payment.objects.update(state="created", session_id="", page_url="")
    message = sandbox.wait_for("checkout.session.completed", payment.session_id)
    assert post(client, message.body, message.headers["stripe-signature"]) == 200
    outbox.drain(now=timezone.now())
    assert Payment.objects.get().state == "succeeded"
