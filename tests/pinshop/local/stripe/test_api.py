import threading
import time
from typing import Any

import httpx
import pytest
import stripe

from tests.pinshop.local.stripe.conftest import Shop, line
from tests.pinshop.local.stripe.declared import list_problems


def post(shop: Shop, path: str, form: dict[str, Any], **headers: str) -> httpx.Response:
    return shop.browser.post(
        f"{shop.server.url}{path}", data=form, headers={"Authorization": "Bearer sk_test_1", **headers}
    )


def pay_intent(shop: Shop, payment_method: str = "pm_card_visa", amount: int = 1_000) -> stripe.PaymentIntent:
    return shop.client.v1.payment_intents.create(
        {"amount": amount, "currency": "eur", "payment_method": payment_method, "confirm": True}
    )


def test_intent_is_created_confirmed_and_listed(shop: Shop):
    intents = shop.client.v1.payment_intents
    intent = intents.create(
        {
            "amount": 2_599,
            "currency": "eur",
            "automatic_payment_methods": {"enabled": True},
            "metadata": {"order": "9"},
        }
    )
    assert list_problems(intent) == []
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)

    paid = intents.confirm(intent.id, {"payment_method": "pm_card_visa", "expand": ["latest_charge"]})
    assert list_problems(paid) == []
    assert (paid.status, paid.amount_received) == ("succeeded", 2_599)
    charge = shop.client.v1.charges.retrieve(paid.latest_charge.id)
    assert list_problems(charge) == []
    assert (charge.paid, charge.captured, charge.payment_intent) == (True, True, intent.id)
    assert intents.list({"limit": 1}).data[0].id == intent.id
    assert shop.wait_for("payment_intent.succeeded", intent.id).data.object["amount_received"] == 2_599


def test_declined_confirmation_is_a_card_error_that_stays_on_record(shop: Shop):
    with pytest.raises(stripe.CardError, match="insufficient funds") as declined:
        pay_intent(shop, "pm_card_visa_chargeDeclinedInsufficientFunds")

    error = declined.value.error
    assert (declined.value.http_status, error.code, error.decline_code) == (
        402,
        "card_declined",
        "insufficient_funds",
    )
    kept = shop.client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert (kept.status, kept.last_payment_error.charge) == ("requires_payment_method", error.charge)
    assert shop.client.v1.charges.retrieve(error.charge).outcome.reason == "insufficient_funds"


def test_authentication_of_an_intent_returns_to_its_return_url(shop: Shop):
    intent = shop.client.v1.payment_intents.create(
        {
            "amount": 900,
            "currency": "eur",
            "payment_method": "pm_card_threeDSecure2Required",
            "confirm": True,
            "return_url": "http://127.0.0.1:1/back?a=1",
        }
    )
    assert list_problems(intent) == []
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")

    answer = shop.browser.post(intent.next_action.redirect_to_url.url, data={"answer": "pass"})

    assert (
        answer.headers["location"]
        == f"http://127.0.0.1:1/back?a=1&payment_intent={intent.id}&redirect_status=succeeded"
    )
    assert shop.client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_intent_is_cancelled_once_and_never_when_paid(shop: Shop):
    intents = shop.client.v1.payment_intents
    intent = intents.create({"amount": 900, "currency": "eur"})
    gone = intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert list_problems(gone) == []
    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")

    for impossible in (gone, pay_intent(shop)):
        with pytest.raises(stripe.InvalidRequestError, match="You cannot cancel this PaymentIntent because") as refused:
            intents.cancel(impossible.id)
        assert refused.value.code == "payment_intent_unexpected_state"


def test_intent_of_a_checkout_session_is_left_to_checkout(shop: Shop):
    session = shop.open_session()
    shop.pay(session, "4000000000000002")
    intent = shop.client.v1.checkout.sessions.retrieve(session.id).payment_intent

    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session instead"):
        shop.client.v1.payment_intents.cancel(intent)
    shop.client.v1.checkout.sessions.expire(session.id)
    assert shop.client.v1.payment_intents.retrieve(intent).status == "canceled"


