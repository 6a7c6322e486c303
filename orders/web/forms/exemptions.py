"""Exemption certificates."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from orders.selectors import shipping


class ExemptionForm(forms.Form):
    """A certificate and where it holds."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    region = forms.CharField(
        label=gettext_lazy("State or province"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("Its short code, such as TX; empty for all."),
    )
    file = forms.FileField(
        label=gettext_lazy("Certificate"), help_text=gettext_lazy("PDF, PNG or JPEG, at most 10 MB.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [("", "Choose"), *((row.code, row.name) for row in shipping.list_countries())]
        self.fields["country"] = forms.ChoiceField(label=gettext_lazy("Country"), choices=countries)
