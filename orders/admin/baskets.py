"""Baskets and quotes in the admin, to look at when somebody calls."""

from django.contrib import admin

from orders.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from orders.models import Basket, BasketLine, Quote
from pinshop.core.admin.amounts import money


class BasketLineInline(ReadOnlyInline):
    """What is in a basket."""

    model = BasketLine
    fields = ("kind", "design", "variant", "quantity", "created_at")


@admin.register(Basket)
class BasketAdmin(ReadOnlyAdmin):
    """Baskets."""

    list_display = ("id", "user", "business", "version", "updated_at")
    list_select_related = ("user", "business")
    search_fields = ("user__email", "business__name", "id")
    inlines = (BasketLineInline,)


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin):
    """Quotes."""

    list_display = ("number", "user", "business", "country", "total", "expires_at", "created_at")
    list_filter = ("live", "country")
    list_select_related = ("user", "business")
    search_fields = ("number", "user__email", "business__name", "id")

    @admin.display(description="total")
    def total(self, quote: Quote) -> str:
        """What it costs."""
        return money(quote, quote.total_minor)
