"""What the admin pages of the catalogue share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin, TabularInline

from pinshop.core.admin.amounts import AmountsAdmin
from pinshop.core.errors import PinshopError

# The triggers of migration 0002 put this into their message.
FROZEN = "never changes"


class CatalogAdmin(AmountsAdmin, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """States a refusal of a service, or of the database about a published version, where staff see it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add or change one row."""
        return self._stating(request, lambda: super(CatalogAdmin, self).changeform_view(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, its edits and its actions."""
        return self._stating(request, lambda: super(CatalogAdmin, self).changelist_view(request, extra_context))

    def _stating(self, request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return work()
        except PinshopError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        except IntegrityError as error:
            if FROZEN not in str(error):
                raise
            self.message_user(
                request, "A published version never changes. Copy it and publish the copy.", messages.ERROR
            )
        return HttpResponseRedirect(request.get_full_path())


class KeptAdmin(CatalogAdmin):
    """Rows that old orders name: staff switch them off instead of deleting them."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never; `active` takes an option off the page."""
        del request, obj
        return False


class DraftRows(AmountsAdmin, TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Rows of a table, open to edits until it is published."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the table, whose currency amounts have."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("table")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return is_draft(obj) and super().has_delete_permission(request, obj)


def is_draft(row: Any) -> bool:
    """Whether a version may still be edited."""
    return row is not None and row.published_at is None
