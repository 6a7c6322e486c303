"""Designs shown to others by a link, and copies: nobody guesses it, nobody sees the upload, a revoked link is gone."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from designs.models import Design, Share
from designs.selectors import personal
from pinshop.core import outbox
from pinshop.core.models import AuditEntry
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client: Client) -> Client:
    """The browser of the guest who owns the tests' designs."""
    session = client.session
    session["guest_key"] = "guest-of-the-tests"
    session.save()
    return client


def _share(client: Client, design: Design) -> str:
    client.post(reverse("designs:share", args=[design.id]))
    return Share.objects.get(design=design, revoked_at__isnull=True).token


def test_link_is_made_once_shown_to_its_owner_and_can_be_closed(mine: Client, flattened: Receive) -> None:
    design = flattened()
    tokens = {_share(mine, design) for _ in range(2)}
    page = mine.get(reverse("designs:detail", args=[design.id])).content.decode()
    url = reverse("designs:shared", args=list(tokens))
    assert (len(tokens), f"http://testserver{url}" in page) == (1, True)
    other = Client()
    shown = other.get(url)
    assert (shown.status_code, shown.headers["X-Robots-Tag"], shown.headers["Cache-Control"]) == (
        200,
        "noindex",
        "private, no-store",
    )
    for _ in range(2):
        assert mine.post(reverse("designs:share", args=[design.id]), {"revoke": "on"}).status_code == 302
    assert other.get(url).status_code == 404
    assert _share(mine, design) not in tokens
    actions = list(AuditEntry.objects.filter(action__contains="shared").values_list("action", flat=True).order_by("pk"))
    assert actions == ["design.shared", "design.unshared", "design.shared"]


def test_visitor_sees_the_pin_and_never_the_upload(mine: Client, flattened: Receive) -> None:
    design = flattened(filename="my-secret-name.svg")
    Design.objects.filter(pk=design.pk).update(name="Mushroom")
    text = Client().get(reverse("designs:shared", args=[_share(mine, design)])).content.decode()
    assert ("Mushroom: Front" in text, "Mushroom: On its card" in text) == (True, True)
    assert ("my-secret-name" in text, "Your artwork" in text, "artwork" in text.split("<dl")[0]) == (
        False,
        False,
        False,
    )


def test_copy_is_the_visitors_own_and_hides_the_upload_for_good(mine: Client, flattened: Receive) -> None:
    design = flattened(filename="my-secret-name.svg")
    token, visitor, key = _share(mine, design), Client(), str(uuid4())
    url = reverse("designs:shared_copy", args=[token])
    refused = visitor.post(url, {"key": key})
    assert (refused.status_code, "may have this design made" in refused.content.decode()) == (422, True)
    for _ in range(2):
        answer = visitor.post(url, {"key": key, "rights": "on"})
    copy = Design.objects.exclude(pk=design.pk).get()
    assert answer["Location"] == reverse("designs:detail", args=[copy.id])
    assert (copy.hides_artwork, copy.state, copy.guest_key != design.guest_key, copy.version) == (
        True,
        "ready",
        True,
        1,
    )
    sent = {
        **{name: str(copy.spec[name]) for name in ("process", "plating", "attachment", "packaging")},
        "size_mm": "40",
    }
    visitor.post(reverse("designs:change", args=[copy.id]), {**sent, "version": "1"})
    outbox.drain()
    text = visitor.get(reverse("designs:detail", args=[copy.id])).content.decode()
    assert ("40.0" in text, "Your artwork" in text, "my-secret-name" in text) == (True, False, False)
    assert personal.list_held(design_ids=[copy.id]).files == {}
    assert visitor.get(reverse("designs:detail", args=[design.id])).status_code == 404
    design.refresh_from_db()
    assert design.spec["size_mm"] == 25.0


def test_new_artwork_of_a_copy_is_its_owners_own(mine: Client, flattened: Receive) -> None:
    token, visitor = _share(mine, flattened()), Client()
    visitor.post(reverse("designs:shared_copy", args=[token]), {"key": str(uuid4()), "rights": "on"})
    copy = Design.objects.get(hides_artwork=True)
    sent = {"version": "1", "rights": "on", "key": str(uuid4()), "sample": "axolotl.svg"}
    assert visitor.post(reverse("designs:replace", args=[copy.id]), sent).status_code == 302
    outbox.drain()
    copy.refresh_from_db()
    assert (copy.hides_artwork, "artwork" in copy.pictures) == (False, True)


def test_duplicate_is_a_design_of_its_own(mine: Client, flattened: Receive) -> None:
    design, key = flattened(), str(uuid4())
    for _ in range(2):
        answer = mine.post(reverse("designs:duplicate", args=[design.id]), {"key": key})
    copy = Design.objects.exclude(pk=design.pk).get()
    assert answer["Location"] == reverse("designs:detail", args=[copy.id])
    assert (copy.name, copy.spec, copy.pictures, copy.hides_artwork) == (
        "Red mushroom (copy)",
        design.spec,
        design.pictures,
        False,
    )
    assert copy.artwork_id == design.artwork_id


def test_links_that_were_never_made_lead_nowhere(client: Client) -> None:
    for token in ("x", "a" * 43, str(uuid4())):
        assert client.get(reverse("designs:shared", args=[token])).status_code == 404
        sent = {"key": str(uuid4()), "rights": "on"}
        assert client.post(reverse("designs:shared_copy", args=[token]), sent).status_code == 404


def test_design_that_is_no_pin_yet_is_not_shared(mine: Client, receive: Receive) -> None:
    design = receive(artworks.BLUE_MUSHROOM)
    assert mine.post(reverse("designs:share", args=[design.id])).status_code == 409
    assert mine.post(reverse("designs:duplicate", args=[design.id]), {"key": str(uuid4())}).status_code == 409
    assert (Share.objects.count(), Design.objects.count()) == (0, 1)
