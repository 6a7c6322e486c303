"""The inspection plan of a lot: how many pins are looked at, and how many defects let it through.

ISO 2859-1, single sampling, normal inspection, general level II, with the acceptance quality limits that the trade
uses for pins: critical 0, major 2.5, minor 4.0 (zhecraft.com, "Why custom enamel pins fail in production" and "AQL
inspection specs"; figures of tables I and II-A as in qualitycontrolpartners.com/aql-tables). Below 51 pieces every
piece is looked at.
"""

from dataclasses import dataclass

EVERY_PIECE_BELOW = 51
LARGEST_LOT = 10_000


@dataclass(frozen=True, slots=True)
class Sampling:
    """Look at `sample` pieces: accepted with up to `accept` defects, refused from `refuse` on."""

    sample: int
    accept: int
    refuse: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a lot; `letter` is the standard's code letter, empty where every piece is inspected."""

    lot: int
    letter: str
    critical: Sampling
    major: Sampling
    minor: Sampling


# Largest lot, code letter, AQL 2.5, AQL 4.0 as (sample, accept). Letter E has no plan for 2.5: the arrow leads to F's.
_TABLE = (
    (90, "E", (20, 1), (13, 1)),
    (150, "F", (20, 1), (20, 2)),
    (280, "G", (32, 2), (32, 3)),
    (500, "H", (50, 3), (50, 5)),
    (1_200, "J", (80, 5), (80, 7)),
    (3_200, "K", (125, 7), (125, 10)),
    (LARGEST_LOT, "L", (200, 10), (200, 14)),
)


def plan_for(lot: int) -> Plan:
    """The plan of a lot of 1 to 10,000 pieces; raises ValueError for others."""
    if not 1 <= lot <= LARGEST_LOT:
        msg = f"no inspection plan for {lot} pieces"
        raise ValueError(msg)
    if lot < EVERY_PIECE_BELOW:
        every = Sampling(lot, 0, 1)
        return Plan(lot, "", every, every, every)
    letter, major, minor = next((letter, major, minor) for most, letter, major, minor in _TABLE if lot <= most)
    return Plan(
        lot,
        letter,
        critical=Sampling(max(major[0], minor[0]), 0, 1),
        major=Sampling(*major, major[1] + 1),
        minor=Sampling(*minor, minor[1] + 1),
    )
