"""Words of payments that are stored or shown."""

from django.db import models
from django.utils.translation import gettext_lazy


class PaymentState(models.TextChoices):
    """Where one try to pay stands. Money that came counts whatever was thought before: `succeeded` is always reachable."""

    CREATED = "created", gettext_lazy("Not started")
    OPEN = "open", gettext_lazy("Payment page open")
    SUCCEEDED = "succeeded", gettext_lazy("Paid")
    FAILED = "failed", gettext_lazy("Declined")
    EXPIRED = "expired", gettext_lazy("Payment page expired")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


UNSETTLED = (PaymentState.CREATED, PaymentState.OPEN)


class RefundState(models.TextChoices):
    """Where a refund stands."""

    PENDING = "pending", gettext_lazy("On its way")
    SUCCEEDED = "succeeded", gettext_lazy("Refunded")
    FAILED = "failed", gettext_lazy("Failed")


class DiscrepancyKind(models.TextChoices):
    """In what our books and the provider's differ."""

    CAPTURED = "captured", "What came"
    REFUNDED = "refunded", "What went back"
    STATE = "state", "How it stands"
    MISSING = "missing", "The provider does not know our payment"
    UNKNOWN_PAYMENT = "unknown_payment", "We do not know the provider's payment"
    UNKNOWN_REFUND = "unknown_refund", "We do not know the provider's refund"


class PartKind(models.TextChoices):
    """What money that goes back was paid for."""

    LINE = "line", gettext_lazy("A line")
    SHIPPING = "shipping", gettext_lazy("Shipping")
    SURPLUS = "surplus", gettext_lazy("Paid above what the order costs")
