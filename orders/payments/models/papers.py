"""Invoices and credit notes."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models import Order, Requote
from pinshop.core.models import StoredFile
from pinshop.core.money import Money


class Invoice(models.Model):
    """A numbered document of a paid order, or of what a re-quote made dearer since. It never changes.

    Its figures are those of the order when it was issued.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    requote = models.OneToOneField(Requote, null=True, blank=True, on_delete=models.PROTECT, related_name="invoice")
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    data = models.JSONField(help_text="Everything the document shows.")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(requote__isnull=True), name="payments_invoice_one_per_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditNote(models.Model):
    """A numbered document of money that went back on an invoiced order. It never changes.

    A refund that failed after all leaves its credit note to the refund that then carries it out.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credit_notes")
    currency = models.CharField(max_length=3)
    total_minor = models.PositiveBigIntegerField()
    tax_minor = models.PositiveBigIntegerField(help_text="The tax within the total.")
    data = models.JSONField(help_text="Everything the document shows.")
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-issued_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total_minor__gt=0), name="payments_creditnote_total_positive"),
            models.CheckConstraint(
                condition=Q(tax_minor__lte=F("total_minor")), name="payments_creditnote_tax_within_total"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        """What went back."""
        return Money(self.total_minor, self.currency)
