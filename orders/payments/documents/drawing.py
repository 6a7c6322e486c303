"""Papers of the shop as PDF, drawn by typst from data that is ready to print."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from pinshop.core import languages
from pinshop.core.words import DAY

# What the templates themselves print; in another language their data bring it along.
PRINTED = (
    gettext_noop("Invoice"),
    gettext_noop("Credit note"),
    gettext_noop("Statement"),
    gettext_noop("Billed and sent to"),
    gettext_noop("Credited to"),
    gettext_noop("Account of"),
    gettext_noop("From"),
    gettext_noop("Issued"),
    gettext_noop("Order"),
    gettext_noop("Your order"),
    gettext_noop("Ordered"),
    gettext_noop("Paid"),
    gettext_noop("Due"),
    gettext_noop("To invoice"),
    gettext_noop("Month"),
    gettext_noop("Customer"),
    gettext_noop("Item"),
    gettext_noop("Quantity"),
    gettext_noop("Each"),
    gettext_noop("Amount"),
    gettext_noop("Goods"),
    gettext_noop("Total (%(currency)s)"),
    gettext_noop("Paid in full on %(day)s. Thank you."),
    gettext_noop("Please pay by %(day)s and name %(number)s."),
    gettext_noop("Of invoice %(invoice)s of %(day)s we have credited the following."),
    gettext_noop("Credited (%(currency)s)"),
    gettext_noop("of which %(tax)s"),
    gettext_noop("%(number)s · page %(page)s of %(pages)s"),
    gettext_noop("Nothing was billed or paid in %(month)s, and nothing is open."),
    gettext_noop("Date"),
    gettext_noop("What"),
    gettext_noop("Open before"),
    gettext_noop("Open at the end of %(month)s"),
    gettext_noop("Nothing is open. Thank you."),
    gettext_noop("Amounts below zero are in your favour."),
)
_FOLDER = Path(__file__).resolve().parent
_NO_SYSTEM_FONTS = typst.Fonts(include_system_fonts=False)


def draw(name: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `name`.typ with these data, a few hundredths of a second; the same data give the same bytes.

    Only the fonts inside typst are used, and the PDF carries no time.
    """
    return typst.compile(
        _FOLDER / f"{name}.typ",
        root=settings.BASE_DIR,
        sys_inputs={"data": json.dumps(data)},
        font_paths=_NO_SYSTEM_FONTS,
        ignore_system_fonts=True,
        timestamp=0,
    )


def in_words_of(language: str, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `write` gives while a language is spoken, with the template's own words in it. English needs none."""
    with translation.override(language):
        data = write()
        if language == languages.DEFAULT:
            return data
        return {**data, "language": language, "words": {text: gettext(text) for text in PRINTED}}


def day(at: date) -> str:
    """A date in the language that is spoken."""
    return date_format(at, gettext(DAY))


def seller() -> dict[str, Any]:
    """Who writes: the shop, as its papers name it."""
    return {"name": settings.SHOP_NAME, "lines": list(settings.SHOP_ADDRESS), "email": settings.SUPPORT_EMAIL}
