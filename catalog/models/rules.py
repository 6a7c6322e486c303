"""What goes together, and what can be manufactured."""

from typing import ClassVar

from django.db import models


class Kind(models.TextChoices):
    """The kinds of choices a compatibility rule speaks of."""

    PROCESS = "process", "Process"
    PLATING = "plating", "Plating"
    ADDON = "addon", "Add-on"
    ATTACHMENT = "attachment", "Attachment"
    PACKAGING = "packaging", "Packaging"
    RUSH = "rush", "Rush"


class Verdict(models.TextChoices):
    """What happens when both sides of a rule are chosen."""

    BLOCK = "block", "Cannot be made"
    ASK = "ask", "The factory must confirm"


class CompatibilityRule(models.Model):
    """Two choices that do not go together, or only after the factory has said yes."""

    subject_kind = models.CharField(max_length=10, choices=Kind.choices)
    subject_code = models.CharField(max_length=40)
    object_kind = models.CharField(max_length=10, choices=Kind.choices)
    object_code = models.CharField(max_length=40)
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    sentence = models.TextField(help_text="For the customer: why not, and what to choose instead.")

    class Meta:
        ordering: ClassVar = ["subject_kind", "subject_code", "object_kind", "object_code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_code", "object_kind", "object_code"],
                name="catalog_compatibilityrule_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_code} with {self.object_code}: {self.get_verdict_display()}"


class EngineRules(models.Model):
    """The limits of manufacture of each process, as the proof engine reads them. A published version never changes."""

    version = models.CharField(max_length=40, unique=True)
    rules = models.JSONField(help_text="The engine's format: common limits, then what differs by process.")
    note = models.TextField(blank=True, help_text="What changed, and why.")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name_plural = "engine rules"

    def __str__(self) -> str:
        return self.version
