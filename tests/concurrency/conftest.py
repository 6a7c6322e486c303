"""The shop of the orders' tests and the Stripe sandbox, for races that cross several services."""

from collections.abc import Callable, Iterable
from typing import Any

from tests import races
from tests.orders.conftest import destinations, options, variant
from tests.orders.payments.conftest import _sandbox, order, sandbox

__all__ = ["_sandbox", "destinations", "options", "order", "sandbox", "variant"]


def all_at_once(works: Iterable[Callable[[], object]]) -> list[Any]:
    """What each of these returned or raised; all start at the same moment."""
    listed = list(works)
    waiting = iter(listed)

    def take_one() -> object:
        return next(waiting)()

    return races.run(take_one, threads=len(listed))
