"""Pages that say something: home, how it works, the small print."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from catalog.selectors import listings, pins
from catalog.selectors import rules as engine_rules
from catalog.web import pins as catalogue
from orders.selectors import cancellation
from pinshop.site import terms as terms_of_sale

SHOWN_PINS = 8


@dataclass(frozen=True, slots=True)
class Limit:
    """What metal or enamel can hold, in mm."""

    what: str
    refused_mm: float
    advised_mm: float


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What the shop is, in one page."""
    now = timezone.now()
    shown = listings.find(now=now, limit=SHOWN_PINS).pins
    return render(
        request,
        "site/home.html",
        {"pins": catalogue.show(request, shown), "causes": pins.list_causes(now=now)},
    )


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """From drawing to pin, with the limits and the costs."""
    return render(request, "site/how_it_works.html", {"limits": _limits()})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms of sale, with their version."""
    costs = cancellation.find_terms(now=timezone.now())
    return render(request, "site/terms.html", {"version": terms_of_sale.VERSION, "costs": costs})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept of people, why and for how long."""
    times = {
        "invoice_years": settings.INVOICE_YEARS,
        "abandoned_days": settings.ABANDONED_DAYS,
        "mail_days": settings.MAIL_DAYS,
    }
    return render(request, "site/privacy.html", times)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """How to reach a person."""
    return render(request, "site/contact.html")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address where a page names no icon (a PDF, a picture)."""
    return redirect(static("img/favicon.svg"))


def _limits() -> list[Limit]:
    """Some limits of making, as the engine holds them today; none where no rules are published."""
    try:
        rules = engine_rules.get_engine_rules().rules
    except engine_rules.NoEngineRules:
        return []
    common, hard = rules["common"], rules["processes"]["hard_enamel"]["limits"]
    rows = (
        (gettext("Metal line, soft enamel"), common["metal_width"]),
        ("Metal line, hard enamel", hard["metal_width"]),
        (gettext("Width of an enamel area"), common["enamel_width"]),
        (gettext("Metal beside a cut-out"), common["bridge_width"]),
        (gettext("Cut-out, across"), common["cutout_size"]),
    )
    return [Limit(what, refused_mm=block, advised_mm=warn) for what, (block, warn) in rows]
