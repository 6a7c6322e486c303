"""What cancelling costs: one published table at a time. A published table never changes; a change is a new table.

Triggers in migration 0008 keep published tables as they are. An order keeps the table under which it was placed.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.enums import CancellationStage
from pinshop.core.money import MINOR_DIGITS


class CancellationTable(models.Model):
    """One version of what cancelling costs at each stage."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True, editable=False)
    valid_from = models.DateTimeField(help_text="Orders placed from here on are under this table, until a later one.")
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.TextField(blank=True, help_text="What changed, and why.")
    return_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days after delivery within which ready-made pins may be sent back."
    )

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """What orders keep and the terms name: `C-1`."""
        return f"C-{self.number}"


class CancellationStep(models.Model):
    """What cancelling a line costs at one stage, never more than the line itself."""

    table = models.ForeignKey(CancellationTable, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=20, choices=CancellationStage.choices)
    percent = models.PositiveSmallIntegerField(help_text="Of what the customer pays for the line.")
    charges_die = models.BooleanField(default=False, help_text="The die and other moulds are charged as well.")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "stage"], name="orders_cancellationstep_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="orders_cancellationstep_percent"),
        ]

    def __str__(self) -> str:
        return str(self.get_stage_display())


class CancellationMinimum(models.Model):
    """The least that cancelling costs at one stage in one currency."""

    table = models.ForeignKey(CancellationTable, on_delete=models.CASCADE, related_name="minimums")
    stage = models.CharField(max_length=20, choices=CancellationStage.choices)
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    amount_minor = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "stage", "currency"], name="orders_cancellationminimum_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.currency}"
