"""The configurator, part by part as htmx asks for it: saved, undone, recoloured, redrawn; and by forms alone."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from designs.measures import Measures
from designs.models import Design
from designs.services import flattening
from designs.states import Stage
from pinshop.core import outbox
from tests.designs import artworks
from tests.designs.conftest import Receive

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
RED, CREAM = "#cf2a2a", "#f4e6cf"


@pytest.fixture
def mine(client: Client) -> Client:
    """The browser of the guest who owns the tests' designs."""
    session = client.session
    session["guest_key"] = "guest-of-the-tests"
    session.save()
    return client


def _form(design: Design, **changed: str) -> dict[str, str]:
    kept = {name: str(design.spec[name]) for name in ("process", "plating", "attachment", "packaging", "size_mm")}
    return {**kept, "version": str(design.version), **changed}


def _url(name: str, design: Design, *more: object) -> str:
    return reverse(f"designs:{name}", args=[design.id, *more])


def _label(design: Design, colour: str) -> int:
    return next(each.label for each in Measures.from_json(design.measures).colours if each.hex == colour)


def test_saved_choices_answer_htmx_with_the_steps_and_the_new_version(mine: Client, flattened: Receive) -> None:
    design = flattened()
    sent = _form(design, plating="silver")
    answer = mine.post(_url("change", design), sent, headers={**HX, "HX-Trigger": "choices"})
    text = answer.content.decode()
    assert json.loads(answer.headers["HX-Trigger-After-Swap"]) == {"design-saved": {"version": 2}}
    assert ("Last change: plating" in text, 'id="panel"' in text, "<h1>" in text) == (True, False, False)
    assert ("Drawing your pin anew" in text, _url("status", design) in text) == (True, True)


def test_refusal_answers_htmx_with_its_sentence_alone(mine: Client, flattened: Receive) -> None:
    design = flattened()
    answer = mine.post(_url("change", design), _form(design, plating="unobtainium"), headers=HX)
    assert (answer.status_code, answer.content.decode().strip()[:40]) == (
        422,
        '<div class="notice notice--bad" role="al',
    )


def test_undo_and_redo_by_forms(mine: Client, flattened: Receive) -> None:
    design = flattened()
    mine.post(_url("change", design), _form(design, plating="silver"))
    for number, plating in ((0, "gold"), (1, "silver"), (0, "gold")):
        version = str(Design.objects.get().version)
        for _ in range(2):
            answer = mine.post(_url("step", design), {"version": version, "number": str(number)})
            assert answer.status_code == 302
        assert Design.objects.get().spec["plating"] == plating
    page = mine.get(_url("detail", design)).content.decode()
    assert ("Redo<span" in page, "Undo<span" in page) == (True, False)
    gone = mine.post(_url("step", design), {"version": "5", "number": "9"})
    assert (gone.status_code, "no longer there" in gone.content.decode()) == (409, True)


def test_palette_is_a_page_and_a_part_nearest_first(mine: Client, flattened: Receive) -> None:
    design = flattened()
    url = _url("enamel", design, _label(design, RED))
    whole, part = mine.get(url).content.decode(), mine.get(url, headers=HX).content.decode()
    assert ("<h1>" in whole, "<h1>" in part) == (True, False)
    assert ("hx-post" in whole.split("palette stack")[1], "hx-post" in part) == (False, True)
    names = re.findall(r'enamel__name">([^<]+)<', part)
    assert (names[0], len(names)) == (Measures.from_json(design.measures).colours[0].name, 12)
    assert ("Beside it:" in part, " : 1" in part) == (True, True)


def test_other_enamel_merge_and_cut_out(mine: Client, flattened: Receive) -> None:
    design = flattened()
    url = _url("enamel", design, _label(design, RED))
    for _ in range(2):  # the second press says what is so already
        sent = {"version": str(Design.objects.get().version), "enamel": "E-080"}
        assert mine.post(url, sent).status_code == 302
    outbox.drain()
    design.refresh_from_db()
    assert (design.flatten["colours"], design.version) == ({RED: "E-080"}, 2)
    white = _url("enamel", design, _label(design, "#ffffff"))
    assert mine.post(white, {"version": "2", "merge": CREAM}).status_code == 302
    outbox.drain()
    design.refresh_from_db()
    assert design.flatten["merges"] == {"#ffffff": CREAM}
    assert mine.post(_url("enamel", design, _label(design, CREAM)), {"version": "3", "cut": "on"}).status_code == 302
    outbox.drain()
    text = mine.get(_url("detail", design)).content.decode()
    assert (f"{CREAM} is cut out" in text, f"#ffffff is merged into {CREAM}" in text) == (True, True)
    design.refresh_from_db()
    mine.post(_url("change", design), {**_form(design), "kept": ["", "#ffffff"]})
    design.refresh_from_db()
    assert (design.flatten["cutouts"], design.flatten["merges"]) == ([], {"#ffffff": CREAM})


