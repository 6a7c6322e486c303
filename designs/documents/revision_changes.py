"""What differs between two revisions of a proof, in words."""

from collections.abc import Mapping
from typing import Any

_SPEC_WORDS = {
    "process": "Process",
    "plating": "Plating",
    "size_mm": "Longest side (mm)",
    "thickness_mm": "Thickness (mm)",
    "colours": "Number of colours",
    "addons": "Add-ons",
    "attachment": "Attachment",
    "posts": "Posts",
    "packaging": "Packaging",
    "rush": "Rush",
}
_SHEET_WORDS = {"quantity": "Quantity", "total": "Total", "ship_by": "Ship-by date"}


def list_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences on what `after` changes against the manifest of the revision before; empty for a first revision."""
    if not before:
        return ()
    found = []
    if before["artwork"] != after["artwork"]:
        found.append("The artwork was replaced.")
    found += _fields(_SPEC_WORDS, before["spec"], after["spec"])
    found += _fields(_SHEET_WORDS, before["sheet"], after["sheet"])
    found += _colours(before["measures"]["colours"], after["measures"]["colours"])
    if before["flatten"] != after["flatten"]:
        found.append("Lines, background, shape or bridges were chosen differently.")
    return tuple(found) or ("Nothing that is made has changed.",)


def _fields(words: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [
        f"{word}: {_shown(before[name])} → {_shown(after[name])}."
        for name, word in words.items()
        if before.get(name) != after.get(name)
    ]


def _colours(before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]) -> list[str]:
    old, new = {row["fill"] for row in before}, {row["fill"] for row in after}
    gone, come = sorted(old - new), sorted(new - old)
    parts = ([f"gone {', '.join(gone)}"] if gone else []) + ([f"new {', '.join(come)}"] if come else [])
    return [f"Colours: {'; '.join(parts)}."] if parts else []


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(f"{code} × {count}" for code, count in value) or "none"
    return str(value).replace("_", " ") or "none"
