import time

import httpx
import pytest
import stripe

from pinshop.local.serving import running
from tests.pinshop.local.stripe.conftest import DECLINED, EXPIRED, GOOD, NO_FUNDS, SECURE, Shop, line
from tests.pinshop.local.stripe.declared import list_problems


def test_session_is_created_as_the_library_declares_it(shop: Shop):
    session = shop.open_session()

    assert list_problems(session) == []
    assert (session.status, session.payment_status, session.mode) == ("open", "unpaid", "payment")
    assert (session.amount_total, session.currency) == (100 * 184 + 7_000, "eur")
    assert session.payment_intent is None
    assert session.expires_at - session.created == 24 * 60 * 60
    assert session.url == f"{shop.server.url}/c/pay/{session.id}"
    assert session.metadata.to_dict() == {"order": "17"}


def test_payment_page_says_test_and_shows_lines_and_total(shop: Shop):
    session = shop.open_session()
    page = shop.browser.get(session.url)

    assert page.status_code == 200
    assert "<strong>TEST</strong>" in page.text
    assert "Soft enamel pin, 25 mm" in page.text
    assert "100 × €1.84" in page.text
    assert "€184.00" in page.text
    assert page.text.count("€254.00") == 4
    assert 'value="ada@example.com"' in page.text
    assert "<script" not in page.text
    assert " style=" not in page.text
    assert page.headers["content-security-policy"].endswith("form-action 'self' http://127.0.0.1:1")


def test_paying_completes_the_session_and_returns_to_the_shop(shop: Shop):
    session = shop.open_session()
    answer = shop.pay(session)

    assert answer.status_code == 302
    assert answer.headers["location"] == f"http://127.0.0.1:1/done?session={session.id}"
    paid = shop.client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert list_problems(paid) == []
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (paid.customer_details.email, paid.customer_details.name) == ("ada@example.com", "Ada L.")
    intent = paid.payment_intent
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 25_400, 25_400)
    assert (intent.metadata["order"], intent.description) == ("17", "Order 17")
    charge = intent.latest_charge
    assert (charge.status, charge.amount_captured, charge.refunded) == ("succeeded", 25_400, False)
    assert charge.payment_method_details.card.last4 == "4242"
    assert [(item.description, item.quantity, item.amount_total) for item in paid.line_items.data] == [
        ("Soft enamel pin, 25 mm", 100, 18_400),
        ("Die fee", 1, 7_000),
    ]


def test_paying_sends_signed_events_once_each_in_stripes_order(shop: Shop):
    session = shop.open_session()
    shop.pay(session)
    completed = shop.wait_for("checkout.session.completed", session.id)

    assert list_problems(completed) == []
    assert completed.data.object["payment_status"] == "paid"
    intent = completed.data.object["payment_intent"]
    succeeded = shop.wait_for("payment_intent.succeeded", intent)
    shop.wait_for("charge.succeeded", succeeded.data.object["latest_charge"])
    assert [event.type for event in shop.events(session.id)] == ["checkout.session.completed"]
    assert sorted(event.type for event in shop.events(intent)) == [
        "payment_intent.created",
        "payment_intent.succeeded",
    ]


def test_signature_with_another_secret_is_refused_by_the_library(shop: Shop):
    session = shop.open_session()
    shop.pay(session)
    shop.wait_for("checkout.session.completed", session.id)
    message = shop.receiver.accepted()[-1]

    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(message.body, message.headers["stripe-signature"], "whsec_other")


@pytest.mark.parametrize(
    ("number", "code", "decline_code", "sentence"),
    [
        (DECLINED, "card_declined", "generic_decline", "Your card was declined."),
        (NO_FUNDS, "card_declined", "insufficient_funds", "Your card has insufficient funds."),
        (EXPIRED, "expired_card", "expired_card", "Your card has expired."),
    ],
)
def test_decline_is_shown_and_the_session_stays_open(
    shop: Shop, number: str, code: str, decline_code: str, sentence: str
):
    session = shop.open_session()
    answer = shop.pay(session, number)

    assert answer.status_code == 402
    assert f'role="alert">{sentence}</p>' in answer.text
    assert f'value="{number}"' in answer.text
    open_still = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert list_problems(open_still) == []
    assert (open_still.status, open_still.payment_status) == ("open", "unpaid")
    error = open_still.payment_intent.last_payment_error
    assert (error.code, error.decline_code, error.message) == (code, decline_code, sentence)
    assert open_still.payment_intent.latest_charge.status == "failed"
    assert shop.wait_for("payment_intent.payment_failed", open_still.payment_intent.id)


def test_second_card_after_a_decline_pays_the_same_intent(shop: Shop):
    session = shop.open_session()
    shop.pay(session, DECLINED)
    first = shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent
    shop.pay(session, GOOD)
    paid = shop.client.v1.checkout.sessions.retrieve(session.id)

    assert paid.payment_intent == first
    assert (paid.status, paid.payment_status) == ("complete", "paid")


def test_challenge_passed_completes_the_payment(shop: Shop):
    session = shop.open_session()
    challenge = shop.pay(session, SECURE)
    assert challenge.status_code == 302
    waiting = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert list_problems(waiting) == []
    assert waiting.payment_intent.status == "requires_action"
    assert challenge.headers["location"] == f"{shop.server.url}/authenticate/{waiting.payment_intent.id}"
    page = shop.browser.get(challenge.headers["location"])
    assert "€254.00" in page.text

    answer = shop.browser.post(challenge.headers["location"], data={"answer": "pass"})

    assert answer.headers["location"] == f"http://127.0.0.1:1/done?session={session.id}"
    paid = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert list_problems(paid) == []
    assert paid.payment_status == "paid"
    assert paid.payment_intent.latest_charge.payment_method_details.card.three_d_secure.result == "authenticated"


