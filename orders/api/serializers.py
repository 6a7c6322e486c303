"""The shape of quotes, orders and proofs in the API. Amounts are in minor units of `currency`."""

from typing import Any

from rest_framework import serializers

from catalog.api.specs import SpecChanges, SpecOutput
from designs.api.serializers import FindingOutput, MeasuresOutput
from designs.states import ProofState
from orders.enums import LineKind, LineState, OrderState, PaymentTerms, ShipmentState, TaxTreatment
from orders.models.baskets import MAX_QUANTITY
from orders.payments.enums import PaymentState
from pinshop.core import languages
from pinshop.core.money import MINOR_DIGITS

_CURRENCIES = list(MINOR_DIGITS)
ORDER_ACTIONS = ["pay", "approve", "decide_proof", "answer_price", "cancel", "download_invoice"]
PROOF_ACTIONS = ["approve", "mend", "change_process", "request_changes", "comment"]


class LineInput(serializers.Serializer[Any]):
    """A line: a design of yours, or a variant of a ready-made pin."""

    design_id = serializers.UUIDField(required=False)
    variant_id = serializers.UUIDField(required=False)
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    spec = SpecChanges(required=False, help_text="What this line has other than the design: packaging, rush, plating.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two is named."""
        if ("design_id" in attrs) == ("variant_id" in attrs):
            raise serializers.ValidationError({"design_id": "Name either a design_id or a variant_id."})
        if "variant_id" in attrs and "spec" in attrs:
            raise serializers.ValidationError({"spec": "A ready-made pin is as it is."})
        return attrs


class QuoteInput(serializers.Serializer[Any]):
    """What is to be priced, and where it goes."""

    lines = LineInput(many=True, allow_empty=False)
    country = serializers.CharField(min_length=2, max_length=2, help_text="ISO 3166-1 alpha-2.")
    currency = serializers.ChoiceField(_CURRENCIES, default="USD")
    region = serializers.CharField(
        max_length=10, default="", allow_blank=True, help_text="State or province, where the tax depends on it."
    )
    service = serializers.CharField(
        max_length=30, default="", allow_blank=True, help_text="How it is sent; the usual way where it is left out."
    )
    vat_number = serializers.CharField(
        max_length=30, default="", allow_blank=True, help_text="Of an EU business, looked up in the EU's register."
    )
    voucher = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="Its code; what it takes off stands in `discounts`."
    )


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
    currency = serializers.ChoiceField(_CURRENCIES, required=False, help_text="With lines; USD where it is left out.")
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
        return attrs


class CancelInput(serializers.Serializer[Any]):
    """Why, and which lines; all where none is named."""

    reason = serializers.CharField(max_length=300, default="", allow_blank=True)
    line_ids = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False)
    shown_cost_minor = serializers.IntegerField(
        min_value=0, default=0, help_text="The sum of these lines' `cancellation_cost_minor` as you know it."
    )


class ApprovalInput(serializers.Serializer[Any]):
    """The yes to exactly what was shown."""

    proof_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the revision that you looked at.")
    shown_total_minor = serializers.IntegerField(min_value=0, help_text="The line's total as you know it.")
    terms_accepted = serializers.BooleanField(help_text="Says yes to the proof's `terms`.")


class SeenProofInput(serializers.Serializer[Any]):
    """The revision that you looked at."""

    proof_hash = serializers.RegexField(r"^[0-9a-f]{64}$", help_text="Of the revision that you looked at.")


class ProofMendInput(SeenProofInput):
    """One of the `mends` that a finding of the proof offers."""

    mend = serializers.CharField(max_length=40)


class ProofProcessInput(SeenProofInput):
    """The code of another process, from `GET /options`."""

    process = serializers.CharField(max_length=40)


class SpotInput(serializers.Serializer[Any]):
    """A place on the pin, in mm from its left top corner."""

    x_mm = serializers.FloatField(min_value=0, max_value=999)
    y_mm = serializers.FloatField(min_value=0, max_value=999)


class CommentInput(serializers.Serializer[Any]):
    """Something about the proof, perhaps about one spot of it."""

    comment = serializers.CharField(max_length=4000)
    spot = SpotInput(required=False)


