"""Pages that are kept for many never show one visitor what belongs to another, nor what is long gone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from catalog.models import Pin, PinVariant, Stock, VariantPrice
from catalog.services import freshness, listings, stock
from catalog.web import keeping
from pinshop.accounts.models import User
from pinshop.core.actors import SYSTEM
from tests.catalog.makers import make_pin

PATHS = ("/pins/", "/pins/pin-1/", "/artists/marit/", "/series/night/", "/causes/bees/", "/pins/?search=pin")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> None:
    settings.KEPT_PAGE_SECONDS = 60


@pytest.fixture
def pin(seeded: None) -> Pin:
    return make_pin(1, now=timezone.now() - timedelta(days=1))


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens after a commit happens at the end of its block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def _page(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def _strange(path: str) -> str:
    return _page(Client(), path)


@pytest.mark.parametrize("path", PATHS)
def test_second_stranger_gets_the_page_without_a_query(path: str, pin: Pin, django_assert_num_queries: Any) -> None:
    first = _strange(path)
    with django_assert_num_queries(0):
        second = _strange(path)
    assert TOKEN.sub("", first) == TOKEN.sub("", second)


@pytest.mark.parametrize("path", PATHS)
def test_each_stranger_gets_a_csrf_token_of_their_own_that_works(path: str, pin: Pin) -> None:
    seen = set()
    for _ in range(3):
        client = Client(enforce_csrf_checks=True)
        token = TOKEN.findall(_page(client, path))[0]
        seen.add((token, client.cookies["csrftoken"].value))
        data = {"csrfmiddlewaretoken": token, "add": "pin-1"}
        assert client.post("/wish-list/change/", data).status_code == 302
    assert len({token for token, _ in seen}) == len({cookie for _, cookie in seen}) == 3
    other = Client(enforce_csrf_checks=True)
    _page(other, path)
    stolen = {"csrfmiddlewaretoken": next(iter(seen))[0], "add": "pin-1"}
    assert other.post("/wish-list/change/", stolen).status_code == 403


def test_stranger_who_comes_back_keeps_their_csrf_cookie(pin: Pin) -> None:
    client = Client()
    _page(client, "/pins/")
    cookie = client.cookies["csrftoken"].value
    _page(client, "/pins/")
    assert client.cookies["csrftoken"].value == cookie


def _fill_basket(client: Client, pin: Pin) -> None:
    variant = pin.variants.get(grade="A")
    assert client.post("/basket/add/", {"variant": variant.pk, "quantity": 2}).status_code == 302


@pytest.mark.parametrize("path", PATHS)
def test_basket_wish_list_and_message_of_one_are_shown_to_nobody_else(path: str, pin: Pin) -> None:
    _strange(path)
    owner = Client()
    _fill_basket(owner, pin)
    owner.post("/wish-list/change/", {"add": "pin-1"})
    own = _page(owner, path)
    assert "It is in your basket." in own
    assert 'class="site-nav__count">1<' in own
    assert 'aria-pressed="true"' in own
    other = _strange(path)
    for part in ("It is in your basket.", "site-nav__count", 'aria-pressed="true"'):
        assert part not in other


@pytest.mark.parametrize("path", PATHS)
def test_page_that_was_drawn_for_a_visitor_is_not_kept(path: str, pin: Pin) -> None:
    """The other order: somebody with a basket comes first."""
    owner = Client()
    _fill_basket(owner, pin)
    _page(owner, path)
    other = _strange(path)
    assert "It is in your basket." not in other
    assert "site-nav__count" not in other


@pytest.mark.parametrize("path", PATHS)
def test_account_is_shown_to_its_person_only(path: str, pin: Pin, django_user_model: type[User]) -> None:
    _strange(path)
    user = django_user_model.objects.create_user("ada@example.org")
    client = Client()
    client.force_login(user)
    assert "Sign in" not in _page(client, path)
    assert "Sign in" in _strange(path)


@pytest.mark.parametrize("path", PATHS)
def test_prices_are_those_of_the_visitors_market(path: str, pin: Pin) -> None:
    for variant in pin.variants.all():
        VariantPrice.objects.create(variant=variant, currency="EUR", price_minor=1111)
    listings.refresh()
    freshness._name_edition()
    assert "$12.00" in _strange(path)
    german = Client()
    session = german.session
    session.update({"country": "DE", "currency": "EUR"})
    session.save()
    german.cookies["sessionid"] = session.session_key or ""
    own = _page(german, path)
    assert "€11.11" in own
    assert "$12.00" not in own
    assert "$12.00" in _strange(path)
    assert "€" not in re.sub(r"<script.*?</script>", "", _strange(path))


def test_page_in_another_language_is_another_page(pin: Pin) -> None:
    request = RequestFactory().get("/pins/")
    request.htmx = False  # type: ignore[attr-defined]
    keys = set()
    for language in ("en", "de"):
        with translation.override(language):
            keys.add(keeping._key(request, ""))
    assert len(keys) == 2


def test_part_for_htmx_is_not_taken_for_the_page(pin: Pin) -> None:
    part = _page(Client(), "/pins/", **{"HX-Request": "true"})
    assert "<html" not in part
    assert "<html" in _strange("/pins/")
    for _ in range(2):
        again = Client().get("/pins/?search=+pin&price=", headers={"HX-Request": "true"})
        assert again.headers["HX-Push-Url"] == "/pins/?search=pin"
        assert b"<html" not in again.content
    assert "HX-Push-Url" not in Client().get("/pins/?search=pin").headers
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in _page(Client(), "/pins/", **restored)


def test_same_choice_is_the_same_page_however_it_is_written(pin: Pin, django_assert_num_queries: Any) -> None:
    _strange("/pins/?search=pin&plating=gold&plating=silver")
    with django_assert_num_queries(0):
        _strange("/pins/?plating=silver&search=+pin&price=&plating=gold&utm_source=x&sort=relevance")
    with django_assert_num_queries(2 + 3 + 1 + 2):
        _strange("/pins/?search=pin&plating=gold&process=soft_enamel")


def test_last_piece_that_goes_is_sold_out_at_once(pin: Pin, commits: Any) -> None:
    Stock.objects.filter(variant__grade="seconds").update(on_hand=0)
    variant = pin.variants.get(grade="A")
    assert "Sold out" not in _strange("/pins/")
    with commits():
        stock.reserve(variant_id=variant.pk, quantity=9)
    assert "Sold out" not in _strange("/pins/")
    with commits():
        stock.reserve(variant_id=variant.pk, quantity=1)
    assert "Sold out" in _strange("/pins/")
    assert "Sold out." in _strange("/pins/pin-1/")
    with commits():
        stock.release(variant_id=variant.pk, quantity=1)
    assert "Sold out" not in _strange("/pins/")


def test_without_the_new_edition_the_page_is_stale(pin: Pin, commits: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(freshness, "_name_edition", lambda: None)
    Stock.objects.filter(variant__grade="seconds").update(on_hand=0)
    assert "Sold out" not in _strange("/pins/")
    with commits():
        stock.reserve(variant_id=pin.variants.get(grade="A").pk, quantity=10)
    assert "Sold out" not in _strange("/pins/")
    cache.clear()
    assert "Sold out" in _strange("/pins/")


def test_counting_in_and_out_shows_at_once(pin: Pin, commits: Any) -> None:
    Stock.objects.filter(variant__grade="seconds").update(on_hand=0)
    variant, now = pin.variants.get(grade="A"), timezone.now()
    for by, sold_out in ((-10, True), (3, False)):
        _strange("/pins/")
        with commits():
            stock.adjust(variant_id=variant.pk, by=by, actor=SYSTEM, now=now)
        assert ("Sold out" in _strange("/pins/")) == sold_out


def test_new_price_and_new_pin_show_at_once(pin: Pin, commits: Any) -> None:
    for path in PATHS:
        assert "$12.00" in _strange(path)
    with commits():
        PinVariant.objects.filter(grade="A").update(price_minor=1300)
        listings.refresh(pin_ids=[pin.pk])
    for path in PATHS:
        assert "$13.00" in _strange(path)
    with commits():
        make_pin(2, now=timezone.now() - timedelta(hours=1))
    assert "Pin 2" in _strange("/pins/")


def test_page_made_while_the_catalogue_changed_is_not_shown_again(pin: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition is read before the page is made: what changes meanwhile makes it old from its birth."""
    real = keeping.django_render

    def slow(*args: Any, **kwargs: Any) -> HttpResponse:
        made = real(*args, **kwargs)
        Pin.objects.update(name="New name")
        listings.refresh()
        freshness._name_edition()
        return made

    monkeypatch.setattr(keeping, "django_render", slow)
    assert "Pin 1" in _strange("/series/night/")
    monkeypatch.setattr(keeping, "django_render", real)
    assert "New name" in _strange("/series/night/")


def test_page_is_kept_for_a_minute_at_most(pin: Pin, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(keeping.cache, "set", lambda _key, _page, seconds: kept.append(seconds))
    _strange("/pins/")
    assert kept == [settings.KEPT_PAGE_SECONDS] == [60]


def test_refusals_and_pages_with_a_cookie_are_not_kept(pin: Pin, django_assert_num_queries: Any) -> None:
    assert Client().get("/pins/none/").status_code == 404
    make_pin(2, now=timezone.now() - timedelta(days=1), slug="none")
    assert "Pin 2" in _strange("/pins/none/")
    assert Client().get("/pins/?cursor=forged").status_code == 422


def test_search_cannot_guess_the_mark_of_the_token(pin: Pin) -> None:
    make_pin(2, now=timezone.now() - timedelta(days=1), name="csrf token mark")
    text = _page(Client(), "/pins/?search=csrf+token+mark")
    assert [text.count(token) for token in TOKEN.findall(text)] == [1]
