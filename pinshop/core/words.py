"""Sentences that code writes for customers: kept in English, said in the language of whoever reads them.

The English is marked with `gettext_noop` where it is written, which is also how a test knows that it needs its German.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Self

from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, gettext_noop

from pinshop.core import languages
from pinshop.core.money import Money

Figure = str | int | Decimal | Money | date
DAY = gettext_noop("j F Y")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Sentence(str):
    """A `str` in English that says itself in the active language wherever it is written: by `str()`, in a template.

    Kept, compared and given to programs it is its English; `to_data` keeps beside that what it was made of. `text` has
    `%(name)s` for each of its `figures`: counts, Decimals with their digits, Money, days, names, other sentences.
    """

    __slots__ = ("figures", "text")
    text: str
    figures: Mapping[str, Figure]

    def __new__(cls, text: str, english: str | None = None, /, **figures: Figure) -> Self:
        """The sentence; `english` is what it was in English when it was kept."""
        if english is None and not figures:
            english = text
        elif english is None:
            with translation.override(languages.DEFAULT):
                english = _fill(text, figures)
        made = super().__new__(cls, english)
        made.text, made.figures = text, figures
        return made

    def __str__(self) -> str:
        """The sentence in the active language."""
        if translation.get_language() in {None, languages.DEFAULT}:
            return super().__str__()
        return _fill(gettext(self.text), self.figures)

    def __getnewargs__(self) -> tuple[Any, ...]:
        """For copies of it."""
        return self.text, super().__str__()


def to_data(sentence: str) -> dict[str, Any]:
    """What says a sentence in other languages, as JSON; empty for text that somebody typed."""
    if not isinstance(sentence, Sentence):
        return {}
    return {"text": sentence.text, "figures": {name: _dump(figure) for name, figure in sentence.figures.items()}}


def from_data(english: str, data: Mapping[str, Any]) -> str:
    """The sentence that was kept as its English and `to_data`; without data it is text that stays as it is."""
    if not data:
        return english
    return Sentence(data["text"], english, **{name: _load(figure) for name, figure in data["figures"].items()})


def recall(english: str, among: Iterable[str]) -> str:
    """The sentence that a text was kept of without its figures: by the first of `among` that it may be made of.

    Its figures are what stands in their places. A text that fits none stays as it is.
    """
    for text in among:
        found = _pattern(text).fullmatch(english)
        if found is not None:
            figures = {
                name: Decimal(said) if _NUMBER.fullmatch(said) else said for name, said in found.groupdict().items()
            }
            return Sentence(text, english, **figures)
    return english


@cache
def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(text).replace("%%", "%")
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", escaped))


def _fill(text: str, figures: Mapping[str, Figure]) -> str:
    return text % {name: _say(figure) for name, figure in figures.items()} if figures else text


def _say(figure: Figure) -> str:
    if isinstance(figure, int):
        return number_format(figure, force_grouping=True)
    if isinstance(figure, Decimal):
        return number_format(figure)
    if isinstance(figure, date):
        return date_format(figure, gettext(DAY))
    return str(figure)


def _dump(figure: Figure) -> Any:
    if isinstance(figure, Money):
        return {"amount_minor": figure.amount_minor, "currency": figure.currency}
    if isinstance(figure, Decimal):
        return {"number": str(figure)}
    if isinstance(figure, date):
        return {"day": figure.isoformat()}
    if isinstance(figure, Sentence):
        return {"english": str.__str__(figure), **to_data(figure)}
    return figure


def _load(figure: Any) -> Any:
    match figure:
        case {"amount_minor": minor, "currency": currency}:
            return Money(minor, currency)
        case {"number": number}:
            return Decimal(number)
        case {"day": day}:
            return date.fromisoformat(day)
        case {"english": english}:
            return from_data(english, figure)
    return figure
