"""What is priced, and its price."""

from typing import Any

from rest_framework import serializers

from catalog.api.specs import SpecChanges, SpecOutput
from orders.enums import LineKind, TaxTreatment
from orders.models.baskets import MAX_QUANTITY
from pinshop.core.money import MINOR_DIGITS

CURRENCIES = list(MINOR_DIGITS)


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
    currency = serializers.ChoiceField(CURRENCIES, default="USD")
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
