"""Which tax the shop collects where, and who need not pay it: data that staff edit and decide."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.enums import CertificateState, VatState
from pinshop.accounts.owners import Owned
from pinshop.core.models import StoredFile


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


class VatNumber(models.Model):
    """What is known of a business's VAT number."""

    number = models.CharField(primary_key=True, max_length=20, help_text="With its country's letters, no spaces.")
    state = models.CharField(max_length=15, choices=VatState.choices, default=VatState.NOT_CHECKED)
    name = models.CharField(max_length=300, blank=True, help_text="As the register has it, where it says so.")
    source = models.CharField(max_length=100, blank=True, help_text="VIES, or who of our staff looked it up where.")
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "VAT number"
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=VatState.NOT_CHECKED) | Q(checked_at__isnull=False),
                name="orders_vatnumber_checked_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ExemptionCertificate(Owned):
    """Paper that frees a buyer from the tax of a place, once staff have looked at it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    region = models.CharField(max_length=10, blank=True, help_text="State or province; empty for the whole country.")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=CertificateState.choices, default=CertificateState.PENDING)
    answer = models.CharField(max_length=300, blank=True, help_text="What staff said about it.")
    valid_to = models.DateField(null=True, blank=True, help_text="The last day; empty where it does not end.")
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        ordering: ClassVar = ["-created_at"]
        permissions: ClassVar = [("decide_exemption", "Can approve and decline exemption certificates")]
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state=CertificateState.PENDING) | Q(decided_at__isnull=False),
                name="orders_exemption_decided_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.region} {self.file_name}".replace("  ", " ")
