"""What nobody needs any more is deleted by itself; files go when the last row that names them has gone."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage

from catalog.models import Pin, PinPicture
from designs.models import Artwork, Design, Proof
from orders.manufacturing.models import ProductionOrder, StageReport
from orders.models import Basket, BasketLine, ExemptionCertificate, OrderLine, Quote
from orders.payments.models import CreditNote, InboundEvent, Invoice
from orders.payments.services import retention as payment_retention
from orders.services import retention
from orders.services.retention import Swept
from pinshop.core import files, mail, outbox
from pinshop.core.models import OutboxMessage, OutgoingMail, StoredFile
from pinshop.core.tasks import sweep
from tests import races
from tests.orders.factories import GUEST, SPEC, make_design, make_line, make_order
from tests.orders.services.test_waiting import make_proof

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files")]
NOBODY = Swept(baskets=0, quotes=0, designs=0)


def put(content: str, now: datetime) -> str:
    return files.put(content.encode(), media_type="image/png", now=now).sha256


def stored(*hashes: str) -> list[bool]:
    return [
        StoredFile.objects.filter(sha256=each).exists() and default_storage.exists(f"{each[:2]}/{each[2:4]}/{each}")
        for each in hashes
    ]


def later(now: datetime, **time: float) -> datetime:
    return now + timedelta(**time)


@pytest.fixture
def old(now: datetime) -> tuple[Design, dict[str, str]]:
    """A design that nobody has touched for 91 days, and its files: all its own but the background."""
    then = later(now, days=-91)
    named = {name: put(name, then) for name in ("drawing", "outline", "front", "background")}
    artwork = Artwork.objects.create(
        sha256=named["drawing"], media_type="image/png", size=7, name="fox.png", created_at=then
    )
    design = make_design(
        now=then,
        artwork=artwork,
        pinart_sha256=named["outline"],
        pictures={"front": {"480": {"webp": named["front"], "jpg": named["background"]}}},
    )
    return design, named


def test_abandoned_design_goes_with_the_files_that_nobody_else_has(
    old: tuple[Design, dict[str, str]], now: datetime
) -> None:
    _, named = old
    make_design(now=now, pictures={"front": {"480": {"webp": named["background"]}}})
    assert retention.sweep(now=now) == Swept(baskets=0, quotes=0, designs=1)
    assert retention.sweep(now=now) == NOBODY
    assert Design.objects.count() == 1
    assert not Artwork.objects.filter(sha256=named["drawing"]).exists()
    assert stored(*named.values()) == [True] * 4
    outbox.drain(now=later(now, hours=2))
    assert dict(zip(named, stored(*named.values()), strict=True)) == {
        "drawing": False,
        "outline": False,
        "front": False,
        "background": True,
    }


@pytest.mark.usefixtures("seeded_options")
@pytest.mark.parametrize("why", ["ordered", "in a basket", "quoted", "changed", "approved"])
def test_design_that_somebody_needs_stays(old: tuple[Design, dict[str, str]], now: datetime, why: str) -> None:
    design, named = old
    if why == "ordered":
        make_line(make_order(now=now), design=design)
    elif why == "in a basket":
        basket = Basket.objects.create(**GUEST.fields(), created_at=now, updated_at=now)
        BasketLine.objects.create(
            basket=basket, kind="custom", design=design, quantity=50, spec=SPEC.to_json(), created_at=now
        )
    elif why == "quoted":
        quote = make_order(now=now).quote
        Quote.objects.create(
            **GUEST.fields(),
            **{**quote.amounts(), "country": "GB", "number": "Q-1", "created_at": now},
            lines=[{"design_id": str(design.pk)}],
            expires_at=later(now, days=1),
        )
    elif why == "changed":
        Design.objects.update(updated_at=later(now, days=-89))
    else:
        line = make_line(make_order(now=now), design=design)
        make_proof(line, sent_at=now)
        OrderLine.objects.filter(pk=line.pk).update(proof=Proof.objects.get())
    assert retention.sweep(now=now) == NOBODY
    outbox.drain(now=later(now, hours=2))
    assert stored(*named.values()) == [True] * 4


def test_old_baskets_and_quotes_go_and_orders_keep_theirs(now: datetime) -> None:
    then = later(now, days=-91)
    Basket.objects.create(**GUEST.fields(), created_at=then, updated_at=then)
    kept = make_order(now=then).quote
    amounts = {**kept.amounts(), "country": "GB", "lines": [], "created_at": then}
    for number, expires_at in (("Q-1", then), ("Q-2", later(now, days=-89))):
        Quote.objects.create(**GUEST.fields(), **amounts, number=number, expires_at=expires_at)
    assert retention.sweep(now=now) == Swept(baskets=1, quotes=1, designs=0)
    assert set(Quote.objects.values_list("number", flat=True)) == {kept.number, "Q-2"}


def test_bytes_stored_again_meanwhile_stay(now: datetime, time_at: Any) -> None:
    sha256_of = put("again", later(now, days=-1))
    files.forget([sha256_of], now=now)
    put("again", later(now, minutes=30))
    time_at(later(now, minutes=62))
    assert outbox.drain() == 1
    assert stored(sha256_of) == [True]
    assert files.delete_unheld([sha256_of], now=later(now, minutes=91)) == 1
    assert stored(sha256_of) == [False]
    assert put("again", later(now, minutes=92)) == sha256_of
    assert stored(sha256_of) == [True]


@pytest.mark.django_db(transaction=True)
def test_of_storing_and_deleting_at_once_no_row_is_left_without_its_bytes(now: datetime) -> None:
    for number in range(6):
        name = f"raced {number}"
        put(name, later(now, days=-1))
        seen = races.run(
            lambda name=name: (
                files.delete_unheld([sha256(name.encode()).hexdigest()], now=now),
                put(name, now),
            ),
            threads=4,
        )
        assert not [each for each in seen if isinstance(each, Exception)]
        assert stored(sha256(name.encode()).hexdigest()) == [True]


def test_every_column_that_names_a_file_is_known_to_hold_it(now: datetime) -> None:
    """A new column with a file's hash must be added to a holder, else its file could be deleted under it."""
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if "sha256" in field.name or field.related_model is StoredFile
    }
    assert named == {
        "core.StoredFile.sha256",
        "catalog.Pin.live_file",
        "catalog.PinPicture.file",
        "designs.Artwork.sha256",
        "designs.Design.pinart_sha256",
        "designs.Proof.pdf_sha256",
        "payments.CreditNote.file",
        "payments.Invoice.file",
        "orders.ExemptionCertificate.file",
        "manufacturing.ProductionOrder.die_lines_sha256",
        "manufacturing.ProductionOrder.tech_pack_sha256",
        "manufacturing.StageReport.photo_sha256",
        "claims.ClaimPhoto.original_sha256",
        "claims.ClaimPhoto.shown_sha256",
    }
    held = {name: put(name, later(now, days=-1)) for name in ("art", "pinart", "picture", "pdf", "part", "attached")}
    artwork = Artwork.objects.create(sha256=held["art"], media_type="image/png", size=1, name="a", created_at=now)
    design = make_design(
        now=now, artwork=artwork, pinart_sha256=held["pinart"], pictures={"front": {"1": {"webp": held["picture"]}}}
    )
    Proof.objects.create(
        design=design,
        revision=1,
        artwork=artwork,
        spec={},
        files={"front": held["part"]},
        pdf_sha256=held["pdf"],
        created_at=now,
    )
    OutgoingMail.objects.create(
        dedupe_key="1",
        to="a@example.org",
        subject="",
        text="",
        html="",
        attachments=[["a.pdf", held["attached"]]],
        created_at=now,
    )
    assert files.delete_unheld(held.values(), now=now) == 0
    assert all(stored(*held.values()))
    assert {rel.related_model for rel in StoredFile._meta.get_fields(include_hidden=True) if rel.is_relation} == {
        Pin,
        PinPicture,
        CreditNote,
        Invoice,
        ExemptionCertificate,
    }
    assert {ProductionOrder, StageReport} <= set(apps.get_models())


def test_mails_messages_and_events_go_when_their_time_is_over(now: datetime, time_at: Any) -> None:
    for name, age in (("old", 181), ("young", 179)):
        at = later(now, days=-age)
        mail.send(to="a@example.org", name="order_link", context=_context(), key=name, now=at)
        OutgoingMail.objects.filter(dedupe_key=name).update(sent_at=at)
        InboundEvent.objects.create(
            provider="stripe", event_id=name, type="t", payload={}, received_at=at, handled_at=at
        )
    OutboxMessage.objects.update(state="done", done_at=later(now, days=-31))
    time_at(now)
    for _ in range(2):
        sweep()
        payment_retention.sweep(now=now)
        assert list(OutgoingMail.objects.values_list("dedupe_key", flat=True)) == ["young"]
        assert list(InboundEvent.objects.values_list("event_id", flat=True)) == ["young"]
        assert OutboxMessage.objects.count() == 0


def _context() -> dict[str, Any]:
    return {"order": {"number": "PS-1"}, "order_url": "http://localhost/", "total": ""}
