"""Which state the shipping prices and tax rates are in."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class TariffVersion(models.Model):
    """The one row that names the present state of all of them; triggers of the database renew it with every change."""

    singleton = models.BooleanField(primary_key=True, default=True)
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="orders_tariffversion_one_row"),
        ]

    def __str__(self) -> str:
        return str(self.version)
