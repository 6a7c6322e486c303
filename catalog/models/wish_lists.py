"""Pins that somebody would like to have."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from catalog.models.pins import Pin
from pinshop.accounts.owners import Owned


class WishedPin(Owned):
    """A pin on the wish list of a person or a guest. A business buys and does not wish."""

    pin = models.ForeignKey(Pin, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta(Owned.Meta):
        ordering: ClassVar = ["-created_at", "-id"]
        verbose_name_plural = "wished pins"
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            models.CheckConstraint(condition=Q(business__isnull=True), name="catalog_wishedpin_of_a_person"),
            models.UniqueConstraint(
                fields=["user", "pin"], condition=Q(user__isnull=False), name="catalog_wishedpin_user_once"
            ),
            models.UniqueConstraint(
                fields=["guest_key", "pin"], condition=~Q(guest_key=""), name="catalog_wishedpin_guest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"wish for {self.pin_id}"
