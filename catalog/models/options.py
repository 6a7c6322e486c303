"""What a custom pin can be made of. Codes are for ever; names, texts and limits are the staff's to edit."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

code_validator = RegexValidator(r"^[a-z0-9_.]+$", "Use small letters, digits, dots and underscores.")
hex_validator = RegexValidator(
    r"^#[0-9a-f]{6}$", "Write a colour as # and six small hexadecimal digits, such as #cea34b."
)


class Option(models.Model):
    """Something that can be chosen."""

    code = models.CharField(
        primary_key=True,
        max_length=40,
        validators=[code_validator],
        help_text="Stands in orders, prices and the API; it can never change.",
    )
    name = models.CharField(max_length=80)
    description = models.TextField(blank=True, help_text="One or two sentences for the customer.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Smaller comes first.")
    active = models.BooleanField(default=True, help_text="Only active options are offered; old orders keep theirs.")

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class Fill(models.TextChoices):
    """What fills the areas between the metal lines."""

    ENAMEL = "enamel", "Enamel"
    METAL = "metal", "Metal, no colour"
    PRINT = "print", "Print"


class Process(Option):
    """A way of making a pin, with its limits and its days of production."""

    fill = models.CharField(max_length=10, choices=Fill.choices)
    base_metal = models.CharField(max_length=40)
    thicknesses_mm = ArrayField(models.DecimalField(max_digits=4, decimal_places=2))
    min_size_mm = models.DecimalField(max_digits=5, decimal_places=2)
    max_size_mm = models.DecimalField(max_digits=5, decimal_places=2)
    ask_below_mm = models.DecimalField(max_digits=5, decimal_places=2, help_text="Smaller pins: the factory confirms.")
    ask_above_mm = models.DecimalField(max_digits=5, decimal_places=2, help_text="Larger pins: the factory confirms.")
    ask_above_colours = models.PositiveSmallIntegerField()
    max_colours = models.PositiveSmallIntegerField()
    production_days = models.PositiveSmallIntegerField(help_text="Business days after approval for one batch.")
    rush_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: cannot be rushed.")
    batch_size = models.PositiveIntegerField(
        default=2500, validators=[MinValueValidator(1)], help_text="Each further batch adds one business day."
    )

    class Meta(Option.Meta):
        verbose_name_plural = "processes"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(min_size_mm__lte=F("max_size_mm")), name="catalog_process_size_range"),
            models.CheckConstraint(condition=Q(batch_size__gt=0), name="catalog_process_batch_positive"),
            models.CheckConstraint(condition=Q(production_days__gt=0), name="catalog_process_days_positive"),
            models.CheckConstraint(
                condition=Q(rush_days__isnull=True) | Q(rush_days__gt=0, rush_days__lte=F("production_days")),
                name="catalog_process_rush_is_shorter",
            ),
        ]


class Plating(Option):
    """A metal finish, with the three tones that pictures of it are shaded from."""

    family = models.CharField(max_length=20, help_text="Shiny, antique, dyed: groups the choices on the page.")
    highlight_hex = models.CharField(max_length=7, validators=[hex_validator])
    mid_hex = models.CharField(max_length=7, validators=[hex_validator])
    low_hex = models.CharField(max_length=7, validators=[hex_validator])
    proof_note = models.TextField(blank=True, help_text="A sentence for the proof, such as why shades vary.")


class AddOn(Option):
    """Something extra on the pin, taken once or counted."""

    counts = models.CharField(max_length=40, blank=True, help_text="What the count means; empty: taken once.")
    max_count = models.PositiveSmallIntegerField(default=1)
    extra_days = models.PositiveSmallIntegerField(default=0)
    min_size_mm = models.DecimalField(max_digits=5, decimal_places=2, default=0)

    class Meta(Option.Meta):
        verbose_name = "add-on"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(max_count__gt=0), name="catalog_addon_count_positive"),
        ]


class Attachment(Option):
    """What holds the pin on."""

    max_posts = models.PositiveSmallIntegerField(default=4, help_text="0: held without a post.")
    min_size_mm = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_size_mm = models.DecimalField(max_digits=5, decimal_places=2, default=999)
    warning = models.TextField(blank=True, help_text="A safety sentence for the customer.")


class Packaging(Option):
    """What the pin comes in."""

    extra_days = models.PositiveSmallIntegerField(default=0)


class SizeTier(Option):
    """A step of the price table by longest side; sizes between two steps count as the larger.

    Published prices refer to it, so its lengths never change: add another step and a new price table instead.
    """

    max_mm = models.DecimalField(max_digits=5, decimal_places=2, unique=True)
    thickness_mm = models.DecimalField(max_digits=4, decimal_places=2, help_text="The usual thickness at this size.")

    class Meta(Option.Meta):
        ordering: ClassVar = ["max_mm"]


OptionModel = Process | Plating | AddOn | Attachment | Packaging | SizeTier


class PaletteColour(models.Model):
    """An enamel colour of the house palette, named by its place in CIE LCh(ab)."""

    code = models.CharField(primary_key=True, max_length=10)
    name = models.CharField(max_length=60)
    hlc = models.CharField(max_length=20, help_text="Hue, lightness and chroma, such as H080_L080_C080.")
    hex = models.CharField(max_length=7, validators=[hex_validator])
    lab = ArrayField(models.FloatField(), size=3, help_text="CIE Lab for D50.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Holiday(models.Model):
    """A day on which the factory does not work, besides Saturdays and Sundays."""

    date = models.DateField(primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%d %B %Y} {self.name}"


class OptionsVersion(models.Model):
    """The one row that names the present state of all options; triggers of the database renew it with every change."""

    singleton = models.BooleanField(primary_key=True, default=True)
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(singleton=True), name="catalog_optionsversion_one_row"),
        ]
