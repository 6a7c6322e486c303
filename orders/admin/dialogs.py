"""The windows that ask before an action of the admin is done, and what happens when they are sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from catalog.spec import PinSpec
from orders.models import Order, OrderLine
from orders.models.baskets import MAX_QUANTITY
from orders.services.requotes import Change
from pinshop.accounts import owners
from pinshop.core.actors import Actor
from pinshop.core.admin.amounts import AmountField, exact_above_zero
from pinshop.core.errors import PinshopError
from pinshop.core.money import Money


@dataclass(frozen=True, slots=True)
class Asked:
    """A dialog that was sent: about which row, with what, by whom, when."""

    key: str
    form: Any
    actor: Actor
    now: datetime

    @property
    def id(self) -> UUID:
        """The row's id."""
        return UUID(self.key)

    def __getitem__(self, field: str) -> Any:
        """What was filled in."""
        return self.form.cleaned_data[field]


@dataclass(frozen=True, slots=True)
class Dialog:
    """The words of the window, of its button, and of the message when it is done."""

    title: str
    text: str
    button: str
    done: str


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

    amount = AmountField(max_digits=14)
    reference = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="By which the bank names this transfer."
    )

    def clean_amount(self) -> Money:
        """In the order's currency, above zero and no finer than that."""
        return exact_above_zero(self.cleaned_data["amount"], Order.objects.get(pk=self.object_id).currency)


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


def asks(
    name: str, words: Dialog, *, permission: str, icon: str, form: type[BaseDialogForm] = PlainDialog
) -> Callable[[Callable[[Any, Asked], object]], Any]:
    """Make a method of an admin the action `name`: it asks with `form`, and then makes the one call of a service.

    A refusal of that call changes nothing, and its message says why. `icon` is the name of a Material Symbol.
    """

    def decorate(call: Callable[[Any, Asked], object]) -> Any:
        @wraps(call)
        def view(model_admin: Any, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
            asked = Asked(object_id, form, owners.actor_of_request(request), timezone.now())
            try:
                call(model_admin, asked)
            except PinshopError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, words.done)
            return _back(request)

        shown = {
            "title": words.title,
            "description": words.text,
            "form_class": form,
            "form_submit_text": words.button,
        }
        return action(description=name, permissions=[permission], icon=icon, dialog=shown)(view)

    return decorate


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the dialog stood on."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    target = came_from if ours else reverse("admin:index")
    if request.headers.get("HX-Request"):
        # The dialog was sent by htmx, which would follow a redirect unseen and leave the dialog standing.
        return HttpResponse(headers={"HX-Redirect": target})
    return redirect(target)
