"""Several designs at once; which ones they are is a repeated field of its own."""

from django import forms

from catalog.services.pricing import MAX_QUANTITY


class CompareForm(forms.Form):
    """At which quantity designs are compared."""

    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY, required=False)


class SetForm(forms.Form):
    """How many of each design, for a basket that was seen in `version`."""

    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    version = forms.IntegerField(min_value=0)
