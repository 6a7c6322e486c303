"""A business with keys for both sides, another business, and the options. Each answer is held against the document."""

import pytest

from pinshop.accounts.models import Business
from tests import callers
from tests.api import documented
from tests.callers import Caller


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(name="Brass & Co", billing_email="pay@brass.example")


@pytest.fixture
def call(business: Business) -> Caller:
    """Every scope, live."""
    return callers.make(business, check=documented.check)


@pytest.fixture
def test_call(business: Business) -> Caller:
    """Every scope, on the test side of the same business."""
    return callers.make(business, live=False, check=documented.check)


@pytest.fixture
def other(db: None) -> Caller:
    """Every scope of another business."""
    return callers.make(
        Business.objects.create(name="Other", billing_email="other@example.com"), check=documented.check
    )


@pytest.fixture
def _options(seeded_options: None) -> None:
    """The seeded options, rules and prices."""
