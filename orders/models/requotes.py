"""Another price for a line of an order, which its customer accepts or declines."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from orders.enums import RequoteState
from orders.models.orders import Order, OrderLine
from orders.models.quotes import Quote
from pinshop.core.money import Money


class Requote(models.Model):
    """The next version of an order's quote: one line of it in another size, number of colours, or quantity."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="requotes")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, related_name="requote")
    before = models.JSONField(help_text="The amounts of the order when this was proposed.")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=RequoteState.choices, default=RequoteState.OPEN)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=RequoteState.OPEN), name="orders_requote_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.quote)

    @property
    def shipping_service_ended(self) -> bool:
        """Whether the order's way of shipping is not offered any more, so that its price stays whatever it weighs."""
        return bool(self.quote.shipping.get("service_ended"))

    def change_of(self, name: str) -> tuple[Money, Money]:
        """One amount of the order, such as `shipping_minor`, before and after; the same where it was not written down."""
        after = int(getattr(self.quote, name))
        return Money(self.before.get(name, after), self.quote.currency), Money(after, self.quote.currency)

    @property
    def before_total(self) -> Money:
        """What the order cost when this was proposed."""
        return Money(self.before["total_minor"], self.quote.currency)

    @property
    def after_total(self) -> Money:
        """What it costs once this is accepted."""
        return Money(self.quote.total_minor, self.quote.currency)
