"""What is in a parcel, and abroad what the customs ask."""

from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from orders.models import Order, OrderLine, Shipment
from orders.services import packing_lists
from tests.orders.factories import ADDRESS, make_line, make_order
from tests.orders.payments.test_invoices import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipment(now: datetime) -> Shipment:
    """A hundred foxes, of which four were missing, and two moths, for Great Britain."""
    order = make_order(now=now, purchase_order="PO-7781")
    shipment = Shipment.objects.create(order=order, carrier="dhl", tracking_numbers=["JD014600"], created_at=now)
    make_line(order, shipment=shipment, missing_quantity=4, total_minor=10_000, discount_minor=400)
    make_line(order, kind="ready", shipment=shipment, quantity=2, total_minor=2_400, weight_g=50, title="Moon moth")
    make_line(order, title="Not in this parcel")
    return shipment


def test_list_names_what_is_in_the_parcel_and_what_customs_ask(shipment: Shipment, settings: Settings) -> None:
    settings.COUNTRY_OF_ORIGIN = "China"
    text = " ".join(text_of(packing_lists.draw_shipment(shipment)).split())
    for words in ("PO-7781", "JD014600", "Ada Lovelace", "Sleepy fox", "96", "480 g", "Moon moth", "50 g"):
        assert words in text, words
    # 96 of 100 pieces that cost $96.00, and $24.00: the value without tax.
    for words in ("7117.19", "$92.16", "$24.00", "$116.16 (USD)", "China", "530 g", "590 g"):
        assert words in text, words
    assert "Not in this parcel" not in text


def test_tax_that_prices_contain_is_no_value_for_customs(shipment: Shipment) -> None:
    Order.objects.update(tax_inclusive=True)
    OrderLine.objects.filter(kind="ready").update(tax_minor=400)
    assert "$20.00" in text_of(packing_lists.draw_shipment(Shipment.objects.get()))


def test_parcel_at_home_has_no_customs_block(shipment: Shipment, settings: Settings) -> None:
    Order.objects.update(address={**ADDRESS, "country": settings.SHOP_COUNTRY})
    text = text_of(packing_lists.draw_shipment(Shipment.objects.get()))
    assert "7117.19" not in text
    assert "$" not in text


def test_origin_that_nobody_has_set_is_left_to_the_sender(shipment: Shipment) -> None:
    assert "to be stated by the sender" in " ".join(text_of(packing_lists.draw_shipment(shipment)).split())


def test_replacement_that_is_sent_free_has_the_value_of_the_goods(shipment: Shipment) -> None:
    paid = OrderLine.objects.get(missing_quantity=4)
    make_line(
        shipment.order,
        shipment=shipment,
        quantity=25,
        total_minor=0,
        weight_g=125,
        title="Sleepy fox, made again",
        remake_of=paid,
        design=paid.design,
    )
    text = " ".join(text_of(packing_lists.draw_shipment(shipment)).split())
    # 25 of 100 pieces that cost $96.00, beside $92.16 and $24.00.
    for words in ("replacement, free of charge", "$24.00", "$140.16 (USD)"):
        assert words in text, words
    assert "$0.00" not in text
