"""A guest of the shop: a lean browser (cookies, forms with their CSRF token, redirects) and the way to a placed order.

It reads the pages it gets: each next address, version, total and key is taken from the form on the page before, so a page
that lacks its form ends the journey. Pictures and style sheets, which a browser keeps, are not fetched.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Protocol
from urllib.parse import urlencode

from shop import HOST

CHECKOUT = ("product page", "into the basket", "basket", "quote", "checkout page", "place order")
QUOTE = (*CHECKOUT[:4], "quote page")
# What the proxy in front of production says; Origin is what a browser sends with a form.
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "Origin": f"https://{HOST}"}
_WHO = {
    "email": "ada@example.org",
    "name": "Ada Lovelace",
    "line1": "12 West 4th Street",
    "line2": "",
    "city": "New York",
    "region": "NY",
    "postal_code": "10012",
}
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back, after how many seconds, and with how many queries where they were counted."""

    status: int
    location: str
    page: str
    seconds: float
    queries: int = 0


class Stopped(Exception):
    """The shop did not answer as the journey expects."""

    def __init__(self, step: str, answer: Answer) -> None:
        super().__init__(f"{step}: {answer.status} {answer.page[:200]}")
        self.step, self.answer = step, answer


class Browser(Protocol):
    """Whoever can fetch an address and send a form."""

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """GET, or POST of a form."""


@dataclass
class LeanBrowser:
    """A visitor over one kept connection, by the standard library: about 0.4 ms of CPU time a request."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """GET, or POST of a form; redirects are the caller's."""
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = dict(HEADERS)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request("GET" if form is None else "POST", path, form and urlencode(form), headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        seconds = time.perf_counter() - started
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, answer.headers.get("Location") or "", page, seconds)


def walk(browser: Browser, *, slug: str, steps: tuple[str, ...] = CHECKOUT) -> Iterator[tuple[str, Answer]]:
    """Make one step of a guest's journey after the other; each with its answer, also a refusal, which ends the journey."""
    answer = browser.ask(f"/pins/{slug}/")
    yield _expect("product page", answer, 200)
    shown = inputs(answer.page)
    chosen = {"csrfmiddlewaretoken": shown["csrfmiddlewaretoken"], "variant": shown["variant"], "quantity": "1"}
    answer = browser.ask("/basket/add/", chosen)
    yield _expect("into the basket", answer, 302)
    answer = browser.ask(answer.location)
    yield _expect("basket", answer, 200)
    shown = inputs(answer.page)
    basket = {"csrfmiddlewaretoken": shown["csrfmiddlewaretoken"], "version": shown["version"], "country": "US"}
    answer = browser.ask("/quotes/", {**basket, "checkout" if steps is CHECKOUT else "quote": ""})
    yield _expect("quote", answer, 302)
    address = answer.location
    answer = browser.ask(address)
    yield _expect(steps[4], answer, 200)
    if steps is CHECKOUT:
        shown = inputs(answer.page)
        hidden = {name: shown[name] for name in ("csrfmiddlewaretoken", "shown_total_minor", "key")}
        yield _expect("place order", browser.ask(address, {**_WHO, **hidden}), 307)


def _expect(step: str, answer: Answer, status: int) -> tuple[str, Answer]:
    if answer.status != status:
        raise Stopped(step, answer)
    return step, answer


def inputs(page: str) -> dict[str, str]:
    """The first value of each input of a page; of radio buttons the one that is chosen."""
    found: dict[str, str] = {}
    for tag in _INPUT.findall(page):
        attributes = dict(_ATTRIBUTE.findall(tag))
        if "name" in attributes and (attributes.get("type") != "radio" or " checked" in tag):
            found.setdefault(attributes["name"], attributes.get("value", ""))
    return found
