"""The worker's part of a proof: files, one hash, once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pypdfium2
import pytest

from catalog.spec import PinSpec
from designs import manifest, rendering, tasks
from designs.models import Proof
from designs.selectors import proofs as reading
from designs.services import proofs, renders
from designs.sheet import Sheet, paper_of
from pinshop.core import files, outbox
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db
Make = Callable[..., Proof]


def test_rendering_writes_every_file_and_fixes_the_hash(rendered: Make, now: datetime) -> None:
    proof = rendered()
    assert (proof.state, proof.rendered_at, proof.attempts) == ("staff_check", now, 1)
    package = reading.get_package(proof_id=proof.id)
    kinds = {name: files.get(sha256).media_type for name, sha256 in package.files.items()}
    assert kinds == {
        "front": "image/jpeg",
        "back": "image/jpeg",
        "card": "image/jpeg",
        "dielines": "image/svg+xml",
        "pinart": "application/zip",
        "pdf": "application/pdf",
    }
    assert not any(files.get(sha256).public for sha256 in package.files.values())
    assert (package.spec.colours, package.spec.posts, package.sheet.order_number) == (3, 1, "P-1")
    assert proof.proof_hash == manifest.hash_of(proof.manifest)


def test_hash_can_be_checked_from_what_the_database_kept(rendered: Make) -> None:
    proof = Proof.objects.get(id=rendered().id)
    assert manifest.hash_of(proof.manifest) == proof.proof_hash
    changed = {**proof.manifest, "measures": {**proof.manifest["measures"], "width_mm": 25.01}}
    assert manifest.hash_of(changed) != proof.proof_hash


def test_rendering_twice_changes_nothing(rendered: Make, now: datetime) -> None:
    proof = rendered()
    assert renders.render(proof_id=proof.id, now=now + timedelta(hours=1)) is False
    again = Proof.objects.get(id=proof.id)
    assert (again.proof_hash, again.pdf_sha256, again.rendered_at, again.attempts) == (
        proof.proof_hash,
        proof.pdf_sha256,
        now,
        1,
    )
    assert OutboxMessage.objects.filter(topic=renders.TOPIC).count() == 1


def test_same_proof_rendered_anew_has_the_same_hash_and_pdf(rendered: Make, now: datetime) -> None:
    proof = rendered()
    Proof.objects.filter(id=proof.id).update(
        state="rendering", proof_hash=None, rendered_at=None, pdf_sha256="", manifest={}, files={}
    )
    assert renders.render(proof_id=proof.id, now=now + timedelta(days=3)) is True
    again = Proof.objects.get(id=proof.id)
    assert (again.proof_hash, again.pdf_sha256, again.files) == (proof.proof_hash, proof.pdf_sha256, proof.files)


def test_die_lines_read_back_as_the_pin_that_was_drawn(rendered: Make) -> None:
    package = reading.get_package(proof_id=rendered().id)
    art = rendering.PinArt.from_bytes(files.read(package.files["pinart"]))
    labels = rendering.read_dielines(
        files.read(package.files["dielines"]).decode(),
        px_per_mm=art.px_per_mm,
        height=art.labels.shape[0],
        width=art.labels.shape[1],
    )
    assert float((labels == art.labels).mean()) > 0.98


def test_sheet_names_the_hash_the_order_and_every_colour(rendered: Make) -> None:
    proof = rendered()
    document = pypdfium2.PdfDocument(files.read(proof.pdf_sha256))
    text = ""
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        text += words.get_text_range().replace("\r\n", "\n")
        words.close()
        page.close()
    document.close()
    flat = "".join(text.split())
    measures = reading.measures_of(proof)
    assert proof.proof_hash is not None
    assert measures is not None
    assert proof.proof_hash in flat
    for words_on_it in ("P-1", "Robin", "REV01", "$269.00", "Softenamel", *(c.house for c in measures.colours)):
        assert words_on_it in flat, words_on_it


@pytest.mark.parametrize(("country", "paper", "points"), [("US", "us-letter", (612, 792)), ("DE", "a4", (595, 842))])
def test_sheet_has_the_paper_of_the_customers_country(
    flattened: Receive, spec: PinSpec, staff: Actor, now: datetime, country: str, paper: str, points: tuple[int, int]
) -> None:
    sheet = Sheet(paper=paper_of(country))
    assert sheet.paper == paper
    proof = proofs.request(design_id=flattened().id, spec=spec, sheet=sheet, actor=staff, now=now)
    renders.render(proof_id=proof.id, now=now)
    proof.refresh_from_db()
    document = pypdfium2.PdfDocument(files.read(proof.pdf_sha256))
    sizes = [tuple(sorted(round(side) for side in document.get_page_size(n))) for n in range(len(document))]
    document.close()
    assert set(sizes) == {points}


def test_second_revision_says_what_changed(rendered: Make, staff: Actor, now: datetime) -> None:
    first = rendered()
    second = proofs.upload_revision(
        proof_id=first.id, content=artworks.BLUE_MUSHROOM, filename="b.svg", note="", actor=staff, now=now
    )
    renders.render(proof_id=second.id, now=now)
    second.refresh_from_db()
    document = pypdfium2.PdfDocument(files.read(second.pdf_sha256))
    page = document[1]
    words = page.get_textpage()
    text = words.get_text_range()
    for part in (words, page, document):
        part.close()
    assert "The artwork was replaced." in text
    assert "#2a4fcf" in text


def test_artwork_that_cannot_be_rendered_fails_in_sight_and_is_asked_for_again(
    receive: Receive, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = receive(artworks.png()[:400])
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    assert renders.render(proof_id=proof.id, now=now) is True
    proof.refresh_from_db()
    assert (proof.state, proof.error_code, proof.proof_hash) == ("failed", "damaged_file", None)
    again = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    proof.refresh_from_db()
    assert (again.revision, proof.state) == (2, "superseded")


def test_proof_replaced_while_it_is_rendered_stays_replaced(
    flattened: Receive, spec: PinSpec, staff: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    real = renders._written

    def overtaken(row: Proof) -> dict[str, object]:
        written = real(row)
        proofs.close_open(design_id=design.id, actor=staff, now=now)
        return written

    monkeypatch.setattr(renders, "_written", overtaken)
    assert renders.render(proof_id=proof.id, now=now) is False
    proof.refresh_from_db()
    assert (proof.state, proof.proof_hash) == ("superseded", None)
    assert not OutboxMessage.objects.filter(topic=renders.TOPIC).exists()


def test_worker_that_died_while_rendering_is_followed_by_another(
    flattened: Receive, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    message = OutboxMessage.objects.get(topic=proofs.RENDER_TOPIC)
    OutboxMessage.objects.filter(id=message.id).update(state="leased", attempts=1, lease_until=now + outbox.LEASE)
    Proof.objects.filter(id=proof.id).update(attempts=1)
    assert outbox.deliver(message_id=message.id, now=now + outbox.LEASE) is True
    proof.refresh_from_db()
    assert (proof.state, proof.attempts) == ("staff_check", 2)
    assert OutboxMessage.objects.filter(topic=renders.TOPIC).count() == 1


def test_proof_that_kills_every_worker_fails_in_sight(
    flattened: Receive, spec: PinSpec, staff: Actor, now: datetime
) -> None:
    design = flattened()
    proof = proofs.request(design_id=design.id, spec=spec, sheet=Sheet(), actor=staff, now=now)
    OutboxMessage.objects.filter(topic=proofs.RENDER_TOPIC).update(
        state="leased", attempts=tasks.MOST_ATTEMPTS, lease_until=now
    )
    outbox.deliver(message_id=OutboxMessage.objects.get(topic=proofs.RENDER_TOPIC).id, now=now)
    proof.refresh_from_db()
    assert (proof.state, proof.error_message) == ("failed", renders.GAVE_UP)
