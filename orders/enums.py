"""Words of orders that are stored or shown."""

from django.db import models
from django.utils.translation import gettext_lazy


class LineKind(models.TextChoices):
    """What a line is of."""

    CUSTOM = "custom", gettext_lazy("Custom pins")
    READY = "ready", gettext_lazy("Ready-made pin")
    GIFT_CARD = "gift_card", gettext_lazy("Gift card")


class LineState(models.TextChoices):
    """Where a line is; `orders.states` says which kind may move where."""

    PLACED = "placed", gettext_lazy("Placed")
    PROOFING = "proofing", gettext_lazy("Proof in preparation")
    AWAITING_APPROVAL = "awaiting_approval", gettext_lazy("Waiting for your approval")
    APPROVED = "approved", gettext_lazy("Approved")
    HANDED_OVER = "handed_over", gettext_lazy("Handed to the manufacturer")
    TOOLING = "tooling", gettext_lazy("Mould is being cut")
    STRUCK = "struck", gettext_lazy("Struck")
    PLATED = "plated", gettext_lazy("Plated")
    FILLED = "filled", gettext_lazy("Enamel filled")
    CURED = "cured", gettext_lazy("Cured")
    QUALITY_CHECK = "quality_check", gettext_lazy("Quality check")
    PICKING = "picking", gettext_lazy("Being picked")
    PACKED = "packed", gettext_lazy("Packed")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")


class OrderState(models.TextChoices):
    """How an order as a whole stands: derived from its lines and payments, never stored."""

    UNPAID = "unpaid", gettext_lazy("Waiting for payment")
    CONFIRMED = "confirmed", gettext_lazy("Confirmed")
    PAID = "paid", gettext_lazy("Paid")
    PROOFING = "proofing", gettext_lazy("Proof in preparation")
    WAITING_FOR_YOU = "waiting_for_you", gettext_lazy("Waiting for you")
    IN_PRODUCTION = "in_production", gettext_lazy("In production")
    SHIPPED = "shipped", gettext_lazy("Shipped")
    DELIVERED = "delivered", gettext_lazy("Delivered")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    NEEDS_ATTENTION = "needs_attention", gettext_lazy("Being looked at by our staff")


class ShipmentState(models.TextChoices):
    """Where a parcel is; it only moves down this list."""

    CREATED = "created", gettext_lazy("Being announced to the carrier")
    REGISTERED = "registered", gettext_lazy("Announced to the carrier")
    IN_TRANSIT = "in_transit", gettext_lazy("On its way")
    DELIVERED = "delivered", gettext_lazy("Delivered")


class PaymentTerms(models.TextChoices):
    """When an order is paid. Its work begins when it is paid, or with the other two when it is placed."""

    NOW = "now", gettext_lazy("Now")
    ON_APPROVAL = "on_approval", gettext_lazy("When every proof is approved")
    INVOICE = "invoice", gettext_lazy("By invoice")


class RequoteState(models.TextChoices):
    """What became of another price for an order."""

    OPEN = "open", gettext_lazy("Waits for the customer")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    DECLINED = "declined", gettext_lazy("Declined")
    WITHDRAWN = "withdrawn", gettext_lazy("Withdrawn")


class TaxTreatment(models.TextChoices):
    """Whether the tax of a destination is charged to a buyer."""

    CHARGED = "charged", gettext_lazy("Charged")
    REVERSE_CHARGE = "reverse_charge", gettext_lazy("Reverse charge: the business declares it")
    EXEMPT = "exempt", gettext_lazy("Exempt by certificate")


class CancellationStage(models.TextChoices):
    """How far a line has come, as far as it decides what cancelling costs; in order."""

    BEFORE_APPROVAL = "before_approval", gettext_lazy("Custom pins, before you approve the proof")
    APPROVED = "approved", gettext_lazy("Custom pins, approved")
    TOOLING = "tooling", gettext_lazy("Custom pins, the mould is being cut")
    STRUCK = "struck", gettext_lazy("Custom pins, struck or plated")
    FILLED = "filled", gettext_lazy("Custom pins, enamel filled, and later")
    READY = "ready", gettext_lazy("Ready-made pins, before they are sent")


class VoucherKind(models.TextChoices):
    """What a voucher takes off."""

    PERCENT = "percent", gettext_lazy("Percentage")
    AMOUNT = "amount", gettext_lazy("Amount")
    FREE_SHIPPING = "free_shipping", gettext_lazy("Free shipping")


class Party(models.TextChoices):
    """On whom something waits."""

    STAFF = "staff", gettext_lazy("Us")
    CUSTOMER = "customer", gettext_lazy("Customers")
    MANUFACTURER = "manufacturer", gettext_lazy("Manufacturers")
    CARRIER = "carrier", gettext_lazy("Carriers")
    MACHINES = "machines", gettext_lazy("Our own machines")


class VatState(models.TextChoices):
    """What is known of a VAT number. Only a valid one changes how its business is taxed."""

    NOT_CHECKED = "not_checked", gettext_lazy("Not checked")
    VALID = "valid", gettext_lazy("Valid")
    UNKNOWN = "unknown", gettext_lazy("Not in the register")


class CertificateState(models.TextChoices):
    """Where an exemption certificate stands."""

    PENDING = "pending", gettext_lazy("Being looked at")
    APPROVED = "approved", gettext_lazy("Approved")
    DECLINED = "declined", gettext_lazy("Declined")
