"""Which worker of pytest-xdist runs which test: files stay whole, and the long ones begin first.

A file's tests share the servers, artworks and modules that its fixtures start or make. Without this each worker would
start them all. All of tests/e2e is one unit, because its tests share one shop. pytest-xdist's own `loadgroup` would do
the same by marks, but has no effect with pytest 9.2 (github.com/pytest-dev/pytest-xdist, issue 1386).
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SHOP = "tests/e2e/"


class FilesStayWhole(LoadScopeScheduling):
    """One file is one unit of work; the browser tests are one together."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)


def unit_of(nodeid: str) -> str:
    """The unit that a test belongs to."""
    path = nodeid.partition("::")[0]
    return SHOP if path.startswith(SHOP) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesStayWhole:
    """Take the units in the order of the collection, not by their number of tests."""
    config.option.loadscopereorder = False
    return FilesStayWhole(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The shop first, then files with slow tests, so that no worker begins a long one when the other has ended."""
    slow = {unit_of(item.nodeid) for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: (unit_of(item.nodeid) != SHOP, unit_of(item.nodeid) not in slow))
