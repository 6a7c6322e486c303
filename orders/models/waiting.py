"""How long sent proofs have waited for their customers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from designs.models import Proof
from orders.models.orders import OrderLine


class ProofWait(models.Model):
    """A sent revision that its customer has not answered yet. The row goes when they do, or when the line expires."""

    proof = models.OneToOneField(Proof, on_delete=models.CASCADE, related_name="wait")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="waits")
    since = models.DateTimeField(help_text="When it was sent, or when staff let a stopped line go on.")
    reminded_day = models.PositiveSmallIntegerField(default=0, help_text="Which day's reminder went out last.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    staff_since = models.DateTimeField(null=True, blank=True, help_text="Since when staff should write or call.")

    class Meta:
        ordering: ClassVar = ["since", "pk"]
        verbose_name = "waiting proof"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reminded_day=0, reminded_at__isnull=True)
                | Q(reminded_day__gt=0, reminded_at__isnull=False),
                name="orders_proofwait_reminded_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line.order.number}: {self.line.title}"
