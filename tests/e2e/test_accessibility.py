"""The pages that customers see pass axe, hold their width on a phone, and load nothing that is not the shop's own."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

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
)


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_page_is_accessible_and_fits_a_phone(page: Page, browser: Browser, shop: Shop, path: str) -> None:
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url))
    answer = page.goto(f"{shop.url}{path}")
    assert answer is not None
    assert answer.status == 200
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [url for url in foreign if not url.startswith((shop.url, "data:", "blob:"))] == []
    # axe reads style sheets in ways that the shop's policy forbids, so it looks at the page without the policy.
    examined = browser.new_context(bypass_csp=True).new_page()
    examined.goto(f"{shop.url}{path}")
    found = Axe().run(examined).response["violations"]
    examined.context.close()
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []
