"""Designs in the admin: the artwork as pixels beside the pin, never the uploaded file itself."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import display

from designs.admin import bench, forms
from designs.models import Design
from designs.selectors import designs
from designs.services import reviews
from designs.states import RefusalGround
from designs.web import shown
from pinshop.accounts.owners import actor_of_request
from pinshop.core import audit
from pinshop.core.admin.records import RecordAdmin


def refuse(design_id: UUID, form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Refuse a design for its rights or content."""
    reviews.refuse(
        design_id=design_id,
        ground=RefusalGround(form.cleaned_data["ground"]),
        note=form.cleaned_data["note"],
        actor=actor_of_request(request),
        now=timezone.now(),
    )
    return "The design is refused; its orders are cancelled and refunded.", design_id


@admin.register(Design)
class DesignAdmin(RecordAdmin):
    """Every design, newest first."""

    list_display = ["name", "shown_state", "shown_owner", "artwork", "created_at"]
    list_filter = ["state", "refused_ground", "live"]
    list_select_related = ["artwork", "user", "business"]
    search_fields = ["name", "user__email", "business__name", "artwork__name", "artwork__sha256"]
    ordering = ["-created_at"]
    exclude = ["guest_key", "spec", "flatten", "report", "measures", "pictures", "notes"]
    change_form_outer_before_template = "admin/designs/design_bench.html"

    @display(
        description="state",
        label={"Ready": "success", "Could not be flattened": "danger", "Refused": "danger"},
        ordering="state",
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_state(self, design: Design) -> str:
        """The state in words, with its colour."""
        return str(design.get_state_display())

    @admin.display(description="owner")
    def shown_owner(self, design: Design) -> str:
        """A person, a business, or a guest."""
        return str(design.user or design.business or "guest")

    def has_change_permission(self, request: HttpRequest, obj: Design | None = None) -> bool:
        """Nobody edits the row; staff with the right press buttons."""
        del request, obj
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Design]:
        """With what the list names."""
        queryset: QuerySet[Design] = super().get_queryset(request).select_related("artwork", "user", "business")
        return queryset

    def get_urls(self) -> list[URLPattern]:
        """The button's address."""
        view = partial(bench.press, self, form=forms.RefuseForm, call=refuse, permission="designs.change_design")
        button = path("<uuid:row_id>/refuse/", self.admin_site.admin_view(view), name="designs_design_refuse")
        return [button, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The design with its pictures, findings and proofs."""
        design = self.get_object(request, object_id)
        context = {**(extra_context or {})}
        if design is not None:
            context["bench"] = {
                "design": design,
                "pictures": shown.list_pictures(design),
                "findings": shown.list_groups(designs.report_of(design)),
                "measures": designs.measures_of(design),
                "proofs": design.proofs.order_by("-revision"),
                "history": audit.list_entries(subject=design),
                "may_press": request.user.has_perm("designs.change_design") and design.state != "refused",
                "refuse_form": forms.RefuseForm(),
            }
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer
