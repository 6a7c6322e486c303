"""Approved lines made by the real services, manufacturers, and the sample factory as a process of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from catalog.spec import PinSpec
from designs.services import flattening, proofs, renders, uploads
from orders.enums import LineState
from orders.manufacturing.models import Manufacturer
from orders.models import OrderLine
from orders.services import approvals, fulfilment, proofing
from pinshop.accounts.models import Business
from pinshop.accounts.owners import Owner
from pinshop.core.actors import Actor
from pinshop.core.money import Money
from pinshop.local.serving import running
from tests.designs import artworks
from tests.orders.factories import GUEST, make_line, make_order

TOKEN = "token-of-the-factory"
SECRET = "whsec_Zm9yIHRoZSB0ZXN0cyBvZiBtYW51ZmFjdHVyaW5n"
CUSTOMER = Actor(kind="guest", id="guest", label="Ada Lovelace")
STAFF = Actor(kind="staff", id="1", label="orders@pinshop.example")


@pytest.fixture(autouse=True)
def _quick_engine(quick_engine: None) -> None:
    """These tests ask what becomes of a pin, not how it is drawn."""


@pytest.fixture
def catalogue(seeded_catalogue: None) -> None:
    """The seeded options, palette and rules."""


@pytest.fixture
def staff() -> Actor:
    return STAFF


MakeLine = Callable[..., OrderLine]


@pytest.fixture
def business_test_owner(db: None, now: datetime) -> Owner:
    """What a business orders with a test key."""
    business = Business.objects.create(name="Acme", created_at=now)
    return Owner(business_id=business.pk, live=False)


@pytest.fixture
def approved_line(catalogue: None, now: datetime) -> MakeLine:
    """A paid line whose proof went through flattening, rendering, staff check and the customer's approval."""

    def make(
        *, quantity: int = 100, process: str = "soft_enamel", owner: Owner = GUEST, approve: bool = True, **order: Any
    ) -> OrderLine:
        spec = PinSpec(process=process, plating="gold", size_mm=30.0, attachment="rubber", packaging="backing_card")
        design = uploads.receive(
            content=artworks.MUSHROOM,
            filename="red-mushroom.svg",
            owner=owner,
            rights_accepted=True,
            spec=spec,
            actor=CUSTOMER,
            now=now,
        )
        flattening.run(design_id=design.id, version=design.version, now=now)
        design.refresh_from_db()
        placed = make_order(now=now, owner=owner, **{"number": f"PS-{uuid4().hex[:12]}", "paid_at": now, **order})
        line = make_line(
            placed,
            state=LineState.PROOFING,
            title="Red mushroom",
            design=design,
            quantity=quantity,
            spec=spec.to_json(),
            ship_by_date=now.date() + timedelta(days=14),
        )
        proof = proofs.request(design_id=design.id, spec=spec, sheet=fulfilment.sheet_of(line), actor=STAFF, now=now)
        renders.render(proof_id=proof.id, now=now)
        proofing.rendered(proof_id=proof.id, now=now)
        if approve:
            proofs.send(proof_id=proof.id, actor=STAFF, now=now)
            proofing.sent(proof_id=proof.id, now=now)
            proof.refresh_from_db()
            approvals.approve(
                line_id=line.pk,
                proof_hash=str(proof.proof_hash),
                shown_total=Money(line.total_minor, "USD"),
                terms_accepted=True,
                actor=CUSTOMER,
                now=now,
            )
        return OrderLine.objects.select_related("order").get(pk=line.pk)

    return make


@dataclass
class Factory:
    """The running sample factory as the tests look into it."""

    http: httpx.Client

    def plan(self, mode: str, **more: Any) -> None:
        """Plans a fault; `none` forgets every plan."""
        self.http.post("/v1/faults", json={"mode": mode, **more}).raise_for_status()

    def get(self, external_id: str) -> dict[str, Any]:
        """The order as the factory has it."""
        return self.http.get(f"/v1/production-orders/{external_id}").raise_for_status().json()

    def count(self, reference: str) -> int:
        """How many orders with this reference the factory's own page shows; references differ from test to test."""
        return self.http.get("/").text.count(f"<td>{reference}</td>")


@pytest.fixture(scope="session")
def _slow_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    options = ["--token", TOKEN, "--secret", SECRET, "--stage-seconds", "3600"]
    with (
        running("factory", *options, state=tmp_path_factory.mktemp("factory")) as server,
        httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False) as client,
    ):
        yield Factory(client)


@pytest.fixture
def factory(_slow_factory: Factory) -> Iterator[Factory]:
    """The sample factory, in which nothing moves by itself (a stage takes an hour)."""
    yield _slow_factory
    _slow_factory.plan("none")


@pytest.fixture
def rest(db: None, factory: Factory, now: datetime) -> Manufacturer:
    """The sample factory as the shop knows it."""
    return make_rest(base_url=str(factory.http.base_url).rstrip("/"), now=now)


@pytest.fixture
def idle_rest(db: None, now: datetime) -> Manufacturer:
    """A manufacturer with an API that nobody calls in this test."""
    return make_rest(base_url="http://127.0.0.1:9", now=now)


@pytest.fixture
def workshop(db: None, now: datetime) -> Manufacturer:
    """A manufacturer without an API."""
    return Manufacturer.objects.create(
        name="Workshop",
        kind="email",
        processes=["soft_enamel", "hard_enamel"],
        contact_email="workshop@example.org",
        created_at=now,
    )


def make_rest(*, base_url: str, now: datetime, **fields: Any) -> Manufacturer:
    """A manufacturer with an API."""
    values = {
        "name": "Sample factory",
        "kind": "rest",
        "processes": ["soft_enamel", "hard_enamel"],
        "base_url": base_url,
        "token": TOKEN,
        "webhook_secret": SECRET,
        "created_at": now,
        **fields,
    }
    return Manufacturer.objects.create(**values)
