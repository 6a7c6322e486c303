"""Everything that can be chosen, as frozen data: what `selectors.options.get_options()` hands out.

Lengths are in mm. Each kind is a tuple in the order of display; only active options are in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from django.utils.translation import gettext

from pinshop.core.errors import NotFound


class UnknownOption(NotFound):
    """No active option has this code."""

    code = "unknown_option"


@dataclass(frozen=True, slots=True)
class Process:
    """A way of making a pin; `fill` is enamel, metal or print; `rush_days` is None where rush is impossible."""

    code: str
    name: str
    description: str
    fill: str
    base_metal: str
    thicknesses_mm: tuple[float, ...]
    min_size_mm: float
    max_size_mm: float
    ask_below_mm: float
    ask_above_mm: float
    ask_above_colours: int
    max_colours: int
    production_days: int
    rush_days: int | None
    batch_size: int


@dataclass(frozen=True, slots=True)
class Plating:
    """A metal finish with its three tones as sRGB hex; `proof_note` belongs on every proof that uses it."""

    code: str
    name: str
    description: str
    family: str
    highlight_hex: str
    mid_hex: str
    low_hex: str
    proof_note: str


@dataclass(frozen=True, slots=True)
class AddOn:
    """An extra; `counts` says what its count means and is empty where it is taken once."""

    code: str
    name: str
    description: str
    counts: str
    max_count: int
    extra_days: int
    min_size_mm: float


@dataclass(frozen=True, slots=True)
class Attachment:
    """What holds the pin on; `max_posts` 0 means held without a post."""

    code: str
    name: str
    description: str
    max_posts: int
    min_size_mm: float
    max_size_mm: float
    warning: str


@dataclass(frozen=True, slots=True)
class Packaging:
    """What the pin comes in."""

    code: str
    name: str
    description: str
    extra_days: int


@dataclass(frozen=True, slots=True)
class Size:
    """A step of the price table by longest side, with the usual thickness there."""

    code: str
    name: str
    description: str
    max_mm: float
    thickness_mm: float


@dataclass(frozen=True, slots=True)
class Colour:
    """An enamel colour of the house palette; Lab is CIE Lab for D50."""

    code: str
    name: str
    hlc: str
    hex: str
    lab: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Two choices that do not go together (`block`) or only after the factory has said yes (`ask`)."""

    subject: tuple[str, str]
    object: tuple[str, str]
    verdict: str
    sentence: str


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_O = TypeVar("_O", bound=_Coded)


@dataclass(frozen=True, slots=True)
class Options:
    """All options at one `version`; every change of any option makes a new version."""

    version: str
    processes: tuple[Process, ...]
    platings: tuple[Plating, ...]
    addons: tuple[AddOn, ...]
    attachments: tuple[Attachment, ...]
    packagings: tuple[Packaging, ...]
    sizes: tuple[Size, ...]
    colours: tuple[Colour, ...]
    rules: tuple[Rule, ...]
    holidays: frozenset[date]

    def process(self, code: str) -> Process:
        """Raises UnknownOption."""
        return _pick("process", self.processes, code)

    def plating(self, code: str) -> Plating:
        """Raises UnknownOption."""
        return _pick("plating", self.platings, code)

    def addon(self, code: str) -> AddOn:
        """Raises UnknownOption."""
        return _pick("addons", self.addons, code)

    def attachment(self, code: str) -> Attachment:
        """Raises UnknownOption."""
        return _pick("attachment", self.attachments, code)

    def packaging(self, code: str) -> Packaging:
        """Raises UnknownOption."""
        return _pick("packaging", self.packagings, code)

    def size_for(self, size_mm: float) -> Size | None:
        """The smallest step that holds a longest side of `size_mm`; None where it is larger than all."""
        return next((size for size in self.sizes if size_mm <= size.max_mm), None)

    def usual_thickness(self, size_mm: float, *, otherwise: float) -> float:
        """The thickness that pins of this size usually have; `otherwise` above the largest."""
        size = self.size_for(size_mm)
        return size.thickness_mm if size else otherwise


def _pick(field: str, among: Iterable[_O], code: str) -> _O:
    found = next((option for option in among if option.code == code), None)
    if found is None:
        known = ", ".join(option.code for option in among)
        message = gettext("There is no %(field)s %(code)s on offer. Choose one of: %(known)s.") % {
            "field": field,
            "code": f"{code!r}",
            "known": known,
        }
        raise UnknownOption(message, fields={field: message})
    return found
