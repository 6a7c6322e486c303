"""Claims and returns in the browser, the admin and the API: for the owner and the holder of the link, for nobody else."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.claims.models import Claim, ClaimPhoto, GoodsReturn
from orders.models import Order, OrderLine, Shipment
from orders.services import links
from pinshop.accounts import owners
from pinshop.accounts.enums import StaffGroup
from tests import callers
from tests.api import conftest as api
from tests.callers import Caller
from tests.orders.admin.test_orders import do, staff
from tests.orders.books import make_paid_order, refunded
from tests.orders.claims.conftest import Deliver, photo

pytestmark = pytest.mark.django_db


business, call = api.business, api.call


@pytest.fixture
def now() -> datetime:
    """The real clock: pages read it themselves."""
    return timezone.now()


@pytest.fixture
def line(deliver: Deliver) -> OrderLine:
    """Ten delivered ready-made pins of a guest's order."""
    return deliver(kind="ready", quantity=10)


@pytest.fixture
def guest(line: OrderLine) -> Client:
    """A browser that came with the signed link."""
    client = Client()
    client.get(links.order_url(line.order).removeprefix("http://localhost:8000"))
    return client


def page(line: OrderLine, name: str) -> str:
    return reverse(f"claims:{name}", args=[line.order_id, line.pk])


def given(**changes: Any) -> dict[str, Any]:
    return {"claim_id": str(uuid4()), "kind": "damaged", "pieces": 2, "text": "Bent pins.", **changes}


def upload(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_guest_with_the_link_reports_a_problem_with_photos(guest: Client, line: OrderLine) -> None:
    shown = text(guest.get(f"/orders/{line.order_id}/"))
    assert "Something is wrong with Sleepy fox" in shown
    assert "If the pins differ from the proof that you approved, it is our fault" in text(
        guest.get(page(line, "report"))
    )
    key = str(uuid4())
    for _ in range(2):
        sent = given(claim_id=key, photos=[upload(photo()), upload(photo("PNG"), "b.png")])
        assert guest.post(page(line, "report"), sent).status_code == 302
    assert (Claim.objects.count(), ClaimPhoto.objects.count()) == (1, 2)
    assert "You reported a problem with 2 pins: being looked at." in text(guest.get(f"/orders/{line.order_id}/"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "This field is required."),
        ({"pieces": 11}, "Give a number from 1 to 10."),
        ({"photos": [upload(b"MZ")]}, "This file is not a picture"),
        ({"photos": [upload(photo()) for _ in range(7)]}, "Send at most 6 photos."),
    ],
)
def test_form_says_what_is_wrong(guest: Client, line: OrderLine, changes: dict[str, Any], sentence: str) -> None:
    assert sentence in text(guest.post(page(line, "report"), given(**changes)))
    assert Claim.objects.count() == 0


def test_nobody_else_reports_or_sends_back(line: OrderLine) -> None:
    stranger = Client()
    assert stranger.get(page(line, "report")).status_code == 404
    assert stranger.post(page(line, "report"), given()).status_code == 404
    assert stranger.post(page(line, "send_back"), {"return_id": uuid4(), "pieces": 1}).status_code == 404
    assert (Claim.objects.count(), GoodsReturn.objects.count()) == (0, 0)


def test_guest_sends_pins_back_and_staff_take_them_in(guest: Client, line: OrderLine) -> None:
    assert "Send Sleepy fox back" in text(guest.get(f"/orders/{line.order_id}/"))
    for _ in range(2):
        guest.post(page(line, "send_back"), {"return_id": str(line.pk), "pieces": "10"})
    row = GoodsReturn.objects.get()
    assert "You send 10 pins back: on their way back to us." in text(guest.get(f"/orders/{line.order_id}/"))
    client = staff(StaffGroup.ORDERS)
    assert do(client, "take_in", row, arrived=10, restocked=10) == 302
    assert [amount for amount, _ in refunded(line.order)] == [10_000]


def test_staff_decide_in_the_admin(guest: Client, line: OrderLine) -> None:
    guest.post(page(line, "report"), given(photos=[upload(photo())]))
    claim = Claim.objects.get()
    assert do(staff(StaffGroup.PROOFING), "give_back", claim, amount="1", answer="x") == 403
    client = staff(StaffGroup.ORDERS)
    shown = client.get(reverse("admin:claims_claim_change", args=[claim.pk])).content.decode()
    assert "Bent pins." in shown
    asked = client.get(reverse("admin:claims_claim_give_back", args=[claim.pk])).content.decode()
    assert 'value="19.00"' in asked
    assert "2 of 10 pieces cost $19.00; $95.00 of the line is left." in asked
    for amount in ("0", "0.001", "95.01"):
        do(client, "give_back", claim, amount=amount, answer="Sorry.")
    assert refunded(line.order) == []
    do(client, "give_back", claim, amount="19", answer="Sorry.")
    do(client, "decline", claim, answer="No.")
    assert refunded(line.order) == [(1900, "Sorry.")]
    assert "refunded. </strong> Sorry." in text(guest.get(f"/orders/{line.order_id}/")).replace(
        ".</strong>", ". </strong>"
    )


