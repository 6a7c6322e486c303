"""Where the shop ships, how fast and for how much: data that staff edit."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from pinshop.core.money import MINOR_DIGITS


class ShippingZone(models.Model):
    """Countries that cost the same to ship to."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ShippingCountry(models.Model):
    """A country the shop ships to (ISO 3166-1 alpha-2), in one zone."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=80)
    zone = models.ForeignKey(ShippingZone, on_delete=models.PROTECT, related_name="countries")
    currency = models.CharField(
        max_length=3,
        choices=[(code, code) for code in MINOR_DIGITS],
        default="USD",
        help_text="In which people there see prices first; they may choose another.",
    )

    class Meta:
        verbose_name_plural = "shipping countries"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ShippingService(models.Model):
    """A way to send parcels, such as standard or express."""

    code = models.SlugField(primary_key=True, max_length=30)
    name = models.CharField(max_length=80, help_text="As customers read it, such as Express.")
    position = models.PositiveSmallIntegerField(default=0, help_text="The first that goes somewhere is chosen first.")

    class Meta:
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class ShippingOffer(models.Model):
    """A service to a zone: how long it takes. Its rates say what it costs."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="offers")
    service = models.ForeignKey(ShippingService, on_delete=models.PROTECT, related_name="offers")
    days_min = models.PositiveSmallIntegerField(help_text="Business days on the way, at best.")
    days_max = models.PositiveSmallIntegerField(help_text="Business days on the way, at worst.")

    class Meta:
        ordering: ClassVar = ["service__position", "service"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days_max__gte=models.F("days_min")), name="orders_shippingoffer_days"),
            models.UniqueConstraint(fields=["zone", "service"], name="orders_shippingoffer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} to {self.zone_id}"


class ShippingRate(models.Model):
    """The price of a parcel up to a weight. Heavier parcels take the last step once per its full weight."""

    offer = models.ForeignKey(ShippingOffer, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    up_to_g = models.PositiveIntegerField(verbose_name="up to (g)")
    price_minor = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["offer", "currency", "up_to_g"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offer", "currency", "up_to_g"], name="orders_shippingrate_step_once"),
            models.CheckConstraint(condition=Q(up_to_g__gt=0), name="orders_shippingrate_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.offer} up to {self.up_to_g} g"
