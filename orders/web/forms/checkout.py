"""The page of checkout."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy

from orders.enums import PaymentTerms
from orders.quoted import Address, Choices, Contact
from orders.services.addresses import Layout
from orders.web.forms import giftcards
from pinshop.core.errors import PinshopError


class OrderForForm(forms.Form):
    """The business for which a quote is to be ordered."""

    business = forms.UUIDField(widget=forms.HiddenInput)


class CheckoutForm(forms.Form):
    """Contact, address and the choices for the whole, on one page; the fields are those of the country's addresses.

    `shown_total_minor` and `key` come from the page that was shown.
    """

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Your proof, invoice and tracking go there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    line1 = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "address-line1"}))
    line2 = forms.CharField(
        label=gettext_lazy("Company, flat or floor"),
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
    service = forms.ChoiceField(label=gettext_lazy("Delivery"), widget=forms.RadioSelect)
    voucher = forms.CharField(label=gettext_lazy("Voucher"), max_length=40, required=False)
    gift_cards = giftcards.code_field(required=False)
    payment_terms = forms.ChoiceField(label=gettext_lazy("Payment"), required=False, choices=PaymentTerms.choices)
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Of a business in the EU, with its letters, such as DE136695976."),
    )
    purchase_order = forms.CharField(
        label=gettext_lazy("Your order number"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Printed on the invoice."),
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
                choices=[("", gettext_lazy("Choose")), *layout.regions],
                widget=forms.Select(attrs={"autocomplete": "address-level1"}),
            )
        self.fields["service"] = forms.ChoiceField(
            label=gettext_lazy("Delivery"), required=False, choices=services, widget=forms.RadioSelect
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
