"""Proofs that wait for their customers, in the admin: whom to write to or call."""

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince
from unfold.decorators import display

from orders.admin.pages import ReadOnlyAdmin
from orders.models import ProofWait
from orders.selectors import waiting


@admin.register(ProofWait)
class ProofWaitAdmin(ReadOnlyAdmin):
    """Sent proofs without an answer, longest first; those with a task for staff are marked."""

    list_display = ("order", "title", "customer", "age", "task", "reminded_day", "ends")
    list_display_links = ("order", "title")
    list_filter = (("staff_since", admin.EmptyFieldListFilter),)
    search_fields = ("line__order__number", "line__order__contact_email", "line__title")
    ordering = ("since",)
    readonly_fields = ("customer", "age", "ends")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProofWait]:
        """With line and order, in one query."""
        del request
        return waiting.list_waits()

    @admin.display(description="order", ordering="line__order__number")
    def order(self, wait: ProofWait) -> str:
        """Its number."""
        return wait.line.order.number

    @admin.display(description="pin")
    def title(self, wait: ProofWait) -> str:
        """What the proof is of."""
        return wait.line.title

    @admin.display(description="customer")
    def customer(self, wait: ProofWait) -> str:
        """Whom to write to."""
        return f"{wait.line.order.contact_name}, {wait.line.order.contact_email}"

    @admin.display(description="waits", ordering="since")
    def age(self, wait: ProofWait) -> str:
        """For how long."""
        return timesince(wait.since, timezone.now())

    @display(description="for staff", label={"Write or call": "warning", "On hold": "info"})  # type: ignore[untyped-decorator]  # unfold ships no types
    def task(self, wait: ProofWait) -> str:
        """Whether staff should do something."""
        if wait.line.on_hold:
            return "On hold"
        return "Write or call" if wait.staff_since else "Not yet"

    @admin.display(description="cancelled and refunded on")
    def ends(self, wait: ProofWait) -> datetime:
        """When its line expires."""
        return waiting.decide_by(since=wait.since, reminded_at=wait.reminded_at)
