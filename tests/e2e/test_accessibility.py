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


ACCOUNT = ("/account/", "/account/tax/", "/account/data/", "/account/business/")


@pytest.mark.slow
def test_pages_of_an_account_are_accessible_and_fit_a_phone(page: Page, browser: Browser, shop: Shop) -> None:
    page.goto(f"{shop.url}/accounts/login/")
    page.get_by_text("Use a password instead").click()
    page.fill("input[name=login]", "customer@pinshop.example")
    page.fill("input[name=password]", shop.password())
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{shop.url}/account/")
    for path in ACCOUNT:
        page.goto(f"{shop.url}{path}")
        looking.examine(page, browser)


@pytest.mark.slow
@pytest.mark.parametrize("country", ["US", "DE", "JP"])
def test_basket_and_checkout_are_accessible_and_fit_a_phone(
    page: Page, browser: Browser, shop: Shop, country: str
) -> None:
    page.goto(f"{shop.url}/pins/moon-moth/")
    page.get_by_role("button", name="Put into the basket").click()
    page.get_by_label("Ship to").select_option(country)
    page.get_by_role("button", name="Update the total").click()
    looking.examine(page, browser)
    page.get_by_role("button", name="Check out").click()
    page.wait_for_url("**/checkout/**")
    looking.examine(page, browser)
