"""Keeping what lists are made of true to the pins: called wherever a fact of a pin changes."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from catalog import words
from catalog.models import Listing, ListingPrice, Pin, PinVariant, SearchWord
from catalog.services import freshness

_AT_ONCE = 500


def refresh(*, pin_ids: Iterable[UUID] | None = None) -> int:
    """Make the listings of these pins (of all where none are named) anew; drafts lose theirs. Returns how many are listed.

    Run twice it writes the same again. Cached pages are forgotten after the commit.
    """
    wanted = Pin.objects.all() if pin_ids is None else Pin.objects.filter(pk__in=list(pin_ids))
    listed = 0
    with transaction.atomic():
        drafts = wanted.filter(published_at=None).values("pk")
        Listing.objects.filter(pin__in=drafts).delete()
        ready = wanted.exclude(published_at=None).order_by("pk").values_list("pk", flat=True)
        for some in _batches(list(ready)):
            listed += _write(some)
        freshness.forget_pages()
    return listed


def of_artist(artist_id: int) -> int:
    """Make the listings of an artist's pins anew, after a change of name. The same holds for series and causes."""
    return refresh(pin_ids=_ids(Q(artist=artist_id)))


def of_series(series_id: int) -> int:
    """See `of_artist`."""
    return refresh(pin_ids=_ids(Q(series=series_id)))


def of_cause(cause_id: int) -> int:
    """See `of_artist`."""
    return refresh(pin_ids=_ids(Q(cause=cause_id)))


def _ids(which: Q) -> list[UUID]:
    return list(Pin.objects.filter(which).values_list("pk", flat=True))


def _batches(ids: list[UUID]) -> Iterator[list[UUID]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _write(ids: list[UUID]) -> int:
    pins = list(
        Pin.objects.filter(pk__in=ids)
        .select_related("artist", "series", "cause")
        .prefetch_related("variants__prices", "pictures__file")
        .order_by("pk")
    )
    rows = [_listing(pin) for pin in pins]
    Listing.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["pin"],
        update_fields=["published_at", "name", "tags", "makers", "story", "facets", "card"],
    )
    ListingPrice.objects.filter(listing__in=ids).delete()
    ListingPrice.objects.bulk_create(
        ListingPrice(listing_id=pin.pk, currency=currency, price_minor=price_minor)
        for pin in pins
        for currency, price_minor in sorted(_lowest_prices(pin).items())
    )
    found = {word for row in rows for text in (row.name, row.tags, row.makers) for word in words.split(text)}
    SearchWord.objects.bulk_create((SearchWord(word) for word in sorted(found)), ignore_conflicts=True)
    return len(rows)


def _listing(pin: Pin) -> Listing:
    series, cause = pin.series, pin.cause
    return Listing(
        pin_id=pin.pk,
        published_at=cast("datetime", pin.published_at),  # drafts are listed nowhere
        name=words.fold(pin.name),
        tags=words.fold(" ".join([*pin.tags, *pin.styles, series.name if series else ""])),
        makers=words.fold(" ".join([pin.artist.name, cause.name if cause else ""])),
        story=words.fold(pin.story),
        facets=_facets(pin),
        card=_card(pin),
    )


def _card(pin: Pin) -> dict[str, Any]:
    """What a list shows of a pin besides its stock: in one value, so that a page of pins is one query.

    `prices` are those of the best grade on offer, by currency, its own one first.
    """
    front = next((row for row in pin.pictures.all() if row.view == "front"), None)
    best = min((row for row in pin.variants.all() if row.active), key=lambda row: row.grade, default=None)
    prices = {} if best is None else dict(_offers(best))
    return {
        "slug": pin.slug,
        "name": pin.name,
        "alt": pin.alt,
        "artist": pin.artist.name,
        "edition_size": pin.edition_size,
        "prices": prices,
        "picture": front
        and {
            "sha256": front.file_id,
            "media_type": front.file.media_type,
            "width": front.width,
            "height": front.height,
            "sources": front.sources,
            "placeholder": front.placeholder,
        },
    }


def _facets(pin: Pin) -> list[str]:
    many = {"colour": pin.colours, "worn": pin.worn, "style": pin.styles, "finish": pin.finishes}
    one = {
        "process": pin.process_id,
        "plating": pin.plating_id,
        "artist": pin.artist.slug,
        "series": pin.series.slug if pin.series else "",
        "cause": pin.cause.slug if pin.cause else "",
        "edition": "limited" if pin.edition_size else "open",
    }
    named = {kind: (value,) for kind, value in one.items() if value} | many
    return sorted({f"{kind}:{value}" for kind, values in named.items() for value in values})


def _lowest_prices(pin: Pin) -> dict[str, int]:
    prices: dict[str, int] = {}
    for variant in pin.variants.all():
        if variant.active:
            for currency, price_minor in _offers(variant):
                prices[currency] = min(price_minor, prices.get(currency, price_minor))
    return prices


def _offers(variant: PinVariant) -> list[tuple[str, int]]:
    own = (variant.currency, variant.price_minor)
    return [own, *((row.currency, row.price_minor) for row in variant.prices.all())]
