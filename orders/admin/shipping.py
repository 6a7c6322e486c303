"""Shipping prices and tax rates: the data that staff edit."""

from django.contrib import admin
from unfold.admin import ModelAdmin, TabularInline

from orders.models import ShippingCountry, ShippingRate, ShippingZone, TaxRate


class RateInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The price steps of a zone."""

    model = ShippingRate
    extra = 0


class CountryInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The countries of a zone."""

    model = ShippingCountry
    extra = 0


@admin.register(ShippingZone)
class ShippingZoneAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Where it goes and what it costs."""

    list_display = ("name", "code", "days_min", "days_max")
    inlines = (RateInline, CountryInline)


@admin.register(ShippingRate)
class ShippingRateAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """All price steps in one list."""

    list_display = ("zone", "currency", "up_to_g", "price_minor")
    list_filter = ("zone", "currency")
    list_select_related = ("zone",)


@admin.register(TaxRate)
class TaxRateAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Taxes: none is collected until somebody has checked its source."""

    list_display = ("country", "name", "rate", "unconfirmed", "source")
    list_filter = ("unconfirmed",)
    search_fields = ("country", "name")
