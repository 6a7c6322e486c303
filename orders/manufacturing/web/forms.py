"""What a manufacturer fills in on its page. Forms validate shape only; what a stage needs, the service says."""

from collections.abc import Iterable
from uuid import uuid4

from django import forms

from orders.manufacturing.enums import ProductionState
from orders.manufacturing.services.answers import Report


class RejectForm(forms.Form):
    """No, and why."""

    reason = forms.CharField(
        label="Why can you not make it?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name the spot and the millimetres where you can. We mend it and send a new revision.",
    )


class ReportForm(forms.Form):
    """A stage is done."""

    event_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    stage = forms.ChoiceField(label="What is done?")
    packed_quantity = forms.IntegerField(
        label="Good pieces packed",
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text="Needed once they are packed, even if the number is short.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    carrier = forms.CharField(label="Carrier", required=False, max_length=40, help_text="Needed once it is shipped.")
    tracking_number = forms.CharField(
        label="Tracking number", required=False, max_length=60, help_text="Needed once it is shipped."
    )
    note = forms.CharField(
        label="Note for us", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: object, stages: Iterable[ProductionState], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they come
        field = self.fields["stage"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(stage), stage.label) for stage in stages]

    def report(self) -> Report:
        """What the service records."""
        return Report(**self.cleaned_data)
