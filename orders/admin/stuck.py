"""The report on stuck orders as a page of the admin."""

from typing import Any

from django.utils import timezone
from django.utils.timesince import timesince
from django.views.generic import TemplateView
from unfold.views import UnfoldModelAdminViewMixin

from orders.enums import Party
from orders.selectors import stuck

_SHOWN = 100  # of each party; the oldest are what matters


class StuckOrders(UnfoldModelAdminViewMixin, TemplateView):  # type: ignore[misc]  # unfold ships no types
    """What waits on whom, oldest first; late ones are marked."""

    title = "What waits on whom"
    permission_required = ("orders.view_order",)
    template_name = "admin/orders/stuck.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The waits of each party."""
        del kwargs  # the address gives only what the mixin adds by itself
        now = timezone.now()
        waits = [(wait, wait.is_late(now)) for wait in stuck.list_waits(now=now)]
        parties = []
        for party in Party:
            of_party = [(wait, late) for wait, late in waits if wait.reason.who is party]
            parties.append(
                {
                    "title": party.label,
                    "code": party.value,
                    "late": sum(late for _, late in of_party),
                    "rows": [
                        {"wait": wait, "late": late, "age": timesince(wait.since, now, depth=1)}
                        for wait, late in of_party[:_SHOWN]
                    ],
                    "more": max(0, len(of_party) - _SHOWN),
                    "count": len(of_party),
                }
            )
        return {**super().get_context_data(), "parties": parties}
