"""Pages that say something: home, how it works, the small print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.selectors import pins
from catalog.web import cards
from pinshop.site import terms as terms_of_sale

SHOWN_PINS = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the shop is, in one page."""
    now = timezone.now()
    shown = pins.list_pins(now=now, limit=SHOWN_PINS).pins
    return render(request, "site/home.html", {"pins": cards.of_pins(shown), "causes": pins.list_causes(now=now)})


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """From drawing to pin, with the limits and the costs."""
    return render(request, "site/how_it_works.html")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of sale, with their version."""
    return render(request, "site/terms.html", {"version": terms_of_sale.VERSION})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, why and for how long."""
    return render(request, "site/privacy.html")


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach a person."""
    return render(request, "site/contact.html")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address where a page names no icon (a PDF, a picture)."""
    return redirect(static("img/favicon.svg"))
