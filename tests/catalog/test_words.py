"""Words as search compares them."""

import pytest

from catalog import words


@pytest.mark.parametrize(
    ("text", "folded"), [("Tomás", "tomas"), ("Straße", "strasse"), ("ÅNGSTRÖM", "angstrom"), ("moth", "moth")]
)
def test_folded_text_has_small_letters_without_accents(text: str, folded: str) -> None:
    assert words.fold(text) == folded


def test_text_is_split_at_whatever_is_no_letter_or_figure() -> None:
    assert words.split("Moon-Moth's 2 | wings & tail:*") == ["moon", "moth", "s", "2", "wings", "tail"]
    assert words.split("日本") == []


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("moth", "moth", 0),
        ("moht", "moth", 1),
        ("moth", "moths", 1),
        ("moth", "math", 1),
        ("", "ab", 2),
        ("fox", "owl", 3),
    ],
)
def test_distance_counts_what_was_mistyped(one: str, other: str, apart: int) -> None:
    assert words.distance(one, other) == words.distance(other, one) == apart
