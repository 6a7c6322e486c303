"""Shipping services, zones and prices: the data that staff edit."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from orders.models import ShippingCountry, ShippingOffer, ShippingRate, ShippingService, ShippingZone
from pinshop.core.admin.amounts import AmountsAdmin


class OfferInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The services that go to a zone."""

    model = ShippingOffer
    extra = 0


class CountryInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The countries of a zone."""

    model = ShippingCountry
    extra = 0


class RateInline(AmountsAdmin, TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The price steps of a service to a zone."""

    model = ShippingRate
    extra = 0


@admin.register(ShippingService)
class ShippingServiceAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """How parcels are sent."""

    list_display = ("name", "code", "position")


@admin.register(ShippingZone)
class ShippingZoneAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Where it goes, and by which services."""

    list_display = ("name", "code")
    inlines = (OfferInline, CountryInline)


@admin.register(ShippingOffer)
class ShippingOfferAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """What a service to a zone costs, and how long it takes."""

    list_display = ("zone", "service", "days_min", "days_max")
    list_filter = ("zone", "service")
    list_select_related = ("zone", "service")
    inlines = (RateInline,)
