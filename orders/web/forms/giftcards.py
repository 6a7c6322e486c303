"""Codes of gift cards, and gift cards to buy."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from orders.payments.services import giftsales
from orders.payments.services.giftcards import Gift
from orders.payments.services.giftsales import Present
from orders.quoted import Contact
from pinshop.core import languages
from pinshop.core.errors import PinshopError
from pinshop.core.money import MINOR_DIGITS, Money, format_money

_OWN = "own"


def code_field(*, required: bool) -> forms.CharField:
    """The field for a code, or for several."""
    return forms.CharField(
        label=gettext_lazy("Gift card"),
        max_length=400,
        required=required,
        help_text=gettext_lazy("The code from its mail. Several: one after the other."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class GiftCardForm(forms.Form):
    """The code of a gift card, or of several."""

    gift_cards = code_field(required=True)


class ReceiverForm(forms.Form):
    """Another address for a gift card; the `edition` that was shown makes a double click one correction."""

    receiver_email = forms.EmailField(label=_("Their e-mail"))
    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class PresentForm(forms.Form):
    """A gift card to buy, in the currency that the visitor sees; `key` makes a double click one order."""

    amount = forms.ChoiceField(label=_("Amount"), widget=forms.RadioSelect)
    own_amount = forms.DecimalField(label=_("Your own amount"), required=False, max_digits=9, min_value=0)
    receiver_name = forms.CharField(label=_("Who it is for"), max_length=120, required=False)
    receiver_email = forms.EmailField(label=_("Their e-mail"), help_text=_("The code goes there. It may be your own."))
    message = forms.CharField(
        label=_("Message"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    mail_on = forms.DateField(
        label=_("Day on which it is mailed"),
        required=False,
        help_text=_("Empty: as soon as it is paid."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=languages.LANGUAGES)
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("Your e-mail"),
        help_text=_("Your invoice goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        bounds = giftsales.AMOUNTS[currency]
        least, most = (format_money(minor, currency) for minor in (bounds.least, bounds.most))
        amounts = [(str(minor), format_money(minor, currency)) for minor in bounds.choices]
        self.fields["amount"] = forms.ChoiceField(
            label=_("Amount"),
            choices=[*amounts, (_OWN, _("Another amount"))],
            initial=amounts[1][0],
            widget=forms.RadioSelect,
        )
        self.fields["own_amount"].help_text = _("In %(currency)s, from %(least)s to %(most)s.") % {
            "currency": currency,
            "least": least,
            "most": most,
        }
        self.fields["own_amount"].widget.attrs |= {"inputmode": "decimal", "step": "any"}
        self.fields["mail_on"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + giftsales.LATEST).isoformat(),
        }

    def clean(self) -> dict[str, Any]:
        """The amount as money: one of the choices, or one's own."""
        data = super().clean() or {}
        if data.get("amount") not in {None, _OWN}:
            data["money"] = Money(int(data["amount"]), self.currency)
        elif data.get("amount") == _OWN and "own_amount" in data:
            minor = (data["own_amount"] or 0) * 10 ** MINOR_DIGITS[self.currency]
            if minor != int(minor):
                self.add_error("own_amount", _("This cannot be paid to the last digit."))
            data["money"] = Money(int(minor), self.currency)
        return data

    def present(self, *, country: str) -> Present:
        """What was chosen."""
        given = self.cleaned_data
        gift = Gift(
            amount=given["money"],
            email=given["receiver_email"],
            name=given["receiver_name"],
            message=given["message"],
            language=given["language"],
        )
        return Present(gift=gift, country=country, mail_on=given["mail_on"])

    def contact(self, *, language: str) -> Contact:
        """Who buys it."""
        return Contact(email=self.cleaned_data["email"], name=self.cleaned_data["name"], language=language)

    def show(self, refusal: PinshopError) -> None:
        """Put what the service refused beside the fields it names."""
        for name, sentence in (refusal.fields or {}).items():
            self.add_error("own_amount" if name == "amount" else name if name in self.fields else None, sentence)
