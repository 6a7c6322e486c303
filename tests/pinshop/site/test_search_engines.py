"""robots.txt and the sitemap."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from tests.catalog.makers import make_pin

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def moment(seeded_options: None, settings: Any) -> datetime:
    settings.BASE_URL = "https://shop.example"
    return timezone.now().replace(microsecond=0) - timedelta(days=1)


def _read(sitemap: bytes) -> list[tuple[str, str | None]]:
    rows = ET.fromstring(sitemap)  # noqa: S314 - our own answer
    return [(row.findtext(f"{MAP}loc") or "", row.findtext(f"{MAP}lastmod")) for row in rows]


def test_robots_name_what_is_closed_and_the_sitemap(moment: datetime, client: Client) -> None:
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    assert lines[-1] == "Sitemap: https://shop.example/sitemap.xml"
    for path in ("/admin/", "/account/", "/basket/", "/wish-list/", "/search/suggest/"):
        assert f"Disallow: {path}" in lines


@pytest.mark.parametrize("count", [1, 20])
def test_sitemap_names_every_open_page_in_four_queries(
    count: int, moment: datetime, client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        make_pin(number, now=moment)
    make_pin(99, now=moment, published_at=None)
    with django_assert_num_queries(4):
        answer = client.get("/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    found = dict(_read(answer.content))
    pages = ["/", "/pins/", "/design/", "/how-it-works/", "/terms/", "/privacy/", "/contact/"]
    kinds = ["/artists/marit/", "/series/night/", "/causes/bees/"]
    pins = {f"/pins/pin-{number}/": (moment - timedelta(minutes=number)).isoformat() for number in range(count)}
    expected = {**dict.fromkeys([*pages, *kinds]), **pins}
    assert found == {f"https://shop.example{path}": since for path, since in expected.items()}


def test_every_page_of_the_sitemap_opens(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment)
    for address, _ in _read(client.get("/sitemap.xml").content):
        path = address.removeprefix("https://shop.example")
        assert client.get(path).status_code == 200, path
