"""The living page of the shop's pieces, on a laptop only: what `docs/design-system.md` lists, drawn."""

import re
from dataclasses import dataclass
from pathlib import Path

from django import forms
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalog.selectors import listings
from catalog.web import pins

_TOKENS = "css/tokens.css"
_GROUP = re.compile(r"/\*\s*(?P<title>[^*]+?)\s*\*/\n(?P<body>(?:\s+--[\w-]+:[^;]+;\n)+)")
_TOKEN = re.compile(r"--(?P<name>[\w-]+):\s*(?P<value>[^;]+);")
_SHOWN_PINS = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A custom property of `tokens.css`, and whether its value is a colour."""

    name: str
    value: str
    is_colour: bool


class Specimen(forms.Form):
    """One field of each kind; bound to nothing, its fields show their errors."""

    name = forms.CharField(label=gettext_lazy("Name on the card"), help_text=gettext_lazy("As it should be printed."))
    quantity = forms.IntegerField(min_value=1, max_value=10_000, initial=100)
    plating = forms.ChoiceField(choices=[("gold", gettext_lazy("Gold")), ("nickel", gettext_lazy("Nickel"))])
    note = forms.CharField(widget=forms.Textarea, required=False)
    rush = forms.BooleanField(label=gettext_lazy("Make it in a hurry"), required=False)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Colours, type, space and every component, in the state of the files as they are now."""
    shown = listings.find(now=timezone.now(), limit=_SHOWN_PINS).pins
    context = {
        "groups": read_tokens(),
        "form": Specimen(),
        "wrong": Specimen(data={}),
        "pins": pins.show(request, shown),
    }
    return render(request, "site/styleguide.html", context)


def read_tokens() -> dict[str, list[Token]]:
    """The tokens of the light theme, by the comment above them."""
    path = finders.find(_TOKENS)
    text = Path(str(path)).read_text()
    light = text[text.index(":root") : text.index("@media")]
    return {
        group["title"]: [
            Token(name=token["name"], value=token["value"], is_colour=token["value"].startswith("#"))
            for token in _TOKEN.finditer(group["body"])
        ]
        for group in _GROUP.finditer(light)
    }
