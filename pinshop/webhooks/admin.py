"""What staff see of webhooks: endpoints, events, and the log of deliveries with a way to send again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from pinshop.accounts import owners
from pinshop.webhooks.models import Delivery, Endpoint, Event
from pinshop.webhooks.services import deliveries


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows that only services write."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds rows by hand."""
        del request
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes rows by hand."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The log stays whole."""
        del request, obj
        return False


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin):
    """Where businesses listen."""

    list_display = ("url", "business", "live", "created_at", "disabled_at", "disabled_reason")
    list_filter = ("live", "disabled_at")
    list_select_related = ("business",)
    search_fields = ("url", "business__name")
    exclude = ("secret",)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What businesses were told."""

    list_display = ("sequence", "type", "business", "live", "created_at")
    list_filter = ("type", "live")
    list_select_related = ("business",)
    search_fields = ("id", "business__name", "subject")
    ordering = ("-created_at",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The log of deliveries."""

    list_display = ("event", "endpoint", "state", "attempts", "last_status", "last_error", "next_try_at", "created_at")
    list_filter = ("state", "last_status")
    list_select_related = ("event", "endpoint")
    search_fields = ("event__id", "endpoint__url", "endpoint__business__name")
    ordering = ("-created_at",)
    actions = ("send_again",)

    @admin.action(description="Send again")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Start each chosen delivery from its first try."""
        actor, now = owners.actor_of_request(request), timezone.now()
        sent = [deliveries.resend(delivery_id=row.pk, actor=actor, now=now) for row in queryset.order_by("created_at")]
        self.message_user(request, f"{sum(sent)} deliveries are sent again.", messages.SUCCESS)
        if not all(sent):
            self.message_user(request, f"{sent.count(False)} are still being tried.", messages.WARNING)
