"""The facets of a list as its page shows them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import ColourFamily
from catalog.selectors import facets
from catalog.selectors.facets import Facets
from catalog.selectors.listings import CHEAPEST, DEAREST, NAME, NEWEST, RELEVANCE, Band
from catalog.web.queries import Query, bands_of
from pinshop.core.money import Money

_MOST_SHOWN = 8
_LABELS = {
    "process": gettext_lazy("Process"),
    "plating": gettext_lazy("Plating"),
    "finish": gettext_lazy("Finish"),
    "colour": gettext_lazy("Colour"),
    "style": gettext_lazy("Style"),
    "worn": gettext_lazy("Worn on"),
    "artist": gettext_lazy("Artist"),
    "series": gettext_lazy("Series"),
    "cause": gettext_lazy("Gives to"),
    "edition": gettext_lazy("Edition"),
}
_WORDS: dict[str, dict[str, str | Promise]] = {
    "worn": {
        "jacket": gettext_lazy("Jacket"),
        "bag": gettext_lazy("Bag"),
        "hat": gettext_lazy("Hat"),
        "lanyard": gettext_lazy("Lanyard"),
    },
    "edition": {"open": gettext_lazy("Open"), "limited": gettext_lazy("Limited")},
    "colour": dict(ColourFamily.choices),
}
_SORTS = {
    RELEVANCE: gettext_lazy("Best match"),
    NEWEST: gettext_lazy("Newest first"),
    CHEAPEST: gettext_lazy("Price, lowest first"),
    DEAREST: gettext_lazy("Price, highest first"),
    NAME: gettext_lazy("Name"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, with how many pins it would show."""

    value: str
    label: str
    count: int
    chosen: bool

    def field(self, name: str, kind: str) -> SafeString:
        """Its input; made here because a page has a hundred of them."""
        checked = mark_safe(" checked") if self.chosen else ""
        text = '<input id="facet-{}-{}" type="{}" name="{}" value="{}"{}>'
        return format_html(text, name, self.value, kind, name, self.value, checked)


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet; `single` where one value excludes the others."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    single: bool = False

    @property
    def rows(self) -> list[tuple[SafeString, str, str]]:
        """Input, label and count of each choice."""
        kind = "radio" if self.single else "checkbox"
        return [(choice.field(self.name, kind), choice.label, str(choice.count)) for choice in self.choices]

    @property
    def is_chosen(self) -> bool:
        """Whether the list is narrowed by it."""
        return any(choice.chosen for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Taken:
    """A choice that narrows the list, and the address of the list without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Everything beside the list: facets, what is chosen of them, orders, how many pins there are."""

    facets: tuple[Facet, ...]
    taken: tuple[Taken, ...]
    sorts: tuple[Choice, ...]
    total: int
    in_stock: int


def of_query(query: Query, *, currency: str, now: datetime, searched: str) -> Filters:
    """The facets of what a query asks for; `searched` are the words that found it. See `selectors.facets` for the queries."""
    wanted = replace(query.wanted(currency=currency), text=searched)
    counted = facets.count(wanted=wanted, now=now)
    values = {kind: {*counted.counts.get(kind, ()), *query.chosen.get(kind, ())} for kind in _LABELS}
    names = facets.list_names(values)

    def name_of(kind: str, value: str) -> str:
        return names.get((kind, value)) or word_for(kind, value)

    shown = [_facet(kind, query, counted.counts.get(kind, {}), name_of) for kind in _LABELS]
    shown.append(_prices(query, counted, currency))
    return Filters(
        facets=tuple(facet for facet in shown if len(facet.choices) > 1 or facet.is_chosen),
        taken=_taken(query, currency, name_of),
        sorts=_sorts(query, wanted.order),
        total=counted.total,
        in_stock=counted.in_stock,
    )


def word_for(kind: str, value: str) -> str:
    """What a value is called that no table names."""
    return str(_WORDS.get(kind, {}).get(value) or value.replace("-", " ").capitalize())


def _facet(kind: str, query: Query, counts: Mapping[str, int], name_of: Callable[[str, str], str]) -> Facet:
    chosen = query.chosen.get(kind, ())
    choices = [
        Choice(value, name_of(kind, value), counts.get(value, 0), value in chosen) for value in {*counts, *chosen}
    ]
    if kind == "colour":
        choices.sort(key=lambda choice: ColourFamily.values.index(choice.value) if choice.value in ColourFamily else 99)
    else:
        choices.sort(key=lambda choice: (not choice.chosen, -choice.count, choice.label))
    return Facet(kind, str(_LABELS[kind]), tuple(choices[:_MOST_SHOWN]))


def _prices(query: Query, counted: Facets, currency: str) -> Facet:
    choices = [
        Choice(value, _band(band, currency), counted.bands[band], value == query.price)
        for value, band in bands_of(currency).items()
        if counted.bands[band] or value == query.price
    ]
    return Facet("price", _("Price"), tuple(choices), single=True)


def _band(band: Band, currency: str) -> str:
    low, high = band
    if high is None:
        return _("From %(low)s") % {"low": Money(low, currency)}
    if not low:
        return _("Under %(high)s") % {"high": Money(high, currency)}
    return _("%(low)s to %(high)s") % {"low": Money(low, currency), "high": Money(high - 1, currency)}


def _taken(query: Query, currency: str, name_of: Callable[[str, str], str]) -> tuple[Taken, ...]:
    taken = [Taken(f"“{query.text}”", query.without("search").encode())] if query.text else []
    taken += [
        Taken(name_of(kind, value), query.without(kind, value).encode())
        for kind, values in query.chosen.items()
        for value in values
    ]
    band = bands_of(currency).get(query.price)
    if band:
        taken.append(Taken(_band(band, currency), query.without("price").encode()))
    if query.in_stock:
        taken.append(Taken(_("In stock"), query.without("stock").encode()))
    return tuple(taken)


def _sorts(query: Query, order: str) -> tuple[Choice, ...]:
    usual = RELEVANCE if query.text else NEWEST
    offered = [usual, *(sort for sort in _SORTS if sort not in {usual, RELEVANCE})]
    return tuple(Choice("" if sort == usual else sort, str(_SORTS[sort]), 0, sort == order) for sort in offered)