class ItemOutput(serializers.Serializer[Any]):
    """A row of a price."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF's metaclass takes fields of any name
    quantity = serializers.IntegerField()
    unit_minor = serializers.IntegerField()
    amount_minor = serializers.IntegerField()


class BreakOutput(serializers.Serializer[Any]):
    """What a few more pins would cost."""

    quantity = serializers.IntegerField()
    extra_pins = serializers.IntegerField()
    extra_minor = serializers.IntegerField()
    sentence = serializers.CharField()


class QuoteLineOutput(serializers.Serializer[Any]):
    """A priced line; its items sum to its total."""

    kind = serializers.ChoiceField(LineKind.choices)
    title = serializers.CharField()
    design_id = serializers.UUIDField(allow_null=True)
    variant_id = serializers.UUIDField(allow_null=True)
    spec = SpecOutput(allow_null=True)
    quantity = serializers.IntegerField()
    charged_quantity = serializers.IntegerField(help_text="Above the quantity only below the process's minimum.")
    items = ItemOutput(many=True)
    total_minor = serializers.IntegerField()
    next_break = BreakOutput(allow_null=True, help_text="The next quantity from which one pin costs less.")


class TaxOutput(serializers.Serializer[Any]):
    """The tax of the total, and how the buyer is taxed."""

    name = serializers.CharField(allow_blank=True)
    rate_percent = serializers.CharField(allow_blank=True)
    treatment = serializers.ChoiceField(TaxTreatment.choices, default=TaxTreatment.CHARGED)
    note = serializers.CharField(allow_blank=True, default="")


class DiscountOutput(serializers.Serializer[Any]):
    """Why less is due than the prices say."""

    label = serializers.CharField()  # type: ignore[assignment]  # DRF's metaclass takes fields of any name
    amount_minor = serializers.IntegerField()


class QuoteOutput(serializers.Serializer[Any]):
    """A binding price until `expires_at`."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    version = serializers.IntegerField()
    live = serializers.BooleanField()
    country = serializers.CharField()
    region = serializers.CharField(allow_blank=True)
    service = serializers.CharField(allow_blank=True)
    vat_number = serializers.CharField(allow_blank=True)
    currency = serializers.CharField()
    lines = QuoteLineOutput(many=True)
    subtotal_minor = serializers.IntegerField()
    discount_minor = serializers.IntegerField()
    discounts = DiscountOutput(many=True)
    shipping_minor = serializers.IntegerField()
    tax_minor = serializers.IntegerField()
    tax_inclusive = serializers.BooleanField(help_text="The prices contain the tax, so that it is not added.")
    tax = TaxOutput()
    total_minor = serializers.IntegerField()
    price_version = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    order_id = serializers.UUIDField(allow_null=True)


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
    expires_at = serializers.DateTimeField()


class OrderDetailOutput(OrderOutput):
    """An order with its timeline and the links to pay it and to look at it."""

    payment_url = serializers.CharField(
        allow_null=True, help_text="An open payment page; where it is null and `pay` is allowed, open one."
    )
    requote = RequoteOutput(allow_null=True, help_text="Approvals wait until it is answered.")
    order_url = serializers.CharField(help_text="The order's page for whoever has this link.")
    timeline = MomentOutput(many=True)


class RequoteAnswerInput(serializers.Serializer[Any]):
    """Yes or no to the new price that the order shows."""

    requote_id = serializers.UUIDField()
    accept = serializers.BooleanField()
    shown_total_minor = serializers.IntegerField(min_value=0, help_text="The new total, as you know it.")


class PaymentPageOutput(serializers.Serializer[Any]):
    """Where the order is paid."""

    payment_url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class DocumentOutput(serializers.Serializer[Any]):
    """A file of an order; its link expires within two hours."""

    kind = serializers.ChoiceField(["invoice", "credit_note", "proof"])
    name = serializers.CharField()
    media_type = serializers.CharField()
    line_id = serializers.UUIDField(allow_null=True)
    url = serializers.CharField()


class DocumentsOutput(serializers.Serializer[Any]):
    """The files of an order."""

    results = DocumentOutput(many=True)


class TermsOutput(serializers.Serializer[Any]):
    """What an approval says yes to."""

    version = serializers.CharField()
    statement = serializers.CharField()


class CommentOutput(serializers.Serializer[Any]):
    """Something that was said about a proof."""

    id = serializers.UUIDField()
    by_staff = serializers.BooleanField()
    author = serializers.CharField()
    text = serializers.CharField()
    spot = SpotInput(allow_null=True)
    answers = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()


class ApprovalOutput(serializers.Serializer[Any]):
    """A yes that was given."""

    proof_hash = serializers.CharField()
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    terms_version = serializers.CharField()
    approver = serializers.CharField()
    approved_at = serializers.DateTimeField()


class ProofFileOutput(serializers.Serializer[Any]):
    """A picture or the sheet; its link expires within two hours."""

    name = serializers.ChoiceField(["front", "back", "card", "pdf"])
    url = serializers.CharField()


class ProofOutput(serializers.Serializer[Any]):
    """One revision of what will be made."""

    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(ProofState.choices)
    proof_hash = serializers.CharField(allow_null=True, help_text="What is approved; null before it is rendered.")
    design_id = serializers.UUIDField()
    order_id = serializers.UUIDField()
    line_id = serializers.UUIDField()
    quantity = serializers.IntegerField()
    total_minor = serializers.IntegerField()
    currency = serializers.CharField()
    spec = SpecOutput()
    measures = MeasuresOutput(allow_null=True)
    findings = FindingOutput(many=True)
    files = ProofFileOutput(many=True)
    comments = CommentOutput(many=True)
    approval = ApprovalOutput(allow_null=True)
    terms = TermsOutput()
    allowed_actions = serializers.ListField(child=serializers.ChoiceField(PROOF_ACTIONS))
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
