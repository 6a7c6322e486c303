"""People, businesses and keys in the admin."""

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from pinshop.accounts.models import ApiKey, Business, Member, User
from pinshop.accounts.owners import actor_of_request
from pinshop.accounts.services import api_keys
from pinshop.core.admin.amounts import AmountsAdmin
from pinshop.core.admin.records import RecordAdmin
from pinshop.core.money import format_money

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Staff groups; each migration gives them back the permissions of pinshop.site.services.staff_groups."""


class MembershipInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The businesses of a person."""

    model = Member
    extra = 0
    autocomplete_fields = ["business"]


class MemberInline(TabularInline):  # type: ignore[misc]  # unfold ships no types
    """The people of a business."""

    model = Member
    extra = 0
    autocomplete_fields = ["user"]


class PersonChangeForm(UserChangeForm):  # type: ignore[misc]  # unfold ships no types
    """A person's row."""

    class Meta:
        model = User
        fields = "__all__"


class PersonCreationForm(UserCreationForm):  # type: ignore[misc]  # unfold ships no types
    """A new person; without a password the account is opened by a one-time code."""

    class Meta:
        model = User
        fields = ["email", "name"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[misc, type-arg]  # unfold ships no types; only the stubs are generic
    """Customers and staff. Only a superuser makes superusers or hands out single permissions."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "is_staff", "is_active", "created_at"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    search_fields = ["email", "name"]
    ordering = ["-created_at"]
    readonly_fields = ["created_at", "last_login"]
    filter_horizontal = ["groups", "user_permissions"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["created_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    inlines = [MembershipInline]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The two fields by which a group's member could lift themselves stay a superuser's."""
        fields = list(super().get_readonly_fields(request, obj))
        if isinstance(request.user, User) and request.user.is_superuser:
            return fields
        return [*fields, "is_superuser", "user_permissions"]


@admin.register(Business)
class BusinessAdmin(AmountsAdmin, ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Companies, with their people."""

    list_display = ["name", "billing_email", "shown_limit", "created_at"]
    search_fields = ["name", "billing_email", "members__user__email"]
    ordering = ["name"]
    inlines = [MemberInline]

    @display(description="credit limit", ordering="credit_limit_minor")  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_limit(self, business: Business) -> str:
        """Up to how much may be open by invoice."""
        return format_money(business.credit_limit_minor, business.credit_currency)


@admin.register(Member)
class MemberAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Who belongs where."""

    list_display = ["business", "user", "role"]
    list_filter = ["role"]
    list_select_related = ["business", "user"]
    search_fields = ["business__name", "user__email"]
    autocomplete_fields = ["business", "user"]


@admin.register(ApiKey)
class ApiKeyAdmin(RecordAdmin):
    """Keys of businesses. Their owners make them; staff may end them."""

    list_display = ["business", "name", "prefix", "shown_kind", "shown_state", "last_used_at", "created_at"]
    list_filter = ["live", ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["business"]
    search_fields = ["name", "prefix", "business__name"]
    ordering = ["-created_at"]
    exclude = ["secret_hash"]
    actions = ["revoke"]

    @display(description="kind", label={"live": "warning", "test": "info"}, ordering="live")  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_kind(self, key: ApiKey) -> str:
        """Live or test."""
        return "live" if key.live else "test"

    @display(description="state", label={"in force": "success", "revoked": "danger", "expired": "danger"})  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_state(self, key: ApiKey) -> str:
        """Whether it opens anything."""
        if key.revoked_at is not None:
            return "revoked"
        return "expired" if key.expires_at is not None and key.expires_at <= timezone.now() else "in force"

    @admin.action(description="Revoke keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """End keys at once."""
        now, actor = timezone.now(), actor_of_request(request)
        revoked = sum(api_keys.revoke(key_id=key.pk, actor=actor, now=now) for key in queryset)
        self.message_user(request, f"{revoked} of {len(queryset)} keys revoked.", messages.INFO)
