"""Vouchers in the admin: made, changed and switched off, with the orders that used them."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from orders.admin.pages import ReadOnlyInline
from orders.enums import VoucherKind
from orders.models import Voucher, VoucherAmount, VoucherUse
from orders.services import vouchers
from pinshop.accounts import owners
from pinshop.core.admin.amounts import AmountsAdmin
from pinshop.core.money import format_money


class VoucherForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A voucher, whose code may be typed in small letters."""

    class Meta:
        model = Voucher
        fields: ClassVar = [
            "code",
            "kind",
            "percent",
            "active",
            "note",
            "limit",
            "limit_per_customer",
            "first_order",
            "valid_from",
            "valid_to",
            "artists",
            "series",
        ]

    def clean_code(self) -> str:
        """As it is stored."""
        return str(self.cleaned_data["code"]).strip().upper()

    def clean_limit(self) -> int | None:
        """Not below what is used."""
        limit: int | None = self.cleaned_data["limit"]
        if limit is not None and limit < self.instance.used:
            raise forms.ValidationError(f"Orders have used it {self.instance.used} times already.")
        return limit


class AmountFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """What holds in each currency."""

    def clean(self) -> None:
        """An amount needs to be named in a currency at least, and only an amount is."""
        super().clean()
        rows = [form.cleaned_data for form in self.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        amounts = [row.get("off_minor") or 0 for row in rows if row]
        if self.instance.kind == VoucherKind.AMOUNT:
            if not amounts or 0 in amounts:
                raise forms.ValidationError("Say how much it takes off, in each currency that it is for.")
        elif any(amounts):
            raise forms.ValidationError("Only a voucher over an amount takes an amount off.")


class AmountInline(AmountsAdmin, TabularInline):  # type: ignore[misc]  # unfold ships no types
    """What it takes off, and from which value of pins on, in each currency."""

    model = VoucherAmount
    formset = AmountFormSet
    extra = 0


class UseInline(ReadOnlyInline):
    """The orders that used it."""

    model = VoucherUse
    fields = ("order", "created_at", "returned_at")


@admin.register(Voucher)
class VoucherAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Codes that make orders cheaper."""

    form = VoucherForm
    list_display = ("code", "takes_off", "uses", "valid_from", "valid_to", "shown_active", "note")
    list_filter = ("active", "kind", "first_order")
    search_fields = ("code", "note")
    readonly_fields = ("used",)
    autocomplete_fields = ("artists", "series")
    inlines = (AmountInline, UseInline)
    fieldsets = (
        (None, {"fields": ("code", "kind", "percent", "active", "note")}),
        ("How often", {"fields": ("used", "limit", "limit_per_customer", "first_order")}),
        ("When", {"fields": ("valid_from", "valid_to")}),
        ("For which pins", {"fields": ("artists", "series")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the amounts, which the list shows."""
        return super().get_queryset(request).prefetch_related("amounts")

    @admin.display(description="takes off")
    def takes_off(self, voucher: Voucher) -> str:
        """In a few words."""
        if voucher.kind == VoucherKind.PERCENT:
            return f"{voucher.percent.normalize():f} %"
        if voucher.kind == VoucherKind.FREE_SHIPPING:
            return "the shipping"
        return ", ".join(format_money(row.off_minor, row.currency) for row in voucher.amounts.all())

    @admin.display(description="used", ordering="used")
    def uses(self, voucher: Voucher) -> str:
        """Of how many."""
        return f"{voucher.used} of {voucher.limit}" if voucher.limit is not None else str(voucher.used)

    @display(description="state", label={"On": "success", "Off": "danger"})  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_active(self, voucher: Voucher) -> str:
        """Whether it is taken."""
        return "On" if voucher.active else "Off"

    def save_model(self, request: HttpRequest, obj: Voucher, form: VoucherForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Store it."""
        del form, change
        vouchers.save(voucher=obj, actor=owners.actor_of_request(request), now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: orders name it. Switch it off instead."""
        del request, obj
        return False
