"""The drawings that a customer may try without one of their own."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext

from designs.errors import ChoiceInvalid

FOLDER = Path(__file__).parents[1] / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawing of the shop's own, with what to try on it."""

    file: str
    title: str
    hint: str

    @property
    def path(self) -> str:
        """Where the drawing lies among the static files (settings.STATICFILES_DIRS)."""
        return f"samples/{self.file}"

    def read(self) -> bytes:
        """The drawing, SVG."""
        return (FOLDER / self.file).read_bytes()


@cache
def list_samples() -> tuple[Sample, ...]:
    """All samples, in order of display."""
    data = json.loads((FOLDER / "catalogue.json").read_text(encoding="utf-8"))
    return tuple(Sample(**row) for row in data["samples"])


def get_sample(*, file: str) -> Sample:
    """The sample of that file name; raises ChoiceInvalid."""
    sample = next((each for each in list_samples() if each.file == file), None)
    if sample is None:
        raise ChoiceInvalid(
            gettext("There is no such sample. Choose one of those shown."), fields={"sample": gettext("Unknown.")}
        )
    return sample
