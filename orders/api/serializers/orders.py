"""What is ordered, and the order as it stands."""

from typing import Any

from rest_framework import serializers

from catalog.api.specs import SpecOutput
from orders.api.serializers.quotes import CURRENCIES, DiscountOutput, LineInput, TaxOutput
from orders.enums import LineKind, LineState, OrderState, PaymentTerms, ShipmentState
from orders.payments.enums import PaymentState
from pinshop.core import languages

LINE_ACTIONS = ["claim", "return"]
ORDER_ACTIONS = ["pay", "approve", "decide_proof", "answer_price", "cancel", *LINE_ACTIONS, "download_invoice"]


class ContactInput(serializers.Serializer[Any]):
    """Who gets the mails about the order."""

    email = serializers.EmailField()
    name = serializers.CharField(max_length=120)


class AddressInput(serializers.Serializer[Any]):
    """Where it goes."""

    name = serializers.CharField(max_length=120)
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, default="", allow_blank=True)
    city = serializers.CharField(max_length=120)
    region = serializers.CharField(max_length=120, default="", allow_blank=True)
    postal_code = serializers.CharField(max_length=20, default="", allow_blank=True)
    country = serializers.CharField(min_length=2, max_length=2, help_text="ISO 3166-1 alpha-2.")


class OrderInput(serializers.Serializer[Any]):
    """An order from a quote, or from lines at today's price."""

    quote_id = serializers.UUIDField(required=False)
    lines = LineInput(many=True, required=False, allow_empty=False)
    currency = serializers.ChoiceField(CURRENCIES, required=False, help_text="With lines; USD where it is left out.")
    shown_total_minor = serializers.IntegerField(
        required=False, min_value=0, help_text="The total you count on: another one is refused, and nothing is ordered."
    )
    contact = ContactInput()
    address = AddressInput()
    purchase_order = serializers.CharField(
        max_length=60, default="", allow_blank=True, help_text="Your own number for this order."
    )
    payment_terms = serializers.ChoiceField(
        PaymentTerms.choices,
        default=PaymentTerms.NOW,
        help_text="`on_approval` for orders of custom pins only, `invoice` within the credit limit of your business.",
    )
    language = serializers.ChoiceField(
        languages.LANGUAGES, default=languages.DEFAULT, help_text="What the mails about the order speak."
    )
    voucher = serializers.CharField(
        max_length=40,
        default="",
        allow_blank=True,
        help_text="With lines; its code. What it takes off stands in `discounts`; a quote has its own.",
    )
    gift_cards = serializers.ListField(
        child=serializers.CharField(max_length=40),
        default=list,
        help_text="Codes of gift cards that pay as much as they hold; what they leave is paid at `payment_url`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of quote and lines is given; a quote has its currency."""
        if ("quote_id" in attrs) == ("lines" in attrs):
            raise serializers.ValidationError({"quote_id": "Send either a quote_id or lines."})
        if "quote_id" in attrs and "currency" in attrs:
            raise serializers.ValidationError({"currency": "The quote has its currency."})
        if "quote_id" in attrs and attrs["voucher"]:
            raise serializers.ValidationError({"voucher": "The quote has its voucher: make it with this code."})
        return attrs


class OrderLineOutput(serializers.Serializer[Any]):
    """A line and the state it is in."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    kind = serializers.ChoiceField(LineKind.choices)
    title = serializers.CharField()
    quantity = serializers.IntegerField()
    state = serializers.ChoiceField(LineState.choices)
    on_hold = serializers.BooleanField()
    spec = SpecOutput(allow_null=True)
    total_minor = serializers.IntegerField(help_text="Its price, before its part of the discount and the tax.")
    discount_minor = serializers.IntegerField()
    tax_minor = serializers.IntegerField()
    cancellation_cost_minor = serializers.IntegerField(
        allow_null=True, help_text="What cancelling it costs now, or did; null where it is too late."
    )
    missing_quantity = serializers.IntegerField(help_text="Pieces that were not packed; their share went back.")
    allowed_actions = serializers.ListField(
        child=serializers.ChoiceField(LINE_ACTIONS),
        help_text="What you may do about it after delivery: `claim` until `claim_until`, `return` until `return_until`.",
    )
    claim_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when problems are reported, once delivered."
    )
    return_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when ready-made pins may be sent back, once delivered."
    )
    ship_by_date = serializers.DateField(allow_null=True)
    design_id = serializers.UUIDField(allow_null=True)
    proof_id = serializers.UUIDField(allow_null=True)
    variant_id = serializers.UUIDField(allow_null=True)


class ShipmentOutput(serializers.Serializer[Any]):
    """A consignment."""

    id = serializers.UUIDField()
    carrier = serializers.CharField()
    tracking_numbers = serializers.ListField(child=serializers.CharField())
    tracking_url = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(ShipmentState.choices)


class PaymentOutput(serializers.Serializer[Any]):
    """A try to pay, or what a gift card has paid."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(PaymentState.choices)
    provider = serializers.CharField(help_text="`stripe`, `transfer` or `gift_card`.")
    gift_card = serializers.CharField(allow_null=True, help_text="The last letters of the card's code.")
    amount_minor = serializers.IntegerField()
    captured_minor = serializers.IntegerField()
    refunded_minor = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class OrderOutput(serializers.Serializer[Any]):
    """An order as it stands; `order.updated` carries the same as its `data`."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    live = serializers.BooleanField()
    state = serializers.ChoiceField(OrderState.choices)
    currency = serializers.CharField()
    subtotal_minor = serializers.IntegerField()
    discount_minor = serializers.IntegerField()
    discounts = DiscountOutput(many=True)
    shipping_minor = serializers.IntegerField()
    tax_minor = serializers.IntegerField()
    tax_inclusive = serializers.BooleanField(help_text="The prices contain the tax, so that it is not added.")
    tax = TaxOutput()
    total_minor = serializers.IntegerField()
    due_minor = serializers.IntegerField(help_text="What is still to be paid: the total without what gift cards paid.")
    quote_id = serializers.UUIDField()
    purchase_order = serializers.CharField(allow_blank=True)
    payment_terms = serializers.ChoiceField(PaymentTerms.choices)
    due_date = serializers.DateField(allow_null=True, help_text="Until when, of an invoice.")
    contact = ContactInput()
    language = serializers.ChoiceField(languages.LANGUAGES)
    address = AddressInput()
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.ListField(
        child=serializers.ChoiceField(ORDER_ACTIONS),
        help_text="What you may do now.",
    )
    lines = OrderLineOutput(many=True)
    shipments = ShipmentOutput(many=True)
    payments = PaymentOutput(many=True)


class MomentOutput(serializers.Serializer[Any]):
    """An entry of the timeline."""

    at = serializers.DateTimeField()
    action = serializers.CharField()
    text = serializers.CharField()
    actor = serializers.CharField(allow_blank=True)
    line_id = serializers.CharField(allow_blank=True)


class RequoteOutput(serializers.Serializer[Any]):
    """A new price for the order, to accept or to decline."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    line_id = serializers.UUIDField()
    before_minor = serializers.IntegerField(help_text="What the order costs now.")
    total_minor = serializers.IntegerField(help_text="What it costs once this is accepted.")
    shipping_before_minor = serializers.IntegerField(help_text="What of that is the shipping now.")
    shipping_minor = serializers.IntegerField(help_text="The shipping of the new weight, in the new total.")
    shipping_service_ended = serializers.BooleanField(
        help_text="Its way of shipping is not offered any more, so the price of the shipping stays."
    )
    expires_at = serializers.DateTimeField()


class OrderDetailOutput(OrderOutput):
    """An order with its timeline and the links to pay it and to look at it."""

    payment_url = serializers.CharField(
        allow_null=True, help_text="An open payment page; where it is null and `pay` is allowed, open one."
    )
    requote = RequoteOutput(allow_null=True, help_text="Approvals wait until it is answered.")
    order_url = serializers.CharField(help_text="The order's page for whoever has this link.")
    timeline = MomentOutput(many=True)
