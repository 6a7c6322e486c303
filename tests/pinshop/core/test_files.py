"""Stored files: written whole, private by default, opened by links that expire, never run in a browser."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from pinshop.core import files
from tests import races

PNG = b"\x89PNG\r\n\x1a\nnot really"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def _open(client: Client, address: str):
    """The response, read to its end (which closes it), and its bytes."""
    response = client.get(address)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response, body


@pytest.mark.django_db
def test_same_bytes_are_stored_once(now: datetime) -> None:
    first = files.put(PNG, media_type="image/png", now=now)
    assert files.put(PNG, media_type="image/png", now=now) == first
    assert (first.sha256, first.size, first.public) == (hashlib.sha256(PNG).hexdigest(), len(PNG), False)
    assert files.read(first.sha256) == PNG


def test_write_that_dies_half_way_leaves_nothing() -> None:
    class Dying(ContentFile):
        def chunks(self, chunk_size=None):
            del chunk_size
            yield b"half"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        default_storage.save("zz/zz/dying", Dying(b"half and half"))
    assert default_storage.listdir("zz/zz") == ([], [])


@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_the_same_bytes_leave_one_file(now: datetime) -> None:
    data = b"raced" * 1000
    results = races.run(lambda: files.put(data, media_type="image/png", now=now).sha256, threads=8)
    sha256 = hashlib.sha256(data).hexdigest()
    assert results == [sha256] * 8
    folder, _, name = files._path(sha256).rpartition("/")
    assert default_storage.listdir(folder)[1] == [name]
    assert files.read(sha256) == data


@pytest.mark.django_db
def test_private_file_becomes_public_when_stored_so(now: datetime, client: Client) -> None:
    row = files.put(PNG, media_type="image/png", now=now)
    assert client.get(files.public_path(row)).status_code == 404
    row = files.put(PNG, media_type="image/png", public=True, now=now)
    response, body = _open(client, files.public_path(row))
    assert (response.status_code, body) == (200, PNG)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.django_db
def test_link_opens_the_file_under_its_name_for_its_time(now: datetime, client: Client, time_at) -> None:
    row = files.put(PNG, media_type="image/png", now=now)
    time_at(now)
    link = files.link(row.sha256, name="fox.png", seconds=3600)
    time_at(now + timedelta(seconds=3600))
    response, body = _open(client, link)
    assert (response.status_code, body, response["Content-Type"]) == (200, PNG, "image/png")
    assert response["Content-Disposition"] == 'inline; filename="fox.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    time_at(now + timedelta(seconds=3600 + 900 + 1))
    gone, _ = _open(client, link)
    assert (gone.status_code, gone.content) == (404, b"This link has expired. Open the page it came from again.\n")


@pytest.mark.django_db
def test_link_stays_the_same_while_a_page_is_looked_at(now: datetime, time_at) -> None:
    row = files.put(PNG, media_type="image/png", now=now)
    links = set()
    for seconds in (0, 1, 60):
        time_at(now + timedelta(seconds=seconds))
        links.add(files.link(row.sha256, name="fox.png", seconds=3600))
    assert len(links) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + "A" * (token[-1] != "A") + "B" * (token[-1] == "A"),
        lambda token: "x" + token,
        lambda _: "nothing",
    ],
)
def test_forged_link_is_refused(change, now: datetime, client: Client) -> None:
    row = files.put(PNG, media_type="image/png", now=now)
    token = files.link(row.sha256, name="a.png").split("/")[-2]
    response, body = _open(client, f"/files/private/{change(token)}/a.png")
    assert (response.status_code, body) == (
        404,
        b"This link is not one of ours. Open the page it came from again.\n",
    )


@pytest.mark.django_db
def test_svg_is_downloaded_and_never_shown(now: datetime, client: Client) -> None:
    row = files.put(SVG, media_type="image/svg+xml", public=True, now=now)
    for address in (files.link(row.sha256, name="die.svg"), files.public_path(row)):
        response, _ = _open(client, address)
        assert response["Content-Disposition"].startswith("attachment; filename=")
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["a/b.png", "../../etc/passwd", "Füchse & Söhne.png", "", "   ", "a\r\nSet-Cookie: x.png", "?#%.png"]
)
def test_any_name_makes_a_link_that_opens(name: str, now: datetime, client: Client) -> None:
    row = files.put(PNG, media_type="image/png", now=now)
    response, body = _open(client, files.link(row.sha256, name=name))
    assert (response.status_code, body) == (200, PNG)
    assert "Set-Cookie" not in response.headers
    assert quote("/etc/passwd") not in response["Content-Disposition"]


@pytest.mark.django_db
def test_file_that_is_not_there_is_gone(client: Client) -> None:
    with pytest.raises(files.FileGone):
        files.read("0" * 64)
    with pytest.raises(files.FileGone):
        files.get("0" * 64)
    assert client.get(f"/files/public/{'0' * 64}.png").status_code == 404
    assert client.get(files.link("0" * 64, name="a.png")).status_code == 404
