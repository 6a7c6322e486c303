"""Quotes and orders in the API, paid at the Stripe sandbox."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from catalog.models import PinVariant, Stock
from designs.models import Design
from orders.models import Order, OrderLine, Quote
from orders.payments.models import Payment
from orders.payments.services import giftcards, settlement
from orders.selectors import cancellation
from orders.services import lines, seeds, tries
from pinshop.accounts import owners
from pinshop.core import files, outbox
from pinshop.core.actors import SYSTEM
from pinshop.core.models import IdempotencyKey
from pinshop.core.money import Money
from pinshop.local import ports
from pinshop.webhooks.models import Event
from tests import callers
from tests.callers import Caller
from tests.orders import conftest as shop
from tests.orders.factories import ADDRESS, make_design, make_line, make_order
from tests.orders.payments import conftest as money
from tests.orders.services.test_vouchers import make_voucher

options, destinations, variant, _factory_topic = shop.options, shop.destinations, shop.variant, shop._factory_topic
_sandbox, sandbox = money._sandbox, money.sandbox
pytestmark = pytest.mark.usefixtures("options", "destinations")
CONTACT = {"email": "ada@brass.example", "name": "Ada Lovelace"}
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _provider_is_down(settings: Any) -> None:
    """Unless a test asks for the sandbox, the payment provider does not answer."""
    settings.STRIPE_API_BASE = f"http://127.0.0.1:{ports.find_free()}"


@pytest.fixture
def design(call: Caller, now: datetime) -> Design:
    return make_design(now=now, owner=owners.of_key(call.key))


def _quote(call: Caller, *wanted: dict[str, Any], **changes: Any) -> Any:
    return call("POST", "quotes", {"lines": list(wanted), "country": "GB", **changes})


def _order(variant: PinVariant, quantity: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        "lines": [{"variant_id": str(variant.pk), "quantity": quantity}],
        "contact": CONTACT,
        "address": ADDRESS,
        **changes,
    }


def _shelf(variant: PinVariant) -> tuple[int, int]:
    row = Stock.objects.get(variant=variant)
    return row.on_hand, row.reserved


def test_quote_is_itemised_and_sums_up(call: Caller, design: Design, variant: PinVariant) -> None:
    made = _quote(call, {"design_id": str(design.pk), "quantity": 90}, {"variant_id": str(variant.pk), "quantity": 2})
    assert made.status_code == 201, made.content
    body = made.json()
    assert [line["kind"] for line in body["lines"]] == ["custom", "ready"]
    for line in body["lines"]:
        assert sum(item["amount_minor"] for item in line["items"]) == line["total_minor"]
    assert sum(line["total_minor"] for line in body["lines"]) == body["subtotal_minor"]
    assert body["subtotal_minor"] + body["shipping_minor"] + body["tax_minor"] == body["total_minor"]
    assert (body["lines"][1]["total_minor"], body["lines"][1]["next_break"], body["order_id"]) == (2400, None, None)
    assert body["lines"][0]["next_break"]["quantity"] == 90 + body["lines"][0]["next_break"]["extra_pins"]
    assert call("GET", f"quotes/{body['id']}").json() == body


def test_quote_of_a_line_may_differ_from_its_design(call: Caller, design: Design) -> None:
    wanted = {"design_id": str(design.pk), "quantity": 100}
    plain = _quote(call, wanted).json()
    other = _quote(call, {**wanted, "spec": {"plating": "silver", "packaging": "velvet_case"}}).json()
    assert other["lines"][0]["spec"] == {**plain["lines"][0]["spec"], "plating": "silver", "packaging": "velvet_case"}
    assert other["total_minor"] > plain["total_minor"]
    assert Design.objects.get().spec["plating"] == "gold"


@pytest.mark.parametrize("quantity", [1, 10_000])
def test_quantities_from_one_to_ten_thousand_are_quoted(call: Caller, design: Design, quantity: int) -> None:
    assert _quote(call, {"design_id": str(design.pk), "quantity": quantity}).status_code == 201


def test_all_faults_of_a_quote_are_told_at_once(call: Caller) -> None:
    wanted = [
        {"quantity": 0},
        {"design_id": NOBODY, "variant_id": NOBODY, "quantity": 10_001},
        {"design_id": "x", "quantity": 1, "spec": {"plating": "tin"}},
    ]
    body = callers.problem(
        call("POST", "quotes", {"lines": wanted, "country": "Britain", "currency": "ZZZ"}), 422, "invalid"
    )
    faults = {error["field"]: error for error in body["errors"]}
    assert {
        "lines.0.quantity",
        "lines.1.quantity",
        "lines.2.design_id",
        "lines.2.spec.plating",
        "country",
        "currency",
    } <= set(faults)
    assert "USD" in faults["currency"]["valid_values"]
    assert "gold" in faults["lines.2.spec.plating"]["valid_values"]
    body = callers.problem(call("POST", "quotes", {"lines": [{"quantity": 1}], "country": "GB"}), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["lines.0.design_id"]
    assert Quote.objects.count() == 0


def test_line_of_another_is_refused_with_its_place(
    call: Caller, other: Caller, design: Design, variant: PinVariant
) -> None:
    wanted = ({"variant_id": str(variant.pk), "quantity": 1}, {"design_id": str(design.pk), "quantity": 1})
    body = callers.problem(_quote(other, *wanted), 404, "design_not_found")
    assert body["errors"][0]["field"].startswith("lines.1")
    changed = {**wanted[1], "spec": {"rush": True}}
    body = callers.problem(_quote(other, wanted[0], changed), 404, "design_not_found")
    assert body["errors"][0]["field"].startswith("lines.1")
    assert Quote.objects.count() == 0


@pytest.mark.parametrize(("given", "language"), [({}, "en"), ({"language": "de"}, "de")])
def test_order_says_which_language_its_mails_speak(
    call: Caller, variant: PinVariant, given: dict[str, str], language: str
) -> None:
    body = call("POST", "orders", _order(variant, **given)).json()
    assert (body["language"], Order.objects.get().language) == (language, language)


def test_language_that_no_mail_speaks_is_refused(call: Caller, variant: PinVariant) -> None:
    body = callers.problem(call("POST", "orders", _order(variant, language="fr")), 422, "invalid")
    assert [(error["field"], error["valid_values"]) for error in body["errors"]] == [("language", ["en", "de"])]


def test_order_of_lines_is_placed_once_per_key_and_holds_its_stock(call: Caller, variant: PinVariant) -> None:
    answers = [call("POST", "orders", _order(variant, purchase_order="PO-7781"), key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    body = answers[0].json()
    assert answers[1].json() == body
    assert (Order.objects.count(), Quote.objects.count(), Payment.objects.count()) == (1, 1, 1)
    assert _shelf(variant) == (10, 2)
    assert (body["state"], body["live"], body["purchase_order"], body["contact"], body["address"]) == (
        "unpaid",
        True,
        "PO-7781",
        CONTACT,
        ADDRESS,
    )
    assert (body["total_minor"], body["allowed_actions"]) == (2900, ["pay", "cancel"])
    assert [line["quantity"] for line in body["lines"]] == [2]
    assert [entry["action"] for entry in body["timeline"]] == ["order.placed"]
    assert body["payment_url"] is None
    assert Order.objects.get().owner() == owners.of_key(call.key)


def test_lost_answer_does_not_order_twice(call: Caller, variant: PinVariant) -> None:
    """The order was stored, but the process died before the answer was: the same request gets the same order."""
    first = call("POST", "orders", _order(variant), key="k").json()
    IdempotencyKey.objects.filter(key="k").delete()
    second = call("POST", "orders", _order(variant), key="k").json()
    assert (second["id"], Order.objects.count(), _shelf(variant)) == (first["id"], 1, (10, 2))


def test_order_of_a_quote_costs_what_was_quoted(call: Caller, variant: PinVariant) -> None:
    quote = _quote(call, {"variant_id": str(variant.pk), "quantity": 3}).json()
    wanted = {"quote_id": quote["id"], "contact": CONTACT, "address": ADDRESS}
    refused = call("POST", "orders", {**wanted, "shown_total_minor": quote["total_minor"] - 1})
    assert callers.problem(refused, 409, "price_changed")["total_minor"] == quote["total_minor"]
    assert (Order.objects.count(), _shelf(variant)) == (0, (10, 0))
    body = call("POST", "orders", {**wanted, "shown_total_minor": quote["total_minor"]}).json()
    assert (body["total_minor"], body["quote_id"]) == (quote["total_minor"], quote["id"])
    assert call("GET", f"quotes/{quote['id']}").json()["order_id"] == body["id"]
    assert callers.problem(call("POST", "orders", wanted), 409, "quote_ordered")["order_id"] == body["id"]


def test_order_of_lines_at_another_price_is_refused_whole(call: Caller, variant: PinVariant) -> None:
    callers.problem(call("POST", "orders", _order(variant, shown_total_minor=1)), 409, "price_changed")
    assert (Order.objects.count(), Quote.objects.count(), _shelf(variant)) == (0, 0, (10, 0))


def test_expired_quote_is_refused(call: Caller, variant: PinVariant) -> None:
    quote = _quote(call, {"variant_id": str(variant.pk), "quantity": 1}).json()
    Quote.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    callers.problem(
        call("POST", "orders", {"quote_id": quote["id"], "contact": CONTACT, "address": ADDRESS}), 409, "quote_expired"
    )
    assert Order.objects.count() == 0


def test_order_over_the_stock_is_refused_whole(call: Caller, variant: PinVariant) -> None:
    assert callers.problem(call("POST", "orders", _order(variant, 11)), 409, "out_of_stock")["available"] == 10
    assert (Order.objects.count(), Quote.objects.count(), _shelf(variant)) == (0, 0, (10, 0))


def test_faults_of_an_order_are_told_at_once(call: Caller, variant: PinVariant) -> None:
    body = callers.problem(
        call("POST", "orders", {"contact": {"email": "x"}, "address": {}, "quote": 1}), 422, "invalid"
    )
    assert {error["field"] for error in body["errors"]} == {
        "contact.email", "contact.name", "address.name", "address.line1", "address.city", "address.country", "quote",
    }  # fmt: skip
    both = _order(variant, quote_id=NOBODY)
    assert callers.problem(call("POST", "orders", both), 422, "invalid")["errors"][0]["field"] == "quote_id"
    neither = {"contact": CONTACT, "address": ADDRESS}
    assert callers.problem(call("POST", "orders", neither), 422, "invalid")["errors"][0]["field"] == "quote_id"


def test_orders_of_test_keys_are_apart_and_hold_no_stock(call: Caller, test_call: Caller, variant: PinVariant) -> None:
    body = test_call("POST", "orders", _order(variant)).json()
    assert (body["live"], _shelf(variant)) == (False, (10, 0))
    assert call("GET", "orders").json()["results"] == []
    callers.problem(call("GET", f"orders/{body['id']}"), 404, "not_found")
    callers.problem(call("GET", f"quotes/{body['quote_id']}"), 404, "not_found")


def test_others_see_nothing_and_change_nothing(
    call: Caller, other: Caller, test_call: Caller, variant: PinVariant
) -> None:
    body = call("POST", "orders", _order(variant)).json()
    for stranger in (other, test_call):
        callers.problem(stranger("GET", f"orders/{body['id']}"), 404, "not_found")
        callers.problem(stranger("GET", f"orders/{body['id']}/documents"), 404, "not_found")
        callers.problem(stranger("POST", f"orders/{body['id']}/cancel", {}), 404, "not_found")
        callers.problem(stranger("POST", f"orders/{body['id']}/payment-page"), 404, "not_found")
        callers.problem(stranger("GET", f"quotes/{body['quote_id']}"), 404, "not_found")
        taken = {"quote_id": body["quote_id"], "contact": CONTACT, "address": ADDRESS}
        callers.problem(stranger("POST", "orders", taken), 404, "not_found")
        assert stranger("GET", "orders").json()["results"] == []
    assert call("GET", f"orders/{body['id']}").json()["state"] == "unpaid"


def test_order_is_cancelled_once_and_gives_its_stock_back(call: Caller, variant: PinVariant) -> None:
    address = f"orders/{call('POST', 'orders', _order(variant)).json()['id']}"
    answers = [call("POST", f"{address}/cancel", {"reason": "Called off."}, key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    body = answers[0].json()
    assert (body["state"], body["allowed_actions"], _shelf(variant)) == ("cancelled", [], (10, 0))
    again = call("POST", f"{address}/cancel", {})
    assert (again.status_code, again.json()["state"]) == (200, "cancelled")


def test_line_of_another_order_cannot_be_cancelled(call: Caller, variant: PinVariant) -> None:
    first, second = (call("POST", "orders", _order(variant)).json() for _ in range(2))
    refused = call("POST", f"orders/{first['id']}/cancel", {"line_ids": [second["lines"][0]["id"]]})
    callers.problem(refused, 404, "not_found")
    assert set(OrderLine.objects.values_list("state", flat=True)) == {"placed"}


def test_what_is_in_production_is_not_cancelled(call: Caller, now: datetime) -> None:
    order = make_order(now=now, owner=owners.of_key(call.key), paid_at=now)
    make_line(order, state="struck")
    callers.problem(call("POST", f"orders/{order.pk}/cancel", {}), 409, "too_late_to_cancel")
    assert OrderLine.objects.get().state == "struck"


def test_cost_of_cancelling_is_told_and_has_to_be_accepted(call: Caller, now: datetime) -> None:
    callers.problem(call("GET", "cancellation-terms"), 404, "not_found")
    seeds.load_cancellation(now=now)
    table = call("GET", "cancellation-terms").json()
    assert (table["version"], table["return_days"]) == ("C-1", 14)
    assert [(stage["stage"], stage["sentence"]) for stage in table["stages"]] == [
        ("before_approval", "Nothing"),
        ("approved", "10 % of the line, at least $25.00, €25.00, £20.00 or ¥4,000"),
        ("tooling", "The mould and 30 % of the line"),
        ("struck", "60 % of the line"),
        ("filled", "The whole price of the line"),
        ("ready", "Nothing"),
    ]
    terms = cancellation.find_terms(now=now)
    assert terms is not None
    order = make_order(now=now, owner=owners.of_key(call.key), paid_at=now, cancellation=terms.to_json())
    make_line(order, state="struck")
    make_line(order, state="filled", title="Late fox")
    body = call("GET", f"orders/{order.pk}").json()
    assert [line["cancellation_cost_minor"] for line in body["lines"]] == [5700, None]
    assert "cancel" not in body["allowed_actions"]
    struck = {"line_ids": [body["lines"][0]["id"]]}
    refused = call("POST", f"orders/{order.pk}/cancel", struck)
    assert callers.problem(refused, 409, "cancellation_cost_changed")["cost_minor"] == 5700
    done = call("POST", f"orders/{order.pk}/cancel", {**struck, "shown_cost_minor": 5700}).json()
    assert [(line["state"], line["cancellation_cost_minor"]) for line in done["lines"]] == [
        ("cancelled", 5700),
        ("filled", None),
    ]


def test_payment_page_is_in_the_answer_and_the_paid_order_says_so(
    call: Caller, variant: PinVariant, sandbox: money.Sandbox
) -> None:
    body = call("POST", "orders", _order(variant)).json()
    assert body["payment_url"].startswith(sandbox.server.url)
    again = call("POST", f"orders/{body['id']}/payment-page").json()
    assert again["payment_url"] == body["payment_url"]
    payment = Payment.objects.get()
    sandbox.pay(payment)
    settlement.settle(payment_id=payment.pk, now=timezone.now())
    outbox.drain()
    paid = call("GET", f"orders/{body['id']}").json()
    assert (paid["state"], paid["payment_url"], paid["payments"][0]["captured_minor"]) == ("in_production", None, 2900)
    assert paid["allowed_actions"] == ["cancel", "download_invoice"]
    assert [entry["action"] for entry in paid["timeline"]] == ["order.placed", "order.paid", "line.picking"]
    [document] = call("GET", f"orders/{body['id']}/documents").json()["results"]
    assert (document["kind"], document["media_type"], document["line_id"]) == ("invoice", "application/pdf", None)
    opened = call.client.get(document["url"].removeprefix("http://localhost:8000"))
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    callers.problem(call("POST", f"orders/{body['id']}/payment-page"), 409, "already_paid")


def test_order_stands_while_the_provider_is_down(call: Caller, variant: PinVariant) -> None:
    body = call("POST", "orders", _order(variant)).json()
    refused = call("POST", f"orders/{body['id']}/payment-page")
    assert callers.problem(refused, 503, "unavailable")["retry_after"] == 60
    assert (refused["Retry-After"], Order.objects.count()) == ("60", 1)


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_for_thirty(
    count: int, call: Caller, now: datetime, django_assert_num_queries: Any
) -> None:
    design = make_design(now=now, owner=owners.of_key(call.key))
    for number in range(count):
        order = make_order(now=now + timedelta(seconds=number), owner=owners.of_key(call.key))
        make_line(order, design=design)
    with django_assert_num_queries(8):
        assert len(call("GET", "orders").json()["results"]) == count


@pytest.mark.parametrize("count", [1, 30])
def test_order_takes_the_same_queries_for_one_and_for_thirty_lines(
    count: int, call: Caller, now: datetime, django_assert_num_queries: Any
) -> None:
    order = make_order(now=now, owner=owners.of_key(call.key))
    design = make_design(now=now, owner=owners.of_key(call.key))
    for _ in range(count):
        make_line(order, design=design)
    with django_assert_num_queries(9):
        assert len(call("GET", f"orders/{order.pk}").json()["lines"]) == count
    with django_assert_num_queries(7):
        call("GET", f"orders/{order.pk}/documents")


def _told(order_id: str) -> list[dict[str, Any]]:
    outbox.drain()
    return [event.data for event in Event.objects.filter(subject=f"order:{order_id}").order_by("sequence")]


def test_webhook_tells_each_state_as_the_api_shows_it(call: Caller, variant: PinVariant) -> None:
    body = call("POST", "orders", _order(variant)).json()
    shown = call("GET", "orders").json()["results"][0]
    assert _told(body["id"]) == [shown]
    line = OrderLine.objects.get()
    Order.objects.update(paid_at=timezone.now(), confirmed_at=timezone.now())
    for step in ("picking", "packed", "shipped", "delivered"):
        lines.advance(line_id=line.pk, to=step, actor=SYSTEM, now=timezone.now())
        assert _told(body["id"])[-1] == call("GET", "orders").json()["results"][0]
    assert [each["lines"][0]["state"] for each in _told(body["id"])] == [
        "placed",
        "picking",
        "packed",
        "shipped",
        "delivered",
    ]
    lines.advance(line_id=line.pk, to="delivered", actor=SYSTEM, now=timezone.now())
    assert len(_told(body["id"])) == 5


def test_webhook_tells_holds_and_cancellations(call: Caller, variant: PinVariant) -> None:
    body = call("POST", "orders", _order(variant)).json()
    line = OrderLine.objects.get()
    lines.hold(line_id=line.pk, actor=SYSTEM, now=timezone.now(), reason="check")
    assert [each["lines"][0]["on_hold"] for each in _told(body["id"])] == [True]
    lines.release(line_id=line.pk, actor=SYSTEM, now=timezone.now())
    assert [each["lines"][0]["on_hold"] for each in _told(body["id"])] == [True, False]
    call("POST", f"orders/{body['id']}/cancel", {})
    assert _told(body["id"])[-1]["state"] == "cancelled"


def test_orders_of_people_tell_no_webhook(now: datetime) -> None:
    line = make_line(make_order(now=now))
    lines.advance(line_id=line.pk, to="proofing", actor=SYSTEM, now=now)
    outbox.drain(now=now)
    assert Event.objects.count() == 0


def test_invoice_carries_the_buyers_own_number(call: Caller, variant: PinVariant) -> None:
    from orders.payments.services import invoices

    call("POST", "orders", _order(variant, purchase_order="PO-7781"))
    order = Order.objects.get()
    Order.objects.update(paid_at=timezone.now(), confirmed_at=timezone.now())
    invoice = invoices.issue(order_id=order.pk, now=timezone.now())
    assert invoice.data["purchase_order"] == "PO-7781"
    assert files.read(str(invoice.file_id)).startswith(b"%PDF")


def test_gift_cards_pay_what_they_hold_of_an_order(call: Caller, variant: PinVariant, now: datetime) -> None:
    gifts = [giftcards.Gift(Money(minor, "USD")) for minor in (900, 5000)]
    part, whole = (giftcards.issue(gift=gift, key=uuid4(), actor=SYSTEM, now=now).code for gift in gifts)
    body = call("POST", "orders", _order(variant, gift_cards=[part])).json()
    assert (body["total_minor"], body["due_minor"], body["state"]) == (2900, 2000, "unpaid")
    assert [(row["provider"], row["amount_minor"]) for row in body["payments"]] == [
        ("gift_card", 900),
        ("stripe", 2000),
    ]
    body = call("POST", "orders", _order(variant, gift_cards=[whole])).json()
    assert (body["due_minor"], body["state"], body["payment_url"]) == (0, "paid", None)
    refused = callers.problem(call("POST", "orders", _order(variant, gift_cards=[part])), 422, "gift_card_refused")
    assert refused["reason"] == "used_up"


def test_voucher_is_in_the_quote_and_counted_by_the_order(call: Caller, variant: PinVariant, now: datetime) -> None:
    make_voucher(now=now, limit_per_customer=1)
    wanted = {"variant_id": str(variant.pk), "quantity": 2}
    first, second = (_quote(call, wanted, voucher="moth10").json() for _ in range(2))
    assert (first["discounts"], first["total_minor"]) == (
        [{"label": "Voucher MOTH10, 10 %", "amount_minor": 240}],
        2660,
    )
    common = {"contact": CONTACT, "address": ADDRESS}
    order = call("POST", "orders", {"quote_id": first["id"], **common}).json()
    assert (order["discount_minor"], order["total_minor"]) == (240, 2660)
    refused = call("POST", "orders", {"quote_id": second["id"], **common})
    assert callers.problem(refused, 422, "voucher_refused")["reason"] == "used_by_you"
    assert callers.problem(_quote(call, wanted, voucher="nope"), 422, "voucher_refused")["reason"] == "unknown"


@pytest.mark.parametrize("what", ["quote", "voucher", "gift_cards"])
def test_codes_are_counted_for_a_business_as_in_the_browser(call: Caller, variant: PinVariant, what: str) -> None:
    wanted = {"variant_id": str(variant.pk), "quantity": 2}

    def guess(number: int) -> Any:
        if what == "quote":
            return _quote(call, wanted, voucher=f"try{number}")
        code = f"try{number}" if what == "voucher" else ["0000-0000-0000-0000"]
        return call("POST", "orders", _order(variant, **{what: code}))

    answers = [guess(number) for number in range(tries.AN_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [422] * tries.AN_HOUR + [429]
    problem = callers.problem(answers[-1], 429, "too_many_tries")
    assert answers[-1]["Retry-After"] == str(problem["retry_after"])
    assert _quote(call, wanted).status_code == 201


def test_lines_take_voucher_and_gift_cards_and_give_both_back(call: Caller, variant: PinVariant, now: datetime) -> None:
    voucher = make_voucher(now=now, limit=1)
    card = giftcards.issue(gift=giftcards.Gift(Money(1000, "USD")), key=uuid4(), actor=SYSTEM, now=now)
    body = _order(variant, voucher="moth10", gift_cards=[card.code], shown_total_minor=2660)
    made = call("POST", "orders", body).json()
    assert (made["discount_minor"], made["total_minor"], made["due_minor"]) == (240, 2660, 1660)
    voucher.refresh_from_db()
    assert voucher.used == 1
    refused = callers.problem(call("POST", "orders", _order(variant, voucher="moth10")), 422, "voucher_refused")
    assert [error["field"] for error in refused["errors"]] == ["voucher"]
    call("POST", f"orders/{made['id']}/cancel", {})
    voucher.refresh_from_db()
    outbox.drain()
    card.card.refresh_from_db()
    assert (voucher.used, card.card.balance_minor) == (0, 1000)


def test_refused_cards_and_vouchers_order_nothing(call: Caller, variant: PinVariant, now: datetime) -> None:
    voucher = make_voucher(now=now)
    wrong = _order(variant, voucher="MOTH10", gift_cards=["0000-0000-0000-0000"])
    callers.problem(call("POST", "orders", wrong), 422, "gift_card_refused")
    callers.problem(call("POST", "orders", _order(variant, voucher="NONE")), 422, "voucher_refused")
    quote = _quote(call, {"variant_id": str(variant.pk), "quantity": 1}).json()
    both = {"quote_id": quote["id"], "contact": CONTACT, "address": ADDRESS, "voucher": "MOTH10"}
    body = callers.problem(call("POST", "orders", both), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["voucher"]
    voucher.refresh_from_db()
    assert (voucher.used, Order.objects.count(), _shelf(variant)) == (0, 0, (10, 0))
