"""The countdown in a real browser, under the shop's own policy: it counts, says when it is over, and survives htmx."""

import pytest
from playwright.sync_api import Page, expect

from tests.plugins.shop import Shop

HELD = """
    <count-down class="notice" seconds="{seconds}">
      <p data-running>Held until <time datetime="2026-12-07T10:00:00+00:00">10:00 UTC</time><span data-left></span>.</p>
      <p data-over hidden>No longer held.</p>
    </count-down>
"""


@pytest.mark.slow
def test_it_counts_down_and_says_when_it_is_over(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/contact/")
    show = "html => { document.querySelector('main').innerHTML = html }"
    page.evaluate(show, HELD.format(seconds=3))
    page.evaluate("() => import('/static/js/countdown.js')")
    running, over = page.locator("[data-running]"), page.locator("[data-over]")
    expect(running).to_contain_text(", 0:02 from now.")
    expect(running).not_to_contain_text("UTC")
    expect(over).to_be_hidden()
    expect(over).to_be_visible(timeout=5000)
    expect(running).to_be_hidden()
    assert over.get_attribute("role") == "status"
    page.evaluate(show, HELD.format(seconds=2100))
    expect(running).to_contain_text(", 34:5")
