"""The lines of orders in the admin: to look at, with one service call for each thing that can be done."""

from django.contrib import admin

from orders.admin.dialogs import Asked, CancelDialog, Dialog, PriceDialog, ReasonDialog, asks
from orders.admin.pages import ReadOnlyAdmin
from orders.enums import LineState
from orders.models import OrderLine
from orders.services import cancellations, lines, requotes
from pinshop.core.admin.amounts import amount

_AMOUNTS = (
    amount("total_minor", "price, before discount and tax"),
    amount("discount_minor", "its part of the discount"),
    amount("tax_minor", "its part of the tax"),
    amount("credited_minor", "taken off before its invoice was paid"),
    amount("cancellation_cost_minor", "what cancelling it cost"),
)


@admin.register(OrderLine)
class OrderLineAdmin(ReadOnlyAdmin):
    """Lines: what is to be picked, what is late, what is on hold."""

    list_display = ("title", "order", "kind", "quantity", "state", "ship_by_date", "on_hold")
    list_filter = ("kind", "state", "on_hold")
    list_select_related = ("order",)
    search_fields = ("order__number", "title", "id")
    ordering = ("ship_by_date", "order", "position")
    exclude = tuple(shown.__name__ for shown in _AMOUNTS)
    readonly_fields = _AMOUNTS
    actions_detail = ("pack", "propose_price", "cancel_line", "hold", "release")

    @asks(
        "Packed",
        Dialog("Packed?", "Every piece is in the box.", "Packed", "Packed."),
        permission="run",
        icon="package_2",
    )
    def pack(self, asked: Asked) -> object:
        """A ready-made line is in its box."""
        return lines.advance(line_id=asked.id, to=LineState.PACKED, actor=asked.actor, now=asked.now)

    @asks(
        "New price",
        Dialog(
            "Propose a new price",
            "What is left empty stays. Until the customer has answered, nothing of the order can be approved.",
            "Propose it",
            "The customer has the new price.",
        ),
        permission="run",
        icon="request_quote",
        form=PriceDialog,
    )
    def propose_price(self, asked: Asked) -> object:
        """Another size, number of colours or quantity, at the order's own price table."""
        line = OrderLine.objects.get(pk=asked.key)
        return requotes.propose(
            line_id=line.pk,
            change=asked.form.change(line),
            reason=asked["reason"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Cancel and refund the line",
        Dialog(
            "Cancel the line",
            "What was paid for it goes back, less what cancelling costs by the order's table.",
            "Cancel the line",
            "The line is cancelled.",
        ),
        permission="run",
        icon="cancel",
        form=CancelDialog,
    )
    def cancel_line(self, asked: Asked) -> object:
        """Cancel one line of an order."""
        return cancellations.cancel_line(
            line_id=asked.id,
            reason=asked["reason"],
            waive=asked["waive"],
            actor=asked.actor,
            now=asked.now,
        )

    @asks(
        "Hold",
        Dialog("Hold the line", "It moves no further until it is released.", "Hold", "On hold."),
        permission="run",
        icon="pause",
        form=ReasonDialog,
    )
    def hold(self, asked: Asked) -> object:
        """Stop a line."""
        return lines.hold(line_id=asked.id, reason=asked["reason"], actor=asked.actor, now=asked.now)

    @asks(
        "Release",
        Dialog("Release the line", "It may go on.", "Release", "Released."),
        permission="run",
        icon="play_arrow",
    )
    def release(self, asked: Asked) -> object:
        """Let a line go on."""
        return lines.release(line_id=asked.id, actor=asked.actor, now=asked.now)
