"""Gift cards in the admin."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from orders.admin.dialogs import Asked, Dialog, asks
from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.payments.models import GiftCard, Payment
from orders.payments.services import giftcards, giftreceivers
from pinshop.accounts import owners
from pinshop.core import languages
from pinshop.core.admin.amounts import AmountField, amount, exact_above_zero, money


class GiftForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A card to issue. Its key makes a double click one card."""

    amount = AmountField(max_digits=14)
    language = forms.ChoiceField(
        choices=languages.LANGUAGES,
        initial=languages.DEFAULT,
        widget=UnfoldAdminSelectWidget,
        help_text="What the mail with the code speaks.",
    )
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)

    class Meta:
        model = GiftCard
        fields: ClassVar = ["currency", "receiver_email", "receiver_name", "message", "expires_at", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("expires_at", timezone.now() + timedelta(days=settings.GIFT_CARD_DAYS))
        self.fields["receiver_email"].help_text = "The code goes there. Empty: you hand it on; it is shown once."

    def clean(self) -> dict[str, Any]:
        """An amount above zero that the currency has, and an end in the future."""
        data = super().clean() or {}
        if "amount" in data and "currency" in data:
            try:
                data["money"] = exact_above_zero(data["amount"], data["currency"])
            except forms.ValidationError as error:
                self.add_error("amount", error)
        if data.get("expires_at") and data["expires_at"] <= timezone.now():
            self.add_error("expires_at", "Name a day to come, or none.")
        return data

    def gift(self) -> giftcards.Gift:
        """What was written."""
        given = self.cleaned_data
        return giftcards.Gift(
            amount=given["money"],
            email=given["receiver_email"],
            name=given["receiver_name"],
            message=given["message"],
            note=given["note"],
            expires_at=given["expires_at"],
            language=given["language"],
        )


class ReceiverDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Asks for the address; the edition that was shown makes a double click one correction."""

    receiver_email = forms.EmailField(label="Receiver's e-mail", widget=UnfoldAdminTextInputWidget)
    edition = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        card = GiftCard.objects.filter(pk=self.object_id).first()
        if card is not None:
            self.initial.update(receiver_email=card.receiver_email, edition=card.edition)


class CardPaymentInline(ReadOnlyInline):
    """The orders that a card has paid."""

    model = Payment
    readonly_fields = (amount("captured_minor", "paid"), amount("refunded_minor", "given back"))
    fields = ("order", *readonly_fields, "created_at")


@admin.register(GiftCard)
class GiftCardAdmin(ReadOnlyAdmin):
    """Gift cards: issued and blocked here, spent and filled again by orders and refunds."""

    list_display = ("__str__", "balance", "initial", "receiver_email", "expires_at", "shown_active", "created_at")
    list_filter = ("active", "currency")
    search_fields = ("ending", "receiver_email", "receiver_name", "note")
    readonly_fields = ("balance", "initial")
    exclude = ("balance_minor", "initial_minor")
    inlines = (CardPaymentInline,)
    actions_detail = ("correct", "block", "unblock")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may make money out of nothing."""
        return request.user.has_perm("payments.add_giftcard")

    def has_block_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may block cards."""
        return request.user.has_perm("payments.change_giftcard")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """A new card is issued with an amount."""
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": GiftForm}))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The card as it is, or what a new one needs."""
        return super().get_fields(request, obj) if obj else ("amount", *GiftForm.Meta.fields, "language", "key")

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[ReadOnlyInline], ...]:
        """A new card has paid nothing."""
        del request
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: GiftCard, form: GiftForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Issue it, and show its code this once."""
        del change
        issued = giftcards.issue(
            gift=form.gift(),
            key=form.cleaned_data["key"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
        obj.__dict__.update(issued.card.__dict__)
        if issued.code:
            messages.warning(request, f"The code is {issued.code}. It is shown this once and cannot be read again.")

    @admin.display(description="balance")
    def balance(self, card: GiftCard) -> str:
        """What it holds."""
        return money(card, card.balance_minor)

    @admin.display(description="issued over")
    def initial(self, card: GiftCard) -> str:
        """What it held."""
        return money(card, card.initial_minor)

    @display(description="state", label={"Good": "success", "Blocked": "danger"})  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_active(self, card: GiftCard) -> str:
        """Whether it pays."""
        return "Good" if card.active else "Blocked"

    @asks(
        "Correct the receiver",
        Dialog(
            "Correct the receiver's address",
            "The card gets a new code and is mailed there; the old code pays nothing. Only while nothing is spent.",
            "Correct and send",
            "The address is corrected.",
        ),
        permission="block",
        icon="forward_to_inbox",
        form=ReceiverDialog,
    )
    def correct(self, asked: Asked) -> object:
        """The mail went to nobody, or to somebody else."""
        return giftreceivers.correct(
            card_id=asked.id,
            email=asked["receiver_email"],
            edition=asked["edition"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Block",
        Dialog("Block the card", "It pays nothing until it is let go on.", "Block", "It is blocked."),
        permission="block",
        icon="block",
    )
    def block(self, asked: Asked) -> object:
        """A card that was lost or stolen."""
        return giftcards.switch(card_id=asked.id, active=False, actor=asked.actor, now=asked.now)

    @asks(
        "Unblock",
        Dialog("Unblock the card", "It pays again.", "Unblock", "It can be used again."),
        permission="block",
        icon="task_alt",
    )
    def unblock(self, asked: Asked) -> object:
        """It is with its owner again."""
        return giftcards.switch(card_id=asked.id, active=True, actor=asked.actor, now=asked.now)
