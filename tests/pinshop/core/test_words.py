"""Sentences of the code: kept in English, said in the language of whoever reads them."""

import copy
import json
from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from pinshop.core import words
from pinshop.core.money import Money
from pinshop.core.words import Sentence

TEXT = "%(title)s did not leave by %(day)s as promised, so its rush fee of %(fee)s comes back."
LATE = Sentence(TEXT, title="Fox", day=date(2026, 12, 3), fee=Money(123_450, "EUR"))
ENGLISH = "Fox did not leave by 3 December 2026 as promised, so its rush fee of €1,234.50 comes back."
GERMAN = (
    "Fox ging nicht wie versprochen bis zum 3.\N{NO-BREAK SPACE}Dezember 2026 hinaus, "
    "deshalb erhalten Sie den Eilzuschlag von 1.234,50\N{NO-BREAK SPACE}€ zurück."
)


def test_a_sentence_is_its_english_and_says_itself_in_the_active_language() -> None:
    assert LATE == ENGLISH
    assert (str(LATE), f"{LATE}", json.loads(json.dumps(LATE))) == (ENGLISH, ENGLISH, ENGLISH)
    with translation.override("de"):
        assert LATE == ENGLISH
        assert (str(LATE), f"{LATE}") == (GERMAN, GERMAN)
        assert Template("{{ late }}").render(Context({"late": LATE})) == GERMAN
        assert json.loads(json.dumps(LATE)) == ENGLISH


def test_a_sentence_that_is_made_while_german_is_spoken_is_kept_in_english() -> None:
    with translation.override("de"):
        made = Sentence(TEXT, **LATE.figures)
        assert made == ENGLISH
        assert str(made) == GERMAN


def test_what_was_kept_is_said_again_as_it_was() -> None:
    kept = json.loads(json.dumps([LATE, words.to_data(LATE)]))
    for again in (words.from_data(*kept), copy.deepcopy(LATE), copy.copy(LATE)):
        assert isinstance(again, Sentence)
        assert again == ENGLISH
        with translation.override("de"):
            assert str(again) == GERMAN


def test_the_english_that_was_kept_stays_as_it_was_told() -> None:
    assert words.from_data("As it was told then.", words.to_data(LATE)) == "As it was told then."


@pytest.mark.parametrize("typed", ["", "100 % of them <b>", "%(title)s"])
def test_what_somebody_typed_stays_as_it_is(typed: str) -> None:
    assert words.to_data(typed) == {}
    assert words.from_data(typed, {}) is typed


def test_figures_are_written_as_each_language_writes_them() -> None:
    inner = Sentence("A cut-out is %(across)s mm across; from %(limit)s mm it can be punched safely.",
                     across=Decimal("0.80"), limit=Decimal(1))  # fmt: skip
    more = Sentence("%(finding)s There are %(number)s more such places.", finding=inner, number=1_200)
    kept = words.from_data(str(more), json.loads(json.dumps(words.to_data(more))))
    assert kept == "A cut-out is 0.80 mm across; from 1 mm it can be punched safely. There are 1,200 more such places."
    with translation.override("de"):
        assert str(kept) == (
            "Eine Aussparung misst 0,80 mm; sicher stanzen lässt sie sich ab 1 mm. Es gibt 1.200 weitere solche Stellen."
        )


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(123_450, "USD", "1.234,50 $"), (-300, "EUR", "-3,00 €"), (1_200, "JPY", "1.200 ¥"), (7, "GBP", "0,07 £")],
)
def test_money_where_german_is_spoken(minor: int, currency: str, written: str) -> None:
    with translation.override("de"):
        assert str(Money(minor, currency)) == written.replace(" ", "\N{NO-BREAK SPACE}")
