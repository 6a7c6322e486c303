"""What the admin pages of orders and payments share."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from catalog.spec import PinSpec
from orders.models import OrderLine
from orders.models.baskets import MAX_QUANTITY
from orders.services.requotes import Change
from pinshop.accounts import owners
from pinshop.core.actors import Actor
from pinshop.core.errors import PinshopError
from pinshop.core.money import MINOR_DIGITS, Money, format_money, round_minor


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes rows by hand."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What happened stays."""
        del request, obj
        return False

    # Actions name these and not "orders.run_order": unfold's checks would look that up before the first migration.
    def has_run_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may move orders, lines and parcels along."""
        return request.user.has_perm("orders.run_order")

    def has_refund_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may give money back."""
        return request.user.has_perm("payments.refund_payment")

    def has_decide_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may free people from tax."""
        return request.user.has_perm("orders.decide_exemption")


class ReadOnlyInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Rows of another model below their owner."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds rows by hand."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes rows by hand."""
        del request, obj
        return False


class PlainDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Only asks whether it is meant."""


class ReasonDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks why, in a sentence for the customer."""

    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget, help_text="The customer reads it.")


class CancelDialog(ReasonDialog):
    """Asks whether the customer pays what cancelling costs."""

    waive = forms.BooleanField(
        required=False,
        label="Waive the cost",
        widget=UnfoldBooleanSwitchWidget,
        help_text="Everything that was paid goes back, whatever the stage.",
    )


class TransferDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks what came by bank transfer; the bank's reference makes a double click one transfer."""

    amount = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget)
    reference = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="By which the bank names this transfer."
    )

    def sum(self, currency: str) -> Money:
        """The amount in the order's currency."""
        return Money(round_minor(self.cleaned_data["amount"] * 10 ** MINOR_DIGITS[currency]), currency)


class PriceDialog(ReasonDialog):
    """Asks what a custom line is to become; what is left empty stays."""

    quantity = forms.IntegerField(
        min_value=1, max_value=MAX_QUANTITY, required=False, widget=UnfoldAdminTextInputWidget
    )
    size_mm = forms.FloatField(
        label="Longest side (mm)", min_value=1, max_value=999, required=False, widget=UnfoldAdminTextInputWidget
    )
    colours = forms.IntegerField(min_value=0, max_value=99, required=False, widget=UnfoldAdminTextInputWidget)
    field_order = ("quantity", "size_mm", "colours", "reason")

    def change(self, line: OrderLine) -> Change:
        """The line with what was filled in."""
        given = {
            name: self.cleaned_data[name] for name in ("size_mm", "colours") if self.cleaned_data[name] is not None
        }
        spec = PinSpec.from_json({**(line.spec or {}), **given})
        return Change(spec=spec, quantity=self.cleaned_data["quantity"] or line.quantity)


class NoteDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks why, in a sentence for colleagues."""

    note = forms.CharField(max_length=300, widget=UnfoldAdminTextInputWidget, help_text="Colleagues read it.")


class ShipDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks for the carrier; without numbers the parcel is announced to it."""

    carrier = forms.CharField(max_length=40, initial="sample-carrier", widget=UnfoldAdminTextInputWidget)
    tracking_numbers = forms.CharField(
        max_length=300,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text="With spaces between; leave it empty to have the parcel announced to the carrier.",
    )


def dialog(title: str, description: str, form: type[BaseDialogForm], submit: str) -> dict[str, Any]:
    """The window that asks before an action is done."""
    return {"title": title, "description": description, "form_class": form, "form_submit_text": submit}


def act(request: HttpRequest, done: str, call: Callable[[Actor], object]) -> HttpResponse:
    """Make the one call of an action and say how it went; a refusal changes nothing and says why."""
    try:
        call(owners.actor_of_request(request))
    except PinshopError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    target = came_from if ours else reverse("admin:index")
    if request.headers.get("HX-Request"):
        # The dialog was sent by htmx, which would follow a redirect unseen and leave the dialog standing.
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)


def exact(amount: Decimal, currency: str) -> Money:
    """An amount that staff typed; raises ValidationError where it is not above zero or finer than the currency."""
    minor = amount.scaleb(MINOR_DIGITS[currency])
    if minor <= 0 or minor != int(minor):
        message = f"Give an amount above zero that can be paid in {currency}."
        raise forms.ValidationError(message)
    return Money(int(minor), currency)


def amount(name: str, description: str) -> Callable[[Any], str]:
    """A field with an amount of money, in the currency of its row or of its row's order."""

    @admin.display(description=description)
    def shown(row: Any) -> str:
        return money(row if hasattr(row, "currency") else row.order, getattr(row, name))

    shown.__name__ = name
    return shown


def money(row: Any, minor: int) -> str:
    """An amount in the currency of its row."""
    return format_money(minor, row.currency)
