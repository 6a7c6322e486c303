"""Pages of ready-made pins. Each reads through selectors and changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from catalog.models import Artist, Cause, PinPicture, Series
from catalog.selectors import options, pins
from catalog.selectors.pins import PinFilter, PinPage
from catalog.web import cards, market
from pinshop.core import files
from pinshop.core.errors import PinshopError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
FILTERS = ("search", "artist", "series", "cause", "process")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select box of the filter."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One select box of the filter."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture on the page of a pin."""

    path: str
    view: str
    width: int
    height: int


def answers_refusals(view: View[P]) -> View[P]:
    """State a refusal as a page with its own status."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PinshopError as refusal:
            return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)

    return cast("View[P]", wrapped)


@require_safe
@answers_refusals
def pin_list(request: HttpRequest) -> HttpResponse:
    """All pins on sale, narrowed by artist, series, cause, process and words."""
    now = timezone.now()
    # A NUL cannot stand in a query to PostgreSQL, so no pin can match it either.
    chosen = {name: request.GET.get(name, "").replace("\x00", "")[:100].strip() for name in FILTERS}
    page = pins.list_pins(now=now, only=PinFilter(**chosen), cursor=request.GET.get("cursor", ""))
    context = {
        **_shown(page, chosen, request),
        "chosen": chosen,
        "is_filtered": any(chosen.values()),
        "selects": _selects(chosen, now),
    }
    return render(request, "catalog/pin_list.html", context)


@require_safe
@answers_refusals
def pin_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One pin: pictures, story, facts, and its grades to put into the basket."""
    pin = pins.get_pin(slug=slug, now=timezone.now())
    variants = list(pin.variants.all())
    context = {
        "pin": pin,
        "pictures": [_shown_picture(picture) for picture in pin.pictures.all()],
        "live_path": files.public_path(pin.live_file) if pin.live_file else "",
        "offers": [(variant, cards.price_of(variant, market.currency_of(request))) for variant in variants],
        "first_free": next((variant for variant in variants if variant.available), None),
        "most": min(max((variant.available for variant in variants), default=0), 100),
        "size_in": round(float(pin.size_mm) / 25.4, 2),
    }
    return render(request, "catalog/pin_detail.html", context)


@require_safe
@answers_refusals
def artist(request: HttpRequest, slug: str) -> HttpResponse:
    """An artist and the pins they drew."""
    return _collection(request, pins.get_artist(slug=slug), gettext("Artist"), PinFilter(artist=slug))


@require_safe
@answers_refusals
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series and its pins."""
    return _collection(request, pins.get_series(slug=slug), gettext("Series"), PinFilter(series=slug))


@require_safe
@answers_refusals
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """A cause and the pins that give to it."""
    return _collection(request, pins.get_cause(slug=slug), gettext("Cause"), PinFilter(cause=slug))


def _collection(request: HttpRequest, subject: Artist | Series | Cause, what: str, only: PinFilter) -> HttpResponse:
    page = pins.list_pins(now=timezone.now(), only=only, cursor=request.GET.get("cursor", ""))
    text = subject.bio if isinstance(subject, Artist) else subject.description
    context = {**_shown(page, {}, request), "subject": subject, "what": what, "text": text}
    return render(request, "catalog/collection.html", context)


def _selects(chosen: dict[str, str], now: datetime) -> list[Select]:
    offered = [
        ("artist", gettext("Artist"), [(row.slug, row.name) for row in pins.list_artists(now=now)]),
        ("series", gettext("Series"), [(row.slug, row.name) for row in pins.list_series(now=now)]),
        ("cause", gettext("Gives to"), [(row.slug, row.name) for row in pins.list_causes(now=now)]),
        ("process", gettext("Process"), [(row.code, row.name) for row in options.get_options().processes]),
    ]
    return [
        Select(name, label, tuple(Choice(value, text, value == chosen[name]) for value, text in choices))
        for name, label, choices in offered
    ]


def _shown(page: PinPage, chosen: dict[str, str], request: HttpRequest) -> dict[str, object]:
    wanted = {name: value for name, value in chosen.items() if value}
    more = f"?{urlencode({**wanted, 'cursor': page.next_cursor})}" if page.next_cursor else ""
    return {"cards": cards.of_pins(page.pins, currency=market.currency_of(request)), "next_url": more}


def _shown_picture(picture: PinPicture) -> ShownPicture:
    return ShownPicture(cards.path_of(picture), picture.view, picture.width, picture.height)
