"""The shape of the catalogue in the API. Lengths are in mm, amounts in minor units."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from catalog.models import Pin, PinPicture
from pinshop.core import files


class ProcessOutput(serializers.Serializer[Any]):
    """A way of making a pin, with its limits."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    fill = serializers.CharField(help_text="enamel, metal or print")
    base_metal = serializers.CharField()
    thicknesses_mm = serializers.ListField(child=serializers.FloatField())
    min_size_mm = serializers.FloatField()
    max_size_mm = serializers.FloatField()
    max_colours = serializers.IntegerField()
    production_days = serializers.IntegerField(help_text="Working days from approval to dispatch.")
    rush_days = serializers.IntegerField(allow_null=True, help_text="The same with rush; null where there is none.")


class PlatingOutput(serializers.Serializer[Any]):
    """A metal finish with its three tones."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    family = serializers.CharField()
    highlight_hex = serializers.CharField()
    mid_hex = serializers.CharField()
    low_hex = serializers.CharField()


class AddOnOutput(serializers.Serializer[Any]):
    """An extra. Its count means what `counts` says; where that is empty the count is 1."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    counts = serializers.CharField(allow_blank=True)
    max_count = serializers.IntegerField()
    extra_days = serializers.IntegerField()
    min_size_mm = serializers.FloatField()


class AttachmentOutput(serializers.Serializer[Any]):
    """What holds the pin on."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    max_posts = serializers.IntegerField()
    min_size_mm = serializers.FloatField()
    max_size_mm = serializers.FloatField()
    warning = serializers.CharField(allow_blank=True)


class PackagingOutput(serializers.Serializer[Any]):
    """What the pin comes in."""

    code = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    extra_days = serializers.IntegerField()


class SizeOutput(serializers.Serializer[Any]):
    """A step of the price table by longest side."""

    code = serializers.CharField()
    name = serializers.CharField()
    max_mm = serializers.FloatField()
    thickness_mm = serializers.FloatField()


class ColourOutput(serializers.Serializer[Any]):
    """An enamel colour of the house palette."""

    code = serializers.CharField()
    name = serializers.CharField()
    hlc = serializers.CharField()
    hex = serializers.CharField()


class RuleOutput(serializers.Serializer[Any]):
    """Two choices that do not go together (`block`), or only after the factory has said yes (`ask`)."""

    subject = serializers.SerializerMethodField()
    object = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(["block", "ask"])
    sentence = serializers.CharField()

    def get_subject(self, rule: Any) -> str:
        """As in `process:soft_enamel`."""
        return ":".join(rule.subject)

    def get_object(self, rule: Any) -> str:
        """As in `addon:epoxy`."""
        return ":".join(rule.object)


class OptionsOutput(serializers.Serializer[Any]):
    """Everything that can be chosen, in the order of display."""

    version = serializers.CharField(help_text="Changes whenever any option does.")
    quantity_min = serializers.IntegerField()
    quantity_max = serializers.IntegerField()
    processes = ProcessOutput(many=True)
    platings = PlatingOutput(many=True)
    addons = AddOnOutput(many=True)
    attachments = AttachmentOutput(many=True)
    packagings = PackagingOutput(many=True)
    sizes = SizeOutput(many=True)
    colours = ColourOutput(many=True)
    rules = RuleOutput(many=True)


class NamedOutput(serializers.Serializer[Any]):
    """An artist, a series or a cause."""

    slug = serializers.CharField()
    name = serializers.CharField()


class PictureOutput(serializers.Serializer[Any]):
    """A picture of a pin."""

    view = serializers.CharField(help_text="front, back or card")
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.SerializerMethodField()

    def get_url(self, picture: PinPicture) -> str:
        """A lasting address."""
        return f"{settings.BASE_URL}{files.public_path(picture.file)}"


class VariantPriceOutput(serializers.Serializer[Any]):
    """What it costs in another currency."""

    currency = serializers.CharField()
    price_minor = serializers.IntegerField()


class VariantOutput(serializers.Serializer[Any]):
    """A pin in one grade: what is ordered."""

    id = serializers.UUIDField()
    sku = serializers.CharField()
    grade = serializers.CharField(help_text="A, or seconds with small flaws.")
    price_minor = serializers.IntegerField()
    currency = serializers.CharField()
    prices = VariantPriceOutput(many=True, help_text="In the other currencies it is sold in.")
    available = serializers.IntegerField(help_text="How many can be ordered now.")


class PinOutput(serializers.Serializer[Any]):
    """A ready-made pin."""

    slug = serializers.CharField()
    name = serializers.CharField()
    story = serializers.CharField(allow_blank=True)
    process = serializers.CharField(source="process_id")
    plating = serializers.CharField(source="plating_id")
    size_mm = serializers.FloatField()
    tags = serializers.ListField(child=serializers.CharField())
    artist = NamedOutput()
    series = NamedOutput(allow_null=True)
    cause = NamedOutput(allow_null=True)
    edition_size = serializers.IntegerField(allow_null=True)
    pictures = PictureOutput(many=True)
    variants = VariantOutput(many=True)
    url = serializers.SerializerMethodField()

    def get_url(self, pin: Pin) -> str:
        """Its address in the API."""
        return f"{settings.BASE_URL}/api/v1/pins/{pin.slug}"


class PinQuery(serializers.Serializer[Any]):
    """Which pins."""

    artist = serializers.CharField(required=False, help_text="Slug of an artist.")
    series = serializers.CharField(required=False, help_text="Slug of a series.")
    cause = serializers.CharField(required=False, help_text="Slug of a cause.")
    process = serializers.CharField(required=False, help_text="Code of a process.")
    search = serializers.CharField(required=False, help_text="Words in name, story, tags or artist.")
    cursor = serializers.CharField(required=False, help_text="Where to go on: from `next`.")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="How many at most; 24 where it is left out."
    )
