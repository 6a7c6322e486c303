"""Uploading through the browser: every bad input gets a sentence beside its field, and nothing is lost or doubled."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from designs.models import Design
from designs.services import flattening
from pinshop.core import outbox
from pinshop.core.models import StoredFile
from tests.designs import artworks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def _upload(client: Client, content: bytes | None, *, name: str = "cap.svg", **fields: str) -> HttpResponse:
    data: dict[str, object] = {"rights": "on", "key": str(uuid4()), **fields}
    if content is not None:
        data["artwork"] = SimpleUploadedFile(name, content)
    return client.post(reverse("designs:upload"), data)


def _only(client: Client, answer: HttpResponse) -> Design:
    design = Design.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("designs:detail", args=[design.id])
    return design


def test_guest_uploads_and_sees_the_pin(client: Client) -> None:
    page = client.get(reverse("designs:upload"))
    assert (page.status_code, Design.objects.count()) == (200, 0)
    design = _only(client, _upload(client, artworks.MUSHROOM))
    waiting = client.get(reverse("designs:detail", args=[design.id])).content.decode()
    assert reverse("designs:status", args=[design.id]) in waiting
    assert client.get(reverse("designs:status", args=[design.id])).headers.get("HX-Refresh") is None
    outbox.drain()
    assert client.get(reverse("designs:status", args=[design.id])).headers["HX-Refresh"] == "true"
    shown = client.get(reverse("designs:detail", args=[design.id]))
    assert shown.headers["Cache-Control"] == "private, no-store"
    text = shown.content.decode()
    assert "We found nothing that could fail" in text or "Can it be made?" in text
    assert [
        link for link in re.findall(r"/files/private/[^\"]+", text) if not link.endswith((".webp", ".jpg", ".pin"))
    ] == []
    link = text.split('stage__picture" src="')[1].split('"')[0]
    picture = client.get(link)
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/webp")
    picture.close()


def test_double_click_makes_one_design(client: Client) -> None:
    key = str(uuid4())
    answers = [_upload(client, artworks.MUSHROOM, key=key) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("designs:detail", args=[Design.objects.get().id])] * 2


def test_sample_is_an_upload_like_any_other(client: Client) -> None:
    design = _only(client, _upload(client, None, sample="axolotl.svg"))
    assert design.name == "Winking axolotl"


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (None, {}, "Choose a picture"),
        (b"", {}, "The file is empty"),
        (b"%!PS not a picture", {}, "not a picture that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (25 * 1024 * 1024 + 1), {}, "25.0 MB; at most 25 MB are accepted"),
        (artworks.MUSHROOM, {"rights": ""}, "Tick this box"),
        (None, {"sample": "../../etc/passwd"}, "There is no such sample"),
    ],
    ids=["nothing", "empty", "not an image", "over 25 MB", "no right", "sample outside"],
)
def test_upload_that_is_refused_says_why_and_stores_nothing(
    client: Client, content: bytes | None, fields: dict[str, str], words: str
) -> None:
    answer = _upload(client, content, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert (Design.objects.count(), StoredFile.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (artworks.png()[:400], "damaged"),
        (artworks.png_header(20_000, 20_000), "at most 40 million are accepted"),
        (artworks.ENTITY_BOMB, "entit"),
    ],
    ids=["truncated", "20,000 x 20,000 pixels", "entity bomb"],
)
def test_artwork_that_a_worker_refuses_can_be_replaced_and_keeps_its_choices(
    client: Client, content: bytes, words: str
) -> None:
    design = _only(client, _upload(client, content))
    outbox.drain()
    page = client.get(reverse("designs:detail", args=[design.id])).content.decode()
    assert words in page
    assert reverse("designs:replace", args=[design.id]) in page
    answer = client.post(
        reverse("designs:replace", args=[design.id]),
        {
            "artwork": SimpleUploadedFile("x.svg", artworks.MUSHROOM),
            "rights": "on",
            "version": "1",
            "key": str(uuid4()),
        },
    )
    assert answer.status_code == 302
    outbox.drain()
    design.refresh_from_db()
    assert (design.state, design.version) == ("ready", 2)


def test_replacement_that_is_refused_says_why(client: Client) -> None:
    design = _only(client, _upload(client, artworks.MUSHROOM))
    flattening.run(design_id=design.id, version=1, now=design.created_at)
    url = reverse("designs:replace", args=[design.id])
    blue = artworks.BLUE_MUSHROOM
    for content, version, status, words in (
        (b"nothing", "1", 422, "not a picture"),
        (blue, "9", 409, "changed in another window"),
    ):
        answer = client.post(
            url,
            {
                "artwork": SimpleUploadedFile("x", content),
                "rights": "on",
                "version": version,
                "key": str(uuid4()),
            },
        )
        assert (answer.status_code, words in answer.content.decode()) == (status, True)
    design.refresh_from_db()
    assert (design.version, design.state) == (1, "ready")


def test_animated_gif_says_that_its_first_frame_is_used(client: Client) -> None:
    design = _only(client, _upload(client, artworks.animated_gif(), name="dance.gif"))
    outbox.drain()
    assert "first frame" in client.get(reverse("designs:detail", args=[design.id])).content.decode()


def test_dropped_parts_of_an_svg_are_listed(client: Client) -> None:
    design = _only(client, _upload(client, artworks.SCRIPTED))
    outbox.drain()
    text = client.get(reverse("designs:detail", args=[design.id])).content.decode()
    assert "Dropped from the SVG" in text
    assert "alert(" not in text
