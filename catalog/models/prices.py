"""Price tables: what a custom pin costs. A published table never changes; a change is a new table.

Every amount is a whole number of minor units, also the price of one pin: quantity times unit is then exact, and the
invoice, the basket and the payment provider show the same figures. Triggers in migration 0002 keep published tables
as they are.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.options import Process, SizeTier
from pinshop.core.money import MINOR_DIGITS

MAX_QUANTITY = 10_000


class PriceTable(models.Model):
    """One version of the prices in one currency, with what holds for every pin of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    number = models.PositiveIntegerField(editable=False)
    valid_from = models.DateTimeField(help_text="Prices of this table hold from here until a later table begins.")
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.TextField(blank=True, help_text="What changed, and why.")
    colours_included = models.PositiveSmallIntegerField(default=6)
    rush_percent = models.PositiveSmallIntegerField(default=20)
    rush_minimum_minor = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["currency", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "number"], name="catalog_pricetable_version_once"),
            models.CheckConstraint(condition=Q(rush_percent__lte=100), name="catalog_pricetable_rush_percent"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """What quotes and orders keep: `USD-1`."""
        return f"{self.currency}-{self.number}"


class ProcessTerms(models.Model):
    """What holds for a process at any size."""

    table = models.ForeignKey(PriceTable, on_delete=models.CASCADE, related_name="process_terms")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    minimum_quantity = models.PositiveIntegerField(help_text="Smaller orders cost as much as this many.")
    setup_minor = models.PositiveIntegerField(default=0, help_text="Print setup, once per line.")
    die_waived_from = models.PositiveIntegerField(null=True, blank=True, help_text="Pieces from which the die is free.")

    class Meta:
        verbose_name_plural = "process terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "process"], name="catalog_processterms_once"),
            models.CheckConstraint(
                condition=Q(minimum_quantity__range=(1, MAX_QUANTITY)), name="catalog_processterms_minimum"
            ),
        ]

    def __str__(self) -> str:
        return self.process_id


class UnitPrice(models.Model):
    """What one pin costs from a quantity on."""

    table = models.ForeignKey(PriceTable, on_delete=models.CASCADE, related_name="unit_prices")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    size = models.ForeignKey(SizeTier, on_delete=models.PROTECT, related_name="+")
    from_quantity = models.PositiveIntegerField()
    unit_minor = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["process", "size", "from_quantity"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["table", "process", "size", "from_quantity"], name="catalog_unitprice_once"
            ),
            models.CheckConstraint(condition=Q(unit_minor__gt=0), name="catalog_unitprice_positive"),
            models.CheckConstraint(
                condition=Q(from_quantity__range=(1, MAX_QUANTITY)), name="catalog_unitprice_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.size_id} from {self.from_quantity}"


class DieFee(models.Model):
    """What one die (mould) costs."""

    table = models.ForeignKey(PriceTable, on_delete=models.CASCADE, related_name="die_fees")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    size = models.ForeignKey(SizeTier, on_delete=models.PROTECT, related_name="+")
    fee_minor = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "process", "size"], name="catalog_diefee_once"),
        ]

    def __str__(self) -> str:
        return f"{self.process_id} {self.size_id}"


class OptionPrice(models.Model):
    """What a choice adds: per pin (and per count) from a quantity on, and once per line."""

    class Kind(models.TextChoices):
        PLATING = "plating", "Plating"
        ADDON = "addon", "Add-on"
        ATTACHMENT = "attachment", "Attachment"
        PACKAGING = "packaging", "Packaging"
        COLOUR = "colour", "Each colour above those included"
        POST = "post", "Each post after the first"
        THICKNESS = "thickness", "Thickness; the difference to the usual one is charged"

    table = models.ForeignKey(PriceTable, on_delete=models.CASCADE, related_name="option_prices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(
        max_length=40, blank=True, help_text="Empty for colour and post; millimetres for thickness."
    )
    from_quantity = models.PositiveIntegerField(default=1)
    unit_minor = models.PositiveIntegerField(default=0)
    setup_minor = models.PositiveIntegerField(default=0)
    setup_per_count = models.BooleanField(default=False, help_text="The setup is charged for each count.")
    minimum_quantity = models.PositiveIntegerField(default=1, help_text="Raises the minimum of the process.")
    moulds = models.PositiveSmallIntegerField(
        default=0, help_text="Further moulds at the fee of the die, for each count."
    )
    per_post = models.BooleanField(default=False, help_text="An attachment that is charged for each post.")

    class Meta:
        ordering: ClassVar = ["kind", "code", "from_quantity"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "kind", "code", "from_quantity"], name="catalog_optionprice_once"),
            models.CheckConstraint(
                condition=Q(from_quantity__range=(1, MAX_QUANTITY)), name="catalog_optionprice_quantity"
            ),
            models.CheckConstraint(
                condition=Q(minimum_quantity__range=(1, MAX_QUANTITY)), name="catalog_optionprice_minimum"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code} from {self.from_quantity}"