def test_refunds_add_up_to_what_was_captured_and_no_more(shop: Shop):
    intent = pay_intent(shop, amount=1_000)
    refunds = shop.client.v1.refunds
    part = refunds.create(
        {
            "payment_intent": intent.id,
            "amount": 400,
            "reason": "requested_by_customer",
            "metadata": {"why": "late"},
        }
    )
    assert list_problems(part) == []
    assert (part.amount, part.status, part.charge, part.metadata["why"]) == (
        400,
        "succeeded",
        intent.latest_charge,
        "late",
    )

    with pytest.raises(stripe.InvalidRequestError) as too_much:
        refunds.create({"payment_intent": intent.id, "amount": 601})
    assert too_much.value.user_message == "Refund amount (€6.01) is greater than unrefunded amount on charge (€6.00)"
    assert shop.client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 400

    rest = refunds.create({"charge": intent.latest_charge})
    assert rest.amount == 600
    charge = shop.client.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (1_000, True)
    with pytest.raises(stripe.InvalidRequestError, match="has already been refunded") as again:
        refunds.create({"charge": intent.latest_charge})
    assert again.value.code == "charge_already_refunded"
    assert [each.id for each in refunds.list({"payment_intent": intent.id}).data] == [rest.id, part.id]
    assert refunds.retrieve(part.id).amount == 400
    assert shop.wait_for("refund.created", part.id).data.object["amount"] == 400
    refunded = shop.wait_for("charge.refunded", intent.latest_charge)
    assert refunded.data.previous_attributes["amount_refunded"] in {0, 400}


