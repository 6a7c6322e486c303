"""In a real browser on a real shop: a guest designs a pin and buys it with a ready-made one; both are delivered.

On the way a proof turns out that cannot be made, and the guest has it mended.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import looking
from tests.plugins.shop import Shop

SAMPLES = Path(__file__).resolve().parents[2] / "designs" / "samples"
GUEST = "guest@example.com"
LOOSE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 60"><circle cx="25" cy="30" r="22" fill="#c22"/>'
    b'<circle cx="75" cy="30" r="22" fill="#26a"/></svg>'
)


def _fill_basket(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/design/")
    page.set_input_files("input[type=file]", str(SAMPLES / "axolotl.svg"))
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="See it as a pin").click()
    expect(page.get_by_role("heading", name="Can it be made?")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Put into the basket").click()
    page.goto(f"{shop.url}/pins/moon-moth/")
    page.get_by_role("button", name="Put into the basket").click()
    expect(page).to_have_url(re.compile(r"/basket/"))


def _place_order(page: Page) -> str:
    """Check out as a guest; returns the total that the page showed."""
    page.get_by_role("button", name="Check out").click()
    expect(page).to_have_url(re.compile(r"/checkout/"))
    address = {"E-mail": GUEST, "Name": "Gina Guest", "Street and number": "1 Harbour Road", "Town": "Portland"}
    for label, text in {**address, "ZIP code": "97201"}.items():
        page.get_by_label(label).first.fill(text)
    page.get_by_label("State").select_option("Oregon")
    button = page.get_by_role("button", name=re.compile("Go to payment"))
    total = button.inner_text().rpartition(" ")[2]
    button.click()
    return total


def _pay(page: Page, total: str) -> None:
    """The first card has no money; the payment page stays open, and the second one pays."""
    expect(page.get_by_text("TEST", exact=True).first).to_be_visible(timeout=30_000)
    pay = page.get_by_role("button", name=f"Pay {total}")
    card = {"Card number": "4000 0000 0000 9995", "Expiry (MM / YY)": "12 / 34", "CVC": "123"}
    for label, text in {**card, "Name on the card": "Gina Guest"}.items():
        page.get_by_label(label).fill(text)
    pay.click()
    expect(page.get_by_role("alert")).to_contain_text("insufficient funds")
    for label, text in {**card, "Card number": "4242 4242 4242 4242", "Name on the card": "Gina Guest"}.items():
        page.get_by_label(label).fill(text)
    pay.click()
    expect(page.get_by_role("heading", name="Thank you, it is paid")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Follow your order").click()


def _as_staff(browser: Browser, shop: Shop) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{shop.url}/admin/")
    page.fill("input[name=username]", "staff@pinshop.example")
    page.fill("input[name=password]", shop.password())
    page.locator("button[type=submit], input[type=submit]").first.click()
    expect(page).to_have_url(f"{shop.url}/admin/")
    return page


def _open_newest_proof(staff: Page, shop: Shop) -> None:
    staff.goto(f"{shop.url}/admin/designs/proof/?q=axolotl")
    staff.locator("#result_list a[href*='/change/']").last.click()


def _send_proof(staff: Page) -> None:
    send = staff.get_by_role("button", name="Send to the customer")
    for _ in range(120):
        if send.count():
            break
        staff.wait_for_timeout(500)  # the worker is still drawing the proof
        staff.reload()
    send.click()
    expect(staff.get_by_role("button", name="Send to the customer")).to_have_count(0)


def _redraw_in_pieces(staff: Page) -> None:
    """Staff put artwork of two loose pieces into the proof; it cannot be made as it is."""
    staff.set_input_files("input[name=artwork]", {"name": "pair.svg", "mimeType": "image/svg+xml", "buffer": LOOSE})
    staff.get_by_role("button", name="Upload a revision").click()


def _mend(page: Page, browser: Browser) -> None:
    """The customer takes a mend of the proof that cannot be made."""
    page.get_by_role("link", name="Look at the proof").click()
    expect(page.get_by_role("heading", name="What must be mended first")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and start production")).to_have_count(0)
    looking.examine(page, browser)
    page.get_by_role("button", name="Join the pieces by metal bridges").click()
    expect(page.get_by_text("Revision 3 is being drawn").first).to_be_visible()


def _act(staff: Page, action: str, button: str) -> None:
    """Press an action of the page and say yes in its dialog, which then closes."""
    staff.get_by_role("link", name=action).click()
    staff.locator("#dialog").get_by_role("button", name=button, exact=True).click()
    expect(staff.locator("#dialog")).to_have_count(0)


def _ship_ready_made(staff: Page, shop: Shop) -> None:
    """Off the shelf, into the box, to the carrier."""
    staff.goto(f"{shop.url}/admin/orders/orderline/?q=Moon+Moth")
    staff.locator("#result_list a[href*='/change/']").first.click()
    _act(staff, "Packed", "Packed")
    staff.goto(f"{shop.url}/admin/orders/order/?q={GUEST}")
    staff.locator("#result_list a[href*='/change/']").first.click()
    _act(staff, "Ship what is packed", "Ship")


def _approve(page: Page) -> None:
    page.get_by_role("link", name="Look at the proof").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve and start production").click()


def _reload_until(page: Page, text: str, *, seconds: int = 60) -> None:
    for _ in range(seconds * 4):
        if page.get_by_text(text, exact=True).count():
            return
        page.wait_for_timeout(250)
        page.reload()
    expect(page.get_by_text(text, exact=True).first).to_be_visible()


@pytest.mark.slow
def test_guest_orders_a_custom_and_a_ready_made_pin_and_both_are_delivered(
    page: Page, browser: Browser, shop: Shop
) -> None:
    _fill_basket(page, shop)
    _pay(page, _place_order(page))
    _reload_until(page, "We are preparing the proof of Axolotl.")
    staff = _as_staff(browser, shop)
    _open_newest_proof(staff, shop)
    _redraw_in_pieces(staff)
    _send_proof(staff)
    _reload_until(page, "Look at the proof")
    _mend(page, browser)
    _open_newest_proof(staff, shop)
    _send_proof(staff)
    _ship_ready_made(staff, shop)
    staff.context.close()
    _reload_until(page, "The proof of Axolotl is ready for you to approve.")
    _approve(page)
    _reload_until(page, "Axolotl was delivered.", seconds=120)
    _reload_until(page, "Moon Moth was delivered.")
    told = page.locator("main").inner_text()
    for sentence in (
        "The mould of Axolotl is being cut.",
        "Axolotl: the metal is struck.",
        "Axolotl is being checked piece by piece.",
        "Axolotl is packed.",
    ):
        assert sentence in told
    subjects = shop.subjects(GUEST)
    twice = [words for words in ("Your proof of Axolotl", "is on its way", "was delivered") for _ in range(2)]
    for words in ("Your order", "is paid", "We have your wishes", "You approved", "is in production", *twice):
        subjects.remove(next(subject for subject in subjects if words in subject))
    assert subjects == []
