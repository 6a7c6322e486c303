"""Forms of the basket."""

from django import forms
from django.utils.translation import gettext, gettext_lazy

from catalog.services.pricing import MAX_QUANTITY
from orders.selectors import shipping
from pinshop.core.money import MINOR_DIGITS


class AddForm(forms.Form):
    """A design or a variant for the basket."""

    design = forms.UUIDField(required=False)
    variant = forms.UUIDField(required=False)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    def clean(self) -> dict[str, object]:
        """Exactly one of the two."""
        data = super().clean() or {}
        if (data.get("design") is None) == (data.get("variant") is None):
            raise forms.ValidationError(gettext("Choose a design or a pin."))
        return data


class LineForm(forms.Form):
    """Another quantity, for a basket that was seen in `version`."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)


class RemoveForm(forms.Form):
    """A line to take out of a basket that was seen in `version`."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class MarketForm(forms.Form):
    """Where it goes and in which currency it is paid."""

    country = forms.ChoiceField(label=gettext_lazy("Ship to"))
    currency = forms.ChoiceField(
        label=gettext_lazy("Pay in"), required=False, choices=[(code, code) for code in MINOR_DIGITS]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        self.countries = {row.code: row for row in shipping.list_countries()}
        self.fields["country"] = forms.ChoiceField(
            label=gettext_lazy("Ship to"), choices=[(row.code, row.name) for row in self.countries.values()]
        )

    def chosen_currency(self, *, before: str) -> str:
        """The chosen currency; that of the country, where none or another country than `before` was chosen."""
        country, currency = self.cleaned_data["country"], str(self.cleaned_data["currency"])
        return currency if currency and country == before else self.countries[country].currency


class SeenForm(forms.Form):
    """Which state of the basket the visitor looked at when pressing a button for all of it."""

    version = forms.IntegerField(required=False, min_value=0)
