"""What the admin pages of orders and payments share."""

from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline


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
        """What happened stays."""
        del request, obj
        return False

    # Actions name these and not "orders.run_order": unfold's checks would look that up before the first migration.
    def has_run_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may move orders, lines and parcels along."""
        return request.user.has_perm("orders.run_order")

    def has_refund_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may give money back."""
        return request.user.has_perm("payments.refund_payment")

    def has_decide_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        """Whether they may free people from tax."""
        return request.user.has_perm("orders.decide_exemption")


class ReadOnlyInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """Rows of another model below their owner."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody adds rows by hand."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Nobody changes rows by hand."""
        del request, obj
        return False
