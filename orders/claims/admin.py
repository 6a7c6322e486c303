"""Claims and returns in the admin: look at what customers sent, decide, take in."""

from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from orders.admin.dialogs import Asked, Dialog, asks
from orders.admin.pages import ReadOnlyAdmin
from orders.claims.models import Claim, GoodsReturn
from orders.claims.selectors import claims as rows
from orders.claims.services import claims, returns
from orders.payments.selectors.balances import get_balance
from orders.services.unders import share_of_missing
from pinshop.core import files
from pinshop.core.admin.amounts import AmountField, exact_above_zero, major, money
from pinshop.core.money import Money


class AnswerDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks for the sentence that the customer reads."""

    answer = forms.CharField(max_length=1000, widget=UnfoldAdminTextareaWidget, help_text="The customer reads it.")


class RefundDialog(AnswerDialog):
    """Asks how much, beginning with the share of the pieces."""

    amount = AmountField(max_digits=14)
    field_order = ("amount", "answer")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        claim = rows.get_claim(claim_id=UUID(str(self.object_id)))
        line = claims.paid_line(claim)
        self.currency = line.order.currency
        left = get_balance(order=line.order).left_of_line(line.pk)
        pieces = min(claim.pieces, line.quantity)
        share = share_of_missing(Money(line.payable_minor, self.currency), missing=pieces, quantity=line.quantity)
        self.fields["amount"].initial = major(min(share, left).amount_minor, self.currency)
        self.fields[
            "amount"
        ].help_text = f"{pieces} of {line.quantity} pieces cost {share}; {left} of the line is left."

    def clean_amount(self) -> Money:
        """Above zero, and no finer than the currency."""
        return exact_above_zero(self.cleaned_data["amount"], self.currency)


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

    @asks(
        "Make them again",
        Dialog("Make them again", "At our cost, of the approved proof.", "Make them again", "They are made again."),
        permission="decide",
        icon="replay",
        form=AnswerDialog,
    )
    def remake(self, asked: Asked) -> object:
        """Decide for a remake."""
        return claims.remake(claim_id=asked.id, answer=asked["answer"], actor=asked.actor, now=asked.now)

    @asks(
        "Refund",
        Dialog("Give money back", "Never more than is left of the line.", "Refund", "The refund is on its way."),
        permission="decide",
        icon="currency_exchange",
        form=RefundDialog,
    )
    def give_back(self, asked: Asked) -> object:
        """Decide for money."""
        return claims.refund(
            claim_id=asked.id,
            amount=asked["amount"],
            answer=asked["answer"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Decline",
        Dialog("Decline", "Say why.", "Decline", "Declined."),
        permission="decide",
        icon="block",
        form=AnswerDialog,
    )
    def decline(self, asked: Asked) -> object:
        """Decide against it."""
        return claims.decline(claim_id=asked.id, answer=asked["answer"], actor=asked.actor, now=asked.now)


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

    @asks(
        "They are here",
        Dialog(
            "They are here",
            "What arrived is refunded at once.",
            "Take in and refund",
            "Taken in; the refund is on its way.",
        ),
        permission="decide",
        icon="inventory",
        form=TakeInDialog,
    )
    def take_in(self, asked: Asked) -> object:
        """Take pins in."""
        return returns.take_in(
            return_id=asked.id,
            arrived=asked["arrived"],
            restocked=asked["restocked"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "They do not come",
        Dialog("They do not come", "Nothing is refunded.", "Close", "Closed."),
        permission="decide",
        icon="block",
        form=CloseDialog,
    )
    def close(self, asked: Asked) -> object:
        """Close a return without pins."""
        return returns.close(return_id=asked.id, reason=asked["reason"], actor=asked.actor, now=asked.now)
