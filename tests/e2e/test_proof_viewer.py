"""The viewer of a proof in a browser: zoom, marks by pointer and by keys, and both ways between mark and comment."""

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from pinshop.site.demo.journey import Journey, Parts
from tests.e2e import looking
from tests.plugins.shop import Shop

SAMPLE = Path(__file__).resolve().parents[2] / "designs" / "samples" / "moon-moth.svg"


@pytest.mark.slow
def test_proof_is_enlarged_marked_and_talked_about(page: Page, browser: Browser, shop: Shop, tmp_path: Path) -> None:
    look(page, browser, _open_proof(page, shop, tmp_path))


def look(page: Page, browser: Browser, address: str) -> None:
    page.goto(address)
    looking.examine(page, browser)
    level, stage = page.locator("[data-level]"), page.locator("#view-front [data-stage]")
    stage.focus()
    for key, shown in (("+", "150 %"), ("+", "225 %"), ("-", "150 %"), ("0", "100 %")):
        page.keyboard.press(key)
        expect(level).to_have_text(shown)
    _mark_by_pointer(page)
    _mark_by_keys(page)
    page.locator(".comment__number").first.click()
    expect(page.locator("a.spot").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".comment").first).to_be_in_viewport()
    page.get_by_role("link", name="Actual size").click()
    expect(stage).to_be_hidden()
    drawing = page.locator("#view-actual svg")
    assert drawing.evaluate("drawing => drawing.getBoundingClientRect().width") == pytest.approx(
        34.0 * 96 / 25.4, abs=1
    )
    looking.examine(page, browser)


def _mark_by_pointer(page: Page) -> None:
    """A press marks the middle of the pin; one off the pin marks nothing."""
    stage = page.locator("#view-front [data-stage]")
    box = stage.bounding_box()
    assert box is not None
    stage.click(position={"x": 6, "y": 6})
    expect(page.locator("[data-status]")).to_have_text("This spot is not on the pin.")
    stage.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(page.locator(".spot--new")).to_have_count(1)
    width, height = (
        float(page.locator("[data-viewer]").get_attribute(f"data-{side}-mm") or 0) for side in ("width", "height")
    )
    assert float(page.input_value("[data-spot=x]")) == pytest.approx(width / 2, abs=0.1)
    assert float(page.input_value("[data-spot=y]")) == pytest.approx(height / 2, abs=0.1)
    page.keyboard.type("Darker here, please.")
    page.get_by_role("button", name="Add this comment").click()
    expect(page.locator("a.spot")).to_have_count(1)


def _mark_by_keys(page: Page) -> None:
    """The cross starts in the middle, and each arrow moves it by a millimetre."""
    page.get_by_role("button", name="Mark a spot").click()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    first = page.locator("[data-marks] > g").first.get_attribute("transform") or ""
    x, y = (float(part) for part in first.removeprefix("translate(").removesuffix(")").split())
    assert float(page.input_value("[data-spot=x]")) == pytest.approx(x - 2, abs=0.1)
    assert float(page.input_value("[data-spot=y]")) == pytest.approx(y - 1, abs=0.1)
    page.keyboard.type("And a little wider.")
    page.get_by_role("button", name="Add this comment").click()
    expect(page.locator("a.spot")).to_have_count(2)


def _open_proof(page: Page, shop: Shop, folder: Path) -> str:
    """The address of a proof that waits for its customer, whose link this browser has opened."""
    parts = Parts(shop.settings, shop.password(), shop.api_key())
    journey = Journey(parts, SAMPLE, folder, lambda _: None)
    for step in ("upload", "mend", "ask_price", "place_order", "pay", "check_as_staff"):
        getattr(journey, step)()
    box = parts.mail().wait(
        f"/messages?to={quote(journey.email)}", lambda found: bool(found["messages"]), what="the first mail"
    )
    mail = parts.mail().get(f"/messages/{box['messages'][-1]['id']}")
    page.goto(str(next(link for link in mail["links"] if "/orders/open/" in link)))
    return f"{shop.url}/orders/{journey.order['id']}/lines/{journey.order['lines'][0]['id']}/proof/"
