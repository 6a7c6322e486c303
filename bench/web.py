"""How fast the shop sells: the guest checkout and the quote, beside a view that returns a constant.

    python bench/web.py [--seconds 8] [--rounds 3]

Starts its own shop (shop.py: settings of production, granian with 2 workers of 4 threads) and sends 8 guests through it at
once (guests.py): product page, into the basket, basket, quote, checkout page, placed order. An order counts as placed when
the shop has answered the form, with order, stock and payment in the database. The payment page, which the browser asks for
next, is the provider's time and no part of it; what a worker does later, such as the mail, is measured apart. The bare view
is /healthz, through the same middleware.

Queries (BEGIN and COMMIT are counted) and CPU time of each step are those of one guest in this process, by Django's test
client. Machines are noisy: the best of the rounds is shown, and ratios and CPU time say more than figures per second.
"""

import argparse
import os
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import guests
import shop as shops

GUESTS = 8
SAMPLES = 40


@dataclass(frozen=True)
class Round:
    """What 8 clients got done in a while: journeys, seconds of each step, and CPU seconds by who used them."""

    done: int
    seconds: float
    steps: dict[str, list[float]]
    web: float
    servers: float
    clients: float

    @property
    def rate(self) -> float:
        """Journeys per second."""
        return self.done / self.seconds

    def cpu_ms(self, used: float) -> float:
        """Milliseconds of a journey, of the CPU seconds that somebody used."""
        return used / self.done * 1000

    @property
    def clients_share(self) -> float:
        """The part of the CPU time that this measuring itself took."""
        return self.clients / (self.web + self.servers + self.clients)


@dataclass(frozen=True)
class Cost:
    """What a step costs the web worker: SQL queries, and milliseconds of CPU time (median)."""

    queries: int
    cpu_ms: float


def press(shop: shops.Shop, journey: Callable[[], Iterator[tuple[str, float]]], seconds: float) -> Round:
    """Have 8 threads repeat a journey for a while; raises what the first that fails raised."""
    until = time.perf_counter() + seconds
    spent: dict[str, list[float]] = defaultdict(list)
    done: list[float] = []
    failures: list[BaseException] = []

    def one() -> None:
        try:
            while time.perf_counter() < until and not failures:
                for step, took in journey():
                    spent[step].append(took)
                done.append(time.perf_counter())
        except BaseException as failure:  # noqa: BLE001 - told by the thread that started this one
            failures.append(failure)

    before = _clocks(shop)
    threads = [threading.Thread(target=one) for _ in range(GUESTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, web, servers, clients = (late - early for early, late in zip(before, _clocks(shop), strict=True))
    if failures:
        raise failures[0]
    return Round(len(done), wall, spent, web, servers, clients)


def _clocks(shop: shops.Shop) -> tuple[float, float, float, float]:
    return time.perf_counter(), shop.web_seconds(), shop.server_seconds(), time.process_time()


class Journeys:
    """What the clients repeat, each thread over a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._local = threading.local()

    def bare(self) -> Iterator[tuple[str, float]]:
        """The view that returns a constant."""
        yield "bare view", self._browser().ask("/healthz").seconds

    def checkout(self) -> Iterator[tuple[str, float]]:
        """A new guest to a placed order."""
        return self._walk(guests.CHECKOUT)

    def quote(self) -> Iterator[tuple[str, float]]:
        """A new guest to a stored quote and its page."""
        return self._walk(guests.QUOTE)

    def _walk(self, steps: tuple[str, ...]) -> Iterator[tuple[str, float]]:
        for step, answer in guests.walk(self._browser(), slug=shops.PIN, steps=steps):
            yield step, answer.seconds

    def _browser(self) -> guests.LeanBrowser:
        browser: guests.LeanBrowser | None = getattr(self._local, "browser", None)
        if browser is None:
            browser = self._local.browser = guests.LeanBrowser(self._port)
        browser.cookies = {}
        return browser


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8, help="of each round of checkouts")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with shops.running(pieces=1_000_000) as shop:
        journeys = Journeys(shop.port)
        press(shop, journeys.checkout, 3)  # compiles templates, opens connections
        rounds = [
            (
                press(shop, journeys.bare, options.seconds / 4),
                press(shop, journeys.checkout, options.seconds),
                press(shop, journeys.quote, options.seconds / 2),
            )
            for _ in range(options.rounds)
        ]
        cores, load = os.cpu_count(), os.getloadavg()[0]
        os.environ.update(shop.environment)
        import measured  # noqa: PLC0415 - Django reads the environment when it is set up

        costs = {steps: _cost(measured.InProcess, steps) for steps in (guests.CHECKOUT, guests.QUOTE)}
        later = measured.worker_ms(SAMPLES)
    bares, checkouts, quotes = zip(*rounds, strict=True)
    print(
        f"{GUESTS} clients, {shops.WORKERS} workers of {shops.THREADS} threads; {cores} cores, load average {load:.1f}"
    )
    _show("Guest checkout, product page to placed order", checkouts, bares, costs[guests.CHECKOUT])
    print(f"  afterwards a worker spends {later:.1f} ms of CPU time on the order's mail; no worker ran meanwhile")
    _show("Quote, product page to the quote's own page", quotes, bares, costs[guests.QUOTE])


def _cost(browser: Callable[..., guests.Browser], steps: tuple[str, ...]) -> dict[str, Cost]:
    def walk(*, count: bool = False) -> dict[str, guests.Answer]:
        return dict(guests.walk(browser(count=count), slug=shops.PIN, steps=steps))

    walk()  # compiles templates, opens connections
    queries = {step: answer.queries for step, answer in walk(count=True).items()}
    walks = [walk() for _ in range(SAMPLES)]
    return {step: Cost(queries[step], statistics.median(each[step].seconds for each in walks) * 1000) for step in steps}


def _show(title: str, rounds: tuple[Round, ...], bares: tuple[Round, ...], costs: dict[str, Cost]) -> None:
    best, bare = max(rounds, key=lambda each: each.rate), max(bares, key=lambda each: each.rate)
    ratios = [plain.rate / each.rate for plain, each in zip(bares, rounds, strict=True)]
    took = {step: statistics.median(best.steps[step]) * 1000 for step in costs}
    print(f"\n{title}")
    print(f"  {best.rate:.1f} a second, the best of {', '.join(f'{each.rate:.1f}' for each in rounds)}")
    print(f"  bare view {bare.rate:.0f} a second; in the time of one journey it answers")
    print(f"  {statistics.median(ratios):.0f} times ({min(ratios):.0f} to {max(ratios):.0f})")
    print(f"  CPU time of a journey: web {best.cpu_ms(best.web):.1f} ms, PostgreSQL and Valkey")
    print(f"  {best.cpu_ms(best.servers):.1f} ms; these clients {best.clients_share:.0%} of all that was used")
    print(f"  {'step':<18}{'ms under load':>14}{'queries':>9}{'CPU ms':>8}")
    for step, cost in costs.items():
        print(f"  {step:<18}{took[step]:14.1f}{cost.queries:9}{cost.cpu_ms:8.1f}")
    queries, cpu_ms = (
        sum(column) for column in zip(*((each.queries, each.cpu_ms) for each in costs.values()), strict=True)
    )
    print(f"  {'all':<18}{sum(took.values()):14.1f}{queries:9}{cpu_ms:8.1f}")


if __name__ == "__main__":
    main()
