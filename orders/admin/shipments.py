"""Parcels in the admin, with what their carriers said."""

from django.contrib import admin

from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Shipment, TrackingEvent


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

    @admin.display(description="tracking numbers")
    def numbers(self, shipment: Shipment) -> str:
        """All of them."""
        return ", ".join(shipment.tracking_numbers)
