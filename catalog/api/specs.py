"""A pin's specification as callers of the API write it: the codes of `GET /options`, each fault with the valid ones."""

from typing import Any

from rest_framework import serializers

from catalog.selectors import options


class OptionField(serializers.CharField):
    """The code of one of the options of a kind, such as `platings`; read when it is needed, so that staff may change them."""

    default_error_messages = {"unknown": "There is no such choice."}

    def __init__(self, kind: str, **how: Any) -> None:
        super().__init__(**how)
        self.kind = kind

    @property
    def choices(self) -> list[str]:
        """The codes on offer now."""
        return [option.code for option in getattr(options.get_options(), self.kind)]

    def to_internal_value(self, data: Any) -> str:
        """The code, where it is on offer."""
        code = super().to_internal_value(data)
        if code not in self.choices:
            self.fail("unknown")
        return code


class AddOnInput(serializers.Serializer[Any]):
    """An extra and how often."""

    code = OptionField("addons")
    count = serializers.IntegerField(min_value=1, max_value=99, default=1)


class SpecChanges(serializers.Serializer[Any]):
    """Any part of a specification; the rest stays as it is. Colours and posts are measured on the artwork."""

    process = OptionField("processes", required=False)
    plating = OptionField("platings", required=False)
    size_mm = serializers.FloatField(
        required=False, min_value=1, max_value=999, help_text="The longest side of the finished pin."
    )
    thickness_mm = serializers.FloatField(required=False, min_value=0.5, max_value=10)
    addons = AddOnInput(many=True, required=False)
    attachment = OptionField("attachments", required=False)
    packaging = OptionField("packagings", required=False)
    rush = serializers.BooleanField(required=False, help_text="Asks for the shorter production time.")
    reorder = serializers.BooleanField(
        required=False, help_text="Without effect: a price knows by itself whether the shop still has the mould."
    )


class SpecInput(SpecChanges):
    """A whole specification. Left out, the rest is: 1.2 mm thick, butterfly clutch, polybag, no extras."""

    process = OptionField("processes")
    plating = OptionField("platings")
    size_mm = serializers.FloatField(min_value=1, max_value=999, help_text="The longest side of the finished pin.")


class AddOnChosen(serializers.Serializer[Any]):
    """A chosen extra and how often."""

    code = serializers.CharField()
    count = serializers.IntegerField()


class ChosenField(serializers.ListField):
    """`PinSpec.addons` as objects."""

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        """From (code, count) pairs."""
        return [{"code": code, "count": count} for code, count in data]


class SpecOutput(serializers.Serializer[Any]):
    """A specification, with colours and posts as measured."""

    process = serializers.CharField()
    plating = serializers.CharField()
    size_mm = serializers.FloatField()
    thickness_mm = serializers.FloatField()
    colours = serializers.IntegerField()
    addons = ChosenField(child=AddOnChosen())
    attachment = serializers.CharField()
    posts = serializers.IntegerField()
    packaging = serializers.CharField()
    rush = serializers.BooleanField()
    reorder = serializers.BooleanField()


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Validated input as `PinSpec.from_json` reads it. An add-on that is named twice keeps its last count."""
    if "addons" not in values:
        return values
    counts = {entry["code"]: entry["count"] for entry in values["addons"]}
    return {**values, "addons": [list(pair) for pair in counts.items()]}
