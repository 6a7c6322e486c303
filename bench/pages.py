"""How light and how quick the pages are, in headless Chromium with its CPU slowed four times.

    python bench/pages.py [--slow 4] [--rounds 3]

Starts its own shop (shop.py: settings of production, hashed and compressed static files). For each page that anybody can
open it prints: requests before scrolling without pictures of pins, kilobytes sent for them and those of scripts (what
is not compressed by the shop is counted as the proxy sends it, with gzip), the largest contentful paint, the cumulative
layout shift, and the longest answer to a key press or click. Times are medians of the rounds, each in a fresh browser
context; beside them stands a bare page of the same shop (/healthz), since machines are noisy.
"""

import argparse
import gzip
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import shop as shops
from playwright.sync_api import Browser, Response, sync_playwright

from pinshop.local import chromium

PATHS = ("/", "/pins/", f"/pins/{shops.PIN}/", "/design/", "/how-it-works/", "/basket/", "/accounts/login/", "/api/")
BARE = "/healthz"
PICTURES = ("/files/", "/static/img/pins/", "/static/img/making/")
# Largest contentful paint, layout shifts without a visitor's doing, and slow events, as the page itself saw them.
OBSERVE = """() => {
  window.seen = {lcp: 0, cls: 0, slow: 0};
  const watch = (type, take, more) => new PerformanceObserver(list => list.getEntries().forEach(take))
    .observe({type, buffered: true, ...more});
  watch('largest-contentful-paint', one => { seen.lcp = one.startTime; });
  watch('layout-shift', one => { if (!one.hadRecentInput) seen.cls += one.value; });
  watch('event', one => { seen.slow = Math.max(seen.slow, one.duration); }, {durationThreshold: 16});
}"""


@dataclass(frozen=True)
class Seen:
    """One visit to a page."""

    requests: int
    sent: int
    scripts: int
    lcp_ms: float
    shift: float
    event_ms: float


def visit(browser: Browser, base: str, path: str, slow: float) -> Seen:
    """Open a page as a new visitor and press a key and the first button that leads nowhere."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900},
        extra_http_headers={"X-Forwarded-Proto": "https"},
    )
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    page.add_init_script(f"({OBSERVE})()")
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(f"{base}{path}", wait_until="networkidle")
    page.keyboard.press("Tab")
    page.mouse.click(640, 5)
    page.wait_for_timeout(400)
    seen: dict[str, float] = page.evaluate("window.seen")
    plain = [answer for answer in answers if not _is_picture(answer.url)]
    weights = [(answer, _weight(answer)) for answer in plain]
    found = Seen(
        requests=len(plain),
        sent=sum(weight for _, weight in weights),
        scripts=sum(weight for answer, weight in weights if answer.request.resource_type == "script"),
        lcp_ms=seen["lcp"],
        shift=seen["cls"],
        event_ms=seen["slow"],
    )
    context.close()
    return found


def _is_picture(url: str) -> bool:
    return any(part in url for part in PICTURES)


def _weight(answer: Response) -> int:
    """Bytes of the body as a browser behind the proxy gets it."""
    headers = answer.headers
    if "content-encoding" in headers or headers.get("content-type", "").startswith(("font/", "image/")):
        return int(headers.get("content-length", 0)) or len(answer.body())
    return len(gzip.compress(answer.body(), 6))


def _rounds(browser: Browser, base: str, path: str, options: argparse.Namespace) -> Iterator[Seen]:
    for _ in range(options.rounds):
        yield visit(browser, base, path, options.slow)


def _row(path: str, rounds: list[Seen]) -> str:
    def median(name: str) -> float:
        return statistics.median(getattr(one, name) for one in rounds)

    first = rounds[0]
    return (
        f"{path:22} {first.requests:8} {first.sent / 1000:8.1f} {first.scripts / 1000:8.1f} "
        f"{median('lcp_ms'):8.0f} {max(one.shift for one in rounds):8.3f} {median('event_ms'):8.0f}"
    )


def main() -> None:
    """Print a row for each page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slow", type=float, default=4.0, help="times that the CPU is slowed (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found = chromium.find()
    if found is None:
        raise SystemExit("no Chromium: `make test` installs one, or name yours with CHROMIUM=/path/to/chromium")
    with shops.running(pieces=100) as shop, sync_playwright() as playwright:
        base = f"http://{shops.HOST}"
        arguments: Any = ["--no-sandbox", f"--host-resolver-rules=MAP {shops.HOST} 127.0.0.1:{shop.port}"]
        browser = playwright.chromium.launch(executable_path=str(found), args=arguments)
        print(f"{'page':22} {'requests':>8} {'kB':>8} {'scripts':>8} {'LCP ms':>8} {'shift':>8} {'event ms':>8}")
        for path in (BARE, *PATHS):
            print(_row(path, list(_rounds(browser, base, path, options))), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
