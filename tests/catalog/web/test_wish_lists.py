"""Wish lists in the browser: guests, people, and the way from one to the other."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Pin, WishedPin
from catalog.selectors import personal
from catalog.services import listings, wish_lists
from pinshop.accounts.models import User
from pinshop.accounts.owners import Owner
from tests.catalog.makers import make_pin


@pytest.fixture
def pins(seeded: None) -> list[Pin]:
    return [make_pin(number, now=timezone.now() - timedelta(days=1)) for number in range(3)]


def _change(client: Client, **data: str) -> Any:
    return client.post("/wish-list/change/", data)


def _names(client: Client) -> list[str]:
    return re.findall(
        r'<h3 class="pin-card__name"><a href="[^"]+">([^<]+)<', client.get("/wish-list/").content.decode()
    )


def test_guest_wishes_and_changes_their_mind(pins: list[Pin], client: Client) -> None:
    assert "Nothing is on your wish list yet." in client.get("/wish-list/").content.decode()
    assert "guest_key" not in client.session
    for slug in ("pin-0", "pin-2", "pin-2"):
        answer = _change(client, add=slug)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/wish-list/")
    assert _names(client) == ["Pin 2", "Pin 0"]
    for _ in range(2):
        _change(client, remove="pin-2")
    assert _names(client) == ["Pin 0"]
    assert _names(Client()) == []


def test_heart_is_filled_where_the_pin_is_shown(pins: list[Pin], client: Client) -> None:
    _change(client, add="pin-1")
    for path in ("/pins/", "/pins/pin-1/"):
        text = client.get(path).content.decode()
        assert re.findall(r'name="(?:add|remove)" value="pin-1" aria-pressed="(\w+)"', text) == ["true"]
        assert 'name="remove" value="pin-1"' in text
        assert 'name="add" value="pin-2" aria-pressed="false"' in text


def test_htmx_gets_the_heart_alone(pins: list[Pin], client: Client) -> None:
    for name, other, pressed in (("add", "remove", "true"), ("remove", "add", "false")):
        text = client.post("/wish-list/change/", {name: "pin-1"}, headers={"HX-Request": "true"}).content.decode()
        assert text.strip().startswith("<button")
        assert f'name="{other}" value="pin-1" aria-pressed="{pressed}" aria-label="Pin 1 on the wish list"' in text


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/pins/?search=x", "http://testserver/pins/?search=x"),
        ("https://evil.example/", "/wish-list/"),
    ],
)
def test_without_scripts_one_comes_back_to_where_one_was(
    referer: str, back: str, pins: list[Pin], client: Client
) -> None:
    answer = client.post("/wish-list/change/", {"add": "pin-1"}, headers={"Referer": referer})
    assert answer.headers["Location"] == back


def test_pin_that_is_not_there_is_refused(pins: list[Pin], client: Client) -> None:
    Pin.objects.filter(slug="pin-1").update(published_at=None)
    for slug in ("nothing", "pin-1"):
        assert _change(client, add=slug).status_code == 404
    assert _change(client, remove="nothing").status_code == 302
    assert not WishedPin.objects.exists()


def test_list_has_an_end(pins: list[Pin], client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wish_lists, "MOST", 2)
    assert [_change(client, add=f"pin-{number}").status_code for number in range(3)] == [302, 302, 409]


def test_guests_list_goes_along_at_login_and_nothing_is_there_twice(
    pins: list[Pin], client: Client, django_user_model: type[User]
) -> None:
    user = django_user_model.objects.create_user("ada@example.org")
    wish_lists.add(owner=Owner(user_id=user.pk), slug="pin-0", now=timezone.now())
    for slug in ("pin-0", "pin-1"):
        _change(client, add=slug)
    client.force_login(user)
    assert _names(client) == ["Pin 1", "Pin 0"]
    assert WishedPin.objects.filter(user=user).count() == WishedPin.objects.count() == 2
    client.logout()
    assert _names(client) == []


def test_list_is_part_of_what_is_held_about_a_person_and_goes_with_them(
    pins: list[Pin], django_user_model: type[User]
) -> None:
    users = [django_user_model.objects.create_user(f"{name}@example.org") for name in ("ada", "grace")]
    at = timezone.now()
    for user in users:
        wish_lists.add(owner=Owner(user_id=user.pk), slug="pin-1", now=at)
    held = personal.list_held(user_id=users[0].pk)
    assert held.records == {"wish_list": [{"pin": "pin-1", "name": "Pin 1", "at": at}]}
    wish_lists.erase(user_id=users[0].pk)
    assert list(WishedPin.objects.values_list("user", flat=True)) == [users[1].pk]


def test_what_guests_wished_for_long_ago_is_forgotten(pins: list[Pin], django_user_model: type[User]) -> None:
    now = timezone.now()
    user = django_user_model.objects.create_user("ada@example.org")
    for owner, days in ((Owner(guest_key=uuid4().hex), 91), (Owner(guest_key="new"), 1), (Owner(user_id=user.pk), 91)):
        wish_lists.add(owner=owner, slug="pin-1", now=now - timedelta(hours=1))
        WishedPin.objects.filter(owner.where()).update(created_at=now - timedelta(days=days))
    assert [wish_lists.sweep(before=now - timedelta(days=90)) for _ in range(2)] == [1, 0]
    assert WishedPin.objects.count() == 2


def test_list_shows_only_what_is_on_sale(pins: list[Pin], client: Client) -> None:
    _change(client, add="pin-1")
    Pin.objects.filter(slug="pin-1").update(published_at=None)

    listings.refresh()
    assert _names(client) == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_however_long(
    count: int, pins: list[Pin], client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        _change(client, add=f"pin-{number}")
    client.get("/wish-list/")
    with django_assert_num_queries(3):
        client.get("/wish-list/")
