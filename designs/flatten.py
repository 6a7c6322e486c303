"""How a customer wants the artwork flattened, apart from what is ordered (size and process are in the PinSpec)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.utils.translation import gettext

from designs.errors import ChoiceInvalid


@dataclass(frozen=True, slots=True)
class FlattenChoices:
    """The engine's options as a customer chooses them; `designs.engine` checks the values.

    `lines` auto, metal or enamel: what dark drawing lines become. `line_mm` the metal line between colours (None: the
    process's own). `max_colours` merges the nearest colours beyond it. `background` auto, keep or remove. `shape` none,
    circle, shield or square. `bridge` off, auto or plate: how loose pieces are joined. `effects` maps a colour's label
    to none, glitter, pearl or glow. `mend` widens or drops what is too small to be made.

    Colours are named by the artwork's own `#rrggbb`: `colours` maps them to the house colour (its code) that is filled
    in their place, `merges` to the colour that takes their areas, and those in `cutouts` become holes.
    """

    lines: str = "auto"
    line_mm: float | None = None
    max_colours: int | None = None
    background: str = "auto"
    shape: str = "none"
    bridge: str = "off"
    effects: Mapping[int, str] = field(default_factory=dict)
    mend: bool = True
    colours: Mapping[str, str] = field(default_factory=dict)
    merges: Mapping[str, str] = field(default_factory=dict)
    cutouts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        return {
            **asdict(self),
            "effects": {str(label): effect for label, effect in sorted(self.effects.items())},
            "colours": dict(self.colours),
            "merges": dict(self.merges),
            "cutouts": list(self.cutouts),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "FlattenChoices":
        """Read what `to_json` wrote, keys may be missing; raises ChoiceInvalid for keys that do not exist."""
        known = {entry.name for entry in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown:
            raise ChoiceInvalid(
                gettext("There is no choice %(unknown)s; there are %(known)s.")
                % {"unknown": f"{unknown[0]!r}", "known": ", ".join(sorted(known))},
                fields={f"flatten.{name}": "There is no such choice." for name in unknown},
            )
        try:
            effects = {int(label): str(effect) for label, effect in (data.get("effects") or {}).items()}
        except (AttributeError, ValueError):
            raise ChoiceInvalid(
                gettext('Effects are given per colour number, as in {"2": "glitter"}.'),
                fields={"flatten.effects": gettext("Give an object of colour number and effect.")},
            ) from None
        return cls(
            **{
                **data,
                "effects": effects,
                "colours": _colours(data, "colours"),
                "merges": _colours(data, "merges"),
                "cutouts": tuple(map(str, data.get("cutouts") or ())),
            }
        )


def _colours(data: Mapping[str, Any], name: str) -> dict[str, str]:
    try:
        return {str(colour): str(other) for colour, other in (data.get(name) or {}).items()}
    except AttributeError:
        raise ChoiceInvalid(
            gettext('%(capitalize)s are given per colour of the artwork, as in {"#2f62a8": …}.')
            % {"capitalize": name.capitalize()},
            fields={f"flatten.{name}": gettext("Give an object whose keys are colours of the artwork.")},
        ) from None
