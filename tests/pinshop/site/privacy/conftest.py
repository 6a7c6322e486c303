"""People with everything that a shop can hold about somebody."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from designs.models import Approval, Artwork, Design, Proof, ProofComment
from orders.claims.models import Claim, ClaimPhoto
from orders.manufacturing.models import Manufacturer, ProductionOrder, StageReport
from orders.models import Basket, BasketLine, Order, OrderLine, Shipment, TrackingEvent
from orders.payments.models import InboundEvent, Payment, Refund
from orders.payments.services import credit_notes, invoices
from orders.services import links
from pinshop.accounts import owners
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from pinshop.core import audit, files, mail
from pinshop.core.actors import Actor
from pinshop.core.models import IdempotencyKey, OutboxMessage
from tests.orders.factories import GUEST, SPEC, make_design, make_line, make_order
from tests.orders.services.test_waiting import make_proof

Tables = Callable[[str], set[str]]


def put(content: str, now: datetime, media_type: str = "image/png") -> str:
    return files.put(content.encode(), media_type=media_type, now=now).sha256


@pytest.fixture
def tables() -> Tables:
    """The tables in which a word is found, in any column."""

    def search(word: str) -> set[str]:
        names = connection.introspection.table_names()
        found = set()
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{name}" AS r WHERE r::text ILIKE %s)', [f"%{word}%"])  # noqa: S608 - names of our own tables
                if cursor.fetchone() == (True,):
                    found.add(name)
        return found

    return search


@pytest.fixture
def ada(seeded_options: None, now: datetime) -> User:
    """A customer with a password."""
    user = User.objects.create_user("ada@example.org", "a-long-password", name="Ada Lovelace", last_login=now)
    EmailAddress.objects.create(user=user, email="ada@example.org", verified=True, primary=True)
    EmailAddress.objects.create(user=user, email="countess@example.org", verified=True)
    return user


@pytest.fixture
def order(ada: User, now: datetime) -> Order:
    """Ada's order, delivered a month ago."""
    return complete(ada.email, Owner(user_id=ada.pk), owners.actor_of_user(ada), now=now - timedelta(days=30))


@pytest.fixture
def guests_order(seeded_options: None, now: datetime) -> Order:
    """An order of a guest, delivered a month ago."""
    actor = Actor(kind="guest", id="guest-of-the", label="Guest")
    return complete("grace@example.org", GUEST, actor, now=now - timedelta(days=30))


def complete(email: str, owner: Owner, actor: Actor, *, now: datetime) -> Order:
    """A delivered order of somebody, with whatever names them along its way."""
    name = email.partition("@")[0]
    order = make_order(
        now=now,
        owner=owner,
        paid_at=now,
        contact_email=email,
        contact_name=f"{name} Lovelace",
        purchase_order=f"PO {name}",
    )
    design = draw(name, owner, now)
    parcel = Shipment.objects.create(
        order=order, carrier="Post", tracking_numbers=[f"T-{name}"], state="delivered", created_at=now, delivered_at=now
    )
    TrackingEvent.objects.create(
        carrier="Post",
        event_id=f"evt-{order.pk}",
        shipment=parcel,
        tracking_number=f"T-{name}",
        status="delivered",
        text=f"Signed by {name} Lovelace",
        happened_at=now,
        received_at=now,
    )
    line = make_line(order, design=design, state="delivered", title=f"{name}'s wedding", shipment=parcel)
    type(order.quote).objects.filter(pk=order.quote_id).update(
        lines=[{"kind": "custom", "title": f"{name}'s wedding", "design_id": str(design.pk)}]
    )
    approve(line, email, actor, now)
    claim(line, name, now)
    make(line, name, now)
    pay(order, email, now)
    for subject in (order, design):
        audit.record(
            subject=subject,
            action="order.paid",
            actor=actor,
            now=now,
            note=f"For {name}.",
            data={"text": f"Dear {name}", "sum": 3},
        )
    mail.send(
        to=email,
        name="order_link",
        context={"order": order, "order_url": links.order_url(order), "total": ""},
        key=f"order_link:{order.pk}:1",
        now=now,
    )
    OutboxMessage.objects.update(state="done", done_at=now)
    OutboxMessage.objects.create(
        topic="orders.proof.changes_requested",
        queue="default",
        payload={"reference": str(line.pk), "text": f"Make {name} bigger"},
        state="done",
        due_at=now,
        created_at=now,
    )
    IdempotencyKey.objects.create(
        scope="x", key=name, fingerprint="0" * 64, answer={"id": str(order.pk), "email": email}, created_at=now
    )
    return order


def draw(name: str, owner: Owner, now: datetime) -> Design:
    """A design with files of its own."""
    artwork = Artwork.objects.create(
        sha256=put(f"art {name}", now), media_type="image/png", size=9, name=f"{name}.png", created_at=now
    )
    return make_design(
        now=now,
        owner=owner,
        name=f"{name}'s wedding",
        artwork=artwork,
        notes=[f"For {name}"],
        pinart_sha256=put(f"pin art {name}", now),
        pictures={"front": {"480": {"webp": put(f"front {name}", now)}}},
    )


