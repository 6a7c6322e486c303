"""Finding ready-made pins: words, facets, order, pages. Every list takes a fixed number of queries, however long it is."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramDistance
from django.db.models import (
    F,
    FilteredRelation,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext

from catalog import words
from catalog.models import Listing, Pin, PinVariant, SearchWord
from catalog.models.listings import LANGUAGE
from pinshop.core.errors import Invalid

PAGE_SIZE = 24
MAX_PAGE_SIZE = 100
KINDS = ("process", "plating", "finish", "colour", "style", "worn", "artist", "series", "cause", "edition")
NEWEST, CHEAPEST, DEAREST, NAME, RELEVANCE = SORTS = ("newest", "price", "-price", "name", "relevance")
_LONG = ("name", "tags", "makers", "story", "facets", "vector")  # what only the database reads
_LEFT = Q(stock__on_hand__gt=F("stock__reserved"))
_LARGEST = 2**31 - 1  # of PostgreSQL's integer: a pin without a price in this currency comes last


Band = tuple[int, int | None]


class CursorInvalid(Invalid):
    """The cursor is not one that a page handed out."""

    code = "cursor_invalid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to and how it is ordered.

    `chosen` holds values by kind (`KINDS`): pins that have any of them, of every kind. `prices` are bounds in minor units
    of `currency`, the lower one included, None for no upper one. An order by relevance needs words; without it is newest.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices: Band | None = None
    in_stock: bool = False
    sort: str = ""
    currency: str = "USD"

    @property
    def order(self) -> str:
        """One of `SORTS`."""
        usual = RELEVANCE if self.text else NEWEST
        return self.sort if self.sort in SORTS and (self.sort != RELEVANCE or self.text) else usual

    def without(self, kind: str) -> "Wanted":
        """The same, not narrowed by that kind."""
        return replace(self, chosen={name: values for name, values in self.chosen.items() if name != kind})


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows of a pin: its card (see `services.listings`), and whether any of it is left."""

    pin_id: UUID
    card: Mapping[str, Any]
    in_stock: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some pins of a list; `next_cursor` is empty on the last page.

    `text` are the words that were searched for, which differ from the wanted ones where these were mistyped.
    """

    pins: tuple[Shown, ...]
    next_cursor: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Order:
    """A key that a list is sorted by, then by the pin's id in the same direction; `read` takes it from JSON."""

    key: Any
    descending: bool
    read: Callable[[Any], Any]


def find(*, now: datetime, wanted: Wanted | None = None, cursor: str = "", limit: int = PAGE_SIZE) -> Page:
    """A page of the pins on sale, in two queries. Raises CursorInvalid.

    Where no pin has a mistyped word, the likeliest one is searched for instead, which takes some queries more.
    """
    asked = wanted or Wanted()
    page = _find(asked, now, cursor, limit)
    if words.split(asked.text) and not cursor and not page.pins:
        likely = correct(text=asked.text)
        if likely != asked.text:
            return _find(replace(asked, text=likely), now, cursor, limit)
    return page


def matching(*, wanted: Wanted, now: datetime) -> QuerySet[Listing]:
    """The listings on sale that are wanted, in no order."""
    rows = Listing.objects.filter(published_at__lte=now)
    if wanted.text:
        query = _query(wanted.text)
        rows = rows.filter(vector=query) if query else rows.none()
    for kind, values in wanted.chosen.items():
        if values:
            rows = rows.filter(facets__overlap=[f"{kind}:{value}" for value in values])
    if wanted.prices:
        rows = priced(rows, wanted.currency).filter(within(wanted.prices))
    return rows.filter(pk__in=list_in_stock()) if wanted.in_stock else rows


def priced(rows: QuerySet[Listing], currency: str) -> QuerySet[Listing]:
    """With the lowest price in this currency as `offer`."""
    return rows.annotate(offer=FilteredRelation("prices", condition=Q(prices__currency=currency)))


def within(band: Band) -> Q:
    """Whether the price of `priced` lies in a band."""
    low, high = band
    above = Q(offer__price_minor__gte=low)
    return above if high is None else above & Q(offer__price_minor__lt=high)


def list_in_stock() -> QuerySet[PinVariant, UUID]:
    """The pins of which any grade is left, as a query."""
    return PinVariant.objects.filter(_LEFT, active=True).values_list("pin", flat=True)


def show(rows: Iterable[Any]) -> list[Shown]:
    """The cards of some listings, with what is left of them: one query besides theirs."""
    found = list(rows)
    left = set(list_in_stock().filter(pin__in=[row.pk for row in found])) if found else set()
    return [Shown(row.pk, row.card, row.pk in left) for row in found]


