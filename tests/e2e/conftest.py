"""A real Chromium on a real shop. Tests share one shop, so one worker runs them all (tests/plugins/distribution.py)."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from pinshop.local import chromium
from tests.plugins import shop as shops


@pytest.fixture(scope="package")
def shop() -> Iterator[shops.Shop]:
    """One shop for all tests that share it; they must not depend on what others left there."""
    base = shops.ROOT / "var" / "test"
    base.mkdir(parents=True, exist_ok=True)
    var = Path(tempfile.mkdtemp(prefix="shop-", dir=base))
    var.chmod(0o755)
    running = shops.start(var)
    yield running
    shops.stop(running.process)
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of these tests: a process can run no second one beside it.

    It ends with them, because it keeps an event loop in which Django would refuse to ask the database.
    """
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium; fails with the reason where there is none."""
    found = chromium.find()
    if found is None:
        pytest.fail("no Chromium: `make test` installs one, or name yours with CHROMIUM=/path/to/chromium")
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    running = playwright.chromium.launch(executable_path=str(found), args=arguments)
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new visitor at a desk; any error in the page's script or a refused resource fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    visitor = context.new_page()
    problems: list[str] = []
    visitor.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    visitor.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield visitor
    context.close()
    # The sandbox answers a declined card with 402, as Stripe does, and Chromium calls that an error.
    assert [problem for problem in problems if "402 (Payment Required)" not in problem] == []
