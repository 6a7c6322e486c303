"""Options in the admin: names, texts and limits can be edited; codes, and what prices stand on, cannot."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog import models
from catalog.admin.pages import CatalogAdmin, KeptAdmin


class OptionAdmin(KeptAdmin):
    """Something that can be chosen."""

    list_display: tuple[str, ...] = ("name", "code", "position", "active")
    list_editable = ("position", "active")
    list_filter: tuple[str, ...] = ("active",)
    search_fields = ("code", "name", "description")
    fixed: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What stands in orders and prices is given once."""
        del request
        return self.fixed if obj else ()


@admin.register(models.Process)
class ProcessAdmin(OptionAdmin):
    """Ways of making a pin."""

    list_display = ("name", "code", "fill", "production_days", "rush_days", "position", "active")
    list_filter = ("active", "fill")


@admin.register(models.Plating)
class PlatingAdmin(OptionAdmin):
    """Metal finishes."""

    list_display = ("name", "code", "family", "tones", "position", "active")
    list_filter = ("active", "family")

    @admin.display(description="tones")
    def tones(self, row: models.Plating) -> SafeString:
        """Highlight, middle and low tone side by side."""
        return swatch(row.highlight_hex, row.mid_hex, row.low_hex)


@admin.register(models.AddOn)
class AddOnAdmin(OptionAdmin):
    """Extras on the pin."""

    list_display = ("name", "code", "counts", "max_count", "extra_days", "position", "active")


@admin.register(models.Attachment)
class AttachmentAdmin(OptionAdmin):
    """What holds the pin on."""

    list_display = ("name", "code", "max_posts", "min_size_mm", "max_size_mm", "position", "active")


@admin.register(models.Packaging)
class PackagingAdmin(OptionAdmin):
    """What the pin comes in."""

    list_display = ("name", "code", "extra_days", "position", "active")


@admin.register(models.SizeTier)
class SizeTierAdmin(OptionAdmin):
    """Steps of the price table; their lengths are part of published prices."""

    list_display = ("name", "code", "max_mm", "thickness_mm", "position", "active")
    fixed = ("code", "max_mm", "thickness_mm")


@admin.register(models.PaletteColour)
class PaletteColourAdmin(KeptAdmin):
    """The house palette."""

    list_display = ("code", "look", "name", "hlc", "hex", "active")
    list_editable = ("name", "active")
    list_filter = ("active",)
    search_fields = ("code", "name", "hlc", "hex")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A colour keeps its code and its place in colour space; another colour is another code."""
        del request
        return ("code", "hlc", "hex", "lab") if obj else ()

    @admin.display(description="")
    def look(self, row: models.PaletteColour) -> SafeString:
        """The colour itself."""
        return swatch(row.hex)


@admin.register(models.Holiday)
class HolidayAdmin(CatalogAdmin):
    """Days on which the factory rests."""

    list_display = ("date", "name")
    search_fields = ("name",)
    date_hierarchy = "date"


def swatch(*colours_hex: str) -> SafeString:
    """Small squares of colours side by side; SVG, because the content policy of the shop refuses inline styles."""
    squares = format_html_join(
        "",
        '<rect x="{}" width="28" height="20" fill="{}"/>',
        ((28 * place, colour) for place, colour in enumerate(colours_hex)),
    )
    return format_html(
        '<svg width="{}" height="20" role="img" aria-label="{}">{}</svg>',
        28 * len(colours_hex),
        ", ".join(colours_hex),
        squares,
    )
