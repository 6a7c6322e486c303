"""Reading ready-made pins. Every list takes a fixed number of queries, however many pins it holds."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext

from catalog.models import Artist, Cause, Pin, PinVariant, Series
from catalog.selectors import loading
from pinshop.core.errors import NotFound
from pinshop.core.money import Money

_M = TypeVar("_M", Artist, Series, Cause)


class PinNotFound(NotFound):
    """No such pin is on sale."""

    code = "pin_not_found"


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant on sale: what it is, and what one costs in the currency asked for. None where it is not sold in that.

    `currency` is the one it is sold in always.
    """

    name: str
    size_mm: Decimal
    currency: str
    price: Money | None


def list_without_pictures(*, now: datetime) -> frozenset[str]:
    """The slugs of the pins on sale that nobody has pictured yet."""
    return frozenset(_on_sale(now).filter(pictures=None).values_list("slug", flat=True))


def get_pin(*, slug: str, now: datetime) -> Pin:
    """A pin on sale with everything a page shows. Raises PinNotFound."""
    pin = _find(slug, now)
    loading.complete([pin])
    return pin


def list_pins(*, pin_ids: Sequence[UUID]) -> list[Pin]:
    """These pins in this order with everything that is known of them, in four queries."""
    found = Pin.objects.select_related(*loading.RELATED).in_bulk(pin_ids)
    loading.complete(list(found.values()))
    return [found[pin_id] for pin_id in pin_ids if pin_id in found]


def find_name(*, slug: str) -> str:
    """What a pin is called, on sale or not; empty for none."""
    return Pin.objects.filter(slug=slug).values_list("name", flat=True).first() or ""


def check_on_sale(*, variant_id: UUID, now: datetime) -> None:
    """Raise PinNotFound where a variant cannot be bought, whatever is left of it."""
    if not PinVariant.objects.filter(pk=variant_id, active=True, pin__published_at__lte=now).exists():
        raise PinNotFound(gettext("This pin is not on sale. Look through the catalogue for another one."))


def find_offers(*, variant_ids: Collection[UUID], currency: str, now: datetime) -> dict[UUID, Offer]:
    """Those of the variants that are on sale, by id, in one query, whatever is left of them."""
    rows = PinVariant.objects.filter(pk__in=variant_ids, active=True, pin__published_at__lte=now)
    there = FilteredRelation("prices", condition=Q(prices__currency=currency))
    values = rows.annotate(there=there).values_list(
        "pk", "pin__name", "pin__size_mm", "price_minor", "currency", "there__price_minor"
    )
    return {
        pk: Offer(name, size_mm, currency=own, price=_price(price_minor, own, other_minor, currency))
        for pk, name, size_mm, price_minor, own, other_minor in values
    }


def _price(own_minor: int, own: str, other_minor: int | None, currency: str) -> Money | None:
    if own == currency:
        return Money(own_minor, own)
    return None if other_minor is None else Money(other_minor, currency)


def get_artist(*, slug: str) -> Artist:
    """Raises NotFound."""
    return _get(Artist.objects.prefetch_related("series"), slug, "artist")


def get_series(*, slug: str) -> Series:
    """With its artist. Raises NotFound."""
    return _get(Series.objects.select_related("artist"), slug, "series")


def get_cause(*, slug: str) -> Cause:
    """Raises NotFound."""
    return _get(Cause.objects.all(), slug, "cause")


def list_addresses(*, now: datetime) -> list[tuple[str, str, datetime | None]]:
    """Kind (artist, series, cause, pin), slug and, of pins, since when: everything on sale that has a page, in four queries."""
    on_sale = Pin.objects.filter(published_at__lte=now)
    found: list[tuple[str, str, datetime | None]] = []
    for kind, rows in (("artist", Artist.objects), ("series", Series.objects), ("cause", Cause.objects)):
        slugs = rows.filter(pk__in=on_sale.order_by().values(kind)).order_by("slug").values_list("slug", flat=True)
        found += [(kind, slug, None) for slug in slugs]
    newest = on_sale.order_by("-published_at", "-pk").values_list("slug", "published_at")
    return found + [("pin", slug, since) for slug, since in newest]


def list_artists(*, now: datetime) -> list[Artist]:
    """Artists who have a pin on sale, by name."""
    on_sale = Count("pins", filter=Q(pins__published_at__lte=now))
    return list(Artist.objects.annotate(pins_on_sale=on_sale).filter(pins_on_sale__gt=0).order_by("name"))


def list_series(*, now: datetime) -> list[Series]:
    """Series that have a pin on sale, by name, with their artists."""
    rows = Series.objects.filter(pins__published_at__lte=now).distinct()
    return list(rows.select_related("artist").order_by("name"))


def list_causes(*, now: datetime) -> list[Cause]:
    """Causes that a pin on sale gives to, by name."""
    return list(Cause.objects.filter(pins__published_at__lte=now).distinct().order_by("name"))


def _on_sale(now: datetime) -> QuerySet[Pin]:
    return Pin.objects.filter(published_at__lte=now).select_related(*loading.RELATED)


def _find(slug: str, now: datetime) -> Pin:
    pin = _on_sale(now).select_related("live_file").filter(slug=slug).first()
    if pin is None:
        raise PinNotFound(gettext("This pin is not on sale. Look through the catalogue for another one."))
    return pin


def _get(rows: QuerySet[_M], slug: str, what: str) -> _M:
    row = rows.filter(slug=slug).first()
    if row is None:
        raise NotFound(
            gettext("There is no such %(what)s. Look through the catalogue for another one.") % {"what": what}
        )
    return row
