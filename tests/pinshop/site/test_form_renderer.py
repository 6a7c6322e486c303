"""Selects and inputs are what Django makes of them, only faster."""

import re

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from pinshop.site.form_renderer import ShopRenderer

CHOICES = [
    ("", "Choose…"),
    ("a", "Åland <b>"),
    ("Larger & smaller", [(1, 'One "1"'), (2000, "Two thousand")]),
    (None, "None"),
    ("lazy", gettext_lazy("Later & 'lazy'")),
    ("html", mark_safe("<i>HTML</i>")),
]


def test_select_has_the_same_options_groups_and_attributes_as_djangos() -> None:
    widget = forms.Select(attrs={"data-x": 'a"b', "required": True, "disabled": False}, choices=CHOICES)
    for value in ("a", 2000, None, ""):
        ours, djangos = (
            widget.render("where", value, renderer=renderer) for renderer in (ShopRenderer(), DjangoTemplates())
        )
        assert ours == re.sub(r"\s*\n\s*", "", djangos)


def test_inputs_have_the_same_value_and_attributes_as_djangos() -> None:
    for kind in (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.HiddenInput):
        widget = kind(attrs={"title": gettext_lazy("\"Quoted\" & 'such'"), "required": True, "disabled": False})
        for value in ("<script>", mark_safe("&amp;"), 12, None):
            ours, djangos = (
                widget.render("it's", value, renderer=renderer) for renderer in (ShopRenderer(), DjangoTemplates())
            )
            assert ours == re.sub(r"\s*\n\s*", "", djangos)
