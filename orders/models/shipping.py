"""Where the shop ships, for how much, and which tax it collects: data that staff edit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class ShippingZone(models.Model):
    """Countries that cost the same to ship to."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=80)
    days_min = models.PositiveSmallIntegerField(help_text="Business days on the way, at best.")
    days_max = models.PositiveSmallIntegerField(help_text="Business days on the way, at worst.")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days_max__gte=models.F("days_min")), name="orders_shippingzone_days"),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingCountry(models.Model):
    """A country the shop ships to (ISO 3166-1 alpha-2), in one zone."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=80)
    zone = models.ForeignKey(ShippingZone, on_delete=models.PROTECT, related_name="countries")

    class Meta:
        verbose_name_plural = "shipping countries"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ShippingRate(models.Model):
    """The price of a parcel to a zone, up to a weight. Heavier parcels take the last step once per its full weight."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3)
    up_to_g = models.PositiveIntegerField(verbose_name="up to (g)")
    price_minor = models.PositiveIntegerField(help_text="In the smallest unit of the currency, such as cents.")

    class Meta:
        ordering: ClassVar = ["zone", "currency", "up_to_g"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["zone", "currency", "up_to_g"], name="orders_shippingrate_step_once"),
            models.CheckConstraint(condition=Q(up_to_g__gt=0), name="orders_shippingrate_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.zone_id} up to {self.up_to_g} g"


class TaxRate(models.Model):
    """The tax of a country, or of a region of it, from a day on. Only a rate that staff confirmed is collected."""

    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    region = models.CharField(max_length=10, blank=True, help_text="State or province, such as CA; empty for all.")
    name = models.CharField(max_length=40, help_text="As the invoice names it, such as VAT.")
    rate = models.DecimalField(max_digits=6, decimal_places=5, help_text="As a fraction: 0.19 is 19 %.")
    inclusive = models.BooleanField(
        default=False, help_text="The shop's prices there contain the tax, as consumers in Europe and Japan expect."
    )
    valid_from = models.DateField(help_text="The first day it holds.")
    valid_to = models.DateField(null=True, blank=True, help_text="The last day; empty while it holds.")
    source = models.CharField(max_length=300, help_text="Where the rate is published.")
    unconfirmed = models.BooleanField(default=True, help_text="Not collected until somebody has checked the source.")

    class Meta:
        ordering: ClassVar = ["country", "region", "-valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="orders_taxrate_fraction"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")), name="orders_taxrate_days"
            ),
            models.UniqueConstraint(fields=["country", "region", "valid_from"], name="orders_taxrate_start_once"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.region} {self.name}".replace("  ", " ")