def test_parallel_refunds_never_pass_the_captured_amount(shop: Shop):
    intent = pay_intent(shop, amount=1_000)
    results: list[str] = []

    def refund() -> None:
        answer = post(shop, "/v1/refunds", {"payment_intent": intent.id, "amount": "300"})
        results.append("refunded" if answer.status_code == 200 else answer.json()["error"]["type"])

    threads = [threading.Thread(target=refund) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["invalid_request_error"] * 3 + ["refunded"] * 3
    assert shop.client.v1.charges.retrieve(intent.latest_charge).amount_refunded == 900


def test_unpaid_intent_cannot_be_refunded(shop: Shop):
    intent = shop.client.v1.payment_intents.create({"amount": 900, "currency": "eur"})

    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge to refund"):
        shop.client.v1.refunds.create({"payment_intent": intent.id})


@pytest.mark.parametrize(
    ("payment_method", "first", "last", "left_refunded"),
    [
        ("pm_card_pendingRefund", "pending", "succeeded", 500),
        ("pm_card_refundFail", "succeeded", "failed", 0),
    ],
)
def test_late_refund_answer_comes_as_an_update(
    shop: Shop, payment_method: str, first: str, last: str, left_refunded: int
):
    intent = pay_intent(shop, payment_method)
    refund = shop.client.v1.refunds.create({"payment_intent": intent.id, "amount": 500})
    assert refund.status == first

    updated = shop.wait_for("refund.updated", refund.id)

    assert (updated.data.object["status"], updated.data.previous_attributes["status"]) == (last, first)
    later = shop.client.v1.refunds.retrieve(refund.id)
    assert (later.status, list_problems(later)) == (last, [])
    assert shop.client.v1.charges.retrieve(intent.latest_charge).amount_refunded == left_refunded


def test_same_key_and_parameters_replay_the_first_answer(shop: Shop):
    form = {"amount": "700", "currency": "eur"}
    first, second = (post(shop, "/v1/payment_intents", form, **{"Idempotency-Key": "replay-1"}) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]
    assert second.headers["idempotency-key"] == "replay-1"


def test_declined_answer_is_replayed_too(shop: Shop):
    form = {
        "amount": "700",
        "currency": "eur",
        "payment_method": "pm_card_visa_chargeDeclined",
        "confirm": "true",
    }
    first, second = (post(shop, "/v1/payment_intents", form, **{"Idempotency-Key": "replay-2"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (402, 402)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


def test_same_key_with_other_parameters_or_endpoint_is_an_idempotency_error(shop: Shop):
    post(shop, "/v1/payment_intents", {"amount": "700", "currency": "eur"}, **{"Idempotency-Key": "other-1"})

    with pytest.raises(stripe.IdempotencyError, match="same parameters they were first used with") as refused:
        shop.client.v1.payment_intents.create({"amount": 701, "currency": "eur"}, {"idempotency_key": "other-1"})
    assert (refused.value.http_status, refused.value.error.type) == (400, "idempotency_error")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        shop.client.v1.checkout.sessions.create({"mode": "payment"}, {"idempotency_key": "other-1"})


def test_concurrent_request_with_the_same_key_is_a_conflict(shop: Shop):
    form = {"amount": "700", "currency": "eur"}
    shop.browser.post(f"{shop.server.url}/sandbox/faults", json={"mode": "slow", "times": 1, "seconds": 0.6})
    answers: list[httpx.Response] = []
    slow = threading.Thread(
        target=lambda: answers.append(post(shop, "/v1/payment_intents", form, **{"Idempotency-Key": "busy-1"}))
    )
    slow.start()
    time.sleep(0.2)
    meanwhile = post(shop, "/v1/payment_intents", form, **{"Idempotency-Key": "busy-1"})
    slow.join()

    assert (meanwhile.status_code, meanwhile.json()["error"]["code"]) == (409, "idempotency_key_in_use")
    assert answers[0].status_code == 200
    after = post(shop, "/v1/payment_intents", form, **{"Idempotency-Key": "busy-1"})
    assert after.json()["id"] == answers[0].json()["id"]


def test_refused_parameters_leave_the_key_free(shop: Shop):
    refused = post(shop, "/v1/payment_intents", {"amount": "ten", "currency": "eur"}, **{"Idempotency-Key": "free-1"})
    assert refused.json()["error"]["code"] == "parameter_invalid_integer"

    assert (
        post(
            shop,
            "/v1/payment_intents",
            {"amount": "1000", "currency": "eur"},
            **{"Idempotency-Key": "free-1"},
        ).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"line_items": [{**line("Pin", 500), "amount": 500}]}, "line_items[0][amount]"),
        (
            {
                "line_items": [
                    line("Pin", 500),
                    {"quantity": 1, "price_data": {**line("Pin", 500)["price_data"], "colour": "red"}},
                ]
            },
            "line_items[1][price_data][colour]",
        ),
        ({"payment_intent_data": {"metadata": {"order": "1"}, "order": "1"}}, "payment_intent_data[order]"),
    ],
)
def test_parameter_that_the_library_does_not_know_is_refused(shop: Shop, changes, param: str):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.open_session(**changes)

    assert (refused.value.code, refused.value.param) == ("parameter_unknown", param)
    assert refused.value.user_message == f"Received unknown parameter: {param}"


def test_value_outside_the_declared_ones_is_refused(shop: Shop):
    with pytest.raises(
        stripe.InvalidRequestError, match="must be one of elements, embedded_page, form, or hosted_page"
    ):
        shop.open_session(ui_mode="hosted")
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: line_items"):
        shop.open_session(
            line_items=[{"quantity": 1, "price_data": {"unit_amount": 500, "product_data": {"name": "Pin"}}}]
        )


def test_list_pages_meet_without_gap_or_overlap(shop: Shop):
    made = [shop.client.v1.payment_intents.create({"amount": 500 + n, "currency": "eur"}).id for n in range(5)]
    intents = shop.client.v1.payment_intents
    first = intents.list({"limit": 2})
    second = intents.list({"limit": 2, "starting_after": first.data[-1].id})
    back = intents.list({"limit": 2, "ending_before": second.data[0].id})

    assert list_problems(first.data[0]) == []
    assert [each.id for each in first.data + second.data] == made[:0:-1]
    assert (first.has_more, second.has_more, back.has_more) == (True, True, False)
    assert [each.id for each in back.data] == [each.id for each in first.data]
    found = [each.id for each, _ in zip(intents.list({"limit": 2}).auto_paging_iter(), range(5), strict=False)]
    assert found == made[::-1]
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_none'"):
        intents.list({"starting_after": "pi_none"})


def test_events_are_listed_by_type_and_time(shop: Shop):
    intent = shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    shop.wait_for("payment_intent.created", intent.id)
    found = shop.client.v1.events.list({"type": "payment_intent.*", "created": {"gte": intent.created}, "limit": 1})

    assert list_problems(found.data[0]) == []
    assert (found.data[0].type, found.data[0].data.object["id"]) == ("payment_intent.created", intent.id)
    assert found.data[0].request.id == intent.last_response.request_id
    same = shop.client.v1.events.retrieve(found.data[0].id)
    assert same.to_dict() == {**found.data[0].to_dict(), "pending_webhooks": same.pending_webhooks}
    assert shop.client.v1.events.list({"created": {"gt": 9_999_999_999}}).data == []


@pytest.mark.parametrize(
    ("key", "message"),
    [("sk_live_1234567890", "Invalid API Key provided: sk_live_"), ("pk_test_1", "Invalid API Key")],
)
def test_key_that_is_not_a_secret_test_key_is_refused(shop: Shop, key: str, message: str):
    client = stripe.StripeClient(key, base_addresses={"api": shop.server.url}, max_network_retries=0)
    with pytest.raises(stripe.AuthenticationError, match=message):
        client.v1.events.list()


def test_request_without_key_is_refused_and_basic_auth_is_accepted(shop: Shop):
    assert shop.browser.get(f"{shop.server.url}/v1/events").status_code == 401
    assert shop.browser.get(f"{shop.server.url}/v1/events", auth=("sk_test_1", "")).status_code == 200


def test_other_api_version_and_unknown_paths_are_refused(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version: 2020-08-27"):
        shop.client.v1.events.list({}, {"stripe_version": "2020-08-27"})
    with pytest.raises(stripe.InvalidRequestError, match=r"Unrecognized request URL \(GET: /v1/customers\)"):
        shop.client.v1.customers.list()
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session: 'cs_none'") as none:
        shop.client.v1.checkout.sessions.retrieve("cs_none")
    assert (none.value.http_status, none.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError, match=r"cannot be expanded \(customer\)"):
        shop.client.v1.payment_intents.list({"expand": ["customer"]})


def test_line_items_are_listed_on_their_own(shop: Shop):
    session = shop.open_session(line_items=[line(f"Pin {n}", 100 + n) for n in range(12)])
    pages = shop.client.v1.checkout.sessions.line_items.list(session.id)

    assert (len(pages.data), pages.has_more) == (10, True)
    assert [item.description for item in pages.auto_paging_iter()] == [f"Pin {n}" for n in range(12)]


def test_webhook_is_retried_until_it_is_taken(shop: Shop):
    shop.receiver.settle()
    shop.receiver.answers.extend([500, 503])
    intent = shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    event = shop.wait_for("payment_intent.created", intent.id)
    attempts = [message for message in shop.receiver.messages if message.json["id"] == event.id]

    assert [message.answered for message in attempts] == [500, 503, 200]
    shop.receiver.wait(lambda _: shop.client.v1.events.retrieve(event.id).pending_webhooks == 0)


def test_event_page_lists_attempts_and_resends(shop: Shop):
    intent = shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    event = shop.wait_for("payment_intent.created", intent.id)
    page = f"{shop.server.url}/events/{event.id}"
    shop.receiver.wait(lambda _: "HTTP 200" in shop.browser.get(page).text)  # written down after it was answered
    assert "payment_intent.created" in shop.browser.get(shop.server.url).text

    assert shop.browser.post(f"{page}/resend").status_code == 302

    shop.receiver.wait(lambda _: len(shop.events(intent.id)) == 2)
    assert [each.id for each in shop.events(intent.id)] == [event.id] * 2


@pytest.mark.parametrize(
    ("mode", "error"),
    [("error500", stripe.APIError), ("garbage", stripe.APIError), ("down", stripe.APIConnectionError)],
)
def test_planned_fault_hits_the_next_request_only(shop: Shop, mode: str, error: type[Exception]):
    shop.browser.post(f"{shop.server.url}/sandbox/faults", json={"mode": mode, "times": 1}).raise_for_status()

    with pytest.raises(error):
        shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"}).status == "requires_payment_method"


def test_duplicated_and_delayed_webhooks_can_be_planned(shop: Shop):
    faults = f"{shop.server.url}/sandbox/faults"
    shop.browser.post(faults, json={"mode": "webhook_duplicate", "times": 1})
    twice = shop.client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    shop.receiver.wait(lambda _: len(shop.events(twice.id)) == 2)
    assert len({event.id for event in shop.events(twice.id)}) == 1

    shop.browser.post(faults, json={"mode": "webhook_out_of_order", "times": 1})
    intent = pay_intent(shop)
    shop.receiver.wait(lambda _: len(shop.events(intent.id)) == 2)
    assert [event.type for event in shop.events(intent.id)] == [
        "payment_intent.succeeded",
        "payment_intent.created",
    ]
    assert shop.browser.post(faults, json={"mode": "meteor"}).status_code == 422
