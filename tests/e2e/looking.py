"""Looking at a page as those do who cannot see it well, or see it on a phone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page


def examine(page: Page, browser: Browser) -> None:
    """Hold the page that a visitor has open to axe, and to the width of a phone; the visitor stays where they are."""
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    # axe reads style sheets in ways that the shop's policy forbids, so it looks at the page without the policy.
    examined = browser.new_context(bypass_csp=True, storage_state=page.context.storage_state()).new_page()
    examined.goto(page.url)
    found = Axe().run(examined).response["violations"]
    examined.context.close()
    assert [(fault["id"], fault["nodes"][0]["html"][:120]) for fault in found] == []
