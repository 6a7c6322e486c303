"""Comments and approvals in the admin: looked at, never edited."""

from django.contrib import admin

from designs.models import Approval, ProofComment
from pinshop.core.admin.records import RecordAdmin


@admin.register(ProofComment)
class ProofCommentAdmin(RecordAdmin):
    """What was said; answers are given on the proof's bench."""

    list_display = ["proof", "author", "by_staff", "text", "created_at"]
    list_filter = ["by_staff"]
    list_select_related = ["proof__design"]
    search_fields = ["text", "author", "proof__design__name"]
    ordering = ["-created_at"]


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Who approved which hash, at which price and under which terms."""

    list_display = ["proof", "approver", "price_minor", "currency", "terms_version", "approved_at"]
    list_select_related = ["proof__design"]
    search_fields = ["proof_hash", "approver", "proof__design__name"]
    ordering = ["-approved_at"]
