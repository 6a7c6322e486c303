"""What the address of a list says, in one canonical form: the same choice has the same address, whoever made it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.selectors.facets import list_bands
from catalog.selectors.listings import KINDS, NEWEST, RELEVANCE, SORTS, Band, Wanted

_LONGEST = 100
_MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a list; `price` is a band as `1000-1250` or `2000-` in minor units, empty for any."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price: str = ""
    in_stock: bool = False
    sort: str = ""

    def encode(self, *, cursor: str = "") -> str:
        """The address's query with its question mark, or nothing: names and values in a fixed order, no empty ones."""
        pairs = [("search", self.text)] if self.text else []
        pairs += [(kind, value) for kind in KINDS for value in self.chosen.get(kind, ())]
        pairs += [("price", self.price)] if self.price else []
        pairs += [("stock", "1")] if self.in_stock else []
        pairs += [("sort", self.sort)] if self.sort else []
        pairs += [("cursor", cursor)] if cursor else []
        return f"?{urlencode(pairs)}" if pairs else ""

    def searching(self, text: str) -> "Query":
        """The same for other words."""
        return replace(self, text=text)

    def without(self, kind: str, value: str = "") -> "Query":
        """The same with one choice fewer: of a kind of facets, or text, price or stock."""
        match kind:
            case "search":
                return replace(self, text="")
            case "price":
                return replace(self, price="")
            case "stock":
                return replace(self, in_stock=False)
        left = tuple(each for each in self.chosen.get(kind, ()) if each != value)
        return replace(self, chosen={name: left if name == kind else each for name, each in self.chosen.items()})

    def wanted(self, *, currency: str) -> Wanted:
        """What the catalogue is asked for; a price band that this currency does not have is left out."""
        return Wanted(
            text=self.text,
            chosen=self.chosen,
            prices=bands_of(currency).get(self.price),
            in_stock=self.in_stock,
            sort=self.sort,
            currency=currency,
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is chosen."""
        return bool(self.text or self.price or self.in_stock or any(self.chosen.values()))


def read(given: QueryDict) -> Query:
    """The choices of an address; what no list knows is left out."""
    chosen = {}
    for kind in KINDS:
        values = sorted({_clean(value) for value in given.getlist(kind)} - {""})
        if values:
            chosen[kind] = tuple(values[:_MOST_VALUES])
    text = " ".join(_clean(given.get("search", "")).split())
    usual = {NEWEST, RELEVANCE} if not text else {RELEVANCE}
    sort = given.get("sort", "")
    return Query(
        text=text,
        chosen=chosen,
        price=_clean(given.get("price", "")),
        in_stock=given.get("stock") == "1",
        sort=sort if sort in SORTS and sort not in usual else "",
    )


def bands_of(currency: str) -> dict[str, Band]:
    """The price bands of a currency by how an address names them."""
    return {f"{low}-{'' if high is None else high}": (low, high) for low, high in list_bands(currency)}


def _clean(value: str) -> str:
    """A NUL cannot stand in a query to PostgreSQL, so no pin can match it either."""
    return value.replace("\x00", "")[:_LONGEST].strip()
