"""How fast the shop shows its ready-made pins: list and product page with many pins, beside a view that returns a constant.

    python bench/browsing.py [--pins 1000 10000] [--seconds 4] [--rounds 3]

As bench/web.py, whose parts it uses: a shop of its own, granian with 2 workers of 4 threads, 8 clients. Each page is asked
for twice over: as a stranger sees it, kept for many, and from a second web server of the same shop that keeps nothing
(KEPT_PAGE_SECONDS=0). What counts is the ratio to the bare view of the same round.
"""

import argparse
import os
import statistics
from collections.abc import Callable, Iterator

import guests
import shop as shops
import web

LIST = "/pins/"
SEARCH = "/pins/?search=moth&sort=price"
PRODUCT = f"/pins/{shops.PIN}/"
PAGES = {"list": LIST, "product": PRODUCT, "search": SEARCH}


class Visits(web.Journeys):
    """Visitors who ask for one page again and again, each time as somebody new."""

    def to(self, path: str) -> Callable[[], Iterator[tuple[str, float]]]:
        """What one of them repeats."""

        def visit() -> Iterator[tuple[str, float]]:
            answer = self._browser().ask(path)
            if answer.status != 200:
                raise guests.Stopped(path, answer)
            yield path, answer.seconds

        return visit


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pins", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--seconds", type=float, default=4, help="of each round of a page")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"{web.GUESTS} clients, {shops.WORKERS} workers of {shops.THREADS} threads; {os.cpu_count()} cores")
    with shops.running(pieces=1_000_000) as shop:
        for pins in options.pins:
            shop.fill(pins)
            _measure(shop, pins, options.seconds, options.rounds)


def _measure(shop: shops.Shop, pins: int, seconds: float, rounds: int) -> None:
    with shops.web(shop, KEPT_PAGE_SECONDS="0") as plain:
        kept, bare = Visits(shop.port), Visits(plain.port)
        found: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for _ in range(rounds + 1):  # the first one compiles templates and opens connections
            constant = web.press(shop, kept.bare, seconds / 4).rate
            for page, path in PAGES.items():
                for how, visits, asked in (("kept", kept, shop), ("anew", bare, plain)):
                    rate = web.press(asked, visits.to(path), seconds).rate
                    found.setdefault((page, how), []).append((rate, rate / constant))
            print(f"  bare view {constant:.0f} a second, load average {os.getloadavg()[0]:.1f}")
    print(f"{pins} pins")
    print(f"  {'page':<10}{'how':<6}{'a second':>10}{'of the bare view':>20}")
    for (page, how), rows in found.items():
        rates, ratios = zip(*rows[1:], strict=True)
        spread = f"{min(ratios):.3f} to {max(ratios):.3f}"
        print(f"  {page:<10}{how:<6}{max(rates):10.1f}{statistics.median(ratios):8.3f} ({spread})")


if __name__ == "__main__":
    main()
