"""The shape of what people send; what it means is decided in services."""

from typing import Any
from uuid import uuid4

from django import forms

from catalog.services.pricing import MAX_QUANTITY
from orders.enums import PaymentTerms
from orders.quoted import Address, Choices, Contact
from orders.selectors import shipping
from orders.services.addresses import Layout
from pinshop.core.errors import PinshopError
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
            raise forms.ValidationError("Choose a design or a pin.")
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

    country = forms.ChoiceField(label="Ship to")
    currency = forms.ChoiceField(label="Pay in", required=False, choices=[(code, code) for code in MINOR_DIGITS])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        self.countries = {row.code: row for row in shipping.list_countries()}
        self.fields["country"] = forms.ChoiceField(
            label="Ship to", choices=[(row.code, row.name) for row in self.countries.values()]
        )

    def chosen_currency(self, *, before: str) -> str:
        """The chosen currency; that of the country, where none or another country than `before` was chosen."""
        country, currency = self.cleaned_data["country"], str(self.cleaned_data["currency"])
        return currency if currency and country == before else self.countries[country].currency


class SeenForm(forms.Form):
    """Which state of the basket the visitor looked at when pressing a button for all of it."""

    version = forms.IntegerField(required=False, min_value=0)


def _gift_cards(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Gift card",
        max_length=400,
        required=required,
        help_text="The code from its mail. Several: one after the other.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CheckoutForm(forms.Form):
    """Contact, address and the choices for the whole, on one page; the fields are those of the country's addresses.

    `shown_total_minor` and `key` come from the page that was shown.
    """

    email = forms.EmailField(
        label="E-mail",
        help_text="Your proof, invoice and tracking go there.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    line1 = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"}))
    line2 = forms.CharField(
        label="Company, flat or floor",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    postal_code = forms.CharField(
        max_length=20, required=False, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    city = forms.CharField(
        max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "address-level2"})
    )
    region = forms.CharField(
        max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "address-level1"})
    )
    service = forms.ChoiceField(label="Delivery", widget=forms.RadioSelect)
    voucher = forms.CharField(label="Voucher", max_length=40, required=False)
    gift_cards = _gift_cards(required=False)
    payment_terms = forms.ChoiceField(label="Payment", required=False, choices=PaymentTerms.choices)
    vat_number = forms.CharField(
        label="VAT number",
        max_length=30,
        required=False,
        help_text="Of a business in the EU, with its letters, such as DE136695976.",
    )
    purchase_order = forms.CharField(
        label="Your order number", max_length=60, required=False, help_text="Printed on the invoice."
    )
    shown_total_minor = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, layout: Layout, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout
        for name, label in layout.labels.items():
            if name not in layout.fields:
                del self.fields[name]
                continue
            self.fields[name].label = label
            self.fields[name].required = name in layout.required
        if layout.regions and "region" in self.fields:
            self.fields["region"] = forms.ChoiceField(
                label=layout.labels["region"],
                required="region" in layout.required,
                choices=[("", "Choose"), *layout.regions],
                widget=forms.Select(attrs={"autocomplete": "address-level1"}),
            )
        self.fields["service"] = forms.ChoiceField(
            label="Delivery", required=False, choices=services, widget=forms.RadioSelect
        )

    def read_choices(self) -> bool:
        """Validate an unfinished page: what is not filled in yet is not asked for."""
        required = {name: field.required for name, field in self.fields.items()}
        for field in self.fields.values():
            field.required = False
        valid = self.is_valid()
        for name, field in self.fields.items():
            field.required = required[name]
        return valid

    def address_fields(self) -> list[forms.BoundField]:
        """The fields of the address, in the order of its country."""
        return [self[name] for name in self.layout.fields if name != "name"]

    def business_fields(self) -> list[forms.BoundField]:
        """What only businesses need."""
        return [self[name] for name in ("vat_number", "purchase_order")]

    def show(self, refusal: PinshopError) -> None:
        """Put what a service refused beside the fields it names."""
        for name, sentence in (refusal.fields or {}).items():
            field = name.rpartition(".")[2]
            if field in self.fields:
                self.add_error(field, sentence)

    def contact(self, *, language: str) -> Contact:
        """Who is told, and in which language."""
        given = self.cleaned_data
        return Contact(
            email=given["email"],
            name=given["name"],
            purchase_order=given["purchase_order"],
            gift_cards=given["gift_cards"],
            payment_terms=PaymentTerms(given["payment_terms"] or PaymentTerms.NOW),
            language=language,
        )

    def choices(self) -> Choices:
        """What is chosen for the whole; read also where the address is not complete yet."""
        given = self.cleaned_data
        return Choices(
            region=given.get("region", ""),
            service=given.get("service", ""),
            vat_number=given.get("vat_number", ""),
            voucher=given.get("voucher", "").strip().upper(),
        )

    def address(self, country: str) -> Address:
        """Where it goes; the country is the quote's, because its shipping price is."""
        given = self.cleaned_data
        names = ("name", "line1", "line2", "city", "region", "postal_code")
        return Address(**{name: given.get(name, "") for name in names}, country=country)


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


class GiftCardForm(forms.Form):
    """The code of a gift card, or of several."""

    gift_cards = _gift_cards(required=True)


class CancelForm(forms.Form):
    """Why an order, or one line of it, is cancelled, and at which cost; `line_id` names the line."""

    shown_cost_minor = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    line_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    reason = forms.CharField(
        label="Why?",
        help_text="It helps us to do better.",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AnswerPriceForm(forms.Form):
    """Yes or no to a new price, as the page showed it."""

    requote = forms.UUIDField(widget=forms.HiddenInput)
    shown_total_minor = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    answer = forms.ChoiceField(choices=[("accept", "Accept"), ("decline", "Decline")])


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
