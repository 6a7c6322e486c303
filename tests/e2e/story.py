"""What a page needs to be shown with: people, designs, quotes and orders on a running shop, made as visitors make them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page, expect

from pinshop.site.demo.journey import Journey, Parts
from tests.plugins.shop import Shop

SAMPLES = Path(__file__).resolve().parents[2] / "designs" / "samples"
CUSTOMER = "customer@pinshop.example"


@dataclass
class Story:
    """A shop in which something has happened. `names` fills the braces in the paths of pages."""

    shop: Shop
    browser: Browser
    cookies: Any = None
    names: dict[str, str] = field(default_factory=dict)

    def tell(self, folder: Path) -> None:
        """The customer designs, gets a quote, and has two orders: one to approve, one delivered."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        self._sign_in(page)
        self._design(page)
        self._fill_basket(page)
        for name, path, start in (
            ("business_id", "/account/business/", "/account/business/"),
            ("artist", "/pins/moon-moth/", "/artists/"),
            ("series", "/pins/moon-moth/", "/series/"),
            ("cause", "/", "/causes/"),
        ):
            self.names[name] = self._find_link(page, path, start)
        for order, last in (("open", "check_as_staff"), ("done", "receive")):
            page.goto(self._order(folder / order, order, last=last))
        self.cookies = page.context.storage_state()
        page.context.close()

    def path(self, template: str) -> str:
        """The path with the story's own ids put in."""
        return template.format(**self.names)

    def _sign_in(self, page: Page) -> None:
        page.goto(f"{self.shop.url}/accounts/login/")
        page.get_by_text("Use a password instead").click()
        page.fill("input[name=login]", CUSTOMER)
        page.fill("input[name=password]", self.shop.password())
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(f"{self.shop.url}/account/")

    def _design(self, page: Page) -> None:
        page.goto(f"{self.shop.url}/design/")
        page.set_input_files("input[type=file]", str(SAMPLES / "axolotl.svg"))
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="See it as a pin").click()
        expect(page.get_by_role("heading", name="Can it be made?")).to_be_visible(timeout=120_000)
        self.names["design_id"] = _last_part(page.url)
        self.names["label"] = _last_part(page.locator("a[href*='/colours/']").first.get_attribute("href") or "")
        page.get_by_role("button", name="Share by a link").click()
        self.names["share"] = _last_part(page.locator("#shared-link").inner_text())
        page.get_by_role("button", name="Duplicate").click()
        page.wait_for_url(lambda url: self.names["design_id"] not in url)
        self.names["copy_id"] = _last_part(page.url)

    def _fill_basket(self, page: Page) -> None:
        page.get_by_role("button", name="Put into the basket").click()
        page.wait_for_url("**/basket/")
        page.goto(f"{self.shop.url}/pins/moon-moth/")
        page.get_by_role("button", name="Put into the basket").click()
        page.wait_for_url("**/basket/")
        page.get_by_role("button", name="Check out").click()
        page.wait_for_url("**/checkout/**")
        self.names["quote_id"] = _last_part(page.url)

    def _find_link(self, page: Page, path: str, start: str) -> str:
        """The last part of the first link on a page that begins so and goes on."""
        page.goto(f"{self.shop.url}{path}")
        found = page.locator(f"main a[href^='{start}']:not([href='{start}'])").first
        return _last_part(found.get_attribute("href") or "")

    def _order(self, folder: Path, name: str, *, last: str) -> str:
        """An order that went as far as the step `last`; returns the link to it from the buyer's first mail."""
        folder.mkdir(parents=True)
        parts = Parts(self.shop.settings, self.shop.password(), self.shop.api_key())
        journey = Journey(parts, SAMPLES / "moon-moth.svg", folder, _keep_quiet)
        for step in STEPS[: STEPS.index(last) + 1]:
            getattr(journey, step)()
        self.names[f"{name}_order_id"] = journey.order["id"]
        self.names[f"{name}_line_id"] = journey.order["lines"][0]["id"]
        box = parts.mail().wait(
            f"/messages?to={quote(journey.email)}", lambda found: bool(found["messages"]), what="the first mail"
        )
        mail = parts.mail().get(f"/messages/{box['messages'][-1]['id']}")
        return str(next(link for link in mail["links"] if "/orders/open/" in link))


STEPS = (
    "upload",
    "mend",
    "ask_price",
    "place_order",
    "pay",
    "check_as_staff",
    "approve",
    "hand_over",
    "follow_production",
    "receive",
)


def _keep_quiet(line: str) -> None:
    del line


def _last_part(url: str) -> str:
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]
