"""Codes of gift cards."""

from django import forms


def code_field(*, required: bool) -> forms.CharField:
    """The field for a code, or for several."""
    return forms.CharField(
        label="Gift card",
        max_length=400,
        required=required,
        help_text="The code from its mail. Several: one after the other.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class GiftCardForm(forms.Form):
    """The code of a gift card, or of several."""

    gift_cards = code_field(required=True)
