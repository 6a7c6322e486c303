"""The shape of what browsers send about claims and returns; what it means is for the services."""

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from orders.claims.enums import ClaimKind
from orders.claims.models import MAX_TEXT
from orders.claims.services.claims import MOST_PHOTOS, Complaint

_MEGABYTE = 1024 * 1024


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files at once, refused by count and size before a byte is read."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """Every file, each as a single one is cleaned."""
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(gettext("Send at most %(most_photos)s photos.") % {"most_photos": MOST_PHOTOS})
        for one in given:
            if (one.size or 0) > settings.CLAIM_PHOTO_MAX_BYTES:
                most = settings.CLAIM_PHOTO_MAX_BYTES // _MEGABYTE
                raise forms.ValidationError(
                    gettext("“%(name)s” is too large: a photo may have %(most)s MB.") % {"name": one.name, "most": most}
                )
        return [cast("UploadedFile[bytes]", super(PhotosField, self).clean(one, initial)) for one in given]


class ClaimForm(forms.Form):
    """What is wrong; `claim_id` makes a second press the same claim."""

    claim_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("What is wrong?"), choices=ClaimKind.choices, widget=forms.RadioSelect)
    pieces = forms.IntegerField(label=gettext_lazy("How many pieces?"), min_value=1, widget=forms.NumberInput)
    text = forms.CharField(
        label=gettext_lazy("What do you see?"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MAX_TEXT}),
    )
    photos = PhotosField(
        label=gettext_lazy("Photos"),
        required=False,
        help_text=f"Up to {MOST_PHOTOS}, each up to {settings.CLAIM_PHOTO_MAX_BYTES // _MEGABYTE} MB. A pin beside "
        "something of known size helps most.",
        widget=_SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif", "multiple": True}),
    )

    def claim_id_of(self) -> UUID:
        """The claim's id."""
        return cast("UUID", self.cleaned_data["claim_id"])

    def complaint(self) -> Complaint:
        """What the service takes."""
        given = self.cleaned_data
        return Complaint(
            kind=ClaimKind(given["kind"]),
            pieces=given["pieces"],
            text=given["text"],
            photos=[photo.read() for photo in given["photos"]],
        )


class ReturnForm(forms.Form):
    """Which pieces are sent back; `return_id` makes a second press the same return."""

    return_id = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    pieces = forms.IntegerField(label=gettext_lazy("How many pieces?"), min_value=1, widget=forms.NumberInput)
    reason = forms.CharField(
        label=gettext_lazy("Why?"), help_text=gettext_lazy("It helps us to do better."), max_length=300, required=False
    )