def test_challenge_failed_returns_to_the_payment_page_with_the_reason(shop: Shop):
    session = shop.open_session()
    challenge = shop.pay(session, SECURE)
    answer = shop.browser.post(challenge.headers["location"], data={"answer": "fail"}, follow_redirects=True)

    assert str(answer.url) == session.url
    assert "We are unable to authenticate your payment method." in answer.text
    assert f'action="/c/pay/{session.id}"' in answer.text
    failed = shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert list_problems(failed) == []
    assert (failed.status, failed.payment_intent.status) == ("open", "requires_payment_method")
    assert failed.payment_intent.last_payment_error.code == "payment_intent_authentication_failure"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "4242424242424241", "Your card number is invalid."),
        ("number", "4111111111111111", "but used a non test card."),
        ("expiry", "01 / 20", "Your card&#x27;s expiration date is in the past."),
        ("expiry", "13 / 34", "Your card&#x27;s expiration date is incomplete"),
        ("cvc", "12", "Your card&#x27;s security code is incomplete"),
        ("email", "ada", "Your email is incomplete"),
        ("name", " ", "Write the name on the card."),
    ],
)
def test_wrong_entry_is_named_beside_its_field_and_charges_nothing(shop: Shop, field: str, value: str, sentence: str):
    session = shop.open_session()
    answer = shop.pay(session, **{"number": GOOD, field: value})

    assert answer.status_code == 402
    assert f'id="{field}-error"' in answer.text
    assert sentence in answer.text
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent is None


def test_paying_twice_charges_once(shop: Shop):
    session = shop.open_session()
    answers = [shop.pay(session) for _ in range(2)]

    assert [answer.headers["location"] for answer in answers] == [f"http://127.0.0.1:1/done?session={session.id}"] * 2
    intent = shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent
    assert len(shop.client.v1.charges.list({"payment_intent": intent}).data) == 1


def test_expired_session_cannot_be_paid_and_tells_the_shop(shop: Shop):
    session = shop.open_session()
    expired = shop.client.v1.checkout.sessions.expire(session.id)
    assert list_problems(expired) == []
    assert (expired.status, expired.url) == ("expired", None)
    assert shop.wait_for("checkout.session.expired", session.id)

    page = shop.pay(session)
    assert page.status_code == 410
    assert "This payment page has expired." in page.text
    with pytest.raises(stripe.InvalidRequestError, match="has a status of expired"):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_session_expires_by_itself_when_its_time_has_come(shop: Shop):
    session = shop.open_session(expires_at=int(time.time()) + 31 * 60)
    httpx.post(f"{shop.server.url}/sandbox/clock", json={"seconds": 31 * 60 + 1}, trust_env=False).raise_for_status()

    assert shop.wait_for("checkout.session.expired", session.id).data.object["status"] == "expired"
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_yen_have_no_minor_unit(shop: Shop):
    session = shop.open_session(line_items=[line("ピンバッジ", 1_250, 3, currency="jpy")])

    assert (session.amount_total, session.currency) == (3_750, "jpy")
    assert "¥3,750" in shop.browser.get(session.url).text
    with pytest.raises(stripe.InvalidRequestError, match="at least ¥50 jpy") as refused:
        shop.open_session(line_items=[line("ピンバッジ", 49, currency="jpy")])
    assert refused.value.code == "amount_too_small"


@pytest.mark.parametrize(
    ("changes", "param", "message"),
    [
        ({"expires_at": 1_000}, "expires_at", "at least 30 minutes"),
        ({"expires_at": 4_000_000_000}, "expires_at", "less than 24 hours"),
        ({"success_url": "/done"}, "success_url", "Not a valid URL"),
        ({"line_items": []}, "line_items", "Missing required param"),
        ({"line_items": [line("Pin", -1)]}, "line_items[0][price_data][unit_amount]", "non-negative"),
        ({"line_items": [line("Pin", 500), line("Pin", 500, currency="usd")]}, "line_items", "same currency"),
        ({"mode": "subscription"}, "mode", "does not do any mode but payment"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax", "does not do"),
        (
            {"discounts": [{"coupon": "TEN"}]},
            "discounts.coupon",
            "does not do the parameter discounts.coupon",
        ),
    ],
)
def test_session_that_stripe_or_the_sandbox_would_not_open_is_refused(shop: Shop, changes, param: str, message: str):
    with pytest.raises(stripe.InvalidRequestError, match=message) as refused:
        shop.open_session(**changes)
    assert refused.value.param == param


def test_sandbox_keeps_sessions_and_keys_over_a_restart(tmp_path):
    params = {"mode": "payment", "success_url": "http://127.0.0.1:1/done", "line_items": [line("Pin", 500)]}
    with running("stripe", state=tmp_path) as server:
        client = stripe.StripeClient("sk_test_1", base_addresses={"api": server.url})
        session = client.v1.checkout.sessions.create(params, {"idempotency_key": "kept"})
    with running("stripe", state=tmp_path) as server:
        client = stripe.StripeClient("sk_test_1", base_addresses={"api": server.url})
        assert client.v1.checkout.sessions.create(params, {"idempotency_key": "kept"}).id == session.id
        form = {"email": "ada@example.com", "number": GOOD, "expiry": "12/34", "cvc": "123", "name": "Ada L."}
        httpx.post(f"{server.url}/c/pay/{session.id}", data=form, trust_env=False)

        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
