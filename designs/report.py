"""The manufacturability report as it is kept and shown: what cannot be made, may fail, or must be asked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pinshop.core import words

BLOCK, WARN, ASK = "block", "warn", "ask"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `number` marks it on the picture; `mend` is the id of the automatic mend on offer, or empty.

    Lengths in mm (mm2 for enamel_area, dpi for resolution, counts for colour_count and silhouette_pieces); places in
    mm from the left top corner of the pin; `message` says itself in the language of whoever reads it, `staff_message` is
    not for customers.
    """

    number: int
    rule: str
    severity: str
    message: str
    staff_message: str
    mend: str
    measured: float | None
    limit: float | None
    at_mm: tuple[float, float] | None
    box_mm: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the engine changed in the drawing so that it can be struck; places in mm."""

    kind: str
    text: str
    at_mm: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found on one pin by one version of the rules, blocking findings first."""

    rules_version: str
    findings: tuple[Finding, ...]
    changes: tuple[Change, ...]

    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop a proof."""
        return tuple(finding for finding in self.findings if finding.severity == BLOCK)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads."""
        findings = [{**asdict(found), "said": words.to_data(found.message)} for found in self.findings]
        return {**asdict(self), "findings": findings}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Report":
        """Read what `to_json` wrote."""
        return cls(
            rules_version=data["rules_version"],
            findings=tuple(_finding(row) for row in data["findings"]),
            changes=tuple(Change(**{**row, "at_mm": _tuple(row["at_mm"])}) for row in data["changes"]),
        )


def _finding(row: Mapping[str, Any]) -> Finding:
    kept = dict(row)
    message = words.from_data(kept["message"], kept.pop("said", {}))
    return Finding(**{**kept, "message": message, "at_mm": _tuple(row["at_mm"]), "box_mm": _tuple(row["box_mm"])})


def _tuple(values: Any) -> Any:
    return None if values is None else tuple(values)
