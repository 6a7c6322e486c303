"""By what a list can be narrowed further, and how many pins each choice would leave."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Func, Manager, Q, Value

from catalog.models import AddOn, Artist, Cause, Plating, Process, Series
from catalog.selectors import listings
from catalog.selectors.listings import Band, Wanted

# Where one price band ends and the next begins, in minor units: round amounts about the shop's usual prices.
BOUNDS = {
    "USD": (1000, 1250, 1500, 2000),
    "EUR": (1000, 1250, 1500, 2000),
    "GBP": (800, 1000, 1250, 1750),
    "JPY": (1500, 2000, 2500, 3000),
}
_NAMED: Mapping[str, tuple[Manager[Any], str]] = {
    "process": (Process.objects, "code"),
    "plating": (Plating.objects, "code"),
    "finish": (AddOn.objects, "code"),
    "artist": (Artist.objects, "slug"),
    "series": (Series.objects, "slug"),
    "cause": (Cause.objects, "slug"),
}


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by kind and value, by price band, and of what is in stock; `total` is how many pins the list has.

    Each kind is counted as if nothing of it were chosen, because choosing another value of it adds to the list.
    """

    counts: Mapping[str, Mapping[str, int]]
    bands: Mapping[Band, int]
    in_stock: int
    total: int


class _Unnest(Func):
    function = "unnest"
    output_field = CharField()
    set_returning = True


def count(*, wanted: Wanted, now: datetime) -> Facets:
    """All counts: three queries, and one more for each kind of which something is chosen."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, value, pins in _values(wanted, now):
        if not wanted.chosen.get(kind):
            counts[kind][value] = pins
    for chosen in (kind for kind, values in wanted.chosen.items() if values):
        for kind, value, pins in _values(wanted.without(chosen), now):
            if kind == chosen:
                counts[kind][value] = pins
    bands = list_bands(wanted.currency)
    unpriced = listings.priced(listings.matching(wanted=replace(wanted, prices=None), now=now), wanted.currency)
    by_band = unpriced.aggregate(
        **{f"band_{place}": Count("pk", filter=listings.within(band)) for place, band in enumerate(bands)}
    )
    rows = listings.matching(wanted=replace(wanted, in_stock=False), now=now)
    all_told = rows.aggregate(total=Count("*"), in_stock=Count("pk", filter=Q(pk__in=listings.list_in_stock())))
    return Facets(
        counts=counts,
        bands={band: by_band[f"band_{place}"] for place, band in enumerate(bands)},
        in_stock=all_told["in_stock"],
        total=all_told["in_stock" if wanted.in_stock else "total"],
    )


def list_bands(currency: str) -> list[Band]:
    """Price bands of a currency, lowest first: lower bound, and upper bound or None."""
    bounds = BOUNDS[currency]
    return list(zip((0, *bounds), (*bounds, None), strict=True))


def list_names(values: Mapping[str, Iterable[str]]) -> dict[tuple[str, str], str]:
    """What options, artists, series and causes are called, by kind and value, in one query; unknown ones are left out."""
    wanted = {kind: sorted(values.get(kind, ())) for kind in _NAMED}
    queries = [
        rows.filter(**{f"{key}__in": wanted[kind]}).order_by().values_list(Value(kind, CharField()), key, "name")
        for kind, (rows, key) in _NAMED.items()
        if wanted[kind]
    ]
    if not queries:
        return {}
    first, *others = queries
    return {(kind, value): name for kind, value, name in first.union(*others, all=True)}


def _values(wanted: Wanted, now: datetime) -> list[tuple[str, str, int]]:
    rows = listings.matching(wanted=wanted, now=now).annotate(facet=_Unnest("facets"))
    counted = rows.values_list("facet").annotate(pins=Count("*")).order_by()
    return [(*facet.split(":", 1), pins) for facet, pins in counted]
