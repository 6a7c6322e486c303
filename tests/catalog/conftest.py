"""What tests of the catalogue share: the seeded options and the seeded price table."""

from datetime import datetime

import pytest

from catalog.prices import PriceTable
from catalog.selectors import prices


@pytest.fixture
def seeded(seeded_options: None) -> None:
    """All seeded options, rules and prices."""


@pytest.fixture
def table(seeded: None, now: datetime) -> PriceTable:
    """The seeded price table as frozen data."""
    return prices.get_table(currency="USD", now=now)
