"""What is done with an order."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy


class CancelForm(forms.Form):
    """Why an order, or one line of it, is cancelled, and at which cost; `line_id` names the line."""

    shown_cost_minor = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    line_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("It helps us to do better."),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswerPriceForm(forms.Form):
    """Yes or no to a new price, as the page showed it."""

    requote = forms.UUIDField(widget=forms.HiddenInput)
    shown_total_minor = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("accept", gettext_lazy("Accept")), ("decline", gettext_lazy("Decline"))])


class LinkForm(forms.Form):
    """A press of the button for a new link; `key` makes a second one mail nothing more."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
