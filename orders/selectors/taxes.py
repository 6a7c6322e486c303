"""Which tax a sale bears: the rate of its destination, and how its buyer is taxed."""

from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_noop

from orders.enums import CertificateState, TaxTreatment, VatState
from orders.models import ExemptionCertificate, VatNumber
from orders.quoted import NO_TAX, Tax
from orders.selectors.tariffs import Tariffs, get_tariffs
from pinshop.accounts.owners import Owner

# Council Directive 2006/112/EC, articles 138 and 196: the business that buys declares the tax in its own member state.
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905 - a table of codes reads best as one line
EXEMPT = gettext_noop("Exempt by certificate on file.")
NOT_REVERSED = gettext_noop("VAT number %(number)s: reverse charge does not apply to this delivery.")
CHARGED = gettext_noop("VAT number %(number)s: %(state)s, so that the tax is charged.")
REVERSED = gettext_noop(
    "%(number)s. Reverse charge: the recipient is liable for the tax (article 196 of Directive 2006/112/EC)."
)
NOTES = (EXEMPT, NOT_REVERSED, CHARGED, REVERSED)


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys; `vat_number` as `services.vat_numbers` reads it, empty for none."""

    owner: Owner
    vat_number: str = ""


def get_tax(
    *, country: str, on: date, region: str = "", buyer: Buyer | None = None, tariffs: Tariffs | None = None
) -> Tax:
    """The tax of a country, or of a region of it, on a day, for a buyer.

    Only a rate that staff have confirmed is collected; without one the tax line says that none is. A region's own rate
    takes the place of its country's. A business of another EU member state with a VAT number that was found valid is not
    charged, nor is somebody with an approved exemption certificate.
    """
    tax = _rate_of(country.upper(), region.upper(), on, tariffs or get_tariffs())
    if buyer is None or tax == NO_TAX:
        return tax
    if _has_certificate(buyer.owner, country.upper(), region.upper(), on):
        return replace(tax, name=gettext_noop("Tax exempt"), treatment=TaxTreatment.EXEMPT, note=EXEMPT)
    return _by_vat_number(tax, country.upper(), buyer.vat_number)


def find_number(number: str) -> VatNumber | None:
    """What is known of a VAT number; None for one that was never asked for, and for an empty one."""
    return VatNumber.objects.filter(number=number).first() if number else None


def has_regions(country: str, tariffs: Tariffs | None = None) -> bool:
    """Whether the tax of a country depends on the state or province."""
    return any(rate.region for rate in (tariffs or get_tariffs()).rates.get(country.upper(), ()))


def _rate_of(country: str, region: str, on: date, tariffs: Tariffs) -> Tax:
    holding = [
        rate
        for rate in tariffs.rates.get(country, ())
        if rate.region in {"", region} and rate.valid_from <= on and (rate.valid_to is None or rate.valid_to >= on)
    ]
    if not holding:
        return NO_TAX
    found = max(holding, key=lambda rate: (rate.region, rate.valid_from))
    percent = f"{(found.rate * 100).normalize():f}"
    return Tax(name=found.name, rate_percent=percent, source=found.source, inclusive=found.inclusive)


def _has_certificate(owner: Owner, country: str, region: str, on: date) -> bool:
    if owner.user_id is None and owner.business_id is None:
        return False
    rows = ExemptionCertificate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        owner.where(),
        country=country,
        region__in=["", region],
        state=CertificateState.APPROVED,
    )
    return rows.exists()


def _by_vat_number(tax: Tax, country: str, vat_number: str) -> Tax:
    if not vat_number:
        return tax
    state = VatNumber.objects.filter(number=vat_number).values_list("state", flat=True).first() or VatState.NOT_CHECKED
    if country not in EU or country == settings.SHOP_COUNTRY or vat_number[:2].replace("EL", "GR") != country:
        return replace(tax, note=NOT_REVERSED % {"number": vat_number})
    if state != VatState.VALID:
        return replace(tax, note=CHARGED % {"number": vat_number, "state": VatState(state).label.lower()})
    return replace(
        tax,
        name=gettext_noop("Reverse charge"),
        treatment=TaxTreatment.REVERSE_CHARGE,
        note=REVERSED % {"number": vat_number},
    )
