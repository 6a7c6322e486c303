"""Forms of the account pages. They check shape; services decide."""

from django import forms
from django.utils.translation import gettext_lazy

from pinshop.accounts.enums import Role, Scope
from pinshop.site.services.privacy.customers import Wish

# What a first integration needs; approving proofs and real orders are choices to make on purpose.
USUAL_SCOPES = [Scope.DESIGNS_READ, Scope.DESIGNS_WRITE, Scope.QUOTES_READ, Scope.QUOTES_WRITE, Scope.ORDERS_READ]


class NameForm(forms.Form):
    """How a person is called in mails and on proofs."""

    name = forms.CharField(
        max_length=120,
        required=False,
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("On proofs, invoices and mails. Without one we use your e-mail address."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class ActingForm(forms.Form):
    """The business to act for; empty for oneself."""

    business = forms.UUIDField(required=False)


class WishForm(forms.Form):
    """What a customer of a business asks of their data."""

    wish = forms.TypedChoiceField(choices=Wish.choices, coerce=Wish)


class BusinessForm(forms.Form):
    """A new business."""

    name = forms.CharField(max_length=120, label=gettext_lazy("Name of the business"))
    billing_email = forms.EmailField(
        label=gettext_lazy("E-mail address for invoices"),
        help_text=gettext_lazy("Invoices go there as well as to whoever orders."),
    )


class BusinessDetailsForm(BusinessForm):
    """What is kept of a business."""

    vat_number = forms.CharField(
        max_length=30,
        required=False,
        label=gettext_lazy("VAT number"),
        help_text=gettext_lazy("Of a business in the EU, with its letters, such as DE136695976. New quotes use it."),
    )


class ApiKeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(
        max_length=80, help_text=gettext_lazy("Where it is used, so that you know it again: “Web shop, staging”.")
    )
    live = forms.TypedChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            ("test", gettext_lazy("Test: orders cost nothing and nothing is made")),
            ("live", gettext_lazy("Live: orders are real")),
        ],
        coerce=lambda kind: kind == "live",
        widget=forms.RadioSelect,
        initial="test",
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=USUAL_SCOPES,
    )


class InvitationForm(forms.Form):
    """Somebody who shall join a business."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    role = forms.TypedChoiceField(
        choices=Role.choices,
        coerce=Role,
        initial=Role.BUYER,
        help_text=gettext_lazy(
            "Buyers order, approvers approve proofs, owners do everything and manage keys and members."
        ),
    )
