"""Addresses as their countries write them."""

import pytest

from orders.quoted import Address
from orders.services import addresses


def make(country: str, **fields: str) -> Address:
    values = {"name": "Ada", "line1": "1 Main Street", "city": "Town", "postal_code": "", **fields}
    return Address(country=country, **values)


@pytest.mark.parametrize(
    ("given", "region", "postal_code"),
    [
        (make("US", region="texas", postal_code="78701"), "TX", "78701"),
        (make("JP", city="", region="Tokyo", postal_code="100-0001"), "Tokyo", "100-0001"),
        (make("DE", region="Berlin", postal_code="10115"), "", "10115"),
        (make("GB", postal_code="SW1Y 4JH"), "", "SW1Y 4JH"),
        (make("IE"), "", ""),
    ],
)
def test_region_and_code_are_written_as_the_country_does(given: Address, region: str, postal_code: str) -> None:
    found = addresses.check(given)
    assert (found.region, found.postal_code, found.city) == (region, postal_code, given.city)


def test_every_fault_is_said_beside_its_field() -> None:
    with pytest.raises(addresses.AddressInvalid) as refusal:
        addresses.check(make("US", name=" ", city="", region="ZZ", postal_code="1"), prefix="address.")
    assert refusal.value.fields == {
        "address.name": "Give the receiver's name.",
        "address.city": "Give the town.",
        "address.region": "This is not a state of that country.",
        "address.postal_code": "This is not a ZIP code of that country, such as 95014.",
    }


def test_unknown_country_is_refused() -> None:
    with pytest.raises(addresses.AddressInvalid) as refusal:
        addresses.check(make("XX"))
    assert refusal.value.fields == {"country": "Choose a country."}


@pytest.mark.parametrize(
    ("country", "fields", "regions"),
    [
        ("US", ("name", "line1", "line2", "city", "region", "postal_code"), 62),
        ("DE", ("name", "line1", "line2", "postal_code", "city"), 0),
        ("JP", ("name", "line1", "line2", "region", "postal_code"), 47),
        ("XX", ("name", "line1", "line2", "city", "region", "postal_code"), 0),
    ],
)
def test_layout_is_that_of_the_country(country: str, fields: tuple[str, ...], regions: int) -> None:
    layout = addresses.get_layout(country)
    assert (layout.fields, len(layout.regions)) == (fields, regions)


@pytest.mark.parametrize(("country", "label"), [("US", "Street and number"), ("JP", "Town, street and number")])
def test_town_without_a_field_of_its_own_is_asked_for_with_the_street(country: str, label: str) -> None:
    assert addresses.get_layout(country).labels["line1"] == label


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (make("US", region="OR", postal_code="97201"), ["Ada", "1 Main Street", "Town, OR 97201", "US"]),
        (make("US", city="", line1="", name=""), ["US"]),
        (
            make("DE", line1="100%A Weg", line2="Hof", postal_code="10115"),
            ["Ada", "100%A Weg", "Hof", "10115 Town", "DE"],
        ),
        (make("GB", postal_code="SW1Y 4JH"), ["Ada", "1 Main Street", "Town", "SW1Y 4JH", "GB"]),
        (
            make("JP", city="", region="Tokyo", postal_code="100-0001"),
            ["Ada", "1 Main Street", "Tokyo", "100-0001", "JP"],
        ),
        (make("XX", region="North", postal_code="1"), ["Ada", "1 Main Street", "1 Town", "North", "XX"]),
    ],
)
def test_lines_stand_as_on_a_parcel_of_the_country(given: Address, lines: list[str]) -> None:
    assert given.lines() == lines


def test_every_document_can_print_the_codes_of_regions() -> None:
    for country in ("JP", "KR", "TW", "HK"):
        assert all(code.isascii() for code, _ in addresses.get_layout(country).regions), country
