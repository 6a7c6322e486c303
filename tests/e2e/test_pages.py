"""Every page of the shop, by its address: axe, the width of a phone, the policy, and who may see it.

`make screenshots` runs this with --screenshots FOLDER: each page is also kept as a picture, and all on contact sheets.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from tests.e2e import pages
from tests.e2e.story import Story
from tests.plugins.shop import Shop

WIDTHS = (1280, 390)
NARROWEST = 320
SCHEMES = ("light", "dark")
HEIGHT = 900
# Resolves when the browser has drawn what was changed last, and nothing of it is still changing colour.
PAINTED = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  await frame(); await frame();
  await Promise.allSettled(document.getAnimations().map(one => one.finished));
  await frame();
}"""

# What makes the page wider than its screen, if anything does: the innermost elements that stick out.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.children.length)
    .map(one => [innerWidth, "sticks out", one.outerHTML.slice(0, 160)]).slice(0, 3)"""


@pytest.fixture(scope="module")
def story(shop: Shop, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The shop after a customer has been there."""
    told = Story(shop, browser)
    told.tell(tmp_path_factory.mktemp("story"))
    return told


@pytest.fixture(scope="module")
def owner(story: Story, browser: Browser) -> Iterator[BrowserContext]:
    """The customer's browser, under the shop's policy."""
    context = browser.new_context(storage_state=story.cookies, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture(scope="module")
def examiner(story: Story, browser: Browser) -> Iterator[Tab]:
    """The customer's browser without the policy: axe reads style sheets in ways that the policy forbids."""
    context = browser.new_context(storage_state=story.cookies, bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """Another visitor."""
    context = browser.new_context()
    yield context
    context.close()


def test_every_address_is_listed_as_a_page_or_with_the_reason_why_it_is_none() -> None:
    listed = {page.name for page in pages.PAGES} - pages.ON_A_LAPTOP
    assert listed & set(pages.NOT_PAGES) == set()
    assert pages.list_addresses() == listed | set(pages.NOT_PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.label)
def test_page_keeps_to_the_policy_and_loads_only_what_is_the_shops(
    page: pages.Page, story: Story, owner: BrowserContext
) -> None:
    tab = owner.new_page()
    problems: list[str] = []
    tab.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    tab.on("request", lambda request: problems.append(request.url) if _is_foreign(request.url, story) else None)
    answer = tab.goto(f"{story.shop.url}{story.path(page.path)}")
    tab.close()
    assert answer is not None
    assert (answer.status, problems) == (200, [])
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.slow
@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.label)
def test_page_passes_axe_and_fits_its_width_by_day_and_by_night(
    page: pages.Page, story: Story, examiner: Tab, pytestconfig: pytest.Config
) -> None:
    folder: Path | None = pytestconfig.getoption("screenshots")
    faults: list[object] = []
    examiner.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    examiner.goto(f"{story.shop.url}{story.path(page.path)}")
    for width in WIDTHS:
        examiner.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            examiner.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # as SCHEMES
            examiner.evaluate(PAINTED)
            found = Axe().run(examiner).response["violations"]
            faults += [(width, scheme, each["id"], each["nodes"][0]["html"][:160]) for each in found]
            if folder:
                examiner.screenshot(path=folder / f"{page.label}-{width}-{scheme}.png", full_page=True)
    for width in (*WIDTHS, NARROWEST):
        examiner.set_viewport_size({"width": width, "height": HEIGHT})
        faults += examiner.evaluate(TOO_WIDE)
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in pages.PAGES if page.private], ids=lambda page: page.label)
def test_page_of_a_person_is_nobody_elses(page: pages.Page, story: Story, stranger: BrowserContext) -> None:
    answer = stranger.request.get(f"{story.shop.url}{story.path(page.path)}", max_redirects=0)
    assert answer.status == page.stranger


def _is_foreign(url: str, story: Story) -> bool:
    return not url.startswith((story.shop.url, "data:", "blob:"))
