"""The versions of a quote: other choices for the whole make the next one, and its lines keep their prices."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from catalog.models import PinVariant
from orders.models import Quote, ShippingOffer, ShippingRate, ShippingService, VatNumber
from orders.quoted import Choices, Wish
from orders.selectors.shipping import NotShippedThere
from orders.services import quotes
from orders.services.quotes import QuoteExpired
from pinshop.accounts.owners import Owner
from pinshop.core.errors import NotFound
from tests import races
from tests.orders.factories import GUEST
from tests.orders.services.test_taxes import NUMBER, make_rate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("destinations")]
EXPRESS = Choices(service="express")


@pytest.fixture
def quote(variant: PinVariant, now: datetime) -> Quote:
    """Two moths to Great Britain: $24.00 and $5.00 for the usual service."""
    service = ShippingService.objects.create(code="express", name="Express", position=1)
    offer = ShippingOffer.objects.create(zone_id="uk", service=service, days_min=1, days_max=2)
    ShippingRate.objects.create(offer=offer, currency="USD", up_to_g=5000, price_minor=1900)
    wish = Wish(quantity=2, variant_id=variant.pk)
    return quotes.make(owner=GUEST, lines=[wish], country="GB", currency="USD", now=now)


def revise(quote: Quote, choices: Choices, now: datetime) -> Quote:
    return quotes.revise(quote=quote, owner=GUEST, choices=choices, now=now)


def test_usual_service_is_chosen_first(quote: Quote) -> None:
    assert (quote.version, quote.service, quote.total_minor) == (1, "standard", 2900)


def test_another_service_is_thenext_version_and_the_lines_keep_their_price(
    quote: Quote, variant: PinVariant, now: datetime
) -> None:
    PinVariant.objects.update(price_minor=9900)
    later = revise(quote, EXPRESS, now + timedelta(days=1))
    assert (later.number, later.version, later.service) == (quote.number, 2, "express")
    assert (later.subtotal_minor, later.shipping_minor, later.total_minor) == (2400, 1900, 4300)
    assert later.expires_at == quote.expires_at
    assert str(later) == f"{quote.number} version 2"
    quote.refresh_from_db()
    assert (quote.total_minor, quote.lines) == (2900, later.lines)


def test_same_choices_are_the_same_quote_however_they_are_written(quote: Quote, now: datetime) -> None:
    later = revise(quote, Choices(service="express", vat_number="de 136 695 976"), now)
    again = revise(later, Choices(service="express", vat_number=NUMBER), now)
    assert (later.pk, Quote.objects.count()) == (again.pk, 2)
    assert revise(quote, Choices(), now).pk == quote.pk


def test_vat_number_takes_the_tax_off(quote: Quote, now: datetime) -> None:
    make_rate("DE")
    VatNumber.objects.create(number=NUMBER, state="valid", created_at=now, checked_at=now)
    Quote.objects.update(country="DE")
    from orders.models import ShippingCountry

    ShippingCountry.objects.create(code="DE", name="Germany", zone_id="uk")
    quote.refresh_from_db()
    charged = revise(quote, EXPRESS, now)
    freed = revise(charged, Choices(service="express", vat_number=NUMBER), now)
    assert (charged.total_minor, charged.tax_minor, charged.tax_inclusive) == (4300, 687, True)
    assert (freed.total_minor, freed.tax_minor, freed.discount_minor) == (3613, 0, 687)


def test_unknown_service_other_peoples_and_expired_quotes_are_refused(quote: Quote, now: datetime) -> None:
    with pytest.raises(NotShippedThere, match=r"no service drone to United Kingdom\. Choose one of: standard, express"):
        revise(quote, Choices(service="drone"), now)
    with pytest.raises(NotFound):
        quotes.renew(quote_id=quote.pk, owner=Owner(guest_key="somebody else"), now=now)
    with pytest.raises(QuoteExpired):
        revise(quote, EXPRESS, now + timedelta(days=30))
    assert Quote.objects.count() == 1


def test_renewed_quote_is_thenext_version_at_todays_prices(quote: Quote, now: datetime) -> None:
    PinVariant.objects.update(price_minor=1500)
    renewed = quotes.renew(quote_id=quote.pk, owner=GUEST, now=now + timedelta(days=40))
    assert (renewed.number, renewed.version, renewed.total_minor) == (quote.number, 2, 3500)


@pytest.mark.django_db(transaction=True)
def test_versions_made_at_once_get_numbers_of_their_own(quote: Quote, now: datetime) -> None:
    found = races.run(lambda: revise(quote, EXPRESS, now).version, threads=8)
    assert sorted(found, key=str) == list(range(2, 10))


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_versions_made_at_once_collide(
    quote: Quote, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    aggregate = QuerySet.aggregate

    def slow(rows: QuerySet[Quote], **what: Any) -> dict[str, Any]:
        answer = aggregate(rows, **what)
        time.sleep(0.2)
        return answer

    monkeypatch.setattr(QuerySet, "aggregate", slow)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)
    found = races.run(lambda: revise(quote, EXPRESS, now).version, threads=8)
    assert any(isinstance(each, Exception) for each in found)
