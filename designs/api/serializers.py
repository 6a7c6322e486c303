"""The shape of designs in the API. Lengths and places are in mm, places from the left top corner of the pin."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from rest_framework import serializers

from catalog.api.specs import SpecChanges, SpecInput, SpecOutput
from designs.models import Design
from designs.report import Finding
from designs.selectors import designs
from designs.services import choices
from designs.states import DesignState, ProofState
from pinshop.core import files


class FlattenInput(serializers.Serializer[Any]):
    """How the artwork becomes metal and enamel."""

    lines = serializers.ChoiceField(
        ["auto", "metal", "enamel"], required=False, help_text="What dark drawing lines become."
    )
    line_mm = serializers.FloatField(
        required=False, allow_null=True, min_value=0.05, max_value=3, help_text="Metal line between colours."
    )
    max_colours = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=32, help_text="Merges the nearest colours beyond it."
    )
    background = serializers.ChoiceField(["auto", "keep", "remove"], required=False)
    shape = serializers.ChoiceField(["none", "circle", "shield", "square"], required=False)
    bridge = serializers.ChoiceField(["off", "auto", "plate"], required=False, help_text="How loose pieces are joined.")
    effects = serializers.DictField(
        child=serializers.ChoiceField(["none", "glitter", "pearl", "glow"]),
        required=False,
        help_text='Per colour label: {"2": "glitter"}.',
    )
    mend = serializers.BooleanField(required=False, help_text="Widens or drops what is too small to be made.")
    colours = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text='Enamel by colour of the artwork: {"#cf2a2a": "E-041"}.',
    )
    merges = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text='Which colour of the artwork takes the areas of another: {"#cf2a2a": "#a01818"}.',
    )
    cutouts = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Colours of the artwork whose areas become holes."
    )


class Base64Field(serializers.CharField):
    """Bytes as base64."""

    default_error_messages = {"encoding": "This is not base64."}

    def to_internal_value(self, data: Any) -> Any:
        """The bytes."""
        try:
            return base64.b64decode(super().to_internal_value(data), validate=True)
        except binascii.Error:
            self.fail("encoding")


class _NewDesign(serializers.Serializer[Any]):
    spec = SpecInput()
    flatten = FlattenInput(required=False)
    rights_accepted = serializers.BooleanField(
        help_text="You have the right to have this artwork made. Only true goes on."
    )

    def validate_rights_accepted(self, value: bool) -> bool:  # noqa: FBT001 - DRF's signature
        """Refuse a no together with all other faults."""
        if not value:
            raise serializers.ValidationError(gettext("Confirm with true that you have the right to this artwork."))
        return value


class DesignUpload(_NewDesign):
    """A new design as multipart/form-data; `spec` and `flatten` are JSON texts in it."""

    file = serializers.FileField(
        help_text="PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI, up to 25 MB.", allow_empty_file=True
    )


class DesignJson(_NewDesign):
    """A new design as JSON, for artwork up to 1.4 MB."""

    content = Base64Field(help_text="The artwork as base64.")
    filename = serializers.CharField(max_length=200, default="artwork")


class DesignChanges(serializers.Serializer[Any]):
    """Any part of what was chosen; the rest stays."""

    spec = SpecChanges(required=False)
    flatten = FlattenInput(required=False)


class MendInput(serializers.Serializer[Any]):
    """One of the mends that an open finding offers."""

    mend = serializers.CharField(max_length=40)


class ArtworkOutput(serializers.Serializer[Any]):
    """The upload."""

    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()


class FindingOutput(serializers.Serializer[Any]):
    """Something that cannot be made (`block`), may fail (`warn`) or must be asked (`ask`)."""

    number = serializers.IntegerField(help_text="Marks it on the picture.")
    rule = serializers.CharField()
    severity = serializers.ChoiceField(["block", "warn", "ask"])
    message = serializers.CharField()
    mends = serializers.SerializerMethodField(help_text="For POST /designs/{id}/mends, best first.")
    measured = serializers.FloatField(allow_null=True)
    limit = serializers.FloatField(allow_null=True)
    at_mm = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    box_mm = serializers.ListField(child=serializers.FloatField(), allow_null=True)

    def get_mends(self, finding: Finding) -> list[str]:
        """What a customer may take."""
        return list(choices.list_mends(finding))


class ChangeOutput(serializers.Serializer[Any]):
    """Something that was changed in the drawing so that it can be struck."""

    kind = serializers.CharField()
    text = serializers.CharField()
    at_mm = serializers.ListField(child=serializers.FloatField())


class ReportOutput(serializers.Serializer[Any]):
    """Whether the pin can be made."""

    rules_version = serializers.CharField()
    findings = FindingOutput(many=True)
    changes = ChangeOutput(many=True)


class EnamelOutput(serializers.Serializer[Any]):
    """An enamel colour of the pin, with the house colour nearest to it."""

    label = serializers.IntegerField()  # type: ignore[assignment]  # DRF's metaclass takes fields of any name
    name = serializers.CharField()
    house = serializers.CharField()
    hlc = serializers.CharField()
    hex = serializers.CharField(help_text="The artwork's own colour.")
    fill = serializers.CharField(help_text="What is filled.")
    effect = serializers.CharField()
    area_percent = serializers.FloatField()


class MeasuresOutput(serializers.Serializer[Any]):
    """What was measured on the pin."""

    width_mm = serializers.FloatField()
    height_mm = serializers.FloatField()
    thickness_mm = serializers.FloatField()
    weight_g = serializers.FloatField()
    colours = EnamelOutput(many=True)


class PreviewOutput(serializers.Serializer[Any]):
    """A picture; its link expires within two hours."""

    view = serializers.CharField(help_text="front, back, card or artwork")
    height_px = serializers.IntegerField()
    format = serializers.ChoiceField(["webp", "jpeg"])
    url = serializers.CharField()


class RevisionOutput(serializers.Serializer[Any]):
    """A revision of a proof, in short."""

    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(ProofState.choices)
    order_line_id = serializers.CharField(source="reference")


class FailureOutput(serializers.Serializer[Any]):
    """Why it could not be made."""

    code = serializers.CharField()
    message = serializers.CharField()


class DesignOutput(serializers.Serializer[Any]):
    """A design as it stands. `busy` means that a worker is at it: ask again in a second."""

    id = serializers.UUIDField()
    live = serializers.BooleanField()
    name = serializers.CharField()
    state = serializers.ChoiceField(DesignState.choices)
    busy = serializers.BooleanField()
    version = serializers.IntegerField(help_text="For If-Match.")
    failure = FailureOutput(allow_null=True, help_text="Of a design that failed or was refused.")
    artwork = ArtworkOutput()
    spec = SpecOutput()
    flatten = FlattenInput()
    report = ReportOutput(allow_null=True, help_text="Null before the artwork is flattened.")
    measures = MeasuresOutput(allow_null=True, help_text="Null before the artwork is flattened.")
    notes = serializers.ListField(child=serializers.CharField())
    previews = PreviewOutput(many=True, help_text="Of the last version that was drawn.")
    proofs = RevisionOutput(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Design) -> dict[str, Any]:
        """The row and what is read from its JSON."""
        known = {str(name): getattr(instance, str(name), None) for name in self.fields}
        return super().to_representation(
            {
                **known,
                "proofs": instance.proofs.all(),
                "busy": designs.is_busy(instance),
                "failure": _failure(instance),
                "spec": designs.spec_of(instance),
                "flatten": designs.choices_of(instance).to_json(),
                "report": designs.report_of(instance),
                "measures": designs.measures_of(instance),
                "previews": _previews(instance),
            }
        )


def _failure(design: Design) -> dict[str, str] | None:
    if design.state == DesignState.FAILED:
        return {"code": design.error_code, "message": design.error_message}
    if design.state == DesignState.REFUSED:
        return {"code": design.refused_ground, "message": design.refused_note}
    return None


def _previews(design: Design) -> list[dict[str, Any]]:
    return [
        {
            "view": view,
            "height_px": int(px),
            "format": kind,
            "url": f"{settings.BASE_URL}{files.link(sha256, name=f'{design.name}-{view}.{kind}')}",
        }
        for view, sizes in design.pictures.items()
        for px, kinds in sizes.items()
        if px
        for kind, sha256 in kinds.items()
    ]
