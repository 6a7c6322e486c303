"""The answers to a proof."""

from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext_lazy


class ApproveForm(forms.Form):
    """The formal yes; hash and total are those of the page that was shown."""

    proof_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
    shown_total_minor = forms.IntegerField(widget=forms.HiddenInput)
    terms_accepted = forms.BooleanField(required=False)


class SeenProofForm(forms.Form):
    """The revision that was on the page when a button of it was pressed."""

    proof_id = forms.UUIDField(widget=forms.HiddenInput)
    proof_hash = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class MendForm(SeenProofForm):
    """A mend that a finding of the proof offers."""

    mend = forms.CharField(max_length=40)


class ProcessForm(SeenProofForm):
    """Another process for the proof."""

    process = forms.CharField(max_length=40)


class RemarkForm(forms.Form):
    """Something about the proof, perhaps about one spot of its front (mm from the pin's left top corner)."""

    comment_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What should we change?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    x_mm = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-spot": "x"}))
    y_mm = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-spot": "y"}))

    def spot(self) -> tuple[float, float] | None:
        """The spot, where one was given."""
        x_mm, y_mm = self.cleaned_data.get("x_mm"), self.cleaned_data.get("y_mm")
        return (x_mm, y_mm) if x_mm is not None and y_mm is not None else None

    def wish_id(self) -> UUID:
        """The id of the same words as a wish for changes: a page gone back to may send as a wish what it said before."""
        return uuid5(self.cleaned_data["comment_id"], "changes")
