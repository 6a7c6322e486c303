"""Basket and checkout of each market pass axe and hold their width on a phone; test_pages.py does so for every page."""

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import looking
from tests.plugins.shop import Shop


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
