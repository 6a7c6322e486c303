"""What machines read of the ready-made pins: the feed, and the data in the page of a pin."""

import json
import re
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import PinPicture, Stock
from catalog.templatetags.structured import json_ld
from pinshop.core import files
from tests.catalog.makers import make_pin

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def moment(seeded: None) -> datetime:
    return timezone.now().replace(microsecond=0) - timedelta(days=1)


def test_feed_names_the_newest_pins(moment: datetime, client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://shop.example"
    pins = [make_pin(number, now=moment, story="Soft & <small>.", tags=["owl"]) for number in range(2)]
    make_pin(3, now=moment, published_at=None)
    answer = client.get("/pins/new.atom")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own answer
    assert feed.findtext(f"{ATOM}title") == "New pins at Pinshop"
    assert feed.findtext(f"{ATOM}updated") == moment.isoformat()
    links = {(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")}
    assert ("self", "https://shop.example/pins/new.atom") in links
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Pin 0", "Pin 1"]
    first = entries[0]
    assert first.findtext(f"{ATOM}id") == f"urn:uuid:{pins[0].pk}"
    assert first.findtext(f"{ATOM}summary") == "Soft & <small>."
    assert first.findtext(f"{ATOM}author/{ATOM}name") == "Marit"
    picture = PinPicture.objects.get(pin=pins[0])
    enclosure = next(link for link in first.findall(f"{ATOM}link") if link.get("rel") == "enclosure")
    assert enclosure.attrib == {
        "rel": "enclosure",
        "href": f"https://shop.example{files.public_path(picture.file)}",
        "length": "9",
        "type": "image/webp",
    }


@pytest.mark.parametrize("count", [1, 30])
def test_feed_takes_six_queries(count: int, moment: datetime, client: Client, django_assert_num_queries: Any) -> None:
    for number in range(count):
        make_pin(number, now=moment)
    with django_assert_num_queries(6):
        client.get("/pins/new.atom")


def _product(client: Client, path: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).content.decode())
    assert len(found) == 1
    product: dict[str, Any] = json.loads(found[0])
    return product


def test_pin_page_offers_each_grade_to_machines_at_the_price_it_shows(
    moment: datetime, client: Client, settings: Any
) -> None:
    settings.BASE_URL = "https://shop.example"
    pin = make_pin(1, now=moment, story="For </script> & co.", size_mm="32.50")
    Stock.objects.filter(variant__pin=pin, variant__grade="seconds").update(on_hand=0)
    picture = PinPicture.objects.get()
    assert _product(client, "/pins/pin-1/") == {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Pin 1",
        "description": "For </script> & co.",
        "url": "https://shop.example/pins/pin-1/",
        "image": [f"https://shop.example{files.public_path(picture.file)}"],
        "sku": "pin-1",
        "category": "Enamel pins",
        "material": "Gold",
        "brand": {"@type": "Brand", "name": "Pinshop"},
        "size": "32.5 mm",
        "offers": [
            {
                "@type": "Offer",
                "name": name,
                "sku": f"pin-1-{grade}",
                "url": "https://shop.example/pins/pin-1/",
                "price": price,
                "priceCurrency": "USD",
                "availability": f"https://schema.org/{stock}",
                "itemCondition": "https://schema.org/NewCondition",
            }
            for name, grade, price, stock in (
                ("A grade", "A", "12.00", "InStock"),
                ("Seconds", "seconds", "9.00", "OutOfStock"),
            )
        ],
    }


def test_data_in_the_page_cannot_end_its_element() -> None:
    assert json_ld({"a": "</script><b>&\u2028"}) == (
        '<script type="application/ld+json">{"a": "\\u003c/script\\u003e\\u003cb\\u003e\\u0026\\u2028"}</script>'
    )


def test_pages_name_their_one_address_and_a_picture_to_share(moment: datetime, client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://shop.example"
    pin = make_pin(1, now=moment)
    share = files.put(b"share", media_type="image/jpeg", public=True)
    PinPicture.objects.create(pin=pin, view="share", position=3, file=share, width=1200, height=630)
    for path, canonical in (
        ("/pins/?utm_source=x&colour=red&colour=blue&search=", "/pins/?colour=blue&amp;colour=red"),
        ("/pins/?sort=newest", "/pins/"),
        ("/pins/pin-1/?x=1", "/pins/pin-1/"),
        ("/artists/marit/?x=1", "/artists/marit/"),
    ):
        text = client.get(path).content.decode()
        assert f'<link rel="canonical" href="https://shop.example{canonical}">' in text, path
        assert ('content="noindex, follow"' in text) == ("colour" in path)
    text = client.get("/pins/pin-1/").content.decode()
    assert f'<meta property="og:image" content="https://shop.example{files.public_path(share)}">' in text
    gallery = text[text.index('class="gallery"') : text.index("<h1>")]
    assert gallery.count("<figure") == 1


def test_drafts_are_told_to_nobody(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment, published_at=None)
    for path in ("/sitemap.xml", "/pins/new.atom"):
        assert "pin-1" not in client.get(path).content.decode()