def test_admin_lists_claims_and_returns(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    for name in ("claim", "goodsreturn"):
        assert client.get(reverse(f"admin:claims_{name}_changelist")).status_code == 200


def test_order_page_takes_the_same_queries_for_one_delivered_line_and_for_five(
    deliver: Deliver, line: OrderLine, guest: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(100) as first:
        guest.get(f"/orders/{line.order_id}/")
    for _ in range(4):
        deliver(order=line.order)
    with django_assert_max_num_queries(len(first)):
        guest.get(f"/orders/{line.order_id}/")


def test_api_opens_and_lists_claims_and_returns(call: Caller, deliver: Deliver, now: datetime) -> None:
    order = make_paid_order(now=now, owner=owners.of_key(call.key))
    line = deliver(order=order, kind="ready", quantity=10)
    assert _allowed(call, order) == (["claim", "return"], ["claim", "return"])
    shown = call("GET", f"orders/{order.pk}").json()["lines"][0]
    assert shown["claim_until"] == (now + timedelta(days=30)).isoformat()
    assert shown["return_until"] == (now + timedelta(days=14)).isoformat()
    wanted = {"line_id": str(line.pk), "kind": "missing", "pieces": 1, "text": "One is missing."}
    answers = [call("POST", f"orders/{order.pk}/claims", wanted, key="k") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert call("GET", f"orders/{order.pk}/claims").json()["results"] == [answers[0].json()]
    callers.problem(call("POST", f"orders/{order.pk}/claims", wanted), 409, "claim_open")
    assert _allowed(call, order) == (["return"], ["return"])
    other = {**wanted, "line_id": str(uuid4())}
    callers.problem(call("POST", f"orders/{order.pk}/claims", other), 404, "not_found")
    back = call("POST", f"orders/{order.pk}/returns", {"line_id": str(line.pk), "pieces": 2})
    assert (back.status_code, back.json()["state"]) == (201, "open")
    assert call("GET", f"orders/{order.pk}/returns").json()["results"] == [back.json()]
    assert _allowed(call, order) == ([], [])
    callers.problem(
        call("POST", f"orders/{order.pk}/returns", {"line_id": str(line.pk), "pieces": 2}), 409, "not_returnable"
    )


@pytest.mark.parametrize(
    ("days", "kind", "actions"),
    [
        (13, "ready", ["claim", "return"]),
        (15, "ready", ["claim"]),
        (31, "ready", []),
        (13, "custom", ["claim"]),
        (31, "custom", []),
    ],
)
def test_what_is_allowed_after_delivery_ends_with_its_days(
    call: Caller, deliver: Deliver, now: datetime, days: int, kind: str, actions: list[str]
) -> None:
    order = make_paid_order(now=now, owner=owners.of_key(call.key))
    line = deliver(order=order, kind=kind, quantity=10)
    Shipment.objects.filter(lines=line).update(delivered_at=now - timedelta(days=days))
    assert _allowed(call, order) == (actions, actions)


def test_what_came_back_whole_cannot_be_sent_back_again(call: Caller, deliver: Deliver, now: datetime) -> None:
    order = make_paid_order(now=now, owner=owners.of_key(call.key))
    line = deliver(order=order, kind="ready", quantity=10)
    GoodsReturn.objects.create(line=line, pieces=4, arrived=4, state="arrived", asked_at=now, closed_at=now)
    assert _allowed(call, order)[1] == ["claim", "return"]
    GoodsReturn.objects.create(line=line, pieces=6, arrived=6, state="arrived", asked_at=now, closed_at=now)
    assert _allowed(call, order)[1] == ["claim"]


def _allowed(call: Caller, order: Order) -> tuple[list[str], list[str]]:
    """What the order and its first line say may be done after delivery."""
    body = call("GET", f"orders/{order.pk}").json()
    after = [action for action in body["allowed_actions"] if action in {"claim", "return"}]
    return after, body["lines"][0]["allowed_actions"]
