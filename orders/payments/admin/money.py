"""Payments, refunds, invoices and providers' messages in the admin."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from orders.admin.dialogs import Asked, Dialog, NoteDialog, asks
from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.payments.models import Credit, CreditNote, Discrepancy, InboundEvent, Invoice, Payment, Refund
from orders.payments.services import reconciliation, refunds, settlement
from pinshop.core import files
from pinshop.core.admin.amounts import money


class RefundInline(ReadOnlyInline):
    """What went back."""

    model = Refund
    readonly_fields = ("amount",)
    fields = ("state", "amount", "allocation", "reason", "failure", "created_at", "settled_at")

    @admin.display(description="amount")
    def amount(self, refund: Refund) -> str:
        """What went back."""
        return money(refund.payment, refund.amount_minor)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Tries to pay."""

    list_display = ("order", "state", "amount", "captured", "refunded", "provider", "created_at", "settled_at")
    list_filter = ("state", "provider")
    list_select_related = ("order",)
    search_fields = ("order__number", "session_id", "intent_id", "id")
    exclude = ("idempotency_key", "page_url")
    inlines = (RefundInline,)
    actions_detail = ("ask_again",)

    @admin.display(description="amount")
    def amount(self, payment: Payment) -> str:
        """What was due."""
        return money(payment, payment.amount_minor)

    @admin.display(description="captured")
    def captured(self, payment: Payment) -> str:
        """What came."""
        return money(payment, payment.captured_minor)

    @admin.display(description="refunded")
    def refunded(self, payment: Payment) -> str:
        """What went back."""
        return money(payment, payment.refunded_minor)

    @asks(
        "Ask the provider",
        Dialog("Ask the provider", "How does this payment stand?", "Ask", "Asked."),
        permission="view",
        icon="sync",
    )
    def ask_again(self, asked: Asked) -> object:
        """Settle a payment by hand."""
        return settlement.ask(payment_id=asked.id, now=asked.now)


@admin.register(Credit)
class CreditAdmin(ReadOnlyAdmin):
    """What was taken off invoices before they were paid."""

    list_display = ("order", "amount", "reason", "created_at")
    list_select_related = ("order",)
    search_fields = ("order__number",)

    @admin.display(description="amount")
    def amount(self, credit: Credit) -> str:
        """What is owed less."""
        return money(credit.order, credit.amount_minor)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Refunds."""

    list_display = ("payment", "state", "amount", "reason", "created_at", "settled_at", "failure")
    list_filter = ("state",)
    list_select_related = ("payment__order",)
    search_fields = ("payment__order__number", "provider_refund_id")
    actions_detail = ("sent_by_hand",)

    @admin.display(description="amount")
    def amount(self, refund: Refund) -> str:
        """What goes back."""
        return money(refund.payment, refund.amount_minor)

    @asks(
        "Sent back by transfer",
        Dialog("Sent back?", "You have sent the money from our account.", "It is sent", "The refund is done."),
        permission="refund",
        icon="account_balance",
    )
    def sent_by_hand(self, asked: Asked) -> object:
        """What came by bank transfer goes back by one."""
        return refunds.confirm_by_hand(refund_id=asked.id, actor=asked.actor, now=asked.now)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    """Where the provider's books differ from ours: to be looked into by a person."""

    list_display = ("subject", "kind", "order", "ours", "theirs", "standing", "first_seen_at", "last_seen_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind")
    list_select_related = ("payment__order",)
    search_fields = ("subject", "payment__order__number")
    actions_detail = ("explain",)

    @admin.display(description="order")
    def order(self, row: Discrepancy) -> str:
        """Whose money it is about."""
        return row.payment.order.number if row.payment else "none of ours"

    @display(description="standing", label={"Open": "danger", "Explained": "info", "Gone": "success"})  # type: ignore[untyped-decorator]  # unfold ships no types
    def standing(self, row: Discrepancy) -> str:
        """Whether somebody has to look."""
        if row.resolved_at is None:
            return "Open"
        return "Explained" if row.explanation else "Gone"

    def has_explain_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may say why the books differ."""
        return request.user.has_perm("payments.explain_discrepancy")

    @asks(
        "It is right so",
        Dialog("Why may the books differ?", "It is open again if its figures change.", "Close it", "Explained."),
        permission="explain",
        icon="task_alt",
        form=NoteDialog,
    )
    def explain(self, asked: Asked) -> object:
        """Close a difference with a reason."""
        return reconciliation.explain(
            discrepancy_id=int(asked.key), note=asked["note"], actor=asked.actor, now=asked.now
        )


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Invoices."""

    list_display = ("number", "order", "total", "issued_at", "document")
    list_select_related = ("order",)
    search_fields = ("number", "order__number")
    exclude = ("file",)
    readonly_fields = ("document",)

    @admin.display(description="total")
    def total(self, invoice: Invoice) -> str:
        """What it bills."""
        return money(invoice, invoice.total_minor)

    @admin.display(description="document")
    def document(self, invoice: Invoice) -> SafeString | str:
        """The PDF."""
        return _pdf(invoice)


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    """Credit notes."""

    list_display = ("number", "invoice", "total", "issued_at", "document")
    list_select_related = ("invoice",)
    search_fields = ("number", "invoice__number", "invoice__order__number")
    exclude = ("file",)
    readonly_fields = ("document",)

    @admin.display(description="total")
    def total(self, note: CreditNote) -> str:
        """What it credits."""
        return money(note, note.total_minor)

    @admin.display(description="document")
    def document(self, note: CreditNote) -> SafeString | str:
        """The PDF."""
        return _pdf(note)


def _pdf(paper: Invoice | CreditNote) -> SafeString | str:
    if not paper.file_id:
        return "not drawn yet"
    return format_html('<a href="{}">PDF</a>', files.link(paper.file_id, name=f"{paper.number}.pdf"))


@admin.register(InboundEvent)
class InboundEventAdmin(ReadOnlyAdmin):
    """What providers told us."""

    list_display = ("type", "provider", "event_id", "received_at", "handled_at", "note")
    list_filter = ("provider", "type")
    search_fields = ("event_id", "object_id")
