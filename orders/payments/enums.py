"""Words of payments that are stored or shown."""

from django.db import models


class PaymentState(models.TextChoices):
    """Where one try to pay stands. Money that came counts whatever was thought before: `succeeded` is always reachable."""

    CREATED = "created", "Not started"
    OPEN = "open", "Payment page open"
    SUCCEEDED = "succeeded", "Paid"
    FAILED = "failed", "Declined"
    EXPIRED = "expired", "Payment page expired"
    CANCELLED = "cancelled", "Cancelled"


UNSETTLED = (PaymentState.CREATED, PaymentState.OPEN)


class RefundState(models.TextChoices):
    """Where a refund stands."""

    PENDING = "pending", "On its way"
    SUCCEEDED = "succeeded", "Refunded"
    FAILED = "failed", "Failed"


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

    LINE = "line", "A line"
    SHIPPING = "shipping", "Shipping"
    SURPLUS = "surplus", "Paid above what the order costs"
