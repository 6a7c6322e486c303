"""Ready-made pins in the admin, and counting stock in and out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold import widgets
from unfold.admin import TabularInline

from catalog import models
from catalog.admin.pages import CatalogAdmin
from catalog.services import freshness, listings, stock
from pinshop.accounts import owners
from pinshop.core.admin.amounts import AmountsAdmin, amount


class ListedAdmin(CatalogAdmin):
    """Rows that lists of pins are made of: with a change to one the listings follow, in the same transaction.

    `relist` makes the listings anew that depend on a row; each kind of row has its own.
    """

    relist: Callable[[Any], None]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save what stands in the row's tables, then make the listings anew."""
        super().save_related(request, form, formsets, change)
        self.relist(form.instance)


class VariantInline(AmountsAdmin, TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The grades a pin is sold in."""

    model = models.PinVariant
    extra = 0
    fields = ("grade", "sku", "price_minor", "currency", "active")


class PriceInline(AmountsAdmin, TabularInline):  # type: ignore[misc]  # unfold ships no types
    """What a grade costs in other currencies."""

    model = models.VariantPrice
    extra = 0


class PictureInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Pictures are made by the engine; here they are only listed."""

    model = models.PinPicture
    extra = 0
    fields = readonly_fields = ("view", "file", "width", "height")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Made by the engine."""
        del request, obj
        return False


@admin.register(models.Pin)
class PinAdmin(ListedAdmin):
    """Ready-made pins; a publishing date puts them on sale."""

    list_display = ("name", "artist", "series", "cause", "process", "plating", "edition_size", "published_at")
    list_filter = ("process", "plating", "artist", "series", "cause", ("published_at", admin.EmptyFieldListFilter))
    list_select_related = ("artist", "series", "cause", "process", "plating")
    search_fields = ("name", "slug", "story", "artist__name", "variants__sku")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("artist", "series", "cause")
    inlines = (VariantInline, PictureInline)

    def relist(self, row: models.Pin) -> None:
        """Its own."""
        listings.refresh(pin_ids=[row.pk])


@admin.register(models.Artist)
class ArtistAdmin(ListedAdmin):
    """People who draw."""

    list_display = ("name", "slug")
    search_fields = ("name", "slug", "bio")
    prepopulated_fields = {"slug": ("name",)}

    def relist(self, row: models.Artist) -> None:
        """Those of their pins."""
        listings.of_artist(row.pk)


@admin.register(models.Series)
class SeriesAdmin(ListedAdmin):
    """Pins that belong together."""

    list_display = ("name", "artist", "slug")
    list_filter = ("artist",)
    list_select_related = ("artist",)
    search_fields = ("name", "slug", "artist__name")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("artist",)

    def relist(self, row: models.Series) -> None:
        """Those of its pins."""
        listings.of_series(row.pk)


@admin.register(models.Cause)
class CauseAdmin(ListedAdmin):
    """Organisations that get a part of the price."""

    list_display = ("name", "amount", "slug", "is_example")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def relist(self, row: models.Cause) -> None:
        """Those of its pins."""
        listings.of_cause(row.pk)


class CountForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """Pins counted in or out."""

    by = forms.IntegerField(
        label="Change by",
        help_text="12 counts twelve in, -3 counts three out.",
        widget=widgets.UnfoldAdminIntegerFieldWidget,
    )
    reason = forms.CharField(
        max_length=200,
        help_text="Such as: delivery of 3 March, damaged, found.",
        widget=widgets.UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = models.Stock
        fields: tuple[str, ...] = ()


@admin.register(models.Stock)
class StockAdmin(CatalogAdmin):
    """The shelf. Numbers change by counting in and out, so that two people never overwrite each other."""

    list_display = ("variant", "pin", "on_hand", "reserved", "available")
    list_filter = ("variant__grade", "variant__pin__artist")
    list_select_related = ("variant__pin",)
    search_fields = ("variant__sku", "variant__pin__name")

    @admin.display(description="pin")
    def pin(self, row: models.Stock) -> str:
        """Whose stock it is."""
        return row.variant.pin.name

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Count in and out; a new row starts with what is on the shelf."""
        return super().get_form(request, obj, change, **({**kwargs, "form": CountForm} if obj else kwargs))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The numbers as they are, and the change."""
        del request
        return ("variant", "on_hand", "reserved", "by", "reason") if obj else ("variant", "on_hand")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The numbers change through `by` only."""
        del request
        return ("variant", "on_hand", "reserved") if obj else ()

    def save_model(self, request: HttpRequest, obj: models.Stock, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Add: a new row. Change: count in or out."""
        if not change:
            super().save_model(request, obj, form, change)
            freshness.forget_pages()
            return
        stock.adjust(
            variant_id=obj.variant_id,
            by=form.cleaned_data["by"],
            note=form.cleaned_data["reason"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row goes with its variant."""
        del request, obj
        return False


@admin.register(models.PinVariant)
class PinVariantAdmin(ListedAdmin):
    """A pin in one grade, with its prices."""

    list_display = ("sku", "pin", "grade", amount("price_minor", "price"), "active")
    list_select_related = ("pin",)
    search_fields = ("sku", "pin__name")
    autocomplete_fields = ("pin",)
    inlines = (PriceInline,)

    def relist(self, row: models.PinVariant) -> None:
        """That of its pin."""
        listings.refresh(pin_ids=[row.pin_id])
