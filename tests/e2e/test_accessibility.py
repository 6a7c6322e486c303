"""The pages that customers see pass axe, hold their width on a phone, and load nothing that is not the shop's own."""

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import looking
from tests.plugins.shop import Shop

PATHS = (
    "/",
    "/pins/",
    "/pins/moon-moth/",
    "/design/",
    "/basket/",
    "/accounts/login/",
    "/how-it-works/",
    "/terms/",
    "/privacy/",
    "/contact/",
    "/gift-card/",
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible_and_fits_a_phone(page: Page, browser: Browser, shop: Shop, path: str) -> None:
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    answer = page.goto(f"{shop.url}{path}")
    assert answer is not None
    assert answer.status == 200
    assert [url for url in foreign if not url.startswith((shop.url, "data:", "blob:"))] == []
    looking.examine(page, browser)
