"""Price tables in the admin: copy one as a draft, edit it, publish it. What is published can only be read."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold import widgets

from catalog import models
from catalog.admin.pages import CatalogAdmin, DraftRows, is_draft
from catalog.services import price_tables
from pinshop.accounts import owners
from pinshop.core.money import format_money


class CopyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """A new table starts as a copy of an old one."""

    copy_of = forms.ModelChoiceField(queryset=models.PriceTable.objects.all(), widget=widgets.UnfoldAdminSelectWidget)
    factor = forms.DecimalField(
        initial=Decimal(1),
        min_value=Decimal("0.01"),
        max_value=Decimal(1000),
        widget=widgets.UnfoldAdminDecimalFieldWidget,
        help_text="Every amount of the copy is multiplied by it: 1.05 for 5 % more, or the rate of another currency.",
    )

    class Meta:
        model = models.PriceTable
        fields = ("currency", "valid_from")


class ProcessTermsInline(DraftRows):
    """Minimum, setup and free die of each process."""

    model = models.ProcessTerms


class DieFeeInline(DraftRows):
    """Die fees by process and size."""

    model = models.DieFee


class OptionPriceInline(DraftRows):
    """What choices add."""

    model = models.OptionPrice


@admin.register(models.PriceTable)
class PriceTableAdmin(CatalogAdmin):
    """Versions of the prices."""

    list_display = ("version", "currency", "valid_from", "published_at", "note")
    list_filter = ("currency", ("published_at", admin.EmptyFieldListFilter))
    search_fields = ("currency", "note")
    readonly_fields = ("version", "published_at", "unit_prices")
    fields = (
        ("version", "published_at"),
        ("currency", "valid_from"),
        "note",
        ("colours_included", "rush_percent", "rush_minimum_minor"),
        "unit_prices",
    )
    inlines = (ProcessTermsInline, OptionPriceInline, DieFeeInline)
    actions = ("publish",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """A new table is made by copying one."""
        if obj is None:
            return super().get_form(request, obj, change, **{**kwargs, "form": CopyForm})
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The copy asks for its source first."""
        return ("copy_of", "factor", "currency", "valid_from") if obj is None else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The number of a table belongs to its currency."""
        del request
        return () if obj is None else (*self.readonly_fields, "currency")

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[DraftRows], ...]:
        """A copy gets its rows from the source."""
        del request
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: models.PriceTable, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Add: copy the source. Change: store the draft."""
        if change:
            super().save_model(request, obj, form, change)
            return
        draft = price_tables.copy(
            table_id=form.cleaned_data["copy_of"].pk,
            currency=obj.currency,
            factor=form.cleaned_data["factor"],
            valid_from=obj.valid_from,
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )
        obj.__dict__.update(draft.__dict__)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or is_draft(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only, one by one."""
        return is_draft(obj) and super().has_delete_permission(request, obj)

    @admin.display(description="unit prices")
    def unit_prices(self, row: models.PriceTable) -> SafeString:
        """All prices of one pin: a row for each process and size, a column for each quantity."""
        prices: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for price in row.unit_prices.select_related("process", "size").order_by(
            "process__position", "size__max_mm", "from_quantity"
        ):
            prices[price.process.name, price.size.name][price.from_quantity] = price.unit_minor
        starts = sorted({start for steps in prices.values() for start in steps})
        rows = [
            (process, size, [format_money(steps[at], row.currency) if at in steps else "" for at in starts])
            for (process, size), steps in prices.items()
        ]
        return render_to_string("catalog/admin/unit_prices.html", {"starts": starts, "rows": rows})

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[models.PriceTable]) -> None:
        """Publish the chosen drafts."""
        actor, now = owners.actor_of_request(request), timezone.now()
        for row in queryset.order_by("currency", "number"):
            price_tables.publish(table_id=row.pk, actor=actor, now=now)
            self.message_user(
                request, f"{row.version} is published; it holds from {row.valid_from:%d %B %Y}.", messages.SUCCESS
            )


@admin.register(models.UnitPrice)
class UnitPriceAdmin(CatalogAdmin):
    """The prices of one pin in the drafts, to be edited in the list; published ones are on the page of their table."""

    list_display = ("table", "process", "size", "from_quantity", "unit_minor")
    list_editable = ("unit_minor",)
    list_filter = ("table", "process", "size", "from_quantity")
    list_select_related = ("table", "process", "size")
    search_fields = ("process__name", "size__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.UnitPrice]:
        """Rows of drafts."""
        rows: QuerySet[models.UnitPrice] = super().get_queryset(request)
        return rows.filter(table__published_at__isnull=True)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A new price belongs to a draft."""
        if db_field.name == "table":
            kwargs["queryset"] = models.PriceTable.objects.filter(published_at__isnull=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
