"""Words of claims and returns that are stored or shown."""

from django.db import models
from django.utils.translation import gettext_noop


class ClaimKind(models.TextChoices):
    """What is wrong."""

    DIFFERS = "differs", "They differ from the proof I approved"
    DAMAGED = "damaged", "They are damaged"
    MISSING = "missing", "Pieces are missing"
    OTHER = "other", "Something else"


class ClaimState(models.TextChoices):
    """What became of a claim; it is decided once."""

    OPEN = "open", "Being looked at"
    REMADE = "remade", gettext_noop("Made again")
    REFUNDED = "refunded", gettext_noop("Refunded")
    DECLINED = "declined", gettext_noop("Declined")


class ReturnState(models.TextChoices):
    """Where pins are that a customer sends back."""

    OPEN = "open", "On their way back to us"
    ARRIVED = "arrived", "Arrived and refunded"
    CLOSED = "closed", "Not sent back"
