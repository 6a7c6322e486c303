"""Rows of the kernel: outbox, audit log, idempotency keys, stored files, mail, heartbeats."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """Something that must still happen outside the transaction that decided it. Delivered at least once."""

    class State(models.TextChoices):
        PENDING = "pending"
        LEASED = "leased"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=100)
    queue = models.CharField(max_length=20)
    dedupe_key = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001 - NULL keeps the UNIQUE open
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "dedupe_key"], name="core_outbox_once_per_key"),
            models.CheckConstraint(
                condition=~Q(state="leased") | Q(lease_until__isnull=False), name="core_outbox_lease_has_end"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state__in=["pending", "leased"]), name="core_outbox_open"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"


class AuditEntry(models.Model):
    """One thing that happened to a subject. Written in the transaction of the change and never altered."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    action = models.CharField(max_length=60)
    note = models.TextField(
        blank=True, help_text="A sentence for the customer's timeline; empty keeps the entry internal."
    )
    actor_kind = models.CharField(max_length=20)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [models.Index(fields=["subject_type", "subject_id", "id"], name="core_audit_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class IdempotencyKey(models.Model):
    """A key that a caller sent with a write, and the answer it got."""

    scope = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    locked_until = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="core_idempotency_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class StoredFile(models.Model):
    """One immutable file, named by the SHA-256 of its bytes; the same bytes are stored once."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    public = models.BooleanField(
        default=False, help_text="May be read by anyone who knows its name: catalogue pictures."
    )
    created_at = models.DateTimeField()
    put_at = models.DateTimeField(help_text="When somebody last stored these bytes; who did is about to refer to them.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When it is deleted, unless a row refers to it.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(expires_at__isnull=False), name="core_file_expiring"),
        ]

    def __str__(self) -> str:
        return self.sha256


class OutgoingMail(models.Model):
    """One e-mail as it will be, or was, sent."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    attachments = models.JSONField(default=list, help_text="[[file name, SHA-256], ...]")
    code_of = models.JSONField(
        null=True,
        blank=True,
        help_text="[kind, reference] of the code that takes its place when the mail is sent; it is never kept here.",
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class QueueHeartbeat(models.Model):
    """When a worker of a queue last did a task: proof that the queue is consumed."""

    queue = models.CharField(primary_key=True, max_length=20)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} at {self.beat_at:%F %T}"
