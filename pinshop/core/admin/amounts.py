"""Amounts of money in the admin: read and shown as people write them, kept in whole minor units.

Every admin or inline with inputs for columns named `…_minor` takes `AmountsAdmin`: the input then is in the major unit, with
the decimals of the row's currency. That currency is the row's own (`currency`, or `credit_currency` beside
`credit_limit_minor`), or that of the table the row belongs to.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field, ForeignKey, Model
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from pinshop.core.money import MINOR_DIGITS, Money, format_money

SUFFIX = "_minor"


def exact(amount: Decimal, currency: str) -> Money:
    """An amount that staff typed; raises ValidationError where it is finer than the currency or below zero."""
    digits = MINOR_DIGITS[currency]
    minor = amount.scaleb(digits)
    if minor < 0 or minor != int(minor):
        example = f"{Decimal(1250).scaleb(-digits):f}"
        message = f"Give an amount in {currency}, such as {example}, with at most {digits} digits after the point."
        raise forms.ValidationError(message)
    return Money(int(minor), currency)


def exact_above_zero(amount: Decimal, currency: str) -> Money:
    """The same, for what cannot be nothing."""
    if amount.scaleb(MINOR_DIGITS[currency]) < 1:
        message = f"Give an amount above zero that can be paid in {currency}."
        raise forms.ValidationError(message)
    return exact(amount, currency)


def major(amount_minor: int, currency: str) -> Decimal:
    """An amount as people write it, with the decimals of its currency: 12.50, or 1200 yen."""
    return Decimal(amount_minor).scaleb(-MINOR_DIGITS[currency])


class AmountField(forms.DecimalField):
    """An amount in the major unit; the form that holds it knows the currency."""

    widget = UnfoldAdminDecimalFieldWidget


class AmountsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A form whose amounts are typed in the major unit and stored in the minor one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        currency = {name: self._stored_currency(name) for name in self._amounts()}
        for name, code in currency.items():
            stored = self.initial.get(name)
            if isinstance(stored, int) and code:
                self.initial[name] = major(stored, code)

    def clean(self) -> dict[str, Any]:
        """Each amount in minor units of the currency that is chosen beside it, or that its table has."""
        data = super().clean() or self.cleaned_data
        for name in self._amounts():
            amount = data.get(name)
            currency = data.get(_currency_name(self._meta.model, name)) or self._stored_currency(name)
            if amount is None or not currency:
                continue
            try:
                data[name] = exact(amount, currency).amount_minor
            except forms.ValidationError as error:
                self.add_error(name, error)
        return data

    def _amounts(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, AmountField)]

    def _stored_currency(self, name: str) -> str:
        own = _currency_name(self._meta.model, name)
        if own:
            return str(getattr(self.instance, own))
        table = _table_name(self._meta.model)
        row = self.cleaned_data.get(table) if hasattr(self, "cleaned_data") else None
        if row is None and getattr(self.instance, f"{table}_id") is not None:
            row = getattr(self.instance, table)
        return str(row.currency) if row is not None else ""


class AmountsAdmin:
    """For a ModelAdmin or an inline: its inputs for `…_minor` columns are `AmountField`s."""

    form: "type[forms.ModelForm[Any]]" = AmountsForm

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest | None, **kwargs: Any) -> Any:
        """The input of a column."""
        if not db_field.name.endswith(SUFFIX):
            return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the admin it is mixed into
        return AmountField(
            label=str(db_field.verbose_name).removesuffix(" minor").capitalize(),
            min_value=0,
            max_digits=14,
            required=not db_field.blank,
            initial=db_field.default if db_field.has_default() else None,
            help_text=db_field.help_text,
        )

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The form of a row of an editable list."""
        return super().get_changelist_form(request, **{"form": AmountsForm, **kwargs})  # type: ignore[misc]  # as above


def amount(name: str, description: str) -> Callable[[Any], str]:
    """A read-only column with an amount of money, in the currency of its row or of its row's order."""

    @admin.display(description=description, ordering=name)
    def shown(row: Any) -> str:
        return money(row if hasattr(row, "currency") else row.order, getattr(row, name))

    shown.__name__ = name
    return shown


def money(row: Any, minor: int) -> str:
    """An amount in the currency of its row."""
    return format_money(minor, row.currency)


def _currency_name(model: type[Model], name: str) -> str:
    """The row's own column with the currency of an amount; empty where its table has it."""
    names = {field.name for field in model._meta.get_fields()}
    near = f"{name.partition('_')[0]}_currency"
    return near if near in names else "currency" if "currency" in names else ""


def _table_name(model: type[Model]) -> str:
    """The foreign key to the row that says the currency."""
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey) and hasattr(field.related_model, "currency"):
            return field.name
    msg = f"{model.__name__} has amounts and no currency"
    raise TypeError(msg)
