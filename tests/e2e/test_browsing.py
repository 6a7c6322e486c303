"""Looking for a pin in a real browser: search as one types, facets, the wish list; and all of it without scripts."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.plugins.shop import Shop

pytestmark = pytest.mark.slow


def test_search_and_facets_follow_what_is_typed_and_ticked(page: Page, shop: Shop) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{shop.url}/pins/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pins/?" in request.url else None)
    page.locator("#search").press_sequentially("moon mo", delay=20)
    expect(page.locator(".pin-card__name")).to_have_text(["Moon Moth"])
    expect(page).to_have_url(f"{shop.url}/pins/?search=moon+mo")
    assert len(asked) == 1
    expect(page.locator("#search")).to_be_focused()
    page.fill("#search", "")
    page.locator("input[name=process][value=hard_enamel]").check()
    expect(page).to_have_url(f"{shop.url}/pins/?process=hard_enamel")
    expect(page.locator("input[name=process][value=hard_enamel]")).to_be_focused()
    shown = page.locator(".pin-card").count()
    assert page.locator(".results__total").inner_text().startswith(f"{shown} pin")
    page.locator(".pin-card__picture").first.click(force=True)  # what lies over it is the link
    page.wait_for_url("**/pins/*/")
    data = json.loads(page.locator('script[type="application/ld+json"]').text_content() or "")
    assert (data["@type"], data["url"]) == ("Product", page.url)
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_heart_keeps_a_pin_with_and_without_scripts(browser: Browser, shop: Shop, *, scripts: bool) -> None:
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{shop.url}/pins/?search=moth")
    page.get_by_role("button", name="Moon Moth on the wish list").click()
    expect(page.get_by_role("button", name="Moon Moth on the wish list")).to_have_attribute("aria-pressed", "true")
    assert page.url == f"{shop.url}/pins/?search=moth"
    page.goto(f"{shop.url}/wish-list/")
    expect(page.locator(".pin-card__name")).to_have_text(["Moon Moth"])
    context.close()


def test_list_is_narrowed_and_sorted_without_scripts(browser: Browser, shop: Shop) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shop.url}/pins/")
    page.fill("#search", "moht")
    page.locator("#sort").select_option("price")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".results__total")).to_contain_text("moth")
    expect(page.locator(".pin-card__name").first).to_be_visible()
    context.close()
