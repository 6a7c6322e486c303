"""The shape of what staff send from the bench."""

from uuid import uuid4

from django import forms

from designs.states import RefusalGround


class NoForm(forms.Form):
    """A press of a button."""


class OverrideForm(forms.Form):
    """Why a blocking rule is overridden."""

    rule = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="Why it may be made all the same")


class CommentForm(forms.Form):
    """A comment, or an answer to one."""

    comment_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    answers = forms.UUIDField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="To the customer")


class RevisionForm(forms.Form):
    """Redrawn artwork."""

    artwork = forms.FileField(allow_empty_file=True, label="Redrawn artwork")
    note = forms.CharField(required=False, max_length=500, label="What was changed")


class RefuseForm(forms.Form):
    """Why a design is refused, as the customer reads it."""

    ground = forms.ChoiceField(choices=RefusalGround.choices)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), label="What the customer reads")
