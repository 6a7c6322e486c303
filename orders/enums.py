"""Words of orders that are stored or shown."""

from django.db import models


class LineKind(models.TextChoices):
    """What a line is of."""

    CUSTOM = "custom", "Custom pins"
    READY = "ready", "Ready-made pin"
    GIFT_CARD = "gift_card", "Gift card"


class LineState(models.TextChoices):
    """Where a line is; `orders.states` says which kind may move where."""

    PLACED = "placed", "Placed"
    PROOFING = "proofing", "Proof in preparation"
    AWAITING_APPROVAL = "awaiting_approval", "Waiting for your approval"
    APPROVED = "approved", "Approved"
    HANDED_OVER = "handed_over", "Handed to the manufacturer"
    TOOLING = "tooling", "Mould is being cut"
    STRUCK = "struck", "Struck"
    PLATED = "plated", "Plated"
    FILLED = "filled", "Enamel filled"
    CURED = "cured", "Cured"
    QUALITY_CHECK = "quality_check", "Quality check"
    PICKING = "picking", "Being picked"
    PACKED = "packed", "Packed"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class OrderState(models.TextChoices):
    """How an order as a whole stands: derived from its lines and payments, never stored."""

    UNPAID = "unpaid", "Waiting for payment"
    CONFIRMED = "confirmed", "Confirmed"
    PAID = "paid", "Paid"
    PROOFING = "proofing", "Proof in preparation"
    WAITING_FOR_YOU = "waiting_for_you", "Waiting for you"
    IN_PRODUCTION = "in_production", "In production"
    SHIPPED = "shipped", "Shipped"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"
    NEEDS_ATTENTION = "needs_attention", "Being looked at by our staff"


class ShipmentState(models.TextChoices):
    """Where a parcel is; it only moves down this list."""

    CREATED = "created", "Being announced to the carrier"
    REGISTERED = "registered", "Announced to the carrier"
    IN_TRANSIT = "in_transit", "On its way"
    DELIVERED = "delivered", "Delivered"


class PaymentTerms(models.TextChoices):
    """When an order is paid. Its work begins when it is paid, or with the other two when it is placed."""

    NOW = "now", "Now"
    ON_APPROVAL = "on_approval", "When every proof is approved"
    INVOICE = "invoice", "By invoice"


class RequoteState(models.TextChoices):
    """What became of another price for an order."""

    OPEN = "open", "Waits for the customer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class TaxTreatment(models.TextChoices):
    """Whether the tax of a destination is charged to a buyer."""

    CHARGED = "charged", "Charged"
    REVERSE_CHARGE = "reverse_charge", "Reverse charge: the business declares it"
    EXEMPT = "exempt", "Exempt by certificate"


class CancellationStage(models.TextChoices):
    """How far a line has come, as far as it decides what cancelling costs; in order."""

    BEFORE_APPROVAL = "before_approval", "Custom pins, before you approve the proof"
    APPROVED = "approved", "Custom pins, approved"
    TOOLING = "tooling", "Custom pins, the mould is being cut"
    STRUCK = "struck", "Custom pins, struck or plated"
    FILLED = "filled", "Custom pins, enamel filled, and later"
    READY = "ready", "Ready-made pins, before they are sent"


class VoucherKind(models.TextChoices):
    """What a voucher takes off."""

    PERCENT = "percent", "Percentage"
    AMOUNT = "amount", "Amount"
    FREE_SHIPPING = "free_shipping", "Free shipping"


class Party(models.TextChoices):
    """On whom something waits."""

    STAFF = "staff", "Us"
    CUSTOMER = "customer", "Customers"
    MANUFACTURER = "manufacturer", "Manufacturers"
    CARRIER = "carrier", "Carriers"
    MACHINES = "machines", "Our own machines"


class VatState(models.TextChoices):
    """What is known of a VAT number. Only a valid one changes how its business is taxed."""

    NOT_CHECKED = "not_checked", "Not checked"
    VALID = "valid", "Valid"
    UNKNOWN = "unknown", "Not in the register"


class CertificateState(models.TextChoices):
    """Where an exemption certificate stands."""

    PENDING = "pending", "Being looked at"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
