"""Claims and returns in the admin: look at what customers sent, decide, take in."""

from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from orders.admin.pages import ReadOnlyAdmin, act, dialog, exact, money
from orders.claims.models import Claim, GoodsReturn
from orders.claims.selectors import claims as rows
from orders.claims.services import claims, returns
from orders.payments.selectors.balances import get_balance
from orders.services.unders import share_of_missing
from pinshop.core import files
from pinshop.core.money import MINOR_DIGITS, Money

_DECIDE = ["decide"]


class AnswerDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks for the sentence that the customer reads."""

    answer = forms.CharField(max_length=1000, widget=UnfoldAdminTextareaWidget, help_text="The customer reads it.")


class RefundDialog(AnswerDialog):
    """Asks how much, beginning with the share of the pieces."""

    amount = forms.DecimalField(max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget)
    field_order = ("amount", "answer")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        claim = rows.get_claim(claim_id=UUID(str(self.object_id)))
        line = claims.paid_line(claim)
        self.currency = line.order.currency
        left = get_balance(order=line.order).left_of_line(line.pk)
        pieces = min(claim.pieces, line.quantity)
        share = share_of_missing(Money(line.payable_minor, self.currency), missing=pieces, quantity=line.quantity)
        digits = MINOR_DIGITS[self.currency]
        self.fields["amount"].initial = f"{min(share, left).amount_minor / 10**digits:.{digits}f}"
        self.fields[
            "amount"
        ].help_text = f"{pieces} of {line.quantity} pieces cost {share}; {left} of the line is left."

    def clean_amount(self) -> Money:
        """Above zero, and no finer than the currency."""
        return exact(self.cleaned_data["amount"], self.currency)


class TakeInDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks what came, and what of it can be sold again."""

    arrived = forms.IntegerField(min_value=1, widget=UnfoldAdminIntegerFieldWidget, help_text="Pieces in your hands.")
    restocked = forms.IntegerField(
        min_value=0, widget=UnfoldAdminIntegerFieldWidget, help_text="Of these, as new: they go back on the shelf."
    )


class CloseDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks why."""

    reason = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget, help_text="The customer reads it.")


class _DecidedAdmin(ReadOnlyAdmin):
    """Rows that those decide who may."""

    def has_decide_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may decide claims and take returns in."""
        return request.user.has_perm("claims.decide_claim")


@admin.register(Claim)
class ClaimAdmin(_DecidedAdmin):
    """Problems that customers reported."""

    list_display = ("line", "order", "kind", "pieces", "state", "opened_at", "decided_at")
    list_filter = ("state", "kind")
    list_select_related = ("line__order",)
    search_fields = ("line__order__number", "text")
    date_hierarchy = "opened_at"
    readonly_fields = ("order", "shown_photos", "refunded")
    fields = (
        ("order", "line"),
        ("kind", "pieces", "opened_at"),
        "text",
        "shown_photos",
        ("state", "decided_at"),
        "answer",
        ("refunded", "remake"),
    )
    actions_detail = ("remake", "give_back", "decline")

    @admin.display(description="order")
    def order(self, claim: Claim) -> str:
        """Its number."""
        return claim.line.order.number

    @admin.display(description="refunded")
    def refunded(self, claim: Claim) -> str:
        """What went back."""
        return money(claim.line.order, claim.refund_minor) if claim.refund_minor else "-"

    @admin.display(description="photos")
    def shown_photos(self, claim: Claim) -> SafeString | str:
        """As a worker drew them anew."""
        found: list[tuple[SafeString | str]] = []
        for photo in claim.photos.all():
            if photo.shown_sha256:
                url = files.link(photo.shown_sha256, name=f"photo-{photo.position}.jpg")
                found.append((format_html('<a href="{}"><img src="{}" width="240" alt=""></a>', url, url),))
            else:
                found.append((photo.failure or "being prepared",))
        return format_html_join(" ", "{}", found) or "none"

    @action(
        description="Make them again",
        permissions=_DECIDE,
        icon="replay",
        dialog=dialog("Make them again", "At our cost, of the approved proof.", AnswerDialog, "Make them again"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def remake(self, request: HttpRequest, form: AnswerDialog, object_id: str) -> HttpResponse:
        """Decide for a remake."""
        return act(
            request,
            "They are made again.",
            lambda actor: claims.remake(
                claim_id=UUID(object_id), answer=form.cleaned_data["answer"], actor=actor, now=timezone.now()
            ),
        )

    @action(
        description="Refund",
        permissions=_DECIDE,
        icon="currency_exchange",
        dialog=dialog("Give money back", "Never more than is left of the line.", RefundDialog, "Refund"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def give_back(self, request: HttpRequest, form: RefundDialog, object_id: str) -> HttpResponse:
        """Decide for money."""
        return act(
            request,
            "The refund is on its way.",
            lambda actor: claims.refund(
                claim_id=UUID(object_id),
                amount=form.cleaned_data["amount"],
                answer=form.cleaned_data["answer"],
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Decline",
        permissions=_DECIDE,
        icon="block",
        dialog=dialog("Decline", "Say why.", AnswerDialog, "Decline"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def decline(self, request: HttpRequest, form: AnswerDialog, object_id: str) -> HttpResponse:
        """Decide against it."""
        return act(
            request,
            "Declined.",
            lambda actor: claims.decline(
                claim_id=UUID(object_id), answer=form.cleaned_data["answer"], actor=actor, now=timezone.now()
            ),
        )


@admin.register(GoodsReturn)
class GoodsReturnAdmin(_DecidedAdmin):
    """Ready-made pins on their way back."""

    list_display = ("line", "order", "pieces", "state", "arrived", "restocked", "asked_at", "closed_at")
    list_filter = ("state",)
    list_select_related = ("line__order",)
    search_fields = ("line__order__number",)
    actions_detail = ("take_in", "close")

    @admin.display(description="order")
    def order(self, row: GoodsReturn) -> str:
        """Its number."""
        return row.line.order.number

    @action(
        description="They are here",
        permissions=_DECIDE,
        icon="inventory",
        dialog=dialog("They are here", "What arrived is refunded at once.", TakeInDialog, "Take in and refund"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def take_in(self, request: HttpRequest, form: TakeInDialog, object_id: str) -> HttpResponse:
        """Take pins in."""
        return act(
            request,
            "Taken in; the refund is on its way.",
            lambda actor: returns.take_in(
                return_id=UUID(object_id),
                arrived=form.cleaned_data["arrived"],
                restocked=form.cleaned_data["restocked"],
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="They do not come",
        permissions=_DECIDE,
        icon="block",
        dialog=dialog("They do not come", "Nothing is refunded.", CloseDialog, "Close"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def close(self, request: HttpRequest, form: CloseDialog, object_id: str) -> HttpResponse:
        """Close a return without pins."""
        return act(
            request,
            "Closed.",
            lambda actor: returns.close(
                return_id=UUID(object_id), reason=form.cleaned_data["reason"], actor=actor, now=timezone.now()
            ),
        )
