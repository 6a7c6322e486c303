"""Running one thing in many threads at the same moment."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def run(work: Callable[[], T], *, threads: int = 16) -> list[T | Exception]:
    """What each thread's `work` returned or raised; all start at once, each with a database connection of its own."""
    barrier = threading.Barrier(threads)
    results: list[T | Exception] = []

    def one() -> None:
        barrier.wait()
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - what went wrong is a result as well
            results.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=one) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results
