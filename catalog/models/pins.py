"""Ready-made pins: who drew them, what they give, what is on the shelf."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.options import Plating, Process
from pinshop.core.models import StoredFile
from pinshop.core.money import MINOR_DIGITS, Money


class ColourFamily(models.TextChoices):
    """The colours that people name when they look for a pin; in the order of display."""

    RED = "red", _("Red")
    ORANGE = "orange", _("Orange")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    PURPLE = "purple", _("Purple")
    PINK = "pink", _("Pink")
    BROWN = "brown", _("Brown")
    BLACK = "black", _("Black")
    GREY = "grey", _("Grey")
    WHITE = "white", _("White")


class Artist(models.Model):
    """A person or a house studio whose drawings the shop sells."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    bio = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """Pins that belong together."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="series")
    description = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return self.name


class Cause(models.Model):
    """An organisation that gets a part of a pin's price."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_example = models.BooleanField(default=False, help_text="Invented to show the shop; its page says so.")
    amount_minor = models.PositiveIntegerField(help_text="Given for each pin sold.")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS], default="USD")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="catalog_cause_amount_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    def amount(self) -> Money:
        """Given for each pin sold."""
        return Money(self.amount_minor, self.currency)


class Pin(models.Model):
    """A ready-made pin. It is on sale from `published_at` on; empty keeps it a draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    story = models.TextField(blank=True)
    alt = models.CharField(max_length=300, help_text="What the picture shows, for people who cannot see it.")
    process = models.ForeignKey(Process, on_delete=models.PROTECT, related_name="+")
    plating = models.ForeignKey(Plating, on_delete=models.PROTECT, related_name="+")
    size_mm = models.DecimalField(max_digits=5, decimal_places=2)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True, help_text="What it shows and says.")
    styles = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True, help_text="How it is drawn: botanical, retro, cute."
    )
    worn = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True, help_text="Where: jacket, bag, hat, lanyard."
    )
    finishes = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True, help_text="Codes of add-ons: glitter, epoxy_dome."
    )
    colours = ArrayField(
        models.CharField(max_length=10, choices=ColourFamily.choices),
        default=list,
        blank=True,
        editable=False,
        help_text="Colour families, the largest area first; measured on the drawn pin.",
    )
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="pins")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="pins")
    cause = models.ForeignKey(Cause, null=True, blank=True, on_delete=models.PROTECT, related_name="pins")
    edition_size = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: an open edition.")
    published_at = models.DateTimeField(null=True, blank=True)
    live_file = models.ForeignKey(
        StoredFile,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="From which a browser draws the pin: designs.rendering.live.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-published_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["-published_at", "-id"], name="catalog_pin_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size_mm__gt=0), name="catalog_pin_size_positive"),
            models.CheckConstraint(
                condition=Q(edition_size__isnull=True) | Q(edition_size__gt=0), name="catalog_pin_edition_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Grade(models.TextChoices):
    """How flawless a pin is."""

    A = "A", _("A grade")
    SECONDS = "seconds", _("Seconds")


class PinVariant(models.Model):
    """A pin in one grade: what goes into a basket."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pin = models.ForeignKey(Pin, on_delete=models.CASCADE, related_name="variants")
    grade = models.CharField(max_length=10, choices=Grade.choices, default=Grade.A)
    sku = models.CharField("SKU", max_length=40, unique=True)
    price_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS], default="USD")
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["pin", "grade"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pin", "grade"], name="catalog_pinvariant_grade_once"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="catalog_pinvariant_price_positive"),
        ]

    def __str__(self) -> str:
        return self.sku

    def price(self, currency: str = "") -> Money | None:
        """What one costs, in its own currency or another; None where it is not sold in that."""
        if currency in {"", self.currency}:
            return Money(self.price_minor, self.currency)
        return next((Money(row.price_minor, currency) for row in self.prices.all() if row.currency == currency), None)

    @property
    def available(self) -> int:
        """How many can still be sold; 0 where no stock was ever counted in."""
        stock: Stock | None = getattr(self, "stock", None)
        return stock.available if stock else 0


class VariantPrice(models.Model):
    """What a variant costs in a currency that is not its own."""

    variant = models.ForeignKey(PinVariant, on_delete=models.CASCADE, related_name="prices")
    currency = models.CharField(max_length=3, choices=[(code, code) for code in MINOR_DIGITS])
    price_minor = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["variant", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variant", "currency"], name="catalog_variantprice_once"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="catalog_variantprice_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.currency}"


class Stock(models.Model):
    """How many of a variant are on the shelf, and how many of these are promised to orders."""

    variant = models.OneToOneField(PinVariant, primary_key=True, on_delete=models.CASCADE, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(on_hand__gte=0), name="catalog_stock_on_hand_not_negative"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="catalog_stock_reserved_not_negative"),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="catalog_stock_reserved_on_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.variant}: {self.available} free"

    @property
    def available(self) -> int:
        """How many can still be sold."""
        return self.on_hand - self.reserved


class PinPicture(models.Model):
    """A picture of a pin, made by the engine and stored as public files.

    `file` is the largest one; `sources` names all by format and width, as in {"webp": {"320": SHA-256}}; `placeholder` is
    a `data:` address of the same picture, a few pixels wide, for the moment before it is there.
    """

    pin = models.ForeignKey(Pin, on_delete=models.CASCADE, related_name="pictures")
    view = models.CharField(max_length=20, help_text="front, back, card; share for other sites' previews")
    position = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sources = models.JSONField(default=dict, blank=True)
    placeholder = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pin", "view"], name="catalog_pinpicture_view_once"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="catalog_pinpicture_size_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.pin_id} {self.view}"
