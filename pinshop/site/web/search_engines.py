"""What search engines read: robots.txt and the sitemap (sitemaps.org)."""

from datetime import datetime
from io import BytesIO
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from catalog.selectors import pins
from catalog.web import keeping

# What belongs to one visitor, and what says the same as another page.
_CLOSED = (
    "/account/",
    "/accounts/",
    "/admin/",
    "/api/",
    "/basket/",
    "/checkout/",
    "/orders/",
    "/quotes/",
    "/wish-list/",
)
_PAGES = ("home", "catalog:pin_list", "designs:upload", "how_it_works", "terms", "privacy", "contact")
_MOST = 50_000  # addresses of one sitemap, by its protocol
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Which addresses are no business of search engines, and where the sitemap is."""
    closed = "".join(f"Disallow: {path}\n" for path in (*_CLOSED, reverse("catalog:suggest")))
    text = f"User-agent: *\n{closed}\nSitemap: {settings.BASE_URL}{reverse('sitemap')}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@keeping.kept(address=lambda _request: "")
def sitemap(_request: HttpRequest) -> HttpResponse:
    """Every page that everybody may read: the shop's own, then artists, series, causes and pins, the newest first."""
    addresses: list[tuple[str, datetime | None]] = [(reverse(name), None) for name in _PAGES]
    addresses += [
        (reverse(f"catalog:{kind}", args=[slug]), since)
        for kind, slug, since in pins.list_addresses(now=timezone.now())
    ]
    return HttpResponse(_write(addresses[:_MOST]), content_type="application/xml; charset=utf-8")


def _write(addresses: list[tuple[str, datetime | None]]) -> bytes:
    text = BytesIO()
    xml = SimplerXMLGenerator(text, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", AttributesImpl({"xmlns": _NAMESPACE}))
    for path, since in addresses:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", settings.BASE_URL + path)
        if since:
            xml.addQuickElement("lastmod", since.isoformat())
        xml.endElement("url")
    xml.endElement("urlset")
    return text.getvalue()
