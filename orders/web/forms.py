"""The shape of what people send; what it means is decided in services."""

from uuid import uuid4

from django import forms

from catalog.services.pricing import MAX_QUANTITY
from orders.quoted import Address, Contact
from orders.selectors import shipping


class AddForm(forms.Form):
    """A design or a variant for the basket."""

    design = forms.UUIDField(required=False)
    variant = forms.UUIDField(required=False)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)

    def clean(self) -> dict[str, object]:
        """Exactly one of the two."""
        data = super().clean() or {}
        if (data.get("design") is None) == (data.get("variant") is None):
            raise forms.ValidationError("Choose a design or a pin.")
        return data


class LineForm(forms.Form):
    """Another quantity, for a basket that was seen in `version`."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)


class RemoveForm(forms.Form):
    """A line to take out of a basket that was seen in `version`."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class CountryForm(forms.Form):
    """Where it goes, for the shipping price."""

    country = forms.ChoiceField(label="Ship to")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        self.fields["country"] = forms.ChoiceField(
            label="Ship to", choices=[(row.code, row.name) for row in shipping.list_countries()]
        )


class SeenForm(forms.Form):
    """Which state of the basket the visitor looked at when pressing a button for all of it."""

    version = forms.IntegerField(required=False, min_value=0)


class CheckoutForm(forms.Form):
    """Contact and address on one page; `shown_total_minor` and `key` come from the page that was shown."""

    email = forms.EmailField(
        label="E-mail",
        help_text="Your proof, invoice and tracking go there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    line1 = forms.CharField(
        label="Street and number", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    line2 = forms.CharField(
        label="Company, flat or floor",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postal_code = forms.CharField(
        label="Postal code",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = forms.CharField(
        label="Town", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    region = forms.CharField(
        label="State or region",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    shown_total_minor = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def contact(self) -> Contact:
        """Who is told."""
        return Contact(email=self.cleaned_data["email"], name=self.cleaned_data["name"])

    def address(self, country: str) -> Address:
        """Where it goes; the country is the quote's, because its shipping price is."""
        given = self.cleaned_data
        return Address(
            name=given["name"],
            line1=given["line1"],
            line2=given["line2"],
            city=given["city"],
            region=given["region"],
            postal_code=given["postal_code"],
            country=country,
        )


class GiftCardForm(forms.Form):
    """The code of a gift card, or of several."""

    gift_cards = forms.CharField(
        label="Gift card",
        max_length=400,
        help_text="The code from its mail. Several: one after the other.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, required: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        self.fields["gift_cards"].required = required


class CancelForm(forms.Form):
    """Why an order, or one line of it, is cancelled, and at which cost; `line_id` names the line."""

    shown_cost_minor = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    line_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    reason = forms.CharField(
        label="Why? (helps us to do better)", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkForm(forms.Form):
    """A press of the button for a new link; `key` makes a second one mail nothing more."""

    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)


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


class ChangesForm(forms.Form):
    """A wish for the next revision, perhaps at one spot of the picture (mm from its left top corner)."""

    comment_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    text = forms.CharField(label="What should we change?", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    x_mm = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)
    y_mm = forms.FloatField(required=False, min_value=0, widget=forms.HiddenInput)

    def spot(self) -> tuple[float, float] | None:
        """The spot, where one was given."""
        x_mm, y_mm = self.cleaned_data.get("x_mm"), self.cleaned_data.get("y_mm")
        return (x_mm, y_mm) if x_mm is not None and y_mm is not None else None


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
