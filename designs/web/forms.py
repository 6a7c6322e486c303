"""The shape of what browsers send; what it means is for the services."""

from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from catalog.choices import Options
from catalog.spec import PinSpec
from designs import rights
from designs.flatten import FlattenChoices

ACCEPTED = ".png,.jpg,.jpeg,.webp,.avif,.gif,.tif,.tiff,.svg,.pdf,.ai"
EFFECTS = ("glitter", "glow", "pearl")  # these add-ons are counted from the effects of the colours
MEGABYTE = 1024 * 1024


class UploadForm(forms.Form):
    """A file or a sample, the right to it, and a key that makes a second press harmless."""

    artwork = forms.FileField(
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        label=gettext_lazy("Your artwork"),
    )
    sample = forms.CharField(required=False, max_length=100)
    rights = forms.BooleanField(required=False, label=gettext_lazy(rights.TEXT))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_artwork(self) -> "UploadedFile[bytes] | None":
        """Refuse by size before a byte is read."""
        upload = cast("UploadedFile[bytes] | None", self.cleaned_data["artwork"])
        if upload is not None and (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                gettext(
                    "The file has %(size)s MB; at most %(most)s MB are accepted. Save it with fewer pixels "
                    "(2000 are enough) or as SVG."
                )
                % {"size": f"{(upload.size or 0) / MEGABYTE:.1f}", "most": settings.UPLOAD_MAX_BYTES // MEGABYTE}
            )
        return upload

    def clean(self) -> dict[str, Any]:
        """A file or a sample."""
        data = super().clean() or {}
        if "artwork" in data and data["artwork"] is None and not data.get("sample"):
            self.add_error("artwork", gettext("Choose a picture: PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI."))
        return data


class ReplaceForm(UploadForm):
    """Another file for a design that was seen in `version`."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class CopyForm(forms.Form):
    """A press of a button that makes a copy; `key` makes a second one harmless."""

    key = forms.UUIDField()
    rights = forms.BooleanField(required=False)


class StepForm(forms.Form):
    """A step to go to, for a design that was seen in `version`."""

    version = forms.IntegerField(min_value=1)
    number = forms.IntegerField(min_value=0)


class EnamelForm(forms.Form):
    """What becomes of one colour of the artwork: another enamel (or its own again), the place of another colour, a hole."""

    version = forms.IntegerField(min_value=1)
    enamel = forms.CharField(max_length=20, required=False)
    merge = forms.RegexField(r"^#[0-9a-f]{6}$", required=False)
    cut = forms.BooleanField(required=False)

    def flatten(self, before: FlattenChoices, colour: str) -> FlattenChoices:
        """The choices with this one for `colour`, the artwork's `#rrggbb`."""
        given = self.cleaned_data
        if given["cut"]:
            return replace(before, cutouts=tuple(sorted({*before.cutouts, colour})))
        if given["merge"]:
            return replace(before, merges={**before.merges, colour: given["merge"]})
        colours = {name: code for name, code in before.colours.items() if name != colour}
        return replace(before, colours={**colours, colour: given["enamel"]} if given["enamel"] else colours)


class PlaceForm(forms.Form):
    """A place on the pin, in mm from its left top corner."""

    x_mm = forms.FloatField()
    y_mm = forms.FloatField()


class MendForm(forms.Form):
    """The id of a mend that a finding offers."""

    mend = forms.CharField(max_length=40)


class ChoicesForm(forms.Form):
    """What is ordered and how the artwork is flattened, seen in `version`. Fields that are not sent keep their value.

    A link to a configuration has the same fields without a version.
    """

    version = forms.IntegerField(min_value=1, required=False)
    process = forms.CharField(max_length=40, required=False)
    plating = forms.CharField(max_length=40, required=False)
    attachment = forms.CharField(max_length=40, required=False)
    packaging = forms.CharField(max_length=40, required=False)
    size_mm = forms.FloatField(min_value=1, max_value=999, required=False)
    thickness_mm = forms.FloatField(min_value=0.1, max_value=99, required=False)
    rush = forms.BooleanField(required=False)
    lines = forms.CharField(max_length=20, required=False)
    background = forms.CharField(max_length=20, required=False)
    shape = forms.CharField(max_length=20, required=False)
    bridge = forms.CharField(max_length=20, required=False)
    max_colours = forms.IntegerField(required=False, min_value=1, max_value=16)

    def spec(self, before: PinSpec, flatten: FlattenChoices, options: Options) -> PinSpec:
        """The spec that was chosen; a new size brings its usual thickness, effects bring their add-ons."""
        names = ("process", "plating", "attachment", "packaging", "size_mm", "thickness_mm")
        chosen = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        if chosen.get("size_mm", before.size_mm) != before.size_mm:
            chosen["thickness_mm"] = options.usual_thickness(chosen["size_mm"], otherwise=before.thickness_mm)
        return replace(before, **chosen, rush=self.cleaned_data["rush"], addons=self._addons(flatten))

    def flatten(self, before: FlattenChoices) -> FlattenChoices:
        """The flatten options that were chosen."""
        names = ("lines", "background", "shape", "bridge")
        chosen = {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}
        effects = {
            int(name.removeprefix("effect_")): str(value)
            for name, value in self.data.items()
            if name.startswith("effect_") and name.removeprefix("effect_").isdecimal() and value != "none"
        }
        if "kept" in self.data:  # the merges and cut-outs that the page showed and that were not taken back
            kept = set(cast("Any", self.data).getlist("kept"))
            chosen["merges"] = {one: other for one, other in before.merges.items() if one in kept}
            chosen["cutouts"] = tuple(colour for colour in before.cutouts if colour in kept)
        return replace(before, **chosen, max_colours=self.cleaned_data["max_colours"], effects=effects)

    def _addons(self, flatten: FlattenChoices) -> tuple[tuple[str, int], ...]:
        """Add-ons come as `addon=code` or `addon=code:count`, repeated."""
        chosen = {}
        for entry in cast("Any", self.data).getlist("addon"):
            code, _, count = str(entry).partition(":")
            if code and code not in EFFECTS:
                chosen[code] = int(count) if count.isdecimal() else 1
        for effect in EFFECTS:
            counted = sum(each == effect for each in flatten.effects.values())
            if counted:
                chosen[effect] = counted
        return tuple(sorted(chosen.items()))
