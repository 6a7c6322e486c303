"""Parcels in the admin, with what their carriers said."""

import io

from django.contrib import admin
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from unfold.decorators import action

from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Shipment, TrackingEvent
from orders.services import packing_lists


class TrackingInline(ReadOnlyInline):
    """What the carrier said."""

    model = TrackingEvent
    fields = ("happened_at", "tracking_number", "status", "text", "received_at")


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Parcels."""

    list_display = ("order", "carrier", "numbers", "state", "created_at", "delivered_at")
    list_filter = ("state", "carrier")
    list_select_related = ("order",)
    search_fields = ("order__number", "tracking_numbers")
    inlines = (TrackingInline,)
    actions_detail = ("packing_list",)

    @admin.display(description="tracking numbers")
    def numbers(self, shipment: Shipment) -> str:
        """All of them."""
        return ", ".join(shipment.tracking_numbers)

    @action(description="Packing list (PDF)", icon="inventory", permissions=["view"])  # type: ignore[untyped-decorator]  # unfold ships no types
    def packing_list(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """What is in the parcel."""
        del request
        shipment = get_object_or_404(Shipment.objects.select_related("order"), pk=object_id)
        drawn = packing_lists.draw_shipment(shipment)
        return FileResponse(io.BytesIO(drawn), filename=packing_lists.name_of(shipment), content_type="application/pdf")
