"""Artworks, designs, proofs, and what is said and decided about a proof."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from designs.states import DesignState, ProofState, RefusalGround, Stage
from pinshop.accounts.owners import Owned

SHA256 = r"^[0-9a-f]{64}$"
SHARE_CHARACTERS = r"^[A-Za-z0-9_-]{43}$"


class Artwork(models.Model):
    """One uploaded file. Its bytes lie in `core.files` under `sha256`, private and stored once; the name is the uploader's."""

    sha256 = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="designs_artwork_sha256"),
            models.CheckConstraint(condition=Q(size__gt=0), name="designs_artwork_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


class Design(Owned):
    """An artwork with the choices that make it a pin, and what the engine made of it.

    `version` counts the customer's changes. The engine's results (`pinart_sha256`, `report`, `measures`, `pictures`)
    belong to the artwork and choices of `flattened_version` and `pictured_version`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    artwork = models.ForeignKey(Artwork, on_delete=models.PROTECT, related_name="designs")
    spec = models.JSONField(help_text="What is ordered: catalog.spec.PinSpec as JSON.")
    flatten = models.JSONField(default=dict, help_text="How the artwork is flattened: designs.flatten.FlattenChoices.")
    version = models.PositiveIntegerField(default=1)
    step = models.PositiveIntegerField(
        default=0, help_text="Which of its steps it shows; those after it can be redone."
    )
    state = models.CharField(max_length=12, choices=DesignState.choices, default=DesignState.RECEIVED)
    stage = models.CharField(
        max_length=10,
        choices=Stage.choices,
        blank=True,
        help_text="What the worker is doing while it is being flattened.",
    )
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    rights_version = models.CharField(max_length=20)
    rights_accepted_at = models.DateTimeField()
    hides_artwork = models.BooleanField(
        default=False,
        help_text="Copied from a shared link: the upload is another person's and is shown to nobody here.",
    )
    notes = models.JSONField(default=list, blank=True, help_text="Sentences of the engine for the customer.")
    pinart_sha256 = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict, blank=True, help_text="designs.report.Report as JSON.")
    measures = models.JSONField(default=dict, blank=True, help_text="designs.measures.Measures as JSON.")
    pictures = models.JSONField(default=dict, blank=True, help_text="{view: {width: {format: SHA-256}}}")
    flattened_version = models.PositiveIntegerField(default=0)
    pictured_version = models.PositiveIntegerField(default=0)
    refused_ground = models.CharField(max_length=10, choices=RefusalGround.choices, blank=True)
    refused_note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(Owned.Meta):
        abstract = False
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="designs_design_newest")]
        constraints: ClassVar = [
            *Owned.Meta.constraints,
            models.CheckConstraint(condition=Q(version__gte=1), name="designs_design_version_from_1"),
            models.CheckConstraint(
                condition=~Q(state=DesignState.READY) | Q(pinart_sha256__regex=SHA256),
                name="designs_design_ready_has_pin_art",
            ),
            models.CheckConstraint(
                condition=~Q(state=DesignState.FAILED) | ~Q(error_message=""), name="designs_design_failed_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state=DesignState.REFUSED) ^ Q(refused_ground=""), name="designs_design_refused_has_ground"
            ),
            models.CheckConstraint(condition=~Q(rights_version=""), name="designs_design_rights_confirmed"),
        ]

    def __str__(self) -> str:
        return self.name


class Share(models.Model):
    """A link by which anyone may look at a design, and copy it, until it is revoked. The token is the only key to it."""

    token = models.CharField(max_length=43, primary_key=True)
    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="shares")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["design"], condition=Q(revoked_at__isnull=True), name="designs_share_one_open"
            ),
            models.CheckConstraint(condition=Q(token__regex=SHARE_CHARACTERS), name="designs_share_token"),
        ]

    def __str__(self) -> str:
        return f"A link to {self.design.name}"


class Step(models.Model):
    """The choices of a design after one change of the customer: what undo and redo go through. Step 0 is the first."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    spec = models.JSONField()
    flatten = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["design", "number"], name="designs_step_number_once")]

    def __str__(self) -> str:
        return f"{self.design.name}, step {self.number}"


