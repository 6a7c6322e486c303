"""In a real browser on a real shop: a picture dropped on the first page becomes a pin, is changed, priced and put into the basket."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import looking
from tests.plugins.shop import Shop

SAMPLES = Path(__file__).resolve().parents[2] / "designs" / "samples"
SOON = 20_000  # ms that a saved change may take on a busy machine
# A drop as the browser makes it of a file that is let go over the page.
DROP = """([text, name]) => {
  const held = new DataTransfer();
  held.items.add(new File([text], name, { type: "image/svg+xml" }));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def _drop_on_the_first_page(page: Page, shop: Shop) -> None:
    page.goto(shop.url)
    page.evaluate(DROP, [(SAMPLES / "lighthouse.svg").read_text(), "lighthouse.svg"])
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("lighthouse.svg")).to_be_visible()
    dialog.get_by_role("button", name="See it as a pin").press("Enter")
    assert page.url.rstrip("/") == shop.url  # nothing is sent without the right to the artwork
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="See it as a pin").press("Enter")
    expect(page.get_by_role("heading", name="Can it be made?")).to_be_visible(timeout=60_000)


def _drawn(page: Page) -> None:
    """Until the worker has drawn what was changed."""
    expect(page.locator("#work .waiting")).to_have_count(0, timeout=60_000)


def _total(page: Page) -> str:
    return page.locator("#price .price-total__amount").inner_text()


def _choose_by_keyboard(page: Page) -> None:
    """Another plating, by the keys alone."""
    page.locator("#option_plating > summary").press("Enter")
    page.locator("#plating_gold").press("ArrowRight")
    expect(page.locator("#option_plating .option__value")).to_have_text("Silver")
    expect(page.locator("#steps")).to_contain_text("Last change: plating", timeout=SOON)
    _drawn(page)


def _recolour_by_keyboard(page: Page) -> None:
    """Another enamel for the first colour, by the keys alone, and back again."""
    page.locator("#colours > summary").press("Enter")
    before = page.locator("#colours summary rect").first.get_attribute("fill")
    page.locator("#colours .swatch").first.press("Enter")
    page.locator(".palette .enamel").nth(4).press("Enter")
    expect(page.locator("#steps")).to_contain_text("Last change: enamel", timeout=SOON)
    _drawn(page)
    expect(page.locator("#colours summary rect").first).not_to_have_attribute("fill", str(before), timeout=SOON)
    page.keyboard.press("Control+z")
    expect(page.locator("#steps")).to_contain_text("Last change: plating", timeout=SOON)
    _drawn(page)
    expect(page.locator("#colours summary rect").first).to_have_attribute("fill", str(before), timeout=SOON)
    page.reload()
    page.locator("#redo").press("Enter")
    expect(page.locator("#steps")).to_contain_text("Last change: enamel", timeout=SOON)
    _drawn(page)


@pytest.mark.slow
def test_dropped_picture_is_changed_by_keyboard_priced_and_put_into_the_basket(
    page: Page, browser: Browser, shop: Shop
) -> None:
    _drop_on_the_first_page(page, shop)
    _choose_by_keyboard(page)
    _recolour_by_keyboard(page)
    looking.examine(page, browser)
    before = _total(page)
    page.locator("#quantity").fill("250")
    expect(page.locator("#price .price-total__each")).to_contain_text("for 250 pins", timeout=SOON)
    after = _total(page)
    assert before != after
    expect(page.locator("#option_plating [data-option='plating.antique_gold']")).to_contain_text("each")
    page.get_by_role("link", name="True size").press("Enter")
    expect(page.locator("#fit")).to_be_visible(timeout=SOON)  # a script shows it when it can be used
    page.locator("#fit").press("ArrowRight")
    expect(page.locator("[data-calibrated]")).to_contain_text("Kept for this screen")
    kept = page.locator("[data-calibrated]").inner_text()
    page.reload()
    page.get_by_role("link", name="True size").press("Enter")
    expect(page.locator("[data-calibrated]")).to_have_text(kept)
    page.locator("#quantity").fill("250")
    page.locator("#basket").get_by_role("button", name="Put into the basket").last.press("Enter")
    expect(page).to_have_url(re.compile(r"/basket/"))
    expect(page.locator("main")).to_contain_text("Lighthouse")
    expect(page.locator("main")).to_contain_text(after)


@pytest.mark.slow
def test_configurator_works_without_script(browser: Browser, shop: Shop) -> None:
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"{shop.url}/design/")
    page.locator("form", has_text="Winking axolotl").get_by_role("button").click()
    for _ in range(120):
        if page.get_by_role("heading", name="Can it be made?").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    before = _total(page)
    page.locator("#option_process > summary").click()
    page.locator("#process_hard_enamel").check()
    page.get_by_role("button", name="Show it like this").click()
    expect(page.locator("#option_process .option__value")).to_have_text("Hard enamel")
    assert _total(page) != before
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#option_process .option__value")).to_have_text("Soft enamel")
    page.locator("#quantity").fill("500")
    page.get_by_role("button", name="Show the price").click()
    expect(page.locator("#price .price-total__each")).to_contain_text("for 500 pins")
    page.locator("#basket").get_by_role("button", name="Put into the basket").last.click()
    expect(page).to_have_url(re.compile(r"/basket/"))
    page.context.close()
