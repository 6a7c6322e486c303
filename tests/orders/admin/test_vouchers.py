"""Vouchers as staff make and change them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.models import Voucher
from orders.services import vouchers
from pinshop.accounts.enums import StaffGroup
from tests.orders.admin.test_orders import staff
from tests.orders.factories import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("options")]
ROWS = {f"{prefix}-{name}": 0 for prefix in ("amounts", "uses") for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


def send(client: Client, path: str, **changes: object) -> Any:
    fields = {"code": "moth10", "kind": "percent", "percent": "10", "active": "on", **ROWS, **changes}
    return client.post(f"/admin/orders/voucher/{path}/", fields)


def amount(**changes: object) -> dict[str, object]:
    row = {"currency": "USD", "off_minor": "5.00", "minimum_minor": "0", **changes}
    return {**ROWS, "amounts-TOTAL_FORMS": 1, **{f"amounts-0-{name}": value for name, value in row.items()}}


def test_code_is_stored_in_capitals_and_can_be_changed_without_losing_the_count(now: datetime) -> None:
    client = staff(StaffGroup.ORDERS)
    assert send(client, "add").status_code == 302
    voucher = Voucher.objects.get()
    assert (voucher.code, voucher.percent, voucher.used) == ("MOTH10", Decimal(10), 0)
    vouchers.redeem(order=make_order(now=now), code="MOTH10", now=now)
    assert send(client, f"{voucher.pk}/change", percent="20", limit="3").status_code == 302
    voucher.refresh_from_db()
    assert (voucher.percent, voucher.limit, voucher.used) == (Decimal(20), 3, 1)
    refused = send(client, f"{voucher.pk}/change", limit="0")
    assert "Orders have used it 1 times already." in refused.content.decode()
    page = client.get(f"/admin/orders/voucher/{voucher.pk}/change/").content.decode()
    assert "PS-2026-000001" in page
    assert "1 of 3" in client.get("/admin/orders/voucher/").content.decode()


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"percent": "0"}, "A percentage has more than 0 and at most 100 %"),
    ({"kind": "amount", "percent": "0"}, "Say how much it takes off"),
    (amount(), "Only a voucher over an amount takes an amount off."),
    (
        {"valid_from_0": "2026-12-02", "valid_from_1": "10:00", "valid_to_0": "2026-12-01", "valid_to_1": "10:00"},
        "begin",
    ),
]


@pytest.mark.parametrize(("changes", "words"), REFUSED)
def test_voucher_that_cannot_be_is_refused_in_words(changes: dict[str, object], words: str) -> None:
    response = send(staff(StaffGroup.ORDERS), "add", **changes)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not Voucher.objects.exists()


def test_amount_has_a_row_for_each_currency() -> None:
    response = send(staff(StaffGroup.ORDERS), "add", kind="amount", percent="0", **amount())
    assert response.status_code == 302
    assert Voucher.objects.get().amounts.get().off_minor == 500


@pytest.mark.parametrize("group", [StaffGroup.PROOFING, StaffGroup.FINANCE])
def test_other_staff_make_none(group: StaffGroup) -> None:
    assert send(staff(group), "add").status_code == 403
