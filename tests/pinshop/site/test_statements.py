"""The statement of a business in its account: for its members, for a month, as page and as PDF."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinshop.accounts.models import Business, User
from tests.orders.payments.test_statements import bill, pay

pytestmark = pytest.mark.django_db


def address(name: str, business: Business, *more: str) -> str:
    return reverse(f"business_{name}", args=[business.pk, *more])


def test_members_read_the_month_on_a_page_and_as_a_pdf(as_ana: Client, business: Business) -> None:
    now = timezone.now()
    pay(bill(business, now, 10_000), now)
    bill(business, now, 7_000, number=2)
    page = as_ana.get(address("statement", business)).content.decode()
    for words in ("Invoice INV-1", "PO-2", "-$100.00", "$70.00", f"{now:%B %Y}"):
        assert words in page, words
    assert address("statement", business) in as_ana.get(address("detail", business)).content.decode()
    paper = as_ana.get(address("statement_pdf", business, f"{now:%Y-%m}"))
    assert (paper.headers["Content-Type"], paper.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert paper.content.startswith(b"%PDF")


def test_month_without_movement_says_so(as_ana: Client, business: Business, now: datetime) -> None:
    page = as_ana.get(address("statement", business), {"month": "2025-01"}).content.decode()
    assert "Nothing was invoiced or paid in January 2025" in page


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "9999-12", ""])
def test_what_is_no_month_is_not_found(as_ana: Client, business: Business, month: str) -> None:
    assert as_ana.get(address("statement", business), {"month": month}).status_code == 404


def test_strangers_see_no_statement(business: Business) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger@example.org"))
    assert stranger.get(address("statement", business)).status_code == 404
    assert stranger.get(address("statement_pdf", business, "2026-11")).status_code == 404
