"""Which tax a sale bears: by place, day and buyer, and only what staff have confirmed."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from orders.enums import CertificateState, TaxTreatment, VatState
from orders.models import TaxRate, VatNumber
from orders.quoted import NO_TAX
from orders.selectors import taxes
from orders.selectors.taxes import Buyer
from orders.services import exemptions, vat_numbers
from orders.services.exemptions import Place
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core.actors import SYSTEM
from pinshop.core.errors import Forbidden, Invalid
from pinshop.core.models import OutgoingMail
from tests.orders.factories import GUEST
from tests.peers import Peer, listen, status

pytestmark = pytest.mark.django_db
NUMBER = "DE136695976"  # the example of python-stdnum's documentation: right check digit


def make_rate(country: str = "DE", percent: str = "19", **fields: Any) -> TaxRate:
    values = {
        "name": "VAT",
        "valid_from": date(2026, 1, 1),
        "source": "the law",
        "unconfirmed": False,
        "inclusive": True,
    }
    return TaxRate.objects.create(country=country, rate=Decimal(percent) / 100, **(values | fields))


def tax(country: str = "DE", *, on: date = date(2026, 6, 1), region: str = "", buyer: Buyer | None = None) -> str:
    return taxes.get_tax(country=country, on=on, region=region, buyer=buyer).label


def test_only_confirmed_rates_are_collected() -> None:
    make_rate(unconfirmed=True)
    assert taxes.get_tax(country="DE", on=date(2026, 6, 1)) == NO_TAX
    TaxRate.objects.update(unconfirmed=False)
    assert tax() == "Contains VAT 19 %"


def test_rate_holds_from_its_first_day_to_its_last() -> None:
    make_rate(valid_to=date(2026, 6, 30))
    make_rate(percent="16", valid_from=date(2026, 7, 1))
    days = [date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1)]
    assert [tax(on=day) for day in days] == ["No tax collected yet", "Contains VAT 19 %", "Contains VAT 16 %"]


def test_region_has_its_own_rate_and_others_have_the_countrys() -> None:
    make_rate("US", "8.25", region="TX", name="Sales tax", inclusive=False)
    assert [tax("US", region=region) for region in ("TX", "CA", "")] == [
        "Sales tax 8.25 %",
        "No tax collected yet",
        "No tax collected yet",
    ]
    assert (taxes.has_regions("US"), taxes.has_regions("DE")) == (True, False)


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (VatState.NOT_CHECKED, "Contains VAT 19 %"),
        (VatState.UNKNOWN, "Contains VAT 19 %"),
        (VatState.VALID, "Reverse charge"),
    ],
)
def test_reverse_charge_needs_a_number_that_was_found_valid(state: VatState, label: str, now: datetime) -> None:
    make_rate()
    VatNumber.objects.create(number=NUMBER, state=state, created_at=now, checked_at=now)
    assert tax(buyer=Buyer(GUEST, NUMBER)) == label


def test_number_of_another_country_and_of_the_shops_own_change_nothing(now: datetime, settings: Settings) -> None:
    make_rate()
    make_rate("FR", "20")
    VatNumber.objects.create(number=NUMBER, state=VatState.VALID, created_at=now, checked_at=now)
    assert tax("FR", buyer=Buyer(GUEST, NUMBER)) == "Contains VAT 20 %"
    settings.SHOP_COUNTRY = "DE"
    found = taxes.get_tax(country="DE", on=date(2026, 6, 1), buyer=Buyer(GUEST, NUMBER))
    assert (found.treatment, found.note) == (
        TaxTreatment.CHARGED,
        f"VAT number {NUMBER}: reverse charge does not apply to this delivery.",
    )


@pytest.mark.parametrize("text", ["DE123", "US136695976", "hello", "DE136695977"])
def test_what_is_no_vat_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(vat_numbers.VatNumberInvalid, match="such as DE136695976"):
        vat_numbers.read(text)


def test_number_is_read_as_people_write_it() -> None:
    assert [vat_numbers.read(text) for text in ("de 136 695 976", "DE-136.695.976", " ")] == [NUMBER, NUMBER, ""]


@pytest.fixture
def register(settings: Settings) -> Iterator[Peer]:
    with listen() as peer:
        settings.VIES_URL = peer.url
        yield peer


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"isValid": True, "userError": "VALID", "name": "BRASS GMBH"}, VatState.VALID),
        ({"isValid": False, "userError": "INVALID", "name": "---"}, VatState.UNKNOWN),
        ({"isValid": False, "userError": "MS_UNAVAILABLE"}, VatState.NOT_CHECKED),
        (["nonsense"], VatState.NOT_CHECKED),
    ],
)
def test_the_register_is_asked(register: Peer, answer: Any, state: VatState, now: datetime) -> None:
    register.replies = [status(200, json.dumps(answer).encode())]
    row = vat_numbers.check(text="de136695976", now=now)
    assert row is not None
    assert (row.state, register.received[0].path) == (state, "/ms/DE/vat/136695976")


def test_a_silent_register_leaves_the_number_not_checked(register: Peer, now: datetime) -> None:
    register.replies = [status(503)]
    row = vat_numbers.check(text=NUMBER, now=now)
    assert row is not None
    assert row.state == VatState.NOT_CHECKED


def test_a_young_answer_is_kept_an_old_one_asked_again_and_staffs_stays(register: Peer, now: datetime) -> None:
    register.replies = [status(200, b'{"isValid": true, "userError": "VALID"}')]
    for later in (timedelta(0), timedelta(days=29), timedelta(days=31)):
        vat_numbers.check(text=NUMBER, now=now + later)
    assert len(register.received) == 2
    vat_numbers.confirm(number=NUMBER, state=VatState.UNKNOWN, source="letter of the office", actor=SYSTEM, now=now)
    row = vat_numbers.check(text=NUMBER, now=now + timedelta(days=99))
    assert (row and row.state, len(register.received)) == (VatState.UNKNOWN, 2)


PDF = b"%PDF-1.7 certificate"


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada@example.org", "secret")


def test_certificate_counts_once_staff_have_approved_it(ada: User, now: datetime) -> None:
    make_rate("US", "8.25", region="TX", name="Sales tax", inclusive=False)
    owner = Owner(user_id=ada.pk)
    row = exemptions.hand_in(owner=owner, place=Place("US", "tx"), content=PDF, file_name="resale.pdf", now=now)
    again = exemptions.hand_in(owner=owner, place=Place("US", "TX"), content=PDF, file_name="resale.pdf", now=now)
    assert again.pk == row.pk
    assert tax("US", region="TX", buyer=Buyer(owner)) == "Sales tax 8.25 %"
    exemptions.decide(
        certificate_id=row.pk,
        state=CertificateState.APPROVED,
        answer="",
        actor=SYSTEM,
        now=now,
        valid_to=date(2026, 12, 31),
    )
    assert tax("US", region="TX", buyer=Buyer(owner)) == "Tax exempt"
    assert tax("US", region="TX", buyer=Buyer(owner), on=date(2027, 1, 1)) == "Sales tax 8.25 %"
    assert tax("US", region="TX", buyer=Buyer(GUEST)) == "Sales tax 8.25 %"
    assert [mail.to for mail in OutgoingMail.objects.all()] == ["ada@example.org"]
    with pytest.raises(exemptions.AlreadyDecided, match="approved already"):
        exemptions.decide(certificate_id=row.pk, state=CertificateState.DECLINED, answer="no", actor=SYSTEM, now=now)


def test_certificate_is_told_by_its_bytes_and_guests_sign_in_first(ada: User, now: datetime) -> None:
    with pytest.raises(Invalid, match="PDF, PNG or JPEG"):
        exemptions.hand_in(
            owner=Owner(user_id=ada.pk), place=Place("US"), content=b"<script>", file_name="a.pdf", now=now
        )
    with pytest.raises(Forbidden, match="Sign in first"):
        exemptions.hand_in(owner=GUEST, place=Place("US"), content=PDF, file_name="a.pdf", now=now)
