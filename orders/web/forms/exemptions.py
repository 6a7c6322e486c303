"""Exemption certificates."""

from typing import Any

from django import forms

from orders.selectors import shipping


class ExemptionForm(forms.Form):
    """A certificate and where it holds."""

    country = forms.ChoiceField(label="Country")
    region = forms.CharField(
        label="State or province", max_length=10, required=False, help_text="Its short code, such as TX; empty for all."
    )
    file = forms.FileField(label="Certificate", help_text="PDF, PNG or JPEG, at most 10 MB.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [("", "Choose"), *((row.code, row.name) for row in shipping.list_countries())]
        self.fields["country"] = forms.ChoiceField(label="Country", choices=countries)
