"""Sentences for customers: English, and what they were made of, so that whoever shows one can say it in another language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

Figure = str | int | Decimal


def gettext_noop(text: str) -> str:
    """The text as it is: under this name the tools of gettext find what is to be translated."""
    return text


class Wording(str):
    """A sentence in English; `text` has `%(name)s` for each of its `figures`: counts, Decimals with their digits, words."""

    __slots__ = ("figures", "text")
    text: str
    figures: Mapping[str, Figure]

    def __new__(cls, text: str, /, **figures: Figure) -> Self:
        """The sentence with its figures filled in."""
        made = super().__new__(cls, text % figures if figures else text)
        made.text, made.figures = text, figures
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """For copies of it, also in another process."""
        return (self.text,), dict(self.figures)


def number(value: float, digits: int | None = None) -> Decimal:
    """A figure with that many digits behind the point, or with as many as it needs."""
    return Decimal(f"{value:g}" if digits is None else f"{value:.{digits}f}")
