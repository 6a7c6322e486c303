"""Tax rates, VAT numbers, exemption certificates: what staff confirm, with its source."""

from datetime import date

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from orders.admin.dialogs import Asked, Dialog, asks
from orders.admin.pages import ReadOnlyAdmin
from orders.enums import CertificateState, VatState
from orders.models import ExemptionCertificate, TaxRate, VatNumber
from orders.services import exemptions, vat_numbers
from pinshop.core import files


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rates by country and region, each from a day on; none is collected until somebody has checked its source."""

    list_display = ("country", "region", "name", "rate", "inclusive", "valid_from", "valid_to", "unconfirmed", "source")
    list_filter = ("unconfirmed", "country")
    search_fields = ("country", "region", "name")


class SourceDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Where somebody has looked it up."""

    source = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget)


@admin.register(VatNumber)
class VatNumberAdmin(ReadOnlyAdmin):
    """VAT numbers that customers gave, and what is known of them."""

    list_display = ("number", "state", "name", "source", "created_at", "checked_at")
    list_filter = ("state",)
    search_fields = ("number", "name")
    actions_detail = ("confirm", "refuse")

    @asks(
        "Found valid",
        Dialog("Found valid", "Reverse charge then applies to new quotes.", "It is valid", "It counts as valid."),
        permission="decide",
        icon="verified",
        form=SourceDialog,
    )
    def confirm(self, asked: Asked) -> object:
        """Looked up by hand and found."""
        return _record(asked, VatState.VALID)

    @asks(
        "Not in the register",
        Dialog("Not in the register", "The tax stays charged.", "It is not there", "It counts as unknown."),
        permission="decide",
        icon="block",
        form=SourceDialog,
    )
    def refuse(self, asked: Asked) -> object:
        """Looked up by hand and not found."""
        return _record(asked, VatState.UNKNOWN)


def _record(asked: Asked, state: VatState) -> object:
    return vat_numbers.confirm(number=asked.key, state=state, source=asked["source"], actor=asked.actor, now=asked.now)


class ApproveDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Until when it counts."""

    valid_to = forms.DateField(required=False, help_text="The last day; empty if none.", widget=UnfoldAdminDateWidget)
    answer = forms.CharField(max_length=300, required=False, widget=UnfoldAdminTextInputWidget)


class DeclineDialog(BaseDialogForm):  # type: ignore[misc]  # unfold ships no types
    """Why not."""

    answer = forms.CharField(max_length=300, widget=UnfoldAdminTextInputWidget)


@admin.register(ExemptionCertificate)
class ExemptionCertificateAdmin(ReadOnlyAdmin):
    """The queue of certificates, those to be looked at first."""

    list_display = ("file_name", "state", "user", "business", "country", "region", "created_at", "valid_to")
    list_filter = ("state", "country")
    list_select_related = ("user", "business")
    ordering = ("-state", "created_at")
    readonly_fields = ("document",)
    actions_detail = ("approve", "decline")

    @admin.display(description="document")
    def document(self, row: ExemptionCertificate) -> SafeString:
        """What was handed in, by a link that expires."""
        return format_html('<a href="{}">{}</a>', files.link(row.file_id, name=row.file_name), row.file_name)

    @asks(
        "Approve",
        Dialog(
            "Approve the certificate", "No tax is charged there from now on.", "Approve", "The certificate is approved."
        ),
        permission="decide",
        icon="verified",
        form=ApproveDialog,
    )
    def approve(self, asked: Asked) -> object:
        """It frees its buyer from tax."""
        return _decide(asked, CertificateState.APPROVED, valid_to=asked["valid_to"])

    @asks(
        "Decline",
        Dialog("Decline the certificate", "Say why: the customer reads it.", "Decline", "The certificate is declined."),
        permission="decide",
        icon="block",
        form=DeclineDialog,
    )
    def decline(self, asked: Asked) -> object:
        """It does not."""
        return _decide(asked, CertificateState.DECLINED)


def _decide(asked: Asked, state: CertificateState, *, valid_to: date | None = None) -> object:
    return exemptions.decide(
        certificate_id=asked.id,
        state=state,
        answer=asked["answer"],
        valid_to=valid_to,
        actor=asked.actor,
        now=asked.now,
    )
