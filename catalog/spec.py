"""What a customer wants made: the one description of a custom pin that is checked, priced, ordered and produced."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext

from pinshop.core.errors import Invalid

LENGTH_DIGITS = 2  # lengths are kept to 0.01 mm, far below the trade's tolerance of ±0.2 mm


class SpecInvalid(Invalid):
    """The description of the pin has the wrong shape; `fields` names each input at fault."""

    code = "spec_invalid"


@dataclass(frozen=True, slots=True)
class PinSpec:
    """One custom pin. Codes are those of `catalog.selectors.options.get_options()`.

    `size_mm` is the longest side of the finished pin and `thickness_mm` that of its metal, both rounded to 0.01 mm.
    `colours` counts enamel or print colours, metal not among them. `addons` holds (code, count) pairs, sorted by code,
    each code once; what a count means is written at the add-on (colour areas, holes, stones). `posts` counts the pins
    soldered to the back; attachments without a post (magnet, safety pin) leave it unused. `rush` asks for the shorter
    production time. `reorder` means that the shop still has the die. Raises SpecInvalid.
    """

    process: str
    plating: str
    size_mm: float
    thickness_mm: float = 1.2
    colours: int = 0
    addons: tuple[tuple[str, int], ...] = ()
    attachment: str = "butterfly"
    posts: int = 1
    packaging: str = "polybag"
    rush: bool = False
    reorder: bool = False

    def __post_init__(self) -> None:
        wrong = _problems(self)
        if wrong:
            raise SpecInvalid(gettext("Some choices of this pin are not readable; see the fields."), fields=wrong)
        object.__setattr__(self, "size_mm", round(float(self.size_mm), LENGTH_DIGITS))
        object.__setattr__(self, "thickness_mm", round(float(self.thickness_mm), LENGTH_DIGITS))
        object.__setattr__(self, "addons", tuple(sorted((code, count) for code, count in self.addons)))

    def count_of(self, addon: str) -> int:
        """How often an add-on is chosen; 0 where it is not."""
        return dict(self.addons).get(addon, 0)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the same for equal specs; `from_json` reads it back."""
        plain: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        plain["addons"] = [[code, count] for code, count in self.addons]
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "PinSpec":
        """Read `to_json` or what an API caller sent. Raises SpecInvalid naming unknown, missing and wrong fields."""
        known = {field.name for field in fields(cls)}
        wrong = {
            str(name): f"There is no such field. Known are: {', '.join(sorted(known))}." for name in data.keys() - known
        }
        wrong |= {name: "This field is required." for name in ("process", "plating", "size_mm") if name not in data}
        if wrong:
            raise SpecInvalid(gettext("Some choices of this pin are not readable; see the fields."), fields=wrong)
        values = dict(data)
        if isinstance(values.get("addons"), list | tuple):
            values["addons"] = tuple(tuple(e) if isinstance(e, list | tuple) else e for e in values["addons"])
        return cls(**values)


def _problems(spec: PinSpec) -> dict[str, str]:
    wrong = {
        name: "Give the code of one of the shop's options."
        for name in ("process", "plating", "attachment", "packaging")
        if not isinstance(getattr(spec, name), str) or not getattr(spec, name)
    }
    for name in ("size_mm", "thickness_mm"):
        if not _is_number(getattr(spec, name)) or not 0 < getattr(spec, name) < 1000:
            wrong[name] = "Give a length in millimetres above 0, such as 31.75."
    for name in ("colours", "posts"):
        if not _is_count(getattr(spec, name)):
            wrong[name] = "Give a whole number from 0 to 99."
    for name in ("rush", "reorder"):
        if not isinstance(getattr(spec, name), bool):
            wrong[name] = "Give true or false."
    if not _are_addons(spec.addons):
        wrong["addons"] = 'Give a list of [code, count] pairs, each code once, counts from 1 to 99: [["glitter", 2]].'
    return wrong


def _are_addons(addons: object) -> bool:
    if not isinstance(addons, tuple):
        return False
    pairs = [pair for pair in addons if isinstance(pair, tuple) and len(pair) == 2]
    if len(pairs) != len(addons) or not all(isinstance(code, str) and code for code, _ in pairs):
        return False
    return all(_is_count(count) and count for _, count in pairs) and len({code for code, _ in pairs}) == len(pairs)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 99
