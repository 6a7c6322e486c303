"""Staff read and type amounts as people write them; no input of the admin asks for minor units."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from catalog.models import PinVariant, PriceTable, VariantPrice
from orders.models import ShippingOffer, ShippingRate, ShippingService, ShippingZone
from pinshop.accounts.models import Business, User
from pinshop.core.admin.amounts import SUFFIX, AmountField, exact, major
from pinshop.core.money import Money
from tests.orders.factories import make_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    """A browser of somebody who may do everything."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("staff@example.org", "a-long-password"))
    return browser


def _forms() -> Iterator[tuple[str, Any]]:
    """Every form by which staff add or change rows: of lists, pages and the rows on them; versions as drafts."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)
    for model, page in admin.site._registry.items():
        for row in (None, model()):
            if page.has_change_permission(request, row) if row else page.has_add_permission(request):
                yield model._meta.label, page.get_form(request, row)
            for inline in page.get_inline_instances(request, row):
                if inline.has_change_permission(request, row) or inline.has_add_permission(request, row):
                    yield f"{model._meta.label} > {inline.model._meta.label}", inline.get_formset(request, row).form
        if getattr(page, "list_editable", ()):
            yield f"{model._meta.label} (list)", page.get_changelist_form(request)


def test_no_form_of_the_admin_asks_for_minor_units() -> None:
    found = [
        (label, name, type(field))
        for label, form in _forms()
        for name, field in form.base_fields.items()
        if name.endswith(SUFFIX)
    ]
    assert {(label, name) for label, name, kind in found if kind is not AmountField} == set()
    assert {label for label, _, _ in found} == {
        "accounts.Business",
        "catalog.Cause",
        "catalog.Pin > catalog.PinVariant",
        "catalog.PinVariant",
        "catalog.PinVariant > catalog.VariantPrice",
        "catalog.PriceTable",
        "catalog.PriceTable > catalog.DieFee",
        "catalog.PriceTable > catalog.OptionPrice",
        "catalog.PriceTable > catalog.ProcessTerms",
        "catalog.UnitPrice",
        "catalog.UnitPrice (list)",
        "orders.CancellationTable > orders.CancellationMinimum",
        "orders.ShippingOffer > orders.ShippingRate",
        "orders.Voucher > orders.VoucherAmount",
    }


@pytest.mark.parametrize(
    ("minor", "currency", "written"), [(1250, "USD", "12.50"), (1250, "JPY", "1250"), (5, "EUR", "0.05")]
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(minor: int, currency: str, written: str) -> None:
    assert f"{major(minor, currency):f}" == written
    assert exact(major(minor, currency), currency) == Money(minor, currency)


def test_a_credit_limit_is_typed_in_its_own_currency(staff: Client) -> None:
    business = Business.objects.create(name="Brass", billing_email="b@example.org", credit_limit_minor=123_456)
    address = f"/admin/accounts/business/{business.pk}/change/"
    assert 'name="credit_limit_minor" value="1234.56"' in _page(staff, address)
    rows = {f"members-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    given = {"name": "Brass", "billing_email": "b@example.org", "credit_currency": "JPY", **rows}
    refused = staff.post(address, {**given, "credit_limit_minor": "2500.5"})
    assert "at most 0 digits after the point" in refused.content.decode()
    assert staff.post(address, {**given, "credit_limit_minor": "2500"}).status_code == 302
    business.refresh_from_db()
    assert (business.credit_limit_minor, business.credit_currency) == (2500, "JPY")
    assert 'name="credit_limit_minor" value="2500"' in _page(staff, address)
    assert "¥2,500" in _page(staff, "/admin/accounts/business/")


def test_shipping_prices_of_two_currencies_stand_side_by_side(staff: Client) -> None:
    offer = ShippingOffer.objects.create(
        zone=ShippingZone.objects.create(code="jp", name="Japan"),
        service=ShippingService.objects.create(code="standard", name="Standard"),
        days_min=2,
        days_max=4,
    )
    rates = {
        code: ShippingRate.objects.create(offer=offer, currency=code, up_to_g=500, price_minor=1200)
        for code in ("USD", "JPY")
    }
    address = f"/admin/orders/shippingoffer/{offer.pk}/change/"
    shown = _page(staff, address)
    assert 'value="12.00"' in shown
    assert 'value="1200"' in shown
    rows: dict[str, object] = {"rates-TOTAL_FORMS": 2, "rates-INITIAL_FORMS": 2}
    order = list(ShippingRate.objects.filter(offer=offer))
    for place, rate in enumerate(order):
        rows |= {
            f"rates-{place}-id": rate.pk,
            f"rates-{place}-offer": offer.pk,
            f"rates-{place}-currency": rate.currency,
            f"rates-{place}-up_to_g": 500,
            f"rates-{place}-price_minor": "1300" if rate.currency == "JPY" else "7.25",
        }
    given = {"zone": offer.zone_id, "service": offer.service_id, "days_min": 2, "days_max": 4, **rows}
    assert staff.post(address, given).status_code == 302
    assert {code: ShippingRate.objects.get(pk=rate.pk).price_minor for code, rate in rates.items()} == {
        "USD": 725,
        "JPY": 1300,
    }


def test_a_price_of_a_table_has_the_tables_currency(staff: Client, seeded_options: None, now: datetime) -> None:
    table = PriceTable.objects.filter(currency="USD").first()
    PriceTable.objects.create(currency="JPY", number=99, valid_from=now, rush_minimum_minor=2500)
    draft = PriceTable.objects.get(currency="JPY", number=99)
    draft.die_fees.create(process=table.die_fees.first().process, size=table.die_fees.first().size, fee_minor=4500)
    shown = _page(staff, f"/admin/catalog/pricetable/{draft.pk}/change/")
    assert 'name="rush_minimum_minor" value="2500"' in shown
    assert 'name="die_fees-0-fee_minor" value="4500"' in shown


def test_a_pins_price_is_typed_with_its_decimals(staff: Client, seeded_options: None, now: datetime) -> None:
    variant = make_variant(now=now)
    VariantPrice.objects.create(variant=variant, currency="JPY", price_minor=1800)
    shown = _page(staff, f"/admin/catalog/pinvariant/{variant.pk}/change/")
    assert 'name="price_minor" value="12.00"' in shown
    assert 'name="prices-0-price_minor" value="1800"' in shown
    assert PinVariant.objects.get().price_minor == 1200


def _page(staff: Client, address: str) -> str:
    return " ".join(staff.get(address).content.decode().split())
