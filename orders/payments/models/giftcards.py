"""Gift cards."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from orders.models import OrderLine
from pinshop.core import languages
from pinshop.core.money import MINOR_DIGITS


class GiftCard(models.Model):
    """Money that was given away or sold. Only the hash of its code is kept; `services.giftcards` moves its balance.

    One that a `line` of an order buys is stored with the order and holds nothing before it is issued, when that is paid.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    edition = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Counts its codes: with another address it gets another code."
    )
    ending = models.CharField(max_length=4, help_text="The last letters of its code, by which people tell cards apart.")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    initial_minor = models.PositiveBigIntegerField()
    balance_minor = models.PositiveBigIntegerField()
    active = models.BooleanField(default=True, help_text="Off: blocked by staff, it pays nothing.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: it is good for ever.")
    receiver_email = models.EmailField(blank=True)
    receiver_name = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=300, blank=True, help_text="From the giver to the receiver.")
    language = models.CharField(max_length=10, choices=languages.LANGUAGES, default=languages.DEFAULT)
    note = models.TextField(blank=True, help_text="For staff: why it was issued.")
    line = models.OneToOneField(
        OrderLine, null=True, blank=True, on_delete=models.PROTECT, related_name="gift_card", help_text="What sold it."
    )
    mail_at = models.DateTimeField(null=True, blank=True, help_text="When its buyer wants it mailed; empty: at once.")
    issued_at = models.DateTimeField(null=True, blank=True, help_text="Since when it pays; empty: it is not paid yet.")
    mailed_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="When its buyer gave it back, for the money.")
    issue_key = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(initial_minor__gt=0), name="payments_giftcard_initial_positive"),
            models.CheckConstraint(
                condition=Q(balance_minor__gte=0, balance_minor__lte=F("initial_minor")),
                name="payments_giftcard_balance_within_initial",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=False) | Q(line__isnull=False, active=False, balance_minor=0),
                name="payments_giftcard_unissued_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True) | Q(active=False, balance_minor=0),
                name="payments_giftcard_taken_back_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"•••• {self.ending}"
