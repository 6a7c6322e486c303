"""Artwork comes in: what is refused at the door, and what is stored."""

from datetime import datetime

import pytest

from catalog.spec import PinSpec
from designs.errors import ArtworkRefused, ChoiceInvalid, DesignChanged, DesignNotFound, RightsNotConfirmed
from designs.models import Artwork, Design
from designs.services import uploads
from pinshop.accounts.owners import Owner
from pinshop.core import audit
from pinshop.core.actors import Actor
from pinshop.core.models import OutboxMessage, StoredFile
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


def test_upload_stores_the_bytes_privately_and_asks_a_worker(receive: Receive, now: datetime) -> None:
    design = receive()
    stored = StoredFile.objects.get(sha256=design.artwork.sha256)
    assert (stored.public, stored.media_type, stored.size) == (False, "image/svg+xml", len(artworks.MUSHROOM))
    assert (design.state, design.version, design.name) == ("received", 1, "Red mushroom")
    assert (design.rights_version, design.rights_accepted_at) == ("2026-11", now)
    message = OutboxMessage.objects.get(topic="designs.design.flatten")
    assert (message.queue, message.payload) == ("render", {"design_id": str(design.id), "version": 1})
    assert [entry.action for entry in audit.list_entries(subject=design)] == ["design.received"]


def test_same_bytes_are_stored_once_for_two_owners(receive: Receive) -> None:
    first = receive()
    second = receive(owner=Owner(guest_key="another"), filename="mine.svg")
    assert first.artwork.sha256 == second.artwork.sha256
    assert StoredFile.objects.count() == 1
    assert (first.artwork.name, second.artwork.name) == ("red-mushroom.svg", "mine.svg")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "empty_file"),
        (b"<!doctype html><p>hello", "not_an_image"),
        (b"MZ\x90\x00 a program", "not_an_image"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (25 * 1024 * 1024), "file_too_large"),
    ],
    ids=["empty", "html", "program", "26 MB"],
)
def test_file_that_is_no_artwork_is_refused_and_nothing_is_stored(receive: Receive, content: bytes, cause: str) -> None:
    with pytest.raises(ArtworkRefused) as refused:
        receive(content)
    assert refused.value.extra["cause"] == cause
    assert set(refused.value.fields) == {"artwork"}
    assert (StoredFile.objects.count(), Artwork.objects.count(), Design.objects.count()) == (0, 0, 0)
    assert OutboxMessage.objects.count() == 0


def test_upload_without_the_right_to_it_is_refused(receive: Receive) -> None:
    with pytest.raises(RightsNotConfirmed):
        receive(rights_accepted=False)
    assert (StoredFile.objects.count(), Design.objects.count()) == (0, 0)


def test_choices_that_do_not_go_together_are_refused_at_the_door(receive: Receive) -> None:
    with pytest.raises(ChoiceInvalid) as refused:
        receive(spec=PinSpec(process="hard_enamel", plating="antique_gold", size_mm=25))
    assert "plating" in refused.value.fields
    assert StoredFile.objects.count() == 0


def test_file_name_is_shown_and_never_a_path(receive: Receive) -> None:
    design = receive(filename="..\\..\\etc/pass\x00wd_file.svg")
    assert (design.artwork.name, design.name) == ("passwd_file.svg", "Passwd file")
    assert receive(filename="").artwork.name == "artwork"


def test_replacing_keeps_the_choices_and_flattens_anew(
    flattened: Receive, guest: Owner, actor: Actor, now: datetime
) -> None:
    design = flattened(b"\x89PNG\r\n\x1a\n broken")
    assert design.state == "failed"
    for _ in range(2):  # the second press finds the same bytes there
        after = uploads.replace(
            design_id=design.id,
            owner=guest,
            version=1,
            content=artworks.MUSHROOM,
            filename="again.svg",
            rights_accepted=True,
            actor=actor,
            now=now,
        )
    assert (after.state, after.version, after.error_message, after.spec) == ("received", 2, "", design.spec)
    assert OutboxMessage.objects.filter(topic="designs.design.flatten").count() == 2


def test_replacing_asks_for_the_version_and_the_owner(flattened: Receive, actor: Actor, now: datetime) -> None:
    design = flattened()
    other = {
        "content": artworks.BLUE_MUSHROOM,
        "filename": "b.svg",
        "rights_accepted": True,
        "actor": actor,
        "now": now,
        "design_id": design.id,
    }
    with pytest.raises(DesignChanged):
        uploads.replace(owner=design.owner(), version=7, **other)
    with pytest.raises(DesignNotFound):
        uploads.replace(owner=Owner(guest_key="thief"), version=1, **other)
    design.refresh_from_db()
    assert (design.state, design.version) == ("ready", 1)
