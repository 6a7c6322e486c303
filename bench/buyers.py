"""A rush: 200 buyers at once for 50 pieces, through the real checkout over HTTP with two web workers.

    python bench/buyers.py [--buyers 200] [--pieces 50]

Everybody opens the product page first; then all go at once from the basket to the order. Each buyer does what a person
does: where the shop says that too few are left, they are told, and stop. It prints how many were sold, told that it is
sold out, told otherwise, and failed (a status of 500 or above, or no answer), and the time from the start to the last answer.
"""

import argparse
import http.client
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass

import guests
import shop as shops

TOLD = ("Sold out", "left; 1 asked for")


@dataclass(frozen=True)
class Ending:
    """How it ended for one buyer: `sold`, `told`, `unclear` or `failed`, and what the shop said."""

    kind: str
    said: str


def buy(port: int, gate: threading.Barrier) -> Ending:
    """One buyer's way from the product page to an order or to a refusal."""
    steps = guests.walk(guests.LeanBrowser(port), slug=shops.PIN)
    try:
        next(steps)
        gate.wait()
        for _ in steps:
            pass
    except guests.Stopped as stopped:
        answer = stopped.answer
        if answer.status >= 500:
            return Ending("failed", f"{stopped.step}: {answer.status}")
        told = next((said for said in TOLD if said in answer.page), "")
        return Ending("told" if told else "unclear", f"{stopped.step}: {answer.status} {told}")
    except (OSError, http.client.HTTPException) as problem:
        return Ending("failed", repr(problem))
    return Ending("sold", "place order: 307")


def rush(port: int, buyers: int) -> tuple[list[Ending], float]:
    """How it ended for each of so many at once, and after how many seconds for the last of them."""
    started: list[float] = []
    gate = threading.Barrier(buyers, action=lambda: started.append(time.perf_counter()))
    endings: list[Ending] = []
    threads = [threading.Thread(target=lambda: endings.append(buy(port, gate))) for _ in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return endings, time.perf_counter() - (started[0] if started else time.perf_counter())


def main() -> int:
    """Run, print, and end with status 1 where it did not come out right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--buyers", type=int, default=200)
    parser.add_argument("--pieces", type=int, default=50)
    options = parser.parse_args()
    with shops.running(pieces=options.pieces) as shop:
        endings, seconds = rush(shop.port, options.buyers)
        counted = Counter(ending.kind for ending in endings)
        orders = shop.ask("SELECT count(*), coalesce(sum(line.quantity), 0) FROM orders_orderline line")[0]
        bought = "(SELECT variant_id FROM orders_orderline LIMIT 1)"
        shelf = shop.ask(f"SELECT on_hand, reserved FROM catalog_stock WHERE variant_id = {bought}")[0]  # noqa: S608 - ours
    expected = min(options.buyers, options.pieces)
    right = counted == Counter(sold=expected, told=options.buyers - expected) - Counter() and orders == (
        expected,
        expected,
    )
    right = right and shelf == (options.pieces, expected)
    print(
        f"{options.buyers} buyers at once for {options.pieces} pieces, {shops.WORKERS} workers of {shops.THREADS} threads"
    )
    for kind in ("sold", "told", "unclear", "failed"):
        said = Counter(ending.said for ending in endings if ending.kind == kind)
        print(f"  {kind:<8}{counted[kind]:5}  {', '.join(f'{count} × {text}' for text, count in said.most_common(6))}")
    print(
        f"  in the database: {orders[0]} orders over {orders[1]} pieces; on the shelf {shelf[0]}, of which promised {shelf[1]}"
    )
    print(f"  {seconds:.1f} s; {'exactly right' if right else 'NOT RIGHT'}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
