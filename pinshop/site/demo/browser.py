"""A visitor without a screen: follows links, keeps cookies, fills in the forms that a page really has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, Request, build_opener


class PageProblem(RuntimeError):
    """A page did not answer as it must, or lacks the form that is needed."""


@dataclass
class Form:
    """One form of a page: where it goes and what it holds already."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, after all redirects."""

    url: str
    text: str
    forms: list[Form]

    def form(self, containing: str) -> Form:
        """The first form whose action, field or button names hold this text; raises PageProblem."""
        for each in self.forms:
            if containing in each.action or any(containing in name for name in (*each.fields, *each.buttons)):
                return each
        raise PageProblem(f"{self.url} has no form for '{containing}'")


class Browser:
    """Keeps the cookies of one visit."""

    def __init__(self) -> None:
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def open(self, url: str) -> Page:
        """Go to an address; raises PageProblem for an error page."""
        return self._load(Request(url))  # noqa: S310 - addresses of the running shop and its sandbox

    def submit(self, page: Page, form: Form, filled: Mapping[str, str]) -> Page:
        """Fill in a form and send it."""
        url = urljoin(page.url, form.action)
        data = urlencode({**form.fields, **filled})
        if form.method == "get":
            return self.open(f"{url}?{data}")
        return self._load(Request(url, data=data.encode(), headers={"Referer": page.url}))  # noqa: S310 - as above

    def _load(self, request: Request) -> Page:
        try:
            response: HTTPResponse = self._opener.open(request, timeout=60)
            with response:
                text = response.read().decode("utf-8", "replace")
                return Page(response.url, text, _forms(text))
        except HTTPError as error:
            raise PageProblem(f"{request.get_method()} {request.full_url}: {error.code} {error.reason}") from error


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.found.append(self._open)
        elif self._open is not None and given.get("name"):
            self._take(self._open, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    @staticmethod
    def _take(form: Form, tag: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons[given["name"]] = given.get("value", "")
        elif (tag == "input" and (kind not in {"checkbox", "radio"} or "checked" in given)) or tag == "textarea":
            form.fields[given["name"]] = given.get("value", "on" if kind == "checkbox" else "")


def _forms(text: str) -> list[Form]:
    parser = _Forms()
    parser.feed(text)
    return parser.found
