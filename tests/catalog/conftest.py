"""What tests of the catalogue share: the seeded options and the seeded price table."""

from datetime import datetime

import pytest

from catalog.prices import PriceTable
from catalog.selectors import prices
from catalog.services import seeds


@pytest.fixture
def seeded(db: None) -> None:
    """All seeded options, rules and prices."""
    seeds.load_options()


@pytest.fixture
def table(seeded: None, now: datetime) -> PriceTable:
    """The seeded price table as frozen data."""
    return prices.get_table(currency="USD", now=now)
