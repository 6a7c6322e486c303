"""The configurator."""

from django import forms

from catalog.services.pricing import MAX_QUANTITY


class PriceForm(forms.Form):
    """A configuration to price: a quantity and any fields of a pin's specification."""

    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    country = forms.CharField(max_length=2, required=False)
    process = forms.CharField(max_length=40, required=False)
    plating = forms.CharField(max_length=40, required=False)
    size_mm = forms.FloatField(min_value=1, max_value=999, required=False)
    thickness_mm = forms.FloatField(min_value=0.1, max_value=99, required=False)
    attachment = forms.CharField(max_length=40, required=False)
    packaging = forms.CharField(max_length=40, required=False)
    rush = forms.BooleanField(required=False)

    def choices(self) -> dict[str, object]:
        """The fields of PinSpec that were sent; add-ons come as `addon=code` or `addon=code:count`, repeated."""
        names = ("process", "plating", "size_mm", "thickness_mm", "attachment", "packaging")
        chosen = {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        if "rush" in self.data:
            chosen["rush"] = self.cleaned_data["rush"]
        addons = self.data.getlist("addon") if hasattr(self.data, "getlist") else []
        if "addon" in self.data:
            chosen["addons"] = [_addon(entry) for entry in addons if entry]
        return chosen


def _addon(entry: str) -> list[object]:
    code, _, count = entry.partition(":")
    return [code, int(count) if count.isdigit() else 1]