class Proof(models.Model):
    """One revision of what will be made. Once rendered nothing in it changes but its state.

    `proof_hash` is the SHA-256 of `manifest`, written as canonical JSON: spec, measures, findings, sheet and the
    SHA-256 of each file. The PDF prints that hash, so it cannot be part of it; its own SHA-256 is kept beside.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="proofs")
    revision = models.PositiveIntegerField()
    reference = models.CharField(
        max_length=40,
        blank=True,
        help_text="Whom it is made for: the order line's id. Later revisions replace earlier.",
    )
    state = models.CharField(max_length=20, choices=ProofState.choices, default=ProofState.RENDERING)
    artwork = models.ForeignKey(Artwork, on_delete=models.PROTECT, related_name="proofs")
    spec = models.JSONField()
    flatten = models.JSONField(default=dict)
    sheet = models.JSONField(default=dict, help_text="What the order says on the sheet: designs.sheet.Sheet.")
    report = models.JSONField(default=dict, blank=True)
    measures = models.JSONField(default=dict, blank=True)
    files = models.JSONField(default=dict, blank=True, help_text="{name: SHA-256}: pictures, die lines, PinArt.")
    manifest = models.JSONField(default=dict, blank=True, help_text="What the hash is taken of.")
    proof_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    rendered_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="designs_proof_queue")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["design", "revision"], name="designs_proof_revision_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="designs_proof_revision_from_1"),
            models.CheckConstraint(
                condition=Q(proof_hash__isnull=True) | Q(proof_hash__regex=SHA256), name="designs_proof_hash_sha256"
            ),
            models.CheckConstraint(
                condition=Q(proof_hash__isnull=True, rendered_at__isnull=True)
                | Q(proof_hash__isnull=False, rendered_at__isnull=False, pdf_sha256__regex=SHA256),
                name="designs_proof_hash_with_files",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ProofState.RENDERING, ProofState.FAILED, ProofState.SUPERSEDED])
                | Q(proof_hash__isnull=False),
                name="designs_proof_shown_has_hash",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ProofState.RENDERING, ProofState.FAILED]) | Q(proof_hash__isnull=True),
                name="designs_proof_rendering_has_no_hash",
            ),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[ProofState.AWAITING_APPROVAL, ProofState.APPROVED, ProofState.CHANGES_REQUESTED]
                )
                | Q(sent_at__isnull=False),
                name="designs_proof_shown_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.design.name}, revision {self.revision}"


class ProofComment(models.Model):
    """Something said about a proof, perhaps about one spot of it (mm from the left top corner of the pin)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies")
    by_staff = models.BooleanField()
    author = models.CharField(max_length=200, help_text="As the other side reads it.")
    author_id = models.CharField(max_length=40, blank=True)
    text = models.TextField()
    x_mm = models.FloatField(null=True, blank=True)
    y_mm = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="designs_comment_says_something"),
            models.CheckConstraint(
                condition=Q(x_mm__isnull=True, y_mm__isnull=True) | Q(x_mm__gte=0, y_mm__gte=0),
                name="designs_comment_spot_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Override(models.Model):
    """A staff member's decision that a blocking finding may be made all the same."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="overrides")
    rule = models.CharField(max_length=40)
    reason = models.TextField()
    staff = models.CharField(max_length=200)
    staff_id = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proof", "rule"], name="designs_override_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="designs_override_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason[:60]}"


class Approval(models.Model):
    """The customer's yes to exactly one hash, with the price and the terms that it was given under. Never altered."""

    proof = models.OneToOneField(Proof, on_delete=models.PROTECT, related_name="approval")
    proof_hash = models.CharField(max_length=64)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    terms_version = models.CharField(max_length=20)
    approver_kind = models.CharField(max_length=20)
    approver_id = models.CharField(max_length=40, blank=True)
    approver = models.CharField(max_length=200)
    approved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(proof_hash__regex=SHA256), name="designs_approval_hash_sha256"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="designs_approval_price_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="designs_approval_currency"),
            models.CheckConstraint(condition=~Q(terms_version=""), name="designs_approval_names_terms"),
        ]

    def __str__(self) -> str:
        return f"{self.proof_hash[:12]} by {self.approver}"
