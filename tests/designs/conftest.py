"""What tests of designs share: the seeded options, people, small artworks, and designs at each step."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from catalog.spec import PinSpec
from designs.models import Design, Proof
from designs.services import flattening, proofs, renders, uploads
from designs.sheet import Sheet
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import outbox
from pinshop.core.actors import Actor
from tests.designs import artworks

ORDERS_TOPICS = (
    "orders.proof.rendered",
    "orders.proof.sent",
    "orders.proof.changes_requested",
    "orders.design.refused",
)
told: list[outbox.Message] = []


@pytest.fixture(autouse=True)
def _quick_engine(request: pytest.FixtureRequest) -> None:
    """`slow` tests get the engine as it is."""
    if "slow" not in request.keywords:
        request.getfixturevalue("quick_engine")


@pytest.fixture(autouse=True)
def _orders_listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What `orders` would be told, collected instead: these tests know nothing of orders."""
    for topic in ORDERS_TOPICS:
        monkeypatch.setitem(outbox._routes, topic, outbox._Route(told.append, "default", 3, None))
    told.clear()
    yield
    told.clear()


@pytest.fixture
def shop(seeded_catalogue: None) -> None:
    """The seeded options, palette and rules."""


@pytest.fixture
def spec() -> PinSpec:
    return PinSpec(process="soft_enamel", plating="gold", size_mm=25.0)


@pytest.fixture
def guest() -> Owner:
    return Owner(guest_key="guest-of-the-tests")


@pytest.fixture
def actor() -> Actor:
    return Actor(kind="guest", id="guest-of-the", label="Guest")


@pytest.fixture
def staff(db: None) -> Actor:
    user = User.objects.create_user("proofing@pinshop.example", is_staff=True)
    return Actor(kind="staff", id=str(user.pk), label=user.email)


Receive = Callable[..., Design]


@pytest.fixture
def receive(shop: None, spec: PinSpec, guest: Owner, actor: Actor, now: datetime) -> Receive:
    """Uploads an artwork; every part can be given."""

    def run(content: bytes = artworks.MUSHROOM, **other: Any) -> Design:
        values: dict[str, Any] = {
            "content": content,
            "filename": "red-mushroom.svg",
            "owner": guest,
            "rights_accepted": True,
            "spec": spec,
            "actor": actor,
            "now": now,
        }
        return uploads.receive(**{**values, **other})

    return run


@pytest.fixture
def flattened(receive: Receive, now: datetime) -> Receive:
    """Uploads an artwork and lets the worker's part run."""

    def run(content: bytes = artworks.MUSHROOM, **other: Any) -> Design:
        design = receive(content, **other)
        flattening.run(design_id=design.id, version=design.version, now=now)
        design.refresh_from_db()
        return design

    return run


@pytest.fixture
def rendered(flattened: Receive, spec: PinSpec, staff: Actor, now: datetime) -> Callable[..., Proof]:
    """A proof that waits for the staff's check."""

    def run(content: bytes = artworks.MUSHROOM, **other: Any) -> Proof:
        design = flattened(content, **other)
        proof = proofs.request(
            design_id=design.id,
            spec=PinSpec.from_json(design.spec),
            sheet=Sheet(reference="line-1", order_number="P-1", customer="Robin", quantity=100, total="$269.00"),
            actor=staff,
            now=now,
        )
        renders.render(proof_id=proof.id, now=now)
        proof.refresh_from_db()
        return proof

    return run


@pytest.fixture
def sent(rendered: Callable[..., Proof], staff: Actor, now: datetime) -> Callable[..., Proof]:
    """A proof that waits for the customer."""

    def run(content: bytes = artworks.MUSHROOM, **other: Any) -> Proof:
        return proofs.send(proof_id=rendered(content, **other).id, actor=staff, now=now)

    return run
