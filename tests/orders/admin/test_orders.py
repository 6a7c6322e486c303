"""What staff do in the admin: one service call each, for those who may, twice without harm."""

import re
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from orders.enums import LineKind
from orders.models import CancellationTable, Order, OrderLine, Shipment
from orders.payments.models import InboundEvent, Invoice, Payment, Refund
from orders.payments.services import invoices
from orders.services import seeds
from pinshop.accounts.enums import StaffGroup
from pinshop.accounts.models import User
from pinshop.site.services import staff_groups
from tests.orders.factories import make_line, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]


@pytest.fixture
def line(now: datetime) -> OrderLine:
    """A ready-made line that is being picked, in a paid order."""
    order = make_order(now=now, paid_at=now)
    Payment.objects.create(
        order=order,
        state="succeeded",
        currency="USD",
        amount_minor=10_000,
        captured_minor=10_000,
        provider="stripe",
        session_id="cs_1",
        intent_id="pi_1",
        idempotency_key="one",
        expires_at=now,
        asked_at=now,
        created_at=now,
    )
    return make_line(order, kind=LineKind.READY, state="picking")


def staff(*groups: StaffGroup, superuser: bool = False) -> Client:
    """A member of staff in these groups, logged in."""
    staff_groups.load()
    name = "-".join(groups) or ("root" if superuser else "nobody")
    user = User.objects.create_user(f"{name}@example.org", is_staff=True, is_superuser=superuser)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


def do(client: Client, action: str, row: Any, **fields: object) -> int:
    """Send an action's window, as its button does."""
    model = row._meta
    path = reverse(f"admin:{model.app_label}_{model.model_name}_{action}", args=[row.pk])
    return client.post(path, {"_form_submitted": "True", **fields}).status_code


def state(line: OrderLine) -> str:
    return OrderLine.objects.values_list("state", flat=True).get(pk=line.pk)