def test_enamel_that_is_none_is_refused(mine: Client, flattened: Receive) -> None:
    design = flattened()
    answer = mine.post(_url("enamel", design, 2), {"version": "1", "enamel": "E-999"})
    assert (answer.status_code, "no enamel" in answer.content.decode()) == (422, True)
    assert mine.get(_url("enamel", design, 40)).status_code == 404


@pytest.mark.parametrize(("x_mm", "y_mm", "label"), [("12", "3", 2), ("12", "0.1", None), ("-3", "99", None)])
def test_place_on_the_pin_leads_to_its_colour(
    mine: Client, flattened: Receive, x_mm: str, y_mm: str, label: int | None
) -> None:
    design = flattened()
    answer = mine.get(_url("enamel_at", design), {"x_mm": x_mm, "y_mm": y_mm})
    if label is None:
        assert answer.status_code == 204
    else:
        assert answer["Location"] == _url("enamel", design, label)


def test_status_tells_each_stage_and_then_hands_over_the_drawing(
    mine: Client, receive: Receive, monkeypatch: pytest.MonkeyPatch, now: Any
) -> None:
    design, seen = receive(artworks.MUSHROOM.replace(b"#cf2a2a", b"#bf2a2b")), []
    tell = flattening._tell

    def listening(told: Design, stage: str) -> None:
        tell(told, stage)
        text = mine.get(_url("status", design)).content.decode()
        seen.append(re.findall(r'aria-current="step">([^<]+)<', text))

    monkeypatch.setattr(flattening, "_tell", listening)
    outbox.drain()
    assert seen == [[str(stage.label)] for stage in Stage]
    first = mine.get(_url("status", design))
    assert first.headers["HX-Refresh"] == "true"
    again = mine.get(_url("status", design), {"pinart": "0" * 12})
    assert json.loads(again.headers["HX-Trigger"]) == {"design-drawn": {"version": 1}}
    for part in ('id="work"', 'id="views"', 'id="findings"', 'id="enamel"'):
        assert part in again.content.decode(), part
    back = mine.get(_url("status", design), {"pinart": "0" * 12, "view": "back"}).content.decode()
    assert 'data-view="back"' in back


def test_what_a_mend_has_changed_is_said_when_it_is_drawn(mine: Client, flattened: Receive) -> None:
    design = flattened(artworks.TWO_PIECES)
    answer = mine.post(_url("mend", design), {"mend": "bridge"}, headers=HX).content.decode()
    assert ("Last change: loose pieces" in answer, "Turning your artwork" in answer) == (True, True)
    outbox.drain()
    drawn = mine.get(_url("status", design), {"pinart": "0" * 12}).content.decode()
    assert re.search(
        r"<details open>\s*<summary>1 small change[^<]*</summary>\s*<ul[^>]*><li>A metal bridge joins", drawn
    )


def test_link_to_a_configuration_shows_it_and_saves_nothing(mine: Client, flattened: Receive) -> None:
    design = flattened()
    link = {"process": "soft_enamel", "plating": "silver", "size_mm": "40", "thickness_mm": "2", "quantity": "250"}
    text = mine.get(_url("detail", design), {**link, "addon": "cut_out:2"}).content.decode()
    for words in ('value="silver" data-name="Silver" checked', 'value="40"', "come from a link", 'value="250"'):
        assert words in text, words
    assert 'value="cut_out:2" selected' in text
    assert Design.objects.get().version == 1
    wrong = mine.get(_url("detail", design), {**link, "plating": "unobtainium"}).content.decode()
    assert ("come from a link" in wrong, "unobtainium" in wrong) == (False, False)


@pytest.mark.parametrize("view", ["front", "back", "card", "artwork", "size"])
def test_each_view_can_be_linked_to(mine: Client, flattened: Receive, view: str) -> None:
    design = flattened()
    text = mine.get(_url("detail", design), {"view": view}).content.decode()
    assert f'data-view="{view}"' in text


def test_true_size_is_in_millimetres(mine: Client, flattened: Receive) -> None:
    text = mine.get(_url("detail", flattened()), {"view": "size"}).content.decode()
    measure = re.search(r'true-size__pin" data-mm="([\d.]+)" width="([\d.]+)mm"', text)
    assert measure is not None
    assert measure[1] == measure[2] == "32.05"  # 25 mm fill 0.78 of the picture


def test_page_takes_the_same_queries_for_many_findings_and_colours(
    mine: Client, flattened: Receive, django_assert_num_queries: Callable[..., Any]
) -> None:
    one, other = flattened(), flattened(artworks.TWO_PIECES)
    mine.get(_url("detail", one))
    for design in (one, other):
        with django_assert_num_queries(7):
            mine.get(_url("detail", design))


def test_marks_and_findings_name_each_other(mine: Client, flattened: Receive) -> None:
    text = mine.get(_url("detail", flattened(artworks.TWO_PIECES))).content.decode()
    marks = set(re.findall(r'class="mark [^"]+" href="#finding-(\d+)" data-finding="\1"', text))
    told = set(re.findall(r'id="finding-(\d+)" data-finding="\1"', text))
    assert (marks <= told, len(marks) > 0) == (True, True)