def approve(line: OrderLine, email: str, actor: Actor, now: datetime) -> Proof:
    """An approved proof that was talked about."""
    name = email.partition("@")[0]
    proof = make_proof(line, sent_at=now)
    sheet = {"customer": f"{name} Lovelace", "order_number": line.order.number}
    Proof.objects.filter(pk=proof.pk).update(
        state="approved",
        sheet=sheet,
        manifest={"spec": SPEC.to_json(), "sheet": sheet},
        files={"front": put(f"proof {name}", now)},
        pdf_sha256=put(f"pdf {name}", now, "application/pdf"),
    )
    OrderLine.objects.filter(pk=line.pk).update(proof=proof)
    ProofComment.objects.create(
        proof=proof, by_staff=False, author=email, author_id=actor.id, text=f"{name}: bigger", created_at=now
    )
    Approval.objects.create(
        proof=proof,
        proof_hash=proof.proof_hash,
        price_minor=9500,
        currency="USD",
        terms_version="1",
        approver_kind=actor.kind,
        approver_id=actor.id,
        approver=email,
        approved_at=now,
    )
    return proof


def claim(line: OrderLine, name: str, now: datetime) -> None:
    """What was wrong with it, decided long ago."""
    made = Claim.objects.create(
        line=line,
        kind="damaged",
        pieces=1,
        text=f"{name}'s pin is bent",
        state="declined",
        answer=f"Dear {name}",
        opened_at=now,
        decided_at=now,
    )
    ClaimPhoto.objects.create(claim=made, position=1, shown_sha256=put(f"photo {name}", now, "image/jpeg"))


def make(line: OrderLine, name: str, now: datetime) -> None:
    """What the factory was told."""
    maker, _ = Manufacturer.objects.get_or_create(
        name="Enamel Works",
        defaults={"kind": "email", "processes": [], "contact_email": "works@example.com", "created_at": now},
    )
    made = ProductionOrder.objects.create(
        number=f"PO-{name}-1",
        line=line,
        manufacturer=maker,
        state="shipped",
        quantity=100,
        proof_id=line.pk,
        proof_hash="1" * 64,
        die_lines_sha256=put(f"die {name}", now),
        tech_pack_sha256=put(f"pack {name}", now, "application/pdf"),
        request={"ship_to": {"name": f"{name} Lovelace"}, "quantity": 100},
        tracking_number=f"T-{name}",
        created_at=now,
        updated_at=now,
    )
    ProductionOrder.objects.filter(pk=made.pk).update(number=f"PO-{made.pk}")
    StageReport.objects.create(
        manufacturer=maker,
        event_id=f"evt-{line.pk}",
        production_order=made,
        stage="shipped",
        at=now,
        data={"to": name},
        accepted=True,
        received_at=now,
    )


def pay(order: Order, email: str, now: datetime) -> Payment:
    """A payment of which a part went back, an invoice, and what the provider said."""
    payment = Payment.objects.create(
        order=order,
        state="succeeded",
        currency="USD",
        amount_minor=10_000,
        captured_minor=10_000,
        refunded_minor=500,
        provider="stripe",
        session_id=f"cs_{order.pk}",
        intent_id=f"pi_{order.pk}",
        page_url="https://pay.example/x",
        idempotency_key=str(order.pk),
        expires_at=now,
        asked_at=now,
        created_at=now,
    )
    line = order.lines.get()
    part = {"kind": "line", "line_id": str(line.pk), "label": line.title, "amount_minor": 500}
    refund = Refund.objects.create(
        payment=payment,
        state="succeeded",
        amount_minor=500,
        reason="A scratch.",
        key="1",
        allocation=[part],
        created_at=now,
        settled_at=now,
    )
    for number, about in enumerate(({"id": f"cs_{order.pk}"}, {"id": "ch_1", "payment_intent": f"pi_{order.pk}"})):
        InboundEvent.objects.create(
            provider="stripe",
            event_id=f"evt_{number}_{order.pk}",
            type="charge.succeeded",
            object_id=about["id"],
            payload={"data": {"object": {**about, "billing_details": {"email": email}}}},
            received_at=now,
            handled_at=now,
        )
    invoices.issue(order_id=order.pk, now=now)
    credit_notes.issue(refund_id=refund.pk, now=now)
    return payment


@pytest.fixture
def more_of_ada(ada: User, order: Order, now: datetime) -> Design:
    """What an account holds besides orders: a basket with a design nobody ordered, traces in the admin and in other mails."""
    owner = Owner(user_id=ada.pk)
    design = draw("draft of ada", owner, now)
    basket = Basket.objects.create(**owner.fields(), created_at=now, updated_at=now)
    BasketLine.objects.create(
        basket=basket, kind="custom", design=design, quantity=50, spec=SPEC.to_json(), created_at=now
    )
    staff = User.objects.create_user("staff@example.com", is_staff=True)
    LogEntry.objects.create(
        user=staff,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(ada.pk),
        object_repr=ada.email,
        action_flag=CHANGE,
        change_message="",
    )
    context: dict[str, Any] = {"business": "Northwind", "inviter": ada.email, "role": "Buyer", "url": "", "days": 14}
    mail.send(to="bob@example.com", name="account/invitation", context=context, key="invitation:1", now=now)
    audit.record(
        subject=staff,
        action="business.invited",
        actor=owners.actor_of_user(staff),
        now=now,
        data={"email": ada.email, "role": "buyer"},
    )
    OutboxMessage.objects.update(state="done", done_at=now)
    del order
    return design
