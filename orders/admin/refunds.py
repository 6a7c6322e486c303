"""The window in which staff give money of an order back: for what, how much, why."""

from typing import Any
from uuid import uuid4

from django import forms
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from orders.models import Order
from orders.payments.selectors import balances
from orders.payments.services import repayments
from pinshop.core.admin.amounts import AmountField, exact_above_zero
from pinshop.core.money import Money

_SHIPPING, _SURPLUS = "shipping", "surplus"


class RefundDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Its key makes a double click one refund. Each choice says how much of it is left."""

    what = forms.ChoiceField(label="For", widget=UnfoldAdminSelectWidget)
    amount = AmountField(max_digits=14)
    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget, help_text="The customer reads it.")
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = Order.objects.get(pk=self.object_id)
        self.lines = {str(line.pk): line for line in self.order.lines.order_by("position")}
        balance = balances.get_balance(order=self.order)
        lines = [(key, f"{line} ({balance.left_of_line(line.pk)} left)") for key, line in self.lines.items()]
        self.fields["what"].choices = [
            *lines,
            (_SHIPPING, f"Shipping ({balance.left_of_shipping} left)"),
            (_SURPLUS, f"Paid above what the order costs ({balance.surplus} left)"),
        ]
        self.fields["amount"].help_text = f"In {self.order.currency}; {balance.left} of all that came is still here."

    def clean_amount(self) -> Money:
        """Above zero, and no finer than the currency."""
        return exact_above_zero(self.cleaned_data["amount"], self.order.currency)

    def part(self) -> repayments.Part:
        """What was chosen, with the amount."""
        what, amount = self.cleaned_data["what"], self.cleaned_data["amount"]
        if what == _SHIPPING:
            return repayments.of_shipping(amount)
        return repayments.of_surplus(amount) if what == _SURPLUS else repayments.of_line(self.lines[what], amount)
