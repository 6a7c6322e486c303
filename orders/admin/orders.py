"""Orders in the admin: to look at, with one service call for each thing that can be done."""

from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from orders.admin.pages import (
    CancelDialog,
    PlainDialog,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ShipDialog,
    TransferDialog,
    act,
    amount,
    dialog,
    money,
)
from orders.admin.refunds import RefundDialog
from orders.admin.stuck import StuckOrders
from orders.cancellation import cost_of, terms_of
from orders.models import Order, OrderLine, Shipment
from orders.payments.models import Payment
from orders.payments.services import repayments, transfers
from orders.quoted import Address
from orders.selectors import orders
from orders.services import cancellations, fulfilment, shipments

_RUN = ["run"]
_AMOUNTS = (
    amount("subtotal_minor", "goods"),
    amount("discount_minor", "discount"),
    amount("shipping_minor", "shipping costs"),
    amount("tax_minor", "taxes"),
    amount("total_minor", "all in all"),
)
_COLOURS = {
    "Waiting for payment": "warning",
    "Waiting for you": "info",
    "Being looked at by our staff": "danger",
    "Delivered": "success",
    "Cancelled": "danger",
}


class LineInline(ReadOnlyInline):
    """The lines of an order."""

    model = OrderLine
    fields = ("position", "kind", "title", "quantity", "state", "ship_by_date", "on_hold", "cancelling")
    readonly_fields = ("cancelling",)
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        """With the order, whose table says what cancelling costs."""
        rows: QuerySet[OrderLine] = super().get_queryset(request)
        return rows.select_related("order")

    @admin.display(description="cancelling costs")
    def cancelling(self, line: OrderLine) -> str:
        """By the order's table, as the line stands."""
        cost = cost_of(line, terms_of(line.order.cancellation))
        return "" if cost is None else str(cost)


class PaymentInline(ReadOnlyInline):
    """The tries to pay an order."""

    model = Payment
    fields = ("state", "amount_minor", "captured_minor", "refunded_minor", "currency", "created_at")


class ShipmentInline(ReadOnlyInline):
    """The parcels of an order."""

    model = Shipment
    fields = ("carrier", "tracking_numbers", "state", "created_at", "delivered_at")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders."""

    list_display = ("number", "state", "contact_name", "contact_email", "total", "placed_at", "paid_at", "attention")
    list_filter = ("live", "paid_at", "lines__state")
    search_fields = ("number", "contact_email", "contact_name", "id")
    date_hierarchy = "placed_at"
    inlines = (LineInline, PaymentInline, ShipmentInline)
    readonly_fields = ("state", "total", "timeline", "goes_to", *_AMOUNTS)
    fieldsets = (
        (None, {"fields": ("number", "state", "total", "attention", "live", "quote")}),
        ("Customer", {"fields": ("contact_name", "contact_email", "goes_to", "purchase_order", "user", "business")}),
        ("Money", {"fields": ("payment_terms", *_AMOUNTS, "shipping", "tax")}),
        ("What happened", {"fields": ("placed_at", "paid_at", "reserved_until", "timeline")}),
    )
    actions_detail = ("ship_packed", "book_transfer", "cancel_order", "give_back", "resolve")

    def get_custom_urls(self) -> tuple[tuple[str, str, object], ...]:
        """The report on stuck orders stands beside the list."""
        return (("waits/", "orders_order_waits", StuckOrders.as_view(model_admin=self)),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        """With lines, so that the state of a page of orders takes no query of its own."""
        del request
        return orders.rows()

    @display(description="state", label=_COLOURS)  # type: ignore[untyped-decorator]  # unfold ships no types
    def state(self, order: Order) -> str:
        """The derived state."""
        return str(orders.state_of(order).label)

    @admin.display(description="total")
    def total(self, order: Order) -> str:
        """What it costs."""
        return money(order, order.total_minor)

    @admin.display(description="goes to")
    def goes_to(self, order: Order) -> str:
        """As it stands on the parcel."""
        return ", ".join(Address.from_json(order.address).lines(str(order.shipping.get("country_name", ""))))

    @admin.display(description="timeline")
    def timeline(self, order: Order) -> SafeString:
        """What the customer reads."""
        rows = ((f"{moment.at:%Y-%m-%d %H:%M}", moment.text, moment.actor) for moment in orders.list_timeline(order))
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} {} ({})</li>", rows))

    @action(
        description="Ship what is packed",
        permissions=_RUN,
        icon="local_shipping",
        dialog=dialog("Ship", "Every packed line goes into one parcel.", ShipDialog, "Ship"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def ship_packed(self, request: HttpRequest, form: ShipDialog, object_id: str) -> HttpResponse:
        """Send the packed lines of an order off."""
        return act(
            request,
            "The parcel is on its way.",
            lambda actor: shipments.ship_packed(
                order_id=UUID(object_id),
                carrier=form.cleaned_data["carrier"],
                tracking_numbers=form.cleaned_data["tracking_numbers"].split(),
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Book a transfer",
        permissions=["refund"],
        icon="account_balance",
        dialog=dialog("Book a bank transfer", "What came to our account for this order.", TransferDialog, "Book it"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def book_transfer(self, request: HttpRequest, form: TransferDialog, object_id: str) -> HttpResponse:
        """Money that came by bank transfer."""
        order = Order.objects.get(pk=object_id)
        return act(
            request,
            "The transfer is booked.",
            lambda actor: transfers.record(
                order_id=order.pk,
                amount=form.sum(order.currency),
                reference=form.cleaned_data["reference"],
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Cancel and refund",
        permissions=_RUN,
        icon="cancel",
        dialog=dialog(
            "Cancel the order",
            "What was paid goes back, less what cancelling costs by the order's table.",
            CancelDialog,
            "Cancel the order",
        ),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def cancel_order(self, request: HttpRequest, form: CancelDialog, object_id: str) -> HttpResponse:
        """Cancel an order, also where customers no longer can."""
        return act(
            request,
            "The order is cancelled.",
            lambda actor: cancellations.cancel_by_staff(
                order_id=UUID(object_id),
                reason=form.cleaned_data["reason"],
                actor=actor,
                now=timezone.now(),
                waive=form.cleaned_data["waive"],
            ),
        )

    @action(
        description="Refund",
        permissions=["refund"],
        icon="currency_exchange",
        dialog=dialog("Give money back", "Never more than came and is still here.", RefundDialog, "Refund"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def give_back(self, request: HttpRequest, form: RefundDialog, object_id: str) -> HttpResponse:
        """Refund a line or the shipping, in part or whole."""
        return act(
            request,
            "The refund is on its way.",
            lambda actor: repayments.give_back(
                order_id=UUID(object_id),
                parts=[form.part()],
                reason=form.cleaned_data["reason"],
                key=f"staff:{form.cleaned_data['key']}",
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Resolved: let it go on",
        permissions=_RUN,
        icon="task_alt",
        dialog=dialog("Let it go on", "Its stock is taken and its work begins.", PlainDialog, "Let it go on"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def resolve(self, request: HttpRequest, form: PlainDialog, object_id: str) -> HttpResponse:
        """Staff have looked at what needed attention."""
        del form
        return act(
            request,
            "It goes on.",
            lambda actor: fulfilment.resolve(order_id=UUID(object_id), actor=actor, now=timezone.now()),
        )
