"""What cancelling costs, in the admin: copy the last table as a draft, edit it, publish it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog.admin.pages import CatalogAdmin, DraftRows, is_draft
from orders.models import CancellationMinimum, CancellationStep, CancellationTable
from orders.services import cancellation_tables
from pinshop.accounts import owners


class StepInline(DraftRows):
    """The cost at each stage."""

    model = CancellationStep


class MinimumInline(DraftRows):
    """The least that it costs, in every currency."""

    model = CancellationMinimum


@admin.register(CancellationTable)
class CancellationTableAdmin(CatalogAdmin):
    """Tables of what cancelling costs. A new one starts with the rows of the last."""

    list_display = ("version", "valid_from", "return_days", "published_at", "note")
    readonly_fields = ("version", "published_at")
    fields = (("version", "published_at"), "valid_from", "return_days", "note")
    inlines = (StepInline, MinimumInline)
    actions = ("publish",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new table only says from when, and why."""
        return ("valid_from", "note") if obj is None else super().get_fields(request, obj)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[DraftRows], ...]:
        """A new table gets its rows from the last one."""
        del request
        return () if obj is None else self.inlines

    def save_model(self, request: HttpRequest, obj: CancellationTable, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Add: copy the last table. Change: store the draft."""
        if change:
            super().save_model(request, obj, form, change)
            return
        draft = cancellation_tables.copy(
            valid_from=obj.valid_from, note=obj.note, actor=owners.actor_of_request(request), now=timezone.now()
        )
        obj.__dict__.update(draft.__dict__)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or is_draft(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only, one by one."""
        return is_draft(obj) and super().has_delete_permission(request, obj)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[CancellationTable]) -> None:
        """Publish the chosen drafts."""
        actor, now = owners.actor_of_request(request), timezone.now()
        for row in queryset.order_by("number"):
            cancellation_tables.publish(table_id=row.pk, actor=actor, now=now)
            self.message_user(
                request, f"{row.version} is published; it holds from {row.valid_from:%d %B %Y}.", messages.SUCCESS
            )
