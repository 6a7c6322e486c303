"""What can be made: the limits of each process, as data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

SEED = Path(__file__).with_name("rules.json")


@dataclass(frozen=True)
class Limit:
    """Below (or, for fields and counts, above) `block` it cannot be made; `warn` is where risk begins."""

    block: float | None
    warn: float | None


@dataclass(frozen=True)
class ProcessRules:
    """The rules of one process.

    `fill` says what fills the areas between the metal: `enamel`, `metal` (no colour) or `print`.
    `line_mm` is the metal line put between two colours, `border_mm` the metal rim outside the artwork.
    """

    fill: str
    line_mm: float
    border_mm: float
    limits: Mapping[str, Limit]

    def limit(self, rule: str) -> Limit:
        """The limit of a rule; a rule that the process does not have never fires."""
        return self.limits.get(rule, Limit(block=None, warn=None))


@dataclass(frozen=True)
class Rules:
    """The published rules: one `ProcessRules` per process id."""

    version: str
    processes: Mapping[str, ProcessRules]

    @classmethod
    def from_json(cls, text: str) -> "Rules":
        """Read the format of `rules.json`: `common` limits, and per process what differs."""
        data = json.loads(text)
        processes = {}
        for name, row in data["processes"].items():
            numbers = {**data["common"], **row["limits"]}
            limits = {rule: Limit(block=pair[0], warn=pair[1]) for rule, pair in numbers.items() if pair is not None}
            processes[name] = ProcessRules(
                fill=row["fill"],
                line_mm=row["line_mm"],
                border_mm=row["border_mm"],
                limits=MappingProxyType(limits),
            )
        return cls(version=data["version"], processes=MappingProxyType(processes))

    @classmethod
    @cache
    def seed(cls) -> "Rules":
        """The rules in the seed file."""
        return cls.from_json(SEED.read_text(encoding="utf-8"))

    def process(self, name: str) -> ProcessRules:
        """The rules of one process; raises ValueError naming the known ones."""
        if name not in self.processes:
            raise ValueError(f"unknown process {name!r}; known are {', '.join(self.processes)}")
        return self.processes[name]
