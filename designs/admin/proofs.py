"""The proofing bench: artwork and proof side by side, findings, comments, and the buttons that staff work with."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import display

from designs.admin import bench, forms
from designs.models import Proof
from designs.selectors import proofs as reading
from designs.services import comments, proofs
from designs.web import shown
from pinshop.accounts.owners import actor_of_request
from pinshop.core import audit
from pinshop.core.admin.records import RecordAdmin


def send(proof_id: UUID, _form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Pass the proof to the customer."""
    proofs.send(proof_id=proof_id, actor=actor_of_request(request), now=timezone.now())
    return "The proof is with the customer.", proof_id


def revise(proof_id: UUID, _form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Have the next revision drawn from the design as it stands."""
    proof = proofs.revise(proof_id=proof_id, actor=actor_of_request(request), now=timezone.now())
    return f"Revision {proof.revision} is being drawn.", proof.id


def override(proof_id: UUID, form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Let a blocking finding pass, with a reason."""
    proofs.override(proof_id=proof_id, **form.cleaned_data, actor=actor_of_request(request), now=timezone.now())
    return "Your reason is on record; the proof can be sent.", proof_id


def comment(proof_id: UUID, form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Comment, or answer a comment."""
    comments.add(proof_id=proof_id, **form.cleaned_data, actor=actor_of_request(request), now=timezone.now())
    return "The customer sees your words on the proof's page.", proof_id


def upload_revision(proof_id: UUID, form: Form, request: HttpRequest) -> tuple[str, UUID]:
    """Upload redrawn artwork: the next revision."""
    artwork = form.cleaned_data["artwork"]
    proof = proofs.upload_revision(
        proof_id=proof_id,
        content=artwork.read(),
        filename=artwork.name or "",
        note=form.cleaned_data["note"],
        actor=actor_of_request(request),
        now=timezone.now(),
    )
    return f"Revision {proof.revision} is being drawn.", proof.id


BUTTONS: dict[str, tuple[type[Form], bench.Call]] = {
    "send": (forms.NoForm, send),
    "revise": (forms.NoForm, revise),
    "override": (forms.OverrideForm, override),
    "comment": (forms.CommentForm, comment),
    "upload": (forms.RevisionForm, upload_revision),
}


@admin.register(Proof)
class ProofAdmin(RecordAdmin):
    """The queue of proofs, oldest first, and the bench of each."""

    list_display = ["design", "revision", "shown_state", "reference", "created_at", "rendered_at", "sent_at"]
    list_filter = ["state"]
    list_select_related = ["design"]
    search_fields = ["design__name", "reference", "proof_hash"]
    ordering = ["created_at"]
    exclude = ["spec", "flatten", "report", "measures", "manifest", "files", "sheet"]
    change_form_outer_before_template = "admin/designs/proof_bench.html"

    @display(
        description="state",
        label={
            "Being checked by us": "warning",
            "Changes requested": "warning",
            "Could not be rendered": "danger",
            "Approved": "success",
        },
        ordering="state",
    )  # type: ignore[untyped-decorator]  # unfold ships no types
    def shown_state(self, proof: Proof) -> str:
        """The state in words, with its colour."""
        return str(proof.get_state_display())

    def has_change_permission(self, request: HttpRequest, obj: Proof | None = None) -> bool:
        """Nobody edits the row; staff with the right press buttons."""
        del request, obj
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proof]:
        """With the design, whose name every page shows."""
        queryset: QuerySet[Proof] = super().get_queryset(request).select_related("design", "artwork")
        return queryset

    def get_urls(self) -> list[URLPattern]:
        """One address per button."""
        buttons = [
            path(
                f"<uuid:row_id>/{name}/",
                self.admin_site.admin_view(
                    partial(bench.press, self, form=form, call=call, permission="designs.change_proof")
                ),
                name=f"designs_proof_{name}",
            )
            for name, (form, call) in BUTTONS.items()
        ]
        return [*buttons, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The bench."""
        proof = self.get_object(request, object_id)
        context = {**(extra_context or {})}
        if proof is not None:
            context |= {"bench": self._bench(request, proof)}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer

    def _bench(self, request: HttpRequest, proof: Proof) -> dict[str, Any]:
        design = proof.design
        same = proof.artwork_id == design.artwork_id
        return {
            **shown.proof_context(proof),
            "design": design,
            "artwork": next((each for each in shown.list_pictures(design) if each.view == "artwork" and same), None),
            "blocking": {finding.rule: finding for finding in reading.list_blocking(proof)}.values(),
            "history": audit.list_entries(subject=proof),
            "revisions": reading.list_proofs(design_id=design.id),
            "may_press": request.user.has_perm("designs.change_proof"),
            "new_id": uuid4(),
            "revision_form": forms.RevisionForm(),
        }
