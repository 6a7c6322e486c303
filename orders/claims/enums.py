"""Words of claims and returns that are stored or shown."""

from django.db import models
from django.utils.translation import gettext_lazy, gettext_noop


class ClaimKind(models.TextChoices):
    """What is wrong."""

    DIFFERS = "differs", gettext_lazy("They differ from the proof I approved")
    DAMAGED = "damaged", gettext_lazy("They are damaged")
    MISSING = "missing", gettext_lazy("Pieces are missing")
    OTHER = "other", gettext_lazy("Something else")


class ClaimState(models.TextChoices):
    """What became of a claim; it is decided once."""

    OPEN = "open", gettext_lazy("Being looked at")
    REMADE = "remade", gettext_noop("Made again")
    REFUNDED = "refunded", gettext_noop("Refunded")
    DECLINED = "declined", gettext_noop("Declined")


class ReturnState(models.TextChoices):
    """Where pins are that a customer sends back."""

    OPEN = "open", gettext_lazy("On their way back to us")
    ARRIVED = "arrived", gettext_lazy("Arrived and refunded")
    CLOSED = "closed", gettext_lazy("Not sent back")
