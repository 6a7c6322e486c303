"""Pages of ready-made pins. Each reads through selectors and changes nothing."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Artist, Cause, Pin, Series
from catalog.selectors import listings, options, pins, wish_lists
from catalog.selectors.listings import Shown, Wanted
from catalog.web import cards, filters, keeping, market, pictures, queries, structured
from catalog.web.cards import PinCard
from pinshop.accounts import owners
from pinshop.core import files
from pinshop.core.errors import PinshopError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SUGGESTED = 6
ALIKE = 4


def answers_refusals(view: View[P]) -> View[P]:
    """State a refusal as a page with its own status."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PinshopError as refusal:
            return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)

    return cast("View[P]", wrapped)


def _address(request: HttpRequest) -> str:
    return queries.read(request.GET).encode(cursor=request.GET.get("cursor", ""))


@require_safe
@keeping.kept(address=_address)
@answers_refusals
def pin_list(request: HttpRequest) -> HttpResponse:
    """All pins on sale, narrowed by words and facets, ordered; htmx gets the list and the facets without the page."""
    now, currency = timezone.now(), market.currency_of(request)
    query, cursor = queries.read(request.GET), request.GET.get("cursor", "")
    page = listings.find(now=now, wanted=query.wanted(currency=currency), cursor=cursor)
    context = {
        "cards": show(request, page.pins),
        "next_url": query.searching(page.text).encode(cursor=page.next_cursor) if page.next_cursor else "",
        "query": query,
        "searched": page.text,
        "filters": filters.of_query(query, currency=currency, now=now, searched=page.text),
        "canonical_url": f"{settings.BASE_URL}{request.path}{query.encode()}",
    }
    if keeping.wants_part(request):
        response = keeping.render(request, "catalog/fragments/found.html", context)
        response.headers["HX-Push-Url"] = f"{request.path}{query.encode()}"
        return response
    return keeping.render(request, "catalog/pin_list.html", context)


@require_safe
@keeping.kept(address=_address)
@answers_refusals
def suggest(request: HttpRequest) -> HttpResponse:
    """The first pins that fit what is being typed, for the box under a search field."""
    query = queries.read(request.GET)
    wanted = query.wanted(currency=market.currency_of(request))
    page = listings.find(now=timezone.now(), wanted=wanted, limit=SUGGESTED) if query.text else None
    found = cards.of_pins(page.pins, currency=wanted.currency) if page else []
    context = {"cards": found, "query": query, "searched": page.text if page else ""}
    return keeping.render(request, "catalog/fragments/suggestions.html", context)


@require_safe
@keeping.kept(address=lambda _request: "")
@answers_refusals
def pin_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One pin: pictures, story, facts, its grades to put into the basket, and pins like it."""
    now = timezone.now()
    pin = pins.get_pin(slug=slug, now=now)
    alike = listings.list_alike(pin=pin, now=now, limit=ALIKE)
    variants = list(pin.variants.all())
    offers = [(variant, cards.price_of(variant, market.currency_of(request))) for variant in variants]
    wished = _wished(request, [pin.pk, *(each.pin_id for each in alike)])
    context: dict[str, object] = {
        "pin": pin,
        "pictures": _gallery(pin),
        "offers": offers,
        "live_path": files.public_path(pin.live_file) if pin.live_file else "",
        "first_free": next((variant for variant in variants if variant.available), None),
        "most": min(max((variant.available for variant in variants), default=0), 100),
        "size_in": round(float(pin.size_mm) / 25.4, 2),
        "finishes": [options.get_options().addon(code).name for code in pin.finishes],
        "worn": [filters.word_for("worn", place) for place in pin.worn],
        "colours": [(family, filters.word_for("colour", family)) for family in pin.colours],
        "wished": pin.pk in wished,
        "alike": cards.of_pins(alike, currency=market.currency_of(request), wished=wished),
        "product": structured.product(pin, offers),
        "share_picture": structured.share_picture(pin),
        "canonical_url": f"{settings.BASE_URL}{request.path}",
    }
    return keeping.render(request, "catalog/pin_detail.html", context)


@require_safe
@keeping.kept(address=_address)
@answers_refusals
def artist(request: HttpRequest, slug: str) -> HttpResponse:
    """An artist, the series and the pins they drew."""
    return _collection(request, pins.get_artist(slug=slug), "artist")


@require_safe
@keeping.kept(address=_address)
@answers_refusals
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """A series and its pins."""
    return _collection(request, pins.get_series(slug=slug), "series")


@require_safe
@keeping.kept(address=_address)
@answers_refusals
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """A cause, what one pin gives to it, and the pins that do."""
    return _collection(request, pins.get_cause(slug=slug), "cause")


def show(request: HttpRequest, found: Sequence[Shown]) -> list[PinCard]:
    """The pins as this visitor sees them: in their currency, with what they wished for."""
    wished = _wished(request, [each.pin_id for each in found])
    return cards.of_pins(found, currency=market.currency_of(request), wished=wished)


def _wished(request: HttpRequest, pin_ids: Sequence[UUID]) -> set[UUID]:
    """Who never needed an owner has wished for nothing, and does not become a guest by looking at a page."""
    if not request.user.is_authenticated and not owners.guest_key_of(request):
        return set()
    return wish_lists.list_wished(owner=owners.of_request(request), pin_ids=pin_ids)


def _gallery(pin: Pin) -> list[pictures.Shown]:
    named = {"back": _("%(pin)s, the back"), "card": _("%(pin)s on its card")}
    names = {view: name % {"pin": pin.name} for view, name in named.items()}
    return [
        pictures.show(row, alt=names.get(row.view, pin.alt), eager=row.view == "front")
        for row in pin.pictures.all()
        if row.view != pictures.SHARE
    ]


def _collection(request: HttpRequest, subject: Artist | Series | Cause, kind: str) -> HttpResponse:
    wanted = Wanted(chosen={kind: (subject.slug,)}, currency=market.currency_of(request))
    page = listings.find(now=timezone.now(), wanted=wanted, cursor=request.GET.get("cursor", ""))
    context: dict[str, object] = {
        "cards": show(request, page.pins),
        "next_url": queries.Query().encode(cursor=page.next_cursor) if page.next_cursor else "",
        "subject": subject,
        "kind": kind,
        "text": subject.bio if isinstance(subject, Artist) else subject.description,
        "canonical_url": f"{settings.BASE_URL}{request.path}",
    }
    return keeping.render(request, "catalog/collection.html", context)
