"""Pages of ready-made pins: what they say, whom they answer, what they cost in queries."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Artist, Pin, PinPicture, Stock
from catalog.services import listings
from pinshop.core import files
from tests.catalog.makers import make_pin


@pytest.fixture
def moment(seeded: None) -> datetime:
    """The views ask the clock, so these pins are published a little before it."""
    return timezone.now() - timedelta(days=1)


def _text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, response.content
    return re.sub(r"\s+", " ", response.content.decode())


FACETS = 4  # counts of values, of prices, of stock, and the names of the values


@pytest.mark.parametrize("count", [10, 1000])
def test_queries_are_the_same_at_ten_and_at_a_thousand_pins(
    count: int, moment: datetime, client: Client, django_assert_num_queries
) -> None:
    made = make_pin(0, now=moment)
    rows = [
        Pin(
            **{
                **_columns(made),
                "id": uuid4(),
                "slug": f"copy-{number}",
                "published_at": moment - timedelta(minutes=number),
            }
        )
        for number in range(1, count)
    ]
    Pin.objects.bulk_create(rows)
    listings.refresh()
    for path, queries in (
        ("/pins/", 2 + FACETS),
        ("/pins/?search=pin", 2 + FACETS),
        ("/pins/?plating=gold&sort=price", 2 + FACETS + 1),
        ("/pins/pin-0/", 6),
    ):
        _text(client, path)
        with django_assert_num_queries(queries):
            text = _text(client, path)
        assert "Pin 0" in text


def _columns(pin: Pin) -> dict[str, Any]:
    return {field.attname: getattr(pin, field.attname) for field in Pin._meta.concrete_fields}


def test_list_page_shows_a_pin_with_picture_price_and_artist(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment, edition_size=50)
    text = _text(client, "/pins/")
    picture = PinPicture.objects.get()
    assert f'<img src="/files/public/{picture.file_id}.webp" width="600" height="600" alt="Drawing 1"' in text
    assert '<a href="/pins/pin-1/">Pin 1</a>' in text
    for part in ("$12.00", "Marit", "Edition of 50"):
        assert part in text
    assert "Sold out" not in text


def test_pin_that_can_turn_is_shown_live(moment: datetime, client: Client) -> None:
    pin = make_pin(1, now=moment)
    assert "<live-pin" not in _text(client, "/pins/pin-1/")
    live = files.put(b"PIN2", media_type=files.BYTES, public=True)
    Pin.objects.update(live_file=live)
    text = _text(client, "/pins/pin-1/")
    wanted = f'<live-pin src="/files/public/{live.sha256}.bin" process="{pin.process_id}" plating="{pin.plating_id}"'
    assert wanted in text
    answer = client.get(f"/files/public/{live.sha256}.bin")
    assert (answer.status_code, b"".join(answer)) == (200, b"PIN2")


def test_more_pins_are_on_the_next_page_with_the_same_filter(moment: datetime, client: Client) -> None:
    for number in range(25):
        make_pin(number, now=moment)
    text = _text(client, "/pins/?sort=newest&artist=marit&search=pin&artist=")
    link = re.search(r'rel="next" href="(\?search=pin&amp;artist=marit&amp;sort=newest&amp;cursor=[^"]+)"', text)
    assert link is not None
    second = _text(client, "/pins/" + link[1].replace("&amp;", "&"))
    assert second.count('class="pin-card"') == 1
    assert "Pin 24" in second


def test_filter_keeps_what_was_chosen_and_says_when_nothing_fits(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment)
    text = _text(client, "/pins/?search=%22%3Cowl%3E&process=hard_enamel")
    assert 'value="&quot;&lt;owl&gt;"' in text
    assert (
        'name="process" value="hard_enamel" checked> <span>Hard enamel</span> <span class="facet__count">0</span>'
        in text
    )
    assert '<a class="taken__choice" href="/pins/?process=hard_enamel">“&quot;&lt;owl&gt;”' in text
    assert "No pin fits." in text


@pytest.mark.parametrize("path", ["/pins/?search=%00", "/pins/?artist=%00marit", "/pins/?cause=" + "x" * 5000])
def test_odd_filters_find_nothing_and_break_nothing(path: str, moment: datetime, client: Client) -> None:
    _text(client, path)


def test_forged_cursor_is_refused_kindly(moment: datetime, client: Client) -> None:
    assert "Start again at the first page." in _text(client, "/pins/?cursor=forged", 422)


def test_pin_page_shows_story_facts_grades_and_cause(moment: datetime, client: Client) -> None:
    pin = make_pin(1, now=moment, story="She carries the month.", worn=["hat", "bag"], size_mm="31.75")
    Stock.objects.filter(variant__pin=pin, variant__grade="seconds").update(on_hand=3)
    text = _text(client, "/pins/pin-1/")
    for part in (
        "<h1>Pin 1</h1>",
        "She carries the month.",
        '<a href="/artists/marit/">Marit</a>',
        '<a href="/series/night/">Night</a>',
        '$2.00 of each pin goes to <a href="/causes/bees/">Bees</a>.',
        '<a href="/pins/?process=soft_enamel">Soft enamel</a>',
        "Open: made again when it runs out",
        'action="/basket/add/"',
        '<span class="choice-card__name">A grade</span> <span class="number">$12.00</span>',
        '<span class="choice-card__name">Seconds</span> <span class="number">$9.00</span>',
        "; 3 left",
        "31.8 mm (1.25 in)",
        "Hat, Bag",
    ):
        assert part in text, part


def test_sold_out_pin_cannot_be_bought(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment, on_hand=0)
    text = _text(client, "/pins/pin-1/")
    assert "Sold out." in text
    assert 'action="/basket/add/"' not in text
    assert "Sold out" in _text(client, "/pins/")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/artists/marit/", ["Artist", "<h1>Marit</h1>", "Pin 1"]),
        ("/series/night/", ["Series", "<h1>Night</h1>", "By", "Pin 1"]),
        ("/causes/bees/", ["Cause", "<h1>Bees</h1>", "gives <strong>$2.00</strong>", "Pin 1"]),
    ],
)
def test_collections_show_their_pins_only(path: str, parts: list[str], moment: datetime, client: Client) -> None:
    make_pin(1, now=moment)
    other = Artist.objects.create(slug="other", name="Other")
    make_pin(2, now=moment, artist=other, series=None, cause=None)
    text = _text(client, path)
    for part in parts:
        assert part in text, part
    assert "Pin 2" not in text


@pytest.mark.parametrize("path", ["/pins/nothing/", "/artists/nobody/", "/series/none/", "/causes/none/"])
def test_what_is_not_there_is_not_found(path: str, seeded: None, client: Client) -> None:
    assert "Look through the catalogue" in _text(client, path, 404)


def test_draft_is_not_found(moment: datetime, client: Client) -> None:
    make_pin(1, now=moment, published_at=None)
    _text(client, "/pins/pin-1/", 404)


@pytest.mark.parametrize("path", ["/pins/", "/pins/pin-1/", "/artists/marit/", "/series/night/", "/causes/bees/"])
def test_pages_cannot_be_posted_to(path: str, moment: datetime, client: Client) -> None:
    make_pin(1, now=moment)
    assert client.post(path).status_code == 405
