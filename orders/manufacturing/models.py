"""Manufacturers, what they are asked to make, and what they report."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from orders.manufacturing import states
from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.models import OrderLine

SHA256 = r"^[0-9a-f]{64}$"
WHSEC = "whsec_"  # of Standard Webhooks
MAX_EVENT_ID = 100


class Manufacturer(models.Model):
    """Somebody who makes pins for the shop. The lowest position that makes a process gets the order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=ManufacturerKind.choices)
    position = models.PositiveSmallIntegerField(default=10, help_text="The smallest that fits is chosen first.")
    active = models.BooleanField(default=True, help_text="Off: gets no new orders; running ones go on.")
    processes = ArrayField(models.CharField(max_length=40), help_text="Codes of the processes it makes.")
    for_live_orders = models.BooleanField(default=True, help_text="Gets orders that are really to be made.")
    for_test_orders = models.BooleanField(
        default=False, help_text="Gets what businesses order with test keys. A real factory leaves this off."
    )
    base_url = models.CharField(
        max_length=200,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="Of its REST API, such as https://api.factory.example.",
    )
    token = models.CharField(max_length=255, blank=True)
    webhook_secret = models.CharField(max_length=255, blank=True)
    contact_email = models.EmailField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["position", "name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=ManufacturerKind.REST)
                | (~Q(base_url="") & ~Q(token="") & Q(webhook_secret__startswith=WHSEC)),
                name="manufacturing_manufacturer_rest_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ManufacturerKind.EMAIL) | ~Q(contact_email=""),
                name="manufacturing_manufacturer_email_has_address",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductionOrder(models.Model):
    """One attempt of one manufacturer at one order line, with exactly what it was asked to make.

    `tech_pack_sha256` and `request` are written once, before the first call, so that every repetition sends the same.
    `problem` is what staff must know now; `reason` says why it was rejected or cancelled.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="production_orders")
    attempt = models.PositiveSmallIntegerField(default=1)
    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="production_orders")
    state = models.CharField(max_length=20, choices=ProductionState.choices, default=ProductionState.CREATED)
    quantity = models.PositiveIntegerField()
    proof_id = models.UUIDField()
    proof_hash = models.CharField(max_length=64)
    die_lines_sha256 = models.CharField(max_length=64)
    tech_pack_sha256 = models.CharField(max_length=64, blank=True)
    request = models.JSONField(default=dict, blank=True, help_text="What is sent, without the files' contents.")
    external_id = models.CharField(max_length=100, blank=True, help_text="The manufacturer's own number.")
    last_sequence = models.PositiveIntegerField(default=0)
    packed_quantity = models.PositiveIntegerField(null=True, blank=True)
    carrier = models.CharField(max_length=40, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    problem = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(
        null=True, blank=True, help_text="When the manufacturer's copy was read back and found equal."
    )
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["line", "attempt"], name="manufacturing_productionorder_attempt_once"),
            models.UniqueConstraint(
                fields=["line"],
                condition=~Q(state__in=sorted(states.ENDED)),
                name="manufacturing_productionorder_one_open",
            ),
            models.UniqueConstraint(
                fields=["manufacturer", "external_id"],
                condition=~Q(external_id=""),
                name="manufacturing_productionorder_external_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="manufacturing_productionorder_quantity"),
            models.CheckConstraint(
                condition=Q(proof_hash__regex=SHA256, die_lines_sha256__regex=SHA256),
                name="manufacturing_productionorder_exact_proof",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(states.WITH_PACKAGE)) | Q(tech_pack_sha256__regex=SHA256),
                name="manufacturing_productionorder_sent_with_pack",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProductionState.REJECTED, ProductionState.CANCELLED]) | ~Q(reason=""),
                name="manufacturing_productionorder_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StageReport(models.Model):
    """One message of a manufacturer; the same event again is the same row."""

    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="reports")
    event_id = models.CharField(max_length=MAX_EVENT_ID)
    production_order = models.ForeignKey(
        ProductionOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    stage = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    accepted = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True, help_text="Why it changed nothing.")
    photo_sha256 = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["received_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manufacturer", "event_id"], name="manufacturing_stagereport_once"),
            models.CheckConstraint(
                condition=Q(accepted=True, production_order__isnull=False) | (Q(accepted=False) & ~Q(why="")),
                name="manufacturing_stagereport_ignored_has_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.event_id}"
