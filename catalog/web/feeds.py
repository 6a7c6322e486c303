"""New pins as an Atom feed (RFC 4287)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.selectors import listings, pins
from catalog.web import keeping, structured

NEWEST = 30


@require_safe
@keeping.kept(address=lambda _request: "")
def new_pins(request: HttpRequest) -> HttpResponse:
    """The newest pins on sale."""
    feed = Atom1Feed(
        title=_("New pins at %(shop)s") % {"shop": settings.SHOP_NAME},
        link=settings.BASE_URL + reverse("catalog:pin_list"),
        description=None,
        feed_url=settings.BASE_URL + request.path,
        language="en",
    )
    newest = listings.find(now=timezone.now(), limit=NEWEST).pins
    for pin in pins.list_pins(pin_ids=[each.pin_id for each in newest]):
        url = settings.BASE_URL + reverse("catalog:pin", args=[pin.slug])
        feed.add_item(
            title=pin.name,
            link=url,
            description=pin.story or pin.alt,
            unique_id=f"urn:uuid:{pin.pk}",
            author_name=pin.artist.name,
            pubdate=pin.published_at,
            updateddate=pin.published_at,
            categories=pin.tags,
            enclosures=structured.list_enclosures(pin),
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
