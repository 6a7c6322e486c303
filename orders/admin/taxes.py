"""Tax rates, VAT numbers, exemption certificates: what staff confirm, with its source."""

from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from orders.admin.pages import ReadOnlyAdmin, act, dialog
from orders.enums import CertificateState, VatState
from orders.models import ExemptionCertificate, TaxRate, VatNumber
from orders.services import exemptions, vat_numbers
from pinshop.core import files

_DECIDE = ["decide"]


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

    @action(
        description="Found valid",
        permissions=_DECIDE,
        icon="verified",
        dialog=dialog("Found valid", "Reverse charge then applies to new quotes.", SourceDialog, "It is valid"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def confirm(self, request: HttpRequest, form: SourceDialog, object_id: str) -> HttpResponse:
        """Looked up by hand and found."""
        return self._record(request, form, object_id, VatState.VALID)

    @action(
        description="Not in the register",
        permissions=_DECIDE,
        icon="block",
        dialog=dialog("Not in the register", "The tax stays charged.", SourceDialog, "It is not there"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def refuse(self, request: HttpRequest, form: SourceDialog, object_id: str) -> HttpResponse:
        """Looked up by hand and not found."""
        return self._record(request, form, object_id, VatState.UNKNOWN)

    def _record(self, request: HttpRequest, form: SourceDialog, number: str, state: VatState) -> HttpResponse:
        return act(
            request,
            f"{number}: {state.label.lower()}.",
            lambda actor: vat_numbers.confirm(
                number=number, state=state, source=form.cleaned_data["source"], actor=actor, now=timezone.now()
            ),
        )


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

    @action(
        description="Approve",
        permissions=_DECIDE,
        icon="verified",
        dialog=dialog("Approve the certificate", "No tax is charged there from now on.", ApproveDialog, "Approve"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def approve(self, request: HttpRequest, form: ApproveDialog, object_id: str) -> HttpResponse:
        """It frees its buyer from tax."""
        return self._decide(request, form, object_id, CertificateState.APPROVED)

    @action(
        description="Decline",
        permissions=_DECIDE,
        icon="block",
        dialog=dialog("Decline the certificate", "Say why: the customer reads it.", DeclineDialog, "Decline"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def decline(self, request: HttpRequest, form: DeclineDialog, object_id: str) -> HttpResponse:
        """It does not."""
        return self._decide(request, form, object_id, CertificateState.DECLINED)

    def _decide(self, request: HttpRequest, form: forms.Form, object_id: str, state: CertificateState) -> HttpResponse:
        return act(
            request,
            f"The certificate is {state.label.lower()}.",
            lambda actor: exemptions.decide(
                certificate_id=UUID(object_id),
                state=state,
                answer=form.cleaned_data["answer"],
                valid_to=form.cleaned_data.get("valid_to"),
                actor=actor,
                now=timezone.now(),
            ),
        )