def test_staff_pack_and_ship_a_ready_made_line(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    for _ in range(2):
        assert do(client, "pack", line) == 302
    assert state(line) == "packed"
    for _ in range(2):
        do(client, "ship_packed", line.order, carrier="Royal Mail", tracking_numbers="RM1 RM2")
    assert state(line) == "shipped"
    assert [shipment.tracking_numbers for shipment in Shipment.objects.all()] == [["RM1", "RM2"]]


def test_opening_an_actions_window_does_nothing(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    path = reverse("admin:orders_orderline_pack", args=[line.pk])
    assert client.get(path).status_code == 200
    assert state(line) == "picking"


def test_finance_refunds_a_line_and_a_double_click_refunds_once(line: OrderLine) -> None:
    client = staff(StaffGroup.FINANCE)
    key = "0f5b0c1e-1111-4222-8333-444455556666"
    for _ in range(2):
        assert do(client, "give_back", line.order, what=line.pk, amount="12.50", reason="A scratch.", key=key) == 302
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.allocation) == (
        1250,
        [{"kind": "line", "line_id": str(line.pk), "label": "Sleepy fox", "amount_minor": 1250}],
    )
    for what, amount in (
        (line.pk, "82.51"),
        ("shipping", "5.01"),
        ("surplus", "0.01"),
        (line.pk, "0"),
        (line.pk, "-1"),
    ):
        do(client, "give_back", line.order, what=what, amount=amount, reason="Too much.", key=uuid4())
    assert Refund.objects.count() == 1
    do(client, "give_back", line.order, what="shipping", amount="5", reason="Late.", key=uuid4())
    do(client, "give_back", line.order, what=line.pk, amount="82.50", reason="All.", key=uuid4())
    assert Payment.objects.get().refunded_minor == 10_000


def test_refund_window_says_what_is_left(line: OrderLine) -> None:
    path = reverse("admin:orders_order_give_back", args=[line.order_id])
    page = staff(StaffGroup.FINANCE).get(path).content.decode()
    assert "100 × Sleepy fox ($95.00 left)" in page
    assert "Shipping ($5.00 left)" in page


@pytest.mark.parametrize("group", [StaffGroup.PROOFING, StaffGroup.FINANCE])
def test_staff_of_other_groups_cannot_run_orders(line: OrderLine, group: StaffGroup) -> None:
    client = staff(group)
    for action in ("pack", "cancel_line", "hold", "release"):
        assert do(client, action, line, reason="x") == 403
    for action in ("ship_packed", "cancel_order", "resolve"):
        assert do(client, action, line.order, reason="x", carrier="x") == 403
    line.refresh_from_db()
    assert (line.state, line.on_hold, Refund.objects.count()) == ("picking", False, 0)


@pytest.mark.parametrize("group", [StaffGroup.PROOFING, StaffGroup.ORDERS])
def test_only_finance_gives_money_back(line: OrderLine, group: StaffGroup) -> None:
    client = staff(group)
    assert do(client, "give_back", line.order, what=line.pk, amount="1", reason="x", key="x") == 403
    assert Refund.objects.count() == 0


def test_customers_and_guests_do_not_see_the_admin(line: OrderLine) -> None:
    customer = Client()
    customer.force_login(User.objects.create_user("ada@example.org"))
    for client in (customer, Client()):
        assert do(client, "pack", line) == 302
        assert client.get(reverse("admin:orders_order_changelist")).status_code == 302
    assert state(line) == "picking"


def test_staff_change_what_cancelling_costs_by_a_new_table(now: datetime) -> None:
    seeds.load_cancellation(now=now)
    client = staff(StaffGroup.ORDERS)
    path = reverse("admin:orders_cancellationtable_add")
    client.post(path, {"valid_from_0": "2026-12-01", "valid_from_1": "00:00", "note": "Dearer."})
    draft = CancellationTable.objects.get(number=2)
    assert (draft.steps.count(), draft.minimums.count(), draft.published_at) == (6, 4, None)
    listed = reverse("admin:orders_cancellationtable_changelist")
    for _ in range(2):
        client.post(listed, {"action": "publish", "_selected_action": [str(draft.pk)]})
    draft.refresh_from_db()
    assert draft.published_at is not None
    page = reverse("admin:orders_cancellationtable_change", args=[draft.pk])
    assert "struck or plated" in client.get(page).content.decode()
    assert client.post(page, {"return_days": 1}).status_code == 403


def test_staff_cancel_with_a_reason_and_the_money_goes_back(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    do(client, "cancel_order", line.order, reason="The shelf was empty.")
    assert (state(line), Refund.objects.get().amount_minor) == ("cancelled", 10_000)


def test_line_is_held_and_released(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    do(client, "hold", line, reason="Address unclear.")
    do(client, "pack", line)
    assert (state(line), OrderLine.objects.get().on_hold) == ("picking", True)
    do(client, "release", line)
    do(client, "pack", line)
    assert state(line) == "packed"


def test_order_that_needed_attention_goes_on(line: OrderLine) -> None:
    Order.objects.update(attention="Paid $1, but $2 was due.")
    client = staff(StaffGroup.ORDERS)
    for _ in range(2):
        do(client, "resolve", line.order)
    assert Order.objects.get().attention == ""


@pytest.mark.parametrize("count", [1, 20])
def test_list_of_orders_takes_the_same_queries_for_one_and_for_twenty(
    now: datetime, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_line(make_order(now=now))
    client = staff(superuser=True)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("admin:orders_order_changelist"))
    assert len(set(re.findall(r"PS-2026-\d{6}", page.content.decode()))) == count


def test_every_list_and_detail_opens(line: OrderLine, now: datetime) -> None:
    client = staff(superuser=True)
    invoices.issue(order_id=line.order_id, now=now)
    Shipment.objects.create(order=line.order, carrier="x", created_at=now)
    InboundEvent.objects.create(provider="stripe", event_id="e", type="t", payload={}, received_at=now)
    rows = (line, line.order, line.order.quote, Payment.objects.get(), Invoice.objects.get())
    for row in (*rows, Shipment.objects.get(), InboundEvent.objects.get()):
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        assert client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    for model in ("basket", "shippingzone", "shippingoffer", "taxrate"):
        assert client.get(reverse(f"admin:orders_{model}_changelist")).status_code == 200
    assert client.get(reverse("admin:payments_refund_changelist")).status_code == 200


def test_pages_of_order_and_line_show_money_as_money(line: OrderLine) -> None:
    client = staff(superuser=True)
    for page in (f"order/{line.order_id}", f"orderline/{line.pk}"):
        shown = client.get(f"/admin/orders/{page}/change/").content.decode()
        assert "$95.00" in shown
        assert "Total minor" not in shown


def test_dialog_sent_by_htmx_takes_staff_back_to_the_page_it_came_from(line: OrderLine) -> None:
    client = staff(StaffGroup.ORDERS)
    page = reverse("admin:orders_orderline_change", args=[line.pk])
    answer = client.post(
        reverse("admin:orders_orderline_pack", args=[line.pk]),
        {"_form_submitted": "True"},
        headers={"HX-Request": "true", "Referer": f"http://testserver{page}"},
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"http://testserver{page}")
    assert state(line) == "packed"


def test_parcel_has_its_packing_list(line: OrderLine, now: datetime) -> None:
    shipment = Shipment.objects.create(order=line.order, carrier="dhl", created_at=now)
    OrderLine.objects.update(shipment=shipment)
    path = reverse("admin:orders_shipment_packing_list", args=[shipment.pk])
    paper = staff(StaffGroup.ORDERS).get(path)
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert f"{line.order.number}-packing-list-1.pdf" in paper.headers["Content-Disposition"]
    assert staff().get(path).status_code == 403
