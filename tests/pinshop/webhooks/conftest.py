"""A business that listens."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from pinshop.accounts.models import Business
from pinshop.core.actors import SYSTEM
from pinshop.webhooks.models import Endpoint
from pinshop.webhooks.services import endpoints
from tests import peers
from tests.peers import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peers.listen() as listening:
        yield listening


@pytest.fixture
def business(db: None) -> Business:
    return Business.objects.create(name="Brass & Co", billing_email="pay@brass.example")


@pytest.fixture
def endpoint(business: Business, peer: Peer, now: datetime) -> Endpoint:
    return endpoints.create(
        business_id=business.pk,
        live=True,
        url=f"{peer.url}/hooks?shop=1",
        event_types=["order.updated"],
        actor=SYSTEM,
        now=now,
    )
