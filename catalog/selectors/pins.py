"""Reading ready-made pins. Every list takes a fixed number of queries, however many pins it holds."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from catalog.models import Artist, Cause, Pin, PinPicture, PinVariant, Series
from pinshop.core.errors import Invalid, NotFound
from pinshop.core.money import Money

_M = TypeVar("_M", Artist, Series, Cause)
PAGE_SIZE = 24
MAX_PAGE_SIZE = 100


class PinNotFound(NotFound):
    """No such pin is on sale."""

    code = "pin_not_found"


class CursorInvalid(Invalid):
    """The cursor is not one that a page handed out."""

    code = "cursor_invalid"


@dataclass(frozen=True, slots=True)
class PinFilter:
    """Which pins: by slug of artist, series and cause, code of the process, words in name, story, tags or artist."""

    artist: str = ""
    series: str = ""
    cause: str = ""
    process: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class PinPage:
    """Pins with artist, series, cause, pictures, variants and stock loaded; `next_cursor` is empty on the last page."""

    pins: tuple[Pin, ...]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant on sale: what it is, and what one costs in the currency asked for. None where it is not sold in that.

    `currency` is the one it is sold in always.
    """

    name: str
    size_mm: Decimal
    currency: str
    price: Money | None


def list_pins(*, now: datetime, only: PinFilter | None = None, cursor: str = "", limit: int = PAGE_SIZE) -> PinPage:
    """A page of the pins on sale, newest first, in three queries. Raises CursorInvalid."""
    size = max(1, min(limit, MAX_PAGE_SIZE))
    rows = _matching(_on_sale(now), only or PinFilter())
    if cursor:
        published_at, pin_id = _read_cursor(cursor)
        rows = rows.filter(Q(published_at__lt=published_at) | Q(published_at=published_at, id__lt=pin_id))
    found = list(rows.order_by("-published_at", "-id")[: size + 1])
    more = len(found) > size
    return PinPage(tuple(found[:size]), _write_cursor(found[size - 1]) if more else "")


def list_without_pictures(*, now: datetime) -> frozenset[str]:
    """The slugs of the pins on sale that nobody has pictured yet."""
    return frozenset(_on_sale(now).filter(pictures=None).values_list("slug", flat=True))


def get_pin(*, slug: str, now: datetime) -> Pin:
    """A pin on sale with everything a page shows. Raises PinNotFound."""
    pin = _on_sale(now).select_related("live_file").filter(slug=slug).first()
    if pin is None:
        raise PinNotFound(gettext("This pin is not on sale. Look through the catalogue for another one."))
    return pin


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
    return (
        Pin.objects.filter(published_at__lte=now)
        .select_related("artist", "series", "cause", "process", "plating")
        .prefetch_related(Prefetch("pictures", _pictures()), Prefetch("variants", _variants_on_sale()))
    )


def _pictures() -> QuerySet[PinPicture]:
    return PinPicture.objects.select_related("file")


def _variants_on_sale() -> QuerySet[PinVariant]:
    return PinVariant.objects.filter(active=True).select_related("stock").prefetch_related("prices").order_by("grade")


def _matching(rows: QuerySet[Pin], only: PinFilter) -> QuerySet[Pin]:
    exact = {"artist__slug": only.artist, "series__slug": only.series, "cause__slug": only.cause}
    rows = rows.filter(**{name: value for name, value in {**exact, "process_id": only.process}.items() if value})
    for word in only.search.split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(story__icontains=word)
            | Q(tags__icontains=word)
            | Q(artist__name__icontains=word)
        )
    return rows


def _get(rows: QuerySet[_M], slug: str, what: str) -> _M:
    row = rows.filter(slug=slug).first()
    if row is None:
        raise NotFound(
            gettext("There is no such %(what)s. Look through the catalogue for another one.") % {"what": what}
        )
    return row


def _write_cursor(pin: Pin) -> str:
    moment = pin.published_at.isoformat() if pin.published_at else ""
    return base64.urlsafe_b64encode(f"{moment}|{pin.pk}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _, pin_id = text.partition("|")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(pin_id)
    except (ValueError, OverflowError, binascii.Error):
        raise CursorInvalid(gettext("This page link is not one of ours. Start again at the first page.")) from None
