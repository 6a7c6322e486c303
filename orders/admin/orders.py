"""Orders in the admin: to look at, with one service call for each thing that can be done."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from orders.admin.dialogs import Asked, CancelDialog, Dialog, ShipDialog, TransferDialog, asks
from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.admin.refunds import RefundDialog
from orders.admin.stuck import StuckOrders
from orders.cancellation import cost_of, terms_of
from orders.models import Order, OrderLine, Shipment
from orders.payments.models import Payment
from orders.payments.services import repayments, transfers
from orders.quoted import Address
from orders.selectors import orders
from orders.services import cancellations, fulfilment, shipments
from pinshop.core.admin.amounts import amount, money

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
    readonly_fields = (
        amount("amount_minor", "amount"),
        amount("captured_minor", "captured"),
        amount("refunded_minor", "refunded"),
    )
    fields = ("state", *readonly_fields, "created_at")


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

    @asks(
        "Ship what is packed",
        Dialog("Ship", "Every packed line goes into one parcel.", "Ship", "The parcel is on its way."),
        permission="run",
        icon="local_shipping",
        form=ShipDialog,
    )
    def ship_packed(self, asked: Asked) -> object:
        """Send the packed lines of an order off."""
        return shipments.ship_packed(
            order_id=asked.id,
            carrier=asked["carrier"],
            tracking_numbers=asked["tracking_numbers"].split(),
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Book a transfer",
        Dialog(
            "Book a bank transfer", "What came to our account for this order.", "Book it", "The transfer is booked."
        ),
        permission="refund",
        icon="account_balance",
        form=TransferDialog,
    )
    def book_transfer(self, asked: Asked) -> object:
        """Money that came by bank transfer."""
        return transfers.record(
            order_id=asked.id,
            amount=asked["amount"],
            reference=asked["reference"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Cancel and refund",
        Dialog(
            "Cancel the order",
            "What was paid goes back, less what cancelling costs by the order's table.",
            "Cancel the order",
            "The order is cancelled.",
        ),
        permission="run",
        icon="cancel",
        form=CancelDialog,
    )
    def cancel_order(self, asked: Asked) -> object:
        """Cancel an order, also where customers no longer can."""
        return cancellations.cancel_by_staff(
            order_id=asked.id,
            reason=asked["reason"],
            actor=asked.actor,
            now=asked.now,
            waive=asked["waive"],
        )

    @asks(
        "Refund",
        Dialog("Give money back", "Never more than came and is still here.", "Refund", "The refund is on its way."),
        permission="refund",
        icon="currency_exchange",
        form=RefundDialog,
    )
    def give_back(self, asked: Asked) -> object:
        """Refund a line or the shipping, in part or whole."""
        return repayments.give_back(
            order_id=asked.id,
            parts=[asked.form.part()],
            reason=asked["reason"],
            key=f"staff:{asked['key']}",
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Resolved: let it go on",
        Dialog("Let it go on", "Its stock is taken and its work begins.", "Let it go on", "It goes on."),
        permission="run",
        icon="task_alt",
    )
    def resolve(self, asked: Asked) -> None:
        """Staff have looked at what needed attention."""
        fulfilment.resolve(order_id=asked.id, actor=asked.actor, now=asked.now)
