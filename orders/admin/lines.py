"""The lines of orders in the admin: to look at, with one service call for each thing that can be done."""

from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action

from orders.admin.pages import (
    CancelDialog,
    PlainDialog,
    PriceDialog,
    ReadOnlyAdmin,
    ReasonDialog,
    act,
    amount,
    dialog,
)
from orders.enums import LineState
from orders.models import OrderLine
from orders.services import cancellations, lines, requotes

_RUN = ["run"]
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

    @action(
        description="Packed",
        permissions=_RUN,
        icon="package_2",
        dialog=dialog("Packed?", "Every piece is in the box.", PlainDialog, "Packed"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def pack(self, request: HttpRequest, form: PlainDialog, object_id: str) -> HttpResponse:
        """A ready-made line is in its box."""
        del form
        return act(
            request,
            "Packed.",
            lambda actor: lines.advance(line_id=UUID(object_id), to=LineState.PACKED, actor=actor, now=timezone.now()),
        )

    @action(
        description="New price",
        permissions=_RUN,
        icon="request_quote",
        dialog=dialog(
            "Propose a new price",
            "What is left empty stays. Until the customer has answered, nothing of the order can be approved.",
            PriceDialog,
            "Propose it",
        ),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def propose_price(self, request: HttpRequest, form: PriceDialog, object_id: str) -> HttpResponse:
        """Another size, number of colours or quantity, at the order's own price table."""
        line = OrderLine.objects.get(pk=object_id)
        return act(
            request,
            "The customer has the new price.",
            lambda actor: requotes.propose(
                line_id=line.pk,
                change=form.change(line),
                reason=form.cleaned_data["reason"],
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Cancel and refund the line",
        permissions=_RUN,
        icon="cancel",
        dialog=dialog(
            "Cancel the line",
            "What was paid for it goes back, less what cancelling costs by the order's table.",
            CancelDialog,
            "Cancel the line",
        ),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def cancel_line(self, request: HttpRequest, form: CancelDialog, object_id: str) -> HttpResponse:
        """Cancel one line of an order."""
        return act(
            request,
            "The line is cancelled.",
            lambda actor: cancellations.cancel_line(
                line_id=UUID(object_id),
                reason=form.cleaned_data["reason"],
                waive=form.cleaned_data["waive"],
                actor=actor,
                now=timezone.now(),
            ),
        )

    @action(
        description="Hold",
        permissions=_RUN,
        icon="pause",
        dialog=dialog("Hold the line", "It moves no further until it is released.", ReasonDialog, "Hold"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def hold(self, request: HttpRequest, form: ReasonDialog, object_id: str) -> HttpResponse:
        """Stop a line."""
        return act(
            request,
            "On hold.",
            lambda actor: lines.hold(
                line_id=UUID(object_id), reason=form.cleaned_data["reason"], actor=actor, now=timezone.now()
            ),
        )

    @action(
        description="Release",
        permissions=_RUN,
        icon="play_arrow",
        dialog=dialog("Release the line", "It may go on.", PlainDialog, "Release"),
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def release(self, request: HttpRequest, form: PlainDialog, object_id: str) -> HttpResponse:
        """Let a line go on."""
        del form
        return act(
            request,
            "Released.",
            lambda actor: lines.release(line_id=UUID(object_id), actor=actor, now=timezone.now()),
        )
