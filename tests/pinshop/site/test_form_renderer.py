"""A select is what Django makes of it, only faster."""

import re

from django import forms
from django.forms.renderers import DjangoTemplates

from pinshop.site.form_renderer import ShopRenderer

CHOICES = [
    ("", "Choose…"),
    ("a", "Åland <b>"),
    ("Larger & smaller", [(1, 'One "1"'), (2000, "Two thousand")]),
    (None, "None"),
]


def test_select_has_the_same_options_groups_and_attributes_as_djangos() -> None:
    widget = forms.Select(attrs={"data-x": 'a"b', "required": True, "disabled": False}, choices=CHOICES)
    for value in ("a", 2000, None, ""):
        ours, djangos = (
            widget.render("where", value, renderer=renderer) for renderer in (ShopRenderer(), DjangoTemplates())
        )
        assert ours == re.sub(r"\s*\n\s*", "", djangos)
