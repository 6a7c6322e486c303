"""What somebody means to buy. A basket holds no stock and promises no price."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models import PinVariant
from designs.models import Design
from orders.enums import LineKind
from pinshop.accounts.owners import Owned

MAX_QUANTITY = 10_000

# A custom line names a design and its specification, a ready-made line names a variant; never both.
ONE_KIND = Q(kind=LineKind.CUSTOM, design__isnull=False, spec__isnull=False, variant__isnull=True) | Q(
    kind=LineKind.READY, design__isnull=True, spec__isnull=True, variant__isnull=False
)


class Basket(Owned):
    """The one basket of an owner. `version` counts its changes, so that a tab that is behind cannot overwrite."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(Owned.Meta):
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            models.UniqueConstraint(
                fields=["user"], condition=Q(user__isnull=False), name="orders_basket_one_per_user"
            ),
            models.UniqueConstraint(
                fields=["business", "live"], condition=Q(business__isnull=False), name="orders_basket_one_per_business"
            ),
            models.UniqueConstraint(
                fields=["guest_key"], condition=~Q(guest_key=""), name="orders_basket_one_per_guest"
            ),
        ]

    def __str__(self) -> str:
        return f"Basket {self.id}"


class BasketLine(models.Model):
    """Some pieces of a design, or of a ready-made pin's variant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    design = models.ForeignKey(Design, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    variant = models.ForeignKey(PinVariant, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveIntegerField()
    spec = models.JSONField(null=True, blank=True, help_text="The pin specification as it was put into the basket.")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_KIND, name="orders_basketline_one_kind"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="orders_basketline_quantity"
            ),
            models.UniqueConstraint(fields=["basket", "variant"], name="orders_basketline_variant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.design_id or self.variant_id}"