def list_alike(*, pin: Pin, now: datetime, limit: int) -> list[Shown]:
    """The newest pins of a pin's series, then of its artist: two queries."""
    kinds = [f"series:{pin.series.slug}"] if pin.series else []
    kinds.append(f"artist:{pin.artist.slug}")
    rows = Listing.objects.filter(published_at__lte=now).exclude(pk=pin.pk).defer(*_LONG)
    first, *others = (
        rows.filter(facets__contains=[kind])
        .annotate(place=Value(place, IntegerField()))
        .order_by("-published_at", "-pk")[:limit]
        for place, kind in enumerate(kinds)
    )
    near = first.union(*others, all=True).order_by("place", "-published_at", "-pin") if others else first
    once: dict[UUID, Any] = {}
    for row in near:
        once.setdefault(row.pk, row)
    return show(list(once.values())[:limit])


def correct(*, text: str) -> str:
    """The words with each one that no pin has replaced by the likeliest that some pin has; at most a third mistyped."""
    typed = words.split(text)[: words.MOST_WORDS]
    known = Q()
    for word in typed:
        known |= Q(word__startswith=word)
    there = list(SearchWord.objects.filter(known).values_list("word", flat=True)[:200]) if typed else []
    return " ".join(word if any(each.startswith(word) for each in there) else _likeliest(word) for word in typed)


def _likeliest(word: str) -> str:
    apart = TrigramDistance("word", word)
    near = SearchWord.objects.annotate(apart=apart).order_by("apart").values_list("word", flat=True)[:30]
    allowed = 1 + len(word) // 6
    close = [(words.distance(word, each), place, each) for place, each in enumerate(near)]
    best = min(close, default=(allowed + 1, 0, word))
    return best[2] if len(word) > 2 and best[0] <= allowed else word


def _find(wanted: Wanted, now: datetime, cursor: str, limit: int) -> Page:
    size = max(1, min(limit, MAX_PAGE_SIZE))
    order = _order(wanted)
    rows = matching(wanted=wanted, now=now)
    if wanted.order in {CHEAPEST, DEAREST} and not wanted.prices:
        rows = priced(rows, wanted.currency)
    rows = rows.annotate(key=order.key)
    if cursor:
        rows = rows.filter(_after(order, *_read(cursor, wanted.order, order)))
    by = ("-key", "-pk") if order.descending else ("key", "pk")
    found = list(rows.order_by(*by).defer(*_LONG)[: size + 1])
    following = _write(wanted.order, found[size - 1]) if len(found) > size else ""
    return Page(tuple(show(found[:size])), following, wanted.text)


def _query(text: str) -> SearchQuery | None:
    """All words; the last one may be the beginning of a longer one, because it may still be typed."""
    typed = words.split(text)[: words.MOST_WORDS]
    if not typed:
        return None
    last = f"({typed[-1]} | {typed[-1]}:*)"
    return SearchQuery(" & ".join([*typed[:-1], last]), search_type="raw", config=LANGUAGE)


def _order(wanted: Wanted) -> _Order:
    price = F("offer__price_minor")
    if wanted.order == CHEAPEST:
        return _Order(Coalesce(price, Value(_LARGEST)), descending=False, read=int)
    if wanted.order == DEAREST:
        return _Order(Coalesce(price, Value(0)), descending=True, read=int)
    if wanted.order == NAME:
        return _Order(F("name"), descending=False, read=str)
    if wanted.order == RELEVANCE:
        # Whole millionths, because a page is continued after an exact value.
        rank = SearchRank(F("vector"), _query(wanted.text) or SearchQuery("", config=LANGUAGE))
        return _Order(Cast(rank * Value(1_000_000.0), IntegerField()), descending=True, read=int)
    return _Order(F("published_at"), descending=True, read=lambda text: datetime.fromisoformat(text).astimezone(UTC))


def _after(order: _Order, key: Any, pk: UUID) -> Q:
    way = "lt" if order.descending else "gt"
    return Q(**{f"key__{way}e": key}) & (Q(**{f"key__{way}": key}) | Q(**{f"pk__{way}": pk}))


def _write(sort: str, row: Any) -> str:
    key = row.key.isoformat() if isinstance(row.key, datetime) else row.key
    text = json.dumps([sort, key, str(row.pk)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, sort: str, order: _Order) -> tuple[Any, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        of_sort, key, pk = json.loads(text)
        place = order.read(key), UUID(pk)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError, binascii.Error):
        of_sort, place = "", None
    if place is None or of_sort != sort:
        raise CursorInvalid(gettext("This page link is not one of ours. Start again at the first page."))
    return place
