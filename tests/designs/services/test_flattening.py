"""The worker's part: artworks become pins or a sentence, once, whatever happens to the worker."""

from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from catalog.spec import PinSpec
from designs import engine, tasks
from designs.models import Design
from designs.selectors import designs
from designs.services import flattening
from pinshop.core import audit, files, outbox
from pinshop.core.models import OutboxMessage, StoredFile
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_artwork_becomes_a_pin_with_report_measures_and_pictures(flattened: Receive) -> None:
    design = flattened()
    assert (design.state, design.error_message, design.flattened_version, design.pictured_version) == (
        "ready",
        "",
        1,
        1,
    )
    measures = designs.measures_of(design)
    assert measures is not None
    assert max(measures.width_mm, measures.height_mm) == pytest.approx(25.0, abs=0.05)
    assert [colour.number for colour in measures.colours] == [1, 2, 3]
    assert sum(colour.area_percent for colour in measures.colours) == pytest.approx(100, abs=0.2)
    assert len(measures.posts) == 1
    assert {view: sorted(widths) for view, widths in design.pictures.items()} == {
        "artwork": ["1200"],
        "front": ["1200", "480"],
        "back": ["1200", "480"],
        "card": ["1200", "480"],
        "live": [""],
    }
    assert files.read(design.pictures["live"][""]["pin"])[:4] == b"PIN2"
    for widths in design.pictures.values():
        for formats in (widths[px] for px in widths if px):
            assert {files.get(sha256).media_type for sha256 in formats.values()} == {"image/webp", "image/jpeg"}
    assert not StoredFile.objects.filter(public=True).exists()
    assert engine.open_pin(files.read(design.pinart_sha256)).art.width_mm == measures.width_mm
    assert designs.spec_of(design).colours == 3
    assert [entry.action for entry in audit.list_entries(subject=design)] == [
        "design.received",
        "design.flattening",
        "design.ready",
    ]


def test_flattening_twice_changes_nothing(flattened: Receive, now: datetime) -> None:
    design = flattened()
    later = now + timedelta(hours=1)
    assert flattening.run(design_id=design.id, version=1, now=later) is False
    again = Design.objects.get(id=design.id)
    assert (again.updated_at, again.pictures) == (design.updated_at, design.pictures)
    assert audit.list_entries(subject=design).count() == 3


def test_same_artwork_gives_the_same_files(flattened: Receive) -> None:
    first, second = flattened(), flattened()
    assert (first.pinart_sha256, first.pictures, first.report) == (second.pinart_sha256, second.pictures, second.report)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (artworks.png()[:400], "damaged_file", "damaged"),
        (artworks.png_header(20_000, 20_000), "too_many_pixels", "at most 40 million"),
        (artworks.png_header(9_000, 3), "too_small", "pixels"),
        (artworks.png_header(4_000, 4_000), "damaged_file", "damaged"),
        (artworks.ENTITY_BOMB, "unsafe_artwork", "entit"),
        (b"%PDF-1.7 and nothing more", "damaged_file", "PDF"),
        (artworks.encoded(artworks.drawn(colour=(255, 255, 255)), "PNG"), "empty_artwork", ""),
    ],
    ids=["truncated", "20,000 px", "3 px", "no pixels behind the header", "entity bomb", "broken PDF", "all white"],
)
def test_artwork_that_cannot_be_read_fails_with_a_sentence_and_loses_nothing(
    flattened: Receive, content: bytes, code: str, words: str
) -> None:
    design = flattened(content)
    assert (design.state, design.error_code) == ("failed", code)
    assert words.lower() in design.error_message.lower()
    assert files.read(design.artwork.sha256) == content
    assert (design.pinart_sha256, design.pictures) == ("", {})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (artworks.animated_gif(), "first frame"),
        (artworks.cmyk_jpeg(), "CMYK"),
        (artworks.deep_png(), "16 bits"),
        (artworks.SCRIPTED, "script"),
    ],
    ids=["animated GIF", "CMYK", "16 bit", "SVG with scripts and references"],
)
def test_what_was_converted_or_dropped_is_said(flattened: Receive, content: bytes, words: str) -> None:
    design = flattened(content)
    assert (design.state, design.error_message) == ("ready", "")
    assert any(words in note for note in design.notes)


def test_harmless_entities_of_drawing_programs_are_read(flattened: Receive) -> None:
    assert flattened(artworks.NAMESPACE_ENTITY).state == "ready"


def test_results_of_an_old_version_are_dropped(
    receive: Receive, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = receive()
    real = engine.flatten

    def overtaken(*args: object, **kwargs: object) -> engine.Flattened:
        outcome = real(*args, **kwargs)
        Design.objects.filter(id=design.id).update(version=2)
        return outcome

    monkeypatch.setattr(engine, "flatten", overtaken)
    assert flattening.run(design_id=design.id, version=1, now=now) is False
    design.refresh_from_db()
    assert (design.state, design.version, design.pictures) == ("flattening", 2, {})


def test_worker_that_died_half_way_is_followed_by_another(receive: Receive, now: datetime) -> None:
    design = receive()
    message = OutboxMessage.objects.get(topic=flattening.TOPIC)
    OutboxMessage.objects.filter(id=message.id).update(state="leased", attempts=1, lease_until=now + outbox.LEASE)
    Design.objects.filter(id=design.id).update(state="flattening")
    assert outbox.deliver(message_id=message.id, now=now) is False
    assert outbox.deliver(message_id=message.id, now=now + outbox.LEASE) is True
    design.refresh_from_db()
    assert (design.state, design.flattened_version) == ("ready", 1)


def test_artwork_that_kills_every_worker_fails_with_a_sentence(receive: Receive, now: datetime) -> None:
    design = receive()
    message = OutboxMessage.objects.get(topic=flattening.TOPIC)
    OutboxMessage.objects.filter(id=message.id).update(
        state="leased", attempts=tasks.MOST_ATTEMPTS, lease_until=now, last_error="lost"
    )
    outbox.deliver(message_id=message.id, now=now)
    design.refresh_from_db()
    assert (design.state, design.error_code, design.error_message) == ("failed", "engine", flattening.GAVE_UP)


def test_artwork_that_takes_too_long_fails_at_once(
    receive: Receive, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = receive()

    def slow(*_args: object, **_kwargs: object) -> engine.Flattened:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(engine, "flatten", slow)
    outbox.deliver(message_id=OutboxMessage.objects.get(topic=flattening.TOPIC).id, now=now)
    design.refresh_from_db()
    assert (design.state, design.error_code) == ("failed", "too_complex")


def test_metal_pins_and_full_colour_prints_have_no_colours_to_mix(flattened: Receive) -> None:
    for process in ("die_struck", "offset_print"):
        design = flattened(spec=PinSpec(process=process, plating="gold", size_mm=25))
        assert (design.state, designs.spec_of(design).colours) == ("ready", 0)


def test_engine_rules_of_the_catalogue_are_named_in_the_report(flattened: Receive) -> None:
    report = designs.report_of(flattened())
    assert report is not None
    assert report.rules_version.startswith("2026-11/")


def test_warm_up_runs_in_workers_of_the_render_queue_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from designs import rendering
    from pinshop.core import broker

    warmed: list[int] = []
    monkeypatch.setattr(rendering, "warm_up", lambda: warmed.append(1))
    for queues in ("default,outbound", "render"):
        broker.app.amqp.queues.select(queues.split(","))
        tasks.warm_up()
    broker.app.amqp.queues.select(["default", "render", "outbound"])
    assert warmed == [1]
