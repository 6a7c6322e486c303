"""The kernel's rows in the admin: outbox, audit log, mail, files. Looked at, never edited."""

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import display

from pinshop.core import files, logs, outbox
from pinshop.core.models import AuditEntry, OutboxMessage, OutgoingMail, QueueHeartbeat, StoredFile


class RecordAdmin(ModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """Rows that the shop writes and nobody edits by hand."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        del request
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody."""
        del request, obj
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """Everything but what the class leaves out, and what it shows of its own."""
        del request, obj
        hidden = self.exclude or ()
        return [*(field.name for field in self.model._meta.fields if field.name not in hidden), *self.readonly_fields]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(RecordAdmin):
    """What must still happen, and what was given up."""

    list_display = ["topic", "shown_state", "attempts", "due_at", "created_at", "shown_error"]
    list_filter = ["state", "queue", "topic"]
    search_fields = ["topic", "dedupe_key", "request_id"]
    ordering = ["-created_at"]
    actions = ["revive"]

    @display(
        description="state",
        label={"dead": "danger", "pending": "info", "leased": "warning", "done": "success"},
        ordering="state",
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_state(self, message: OutboxMessage) -> str:
        """The state, with its colour."""
        return message.state

    @admin.display(description="last error")
    def shown_error(self, message: OutboxMessage) -> str:
        """The beginning of the last error."""
        return message.last_error[:120]

    @admin.action(description="Give dead messages a new life", permissions=["change"])
    def revive(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Send dead messages again, from the first attempt; others stay as they are."""
        now = timezone.now()
        revived = sum(outbox.revive(message_id=message.pk, now=now) for message in queryset)
        self.message_user(request, f"{revived} of {len(queryset)} messages will be tried again.", messages.INFO)


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin):
    """What happened to whom, by whom, when."""

    list_display = ["created_at", "action", "subject_type", "subject_id", "actor_kind", "actor_label", "note"]
    list_filter = ["actor_kind", "subject_type"]
    search_fields = ["subject_id", "actor_label", "action", "request_id"]
    ordering = ["-id"]


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RecordAdmin):
    """Every mail that was, or will be, sent; without what would open an account or an order to whoever reads it here."""

    list_display = ["created_at", "to", "subject", "is_sent"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    search_fields = ["to", "subject", "dedupe_key"]
    ordering = ["-created_at"]
    exclude = ["html", "text"]
    readonly_fields = ["shown_text"]

    @admin.display(description="text")
    def shown_text(self, mail: OutgoingMail) -> str:
        """The text with its signed links cut; nothing of a mail that carries a code or link to sign in."""
        return "Not shown: it opens an account." if mail.dedupe_key.startswith("account:") else logs.shorten(mail.text)

    @admin.display(description="sent", boolean=True)
    def is_sent(self, mail: OutgoingMail) -> bool:
        """Whether the mail server has taken it."""
        return mail.sent_at is not None


@admin.register(StoredFile)
class StoredFileAdmin(RecordAdmin):
    """Stored files, by the fingerprint of their bytes."""

    list_display = ["sha256", "media_type", "size", "public", "created_at"]
    list_filter = ["media_type", "public"]
    search_fields = ["sha256"]
    ordering = ["-created_at"]
    readonly_fields = ["door"]

    @admin.display(description="open")
    def door(self, file: StoredFile) -> str:
        """A link that opens the file and expires."""
        name = f"{file.sha256[:12]}.{files.EXTENSIONS.get(file.media_type, 'bin')}"
        return format_html('<a href="{}">{}</a>', files.link(file.sha256, name=name), name)


@admin.register(QueueHeartbeat)
class QueueHeartbeatAdmin(RecordAdmin):
    """When each queue last did a task."""

    list_display = ["queue", "beat_at"]
