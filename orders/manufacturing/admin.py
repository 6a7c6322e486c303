"""Manufacturers and production orders in the admin. Each action is one service call per row."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from standardwebhooks.webhooks import Webhook
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminPasswordWidget

from catalog.selectors import options
from orders.manufacturing.enums import ManufacturerKind, ProductionState
from orders.manufacturing.models import WHSEC, Manufacturer, ProductionOrder, StageReport
from orders.manufacturing.services import links, manufacturers, production
from pinshop.accounts import owners
from pinshop.core import files
from pinshop.core.admin.records import RecordAdmin
from pinshop.core.errors import PinshopError

STATE_COLOURS = {
    **dict.fromkeys(ProductionState.values, "info"),
    ProductionState.SHIPPED: "success",
    ProductionState.REJECTED: "danger",
    ProductionState.CANCELLED: "warning",
}


class ManufacturerForm(forms.ModelForm):  # type: ignore[type-arg]  # only the stubs are generic
    """A manufacturer; its secrets go in and never come out."""

    processes = forms.MultipleChoiceField(help_text="What it makes.", widget=forms.CheckboxSelectMultiple)
    new_token = forms.CharField(
        required=False,
        label="API token",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Written, never shown. Leave it empty to keep the present one.",
    )
    new_webhook_secret = forms.CharField(
        required=False,
        label="Webhook secret",
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
        help_text="Begins with whsec_. Written, never shown. Leave it empty to keep the present one.",
    )

    class Meta:
        model = Manufacturer
        fields = ["name", "kind", "position", "active", "processes", "for_live_orders", "for_test_orders"]
        fields += ["base_url", "contact_email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["processes"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(each.code, each.name) for each in options.get_options().processes]

    def clean_new_webhook_secret(self) -> str:
        """A secret that signatures can be checked with."""
        secret = str(self.cleaned_data["new_webhook_secret"]).strip()
        if secret:
            try:
                Webhook(secret)
            except (ValueError, RuntimeError):
                secret = ""
            if not secret.startswith(WHSEC):
                raise forms.ValidationError("A webhook secret is whsec_ followed by base64.")
        return secret

    def clean(self) -> dict[str, Any]:
        """Everything that its kind needs is there, newly given or kept."""
        given = super().clean() or {}
        needed = {"contact_email": ""} if given.get("kind") == ManufacturerKind.EMAIL else {"base_url": ""}
        if given.get("kind") == ManufacturerKind.REST:
            needed |= {"new_token": self.instance.token, "new_webhook_secret": self.instance.webhook_secret}
        for name, kept in needed.items():
            if name not in self.errors and not given.get(name) and not kept:
                self.add_error(name, "A manufacturer of this kind needs it.")
        return given


@admin.register(Manufacturer)
class ManufacturerAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Who makes what for whom."""

    form = ManufacturerForm
    list_display = ["name", "kind", "position", "active", "for_live_orders", "for_test_orders", "shown_processes"]
    list_filter = ["active", "kind"]
    fieldsets = [
        (None, {"fields": ["name", "kind", "position", "active"]}),
        ("What it gets", {"fields": ["processes", "for_live_orders", "for_test_orders"]}),
        ("By API", {"fields": ["base_url", "new_token", "new_webhook_secret", "hook"]}),
        ("By e-mail", {"fields": ["contact_email"]}),
    ]
    readonly_fields = ["hook"]

    @admin.display(description="makes")
    def shown_processes(self, manufacturer: Manufacturer) -> str:
        """The processes."""
        return ", ".join(manufacturer.processes)

    @admin.display(description="reports to")
    def hook(self, manufacturer: Manufacturer) -> str:
        """Where it reports stages."""
        is_new = manufacturer._state.adding  # noqa: SLF001 - Django documents Model._state for exactly this question
        return "Shown once it is saved." if is_new else links.hook_url(manufacturer)

    def save_model(self, request: HttpRequest, obj: Manufacturer, form: ManufacturerForm, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Store it."""
        del change
        manufacturers.save(
            manufacturer=obj,
            token=form.cleaned_data["new_token"],
            webhook_secret=form.cleaned_data["new_webhook_secret"],
            actor=owners.actor_of_request(request),
            now=timezone.now(),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: old production orders name it. Switch it off instead."""
        del request, obj
        return False


class StageReportInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """What the manufacturer reported."""

    model = StageReport
    extra = 0
    can_delete = False
    fields = ["stage", "at", "accepted", "why", "photo", "received_at"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    @admin.display(description="photo")
    def photo(self, report: StageReport) -> str:
        """The photo that came with it."""
        if not report.photo_sha256:
            return "–"
        return format_html('<a href="{}">Photo</a>', files.link(report.photo_sha256, name=f"{report.stage}.png"))


@admin.register(StageReport)
class StageReportAdmin(RecordAdmin):
    """Every message of manufacturers, also those about orders that are not ours."""

    list_display = ["received_at", "manufacturer", "production_order", "stage", "accepted", "why"]
    list_filter = ["accepted", "manufacturer", ("production_order", admin.EmptyFieldListFilter)]
    list_select_related = ["manufacturer", "production_order"]
    search_fields = ["event_id", "production_order__number"]
    ordering = ["-received_at"]


class NeedsAttention(admin.SimpleListFilter):
    """Those that staff must look at."""

    title = "attention"
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """One choice."""
        del request, model_admin
        return [("yes", "Needs attention")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ProductionOrder]) -> QuerySet[ProductionOrder]:
        """With a problem, or refused."""
        del request
        if self.value() != "yes":
            return queryset
        return queryset.exclude(problem="") | queryset.filter(state=ProductionState.REJECTED)


@admin.register(ProductionOrder)
class ProductionOrderAdmin(RecordAdmin):
    """What is being made, by whom, and what is wrong with it."""

    list_display = [
        "number",
        "shown_state",
        "manufacturer",
        "quantity",
        "packed_quantity",
        "shown_problem",
        "created_at",
    ]
    list_filter = [NeedsAttention, "state", "manufacturer"]
    list_select_related = ["manufacturer"]
    search_fields = ["number", "external_id", "tracking_number", "line__order__number", "proof_hash"]
    readonly_fields = ["documents"]
    inlines = [StageReportInline]
    actions = ["submit_again", "hold", "release"]
    fieldsets = [
        (None, {"fields": ["number", "line", "attempt", "manufacturer", "state", "problem", "reason"]}),
        ("What is made", {"fields": ["quantity", "packed_quantity", "proof_hash", "documents"]}),
        ("On its way", {"fields": ["external_id", "carrier", "tracking_number"]}),
        ("When", {"fields": ["created_at", "submitted_at", "verified_at", "updated_at"]}),
        ("What was sent", {"fields": ["request"], "classes": ["collapse"]}),
    ]

    @display(description="state", label=STATE_COLOURS, ordering="state")  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_state(self, row: ProductionOrder) -> tuple[str, str]:
        """The state, with its colour."""
        return row.state, row.get_state_display()

    @admin.display(description="problem")
    def shown_problem(self, row: ProductionOrder) -> str:
        """The beginning of what staff must know."""
        return (row.problem or row.reason)[:160]

    @admin.display(description="files")
    def documents(self, row: ProductionOrder) -> SafeString:
        """What the manufacturer got."""
        found = [("Die lines (SVG)", row.die_lines_sha256, f"{row.number}-die-lines.svg")]
        if row.tech_pack_sha256:
            found.insert(0, ("Tech pack (PDF)", row.tech_pack_sha256, f"{row.number}-tech-pack.pdf"))
        return format_html_join(
            " · ", '<a href="{}">{}</a>', ((files.link(sha256, name=name), label) for label, sha256, name in found)
        )

    @admin.action(description="Submit again", permissions=["change"])
    def submit_again(self, request: HttpRequest, queryset: QuerySet[ProductionOrder]) -> None:
        """Send what was not accepted, or try a new attempt at what was refused."""
        actor, now = owners.actor_of_request(request), timezone.now()
        self._each(
            request,
            queryset,
            lambda row: bool(production.submit_again(production_order_id=row.pk, actor=actor, now=now)),
            "sent again",
        )

    @admin.action(description="Hold", permissions=["change"])
    def hold(self, request: HttpRequest, queryset: QuerySet[ProductionOrder]) -> None:
        """Stop the lines."""
        actor, now = owners.actor_of_request(request), timezone.now()
        self._each(
            request,
            queryset,
            lambda row: production.hold(production_order_id=row.pk, actor=actor, now=now, reason="Held in the admin"),
            "held",
        )

    @admin.action(description="Release", permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[ProductionOrder]) -> None:
        """Let the lines go on."""
        actor, now = owners.actor_of_request(request), timezone.now()
        self._each(
            request,
            queryset,
            lambda row: production.release(production_order_id=row.pk, actor=actor, now=now),
            "released",
        )

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[ProductionOrder],
        work: Callable[[ProductionOrder], bool],
        done: str,
    ) -> None:
        """Do it to each row and say how many changed, and why others could not."""
        count = 0
        for row in queryset.order_by("pk"):
            try:
                count += work(row)
            except PinshopError as refusal:
                self.message_user(request, refusal.message, messages.ERROR)
        self.message_user(request, f"{count} of {len(queryset)} {done}.", messages.INFO)
