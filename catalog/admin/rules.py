"""Compatibility rules and engine rules in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog import models
from catalog.admin.pages import CatalogAdmin
from catalog.models.options import OptionModel
from catalog.services import engine_rules
from pinshop.accounts import owners

MODELS: dict[str, type[OptionModel]] = {
    "process": models.Process,
    "plating": models.Plating,
    "addon": models.AddOn,
    "attachment": models.Attachment,
    "packaging": models.Packaging,
}


class CompatibilityRuleForm(forms.ModelForm):  # type: ignore[type-arg]  # Django cannot subscript it at run time
    """Both sides must name options that there are."""

    class Meta:
        model = models.CompatibilityRule
        fields = ("subject_kind", "subject_code", "object_kind", "object_code", "verdict", "sentence")

    def clean(self) -> dict[str, Any]:
        """Check the codes."""
        data = super().clean() or {}
        for side in ("subject", "object"):
            kind, code = data.get(f"{side}_kind"), data.get(f"{side}_code")
            if not kind or not code:
                continue
            known = sorted(MODELS[kind].objects.values_list("code", flat=True)) if kind in MODELS else ["rush"]
            if code not in known:
                self.add_error(f"{side}_code", f"There is no {kind} {code}. Known are: {', '.join(known)}.")
        return data


@admin.register(models.CompatibilityRule)
class CompatibilityRuleAdmin(CatalogAdmin):
    """What does not go together."""

    form = CompatibilityRuleForm
    list_display = ("subject_code", "object_code", "verdict", "sentence")
    list_filter = ("verdict", "subject_kind", "object_kind")
    search_fields = ("subject_code", "object_code", "sentence")


@admin.register(models.EngineRules)
class EngineRulesAdmin(CatalogAdmin):
    """Limits of manufacture; a draft can be edited, a published version only read."""

    list_display = ("version", "note", "created_at", "published_at")
    search_fields = ("version", "note")
    readonly_fields = ("published_at",)
    actions = ("publish",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only."""
        return super().has_change_permission(request, obj) and (obj is None or obj.published_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only, one by one."""
        return obj is not None and obj.published_at is None and super().has_delete_permission(request, obj)

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[models.EngineRules]) -> None:
        """Publish the chosen drafts, the oldest first."""
        actor, now = owners.actor_of_request(request), timezone.now()
        for row in queryset.order_by("created_at"):
            engine_rules.publish(version=row.version, actor=actor, now=now)
            self.message_user(request, f"{row.version} is published.", messages.SUCCESS)
