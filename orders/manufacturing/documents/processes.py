"""How each process is worked, as the tech pack tells the manufacturer.

Order of steps, fill level and recess depth: zhecraft.com ("Why custom enamel pins fail in production", "7 specs to lock
down"), stadriemblems.com ("Soft enamel pins vs hard enamel pins"), kingtaicrafts.com ("The difference between soft enamel
and hard enamel"). Post lengths: justbadges.com.au, "Pin backs". Post diameters come with the proof's measures.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Working:
    """What is done to the metal, in which order, and how the colour lies in it; empty texts do not apply."""

    made: str
    steps: str
    fill_level: str = ""
    recess_depth: str = ""


_RECESS = "at least 0.35 mm below the raised metal"
_WORKINGS = {
    "soft_enamel": Working(
        made="Stamped",
        steps="stamp → trim → plate → fill → bake",
        fill_level="recessed, 0.1 to 0.2 mm below the metal lines; no dips, no overflow",
        recess_depth=_RECESS,
    ),
    "hard_enamel": Working(
        made="Stamped",
        steps="stamp → trim → overfill colour by colour, curing each → stone and polish flat → plate",
        fill_level="flush with the metal lines, polished to one flat surface",
        recess_depth=_RECESS,
    ),
    "die_struck": Working(made="Die-struck", steps="stamp → trim → polish raised, sandblast recessed → plate"),
    "cast_3d": Working(made="Cast", steps="cast → deburr → polish → plate"),
    "screen_print": Working(made="Screen-printed", steps="cut blank → plate → one screen per colour → clear coat"),
    "offset_print": Working(made="Photo-printed", steps="cut blank → plate → print → dome or clear coat"),
}
_OTHER = Working(made="Custom", steps="as the proof shows")

_POST_LENGTHS_MM = {"butterfly": 10, "rubber": 10, "deluxe": 12, "tie_tack": 12}
_OTHER_POST_MM = 10


def working_of(process: str) -> Working:
    """How a process is worked."""
    return _WORKINGS.get(process, _OTHER)


def post_length_mm(attachment: str) -> int:
    """How long a post must be for its clutch."""
    return _POST_LENGTHS_MM.get(attachment, _OTHER_POST_MM)
