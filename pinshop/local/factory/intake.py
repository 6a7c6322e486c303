import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest

from pinshop.local.partner import check_address, is_http_url
from pinshop.local.store import Json

_HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}")
_MOST_PIECES = 100_000
_SMALLEST_MM, _LARGEST_MM = 5, 150
_OPTIONAL = frozenset({"tracking_callback_url", "options", "notes"})
# What each file must begin with (SVG: contain), so that a mixed-up package is noticed at the door.
_FILES: Mapping[str, Callable[[bytes], bool]] = {
    "tech_pack": lambda content: content.startswith(b"%PDF-"),
    "die_lines": lambda content: b"<svg" in content[:4096],
}
_KINDS = {"tech_pack": "a PDF document", "die_lines": "an SVG drawing"}


class IncompleteOrder(Exception):
    """The order cannot be made as sent; `fields` says what is wrong, field by field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True)
class SentFile:
    """A file of the package, its SHA-256 checked."""

    filename: str
    sha256: str
    content: bytes


@dataclass(frozen=True)
class Package:
    """A complete production order: its metadata without files, and the files by name."""

    metadata: Json
    files: Mapping[str, SentFile]

    @property
    def fingerprint(self) -> str:
        """The same for the same order, however it was encoded."""
        hashes = {name: each.sha256 for name, each in self.files.items()}
        return hashlib.sha256(json.dumps([self.metadata, hashes], sort_keys=True).encode()).hexdigest()


def read(request: HttpRequest) -> Package:
    """The package in a request: JSON with base64 files, or multipart with a part `metadata`.

    Raises:
        IncompleteOrder: anything is missing, wrong, unknown, or a file differs from its SHA-256.
    """
    sent, contents = _decode(request)
    files = sent.pop("files", None)
    fields = _check_metadata(sent)
    packed: dict[str, SentFile] = {}
    for name in _FILES:
        described = files.get(name) if isinstance(files, dict) else None
        found = _check_file(name, described, contents.get(name))
        if isinstance(found, SentFile):
            packed[name] = found
        else:
            fields[f"files.{name}"] = found
    for name in set(files if isinstance(files, dict) else ()) - set(_FILES):
        fields[f"files.{name}"] = "is not a file that we know"
    if fields:
        raise IncompleteOrder(fields)
    return Package(sent, packed)


def _decode(request: HttpRequest) -> tuple[Json, dict[str, bytes]]:
    contents: dict[str, bytes] = {}
    if request.content_type == "multipart/form-data":
        encoded: str | bytes = request.POST.get("metadata", "")
        for name, upload in request.FILES.items():
            if not isinstance(upload, list):
                contents[name] = upload.read()
    else:
        encoded = request.body
    try:
        sent = json.loads(encoded)
    except ValueError:
        raise IncompleteOrder({"metadata": "is not JSON"}) from None
    if not isinstance(sent, dict):
        raise IncompleteOrder({"metadata": "must be an object"})
    return sent, contents


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200


def _is_count(value: Any) -> bool:
    return type(value) is int and 1 <= value <= _MOST_PIECES


def _is_size(value: Any) -> bool:
    return type(value) in {int, float} and _SMALLEST_MM <= value <= _LARGEST_MM


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value) is not None
    except ValueError:
        return False


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_REQUIRED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "reference": (_is_text, "must be text of 1 to 200 characters: your own number for this order"),
    "proof_hash": (_matches(_HASH), "must be the SHA-256 of the approved proof: 64 hexadecimal digits"),
    "quantity": (_is_count, f"must be a whole number from 1 to {_MOST_PIECES}"),
    "process": (_matches(_CODE), "must be a process code such as soft_enamel"),
    "plating": (_matches(_CODE), "must be a plating code such as gold"),
    "size_mm": (_is_size, f"must be the longest side in mm, {_SMALLEST_MM} to {_LARGEST_MM}"),
    "ship_to": (lambda value: check_address(value) is None, ""),
    "due_date": (_is_date, "must be a date such as 2026-12-24"),
    "callback_url": (is_http_url, "must be an http(s) address: we report the stages there"),
}


def _check_metadata(sent: Json) -> dict[str, str]:
    fields = dict.fromkeys(set(sent) - set(_REQUIRED) - _OPTIONAL, "is not a field that we know")
    for name, (is_right, message) in _REQUIRED.items():
        if name not in sent:
            fields[name] = "is missing"
        elif not is_right(sent[name]):
            fields[name] = message or check_address(sent[name]) or ""
    if "tracking_callback_url" in sent and not is_http_url(sent["tracking_callback_url"]):
        fields["tracking_callback_url"] = "must be an http(s) address"
    if not isinstance(sent.get("options", {}), dict):
        fields["options"] = "must be an object"
    if not isinstance(sent.get("notes", ""), str):
        fields["notes"] = "must be text"
    return fields


def _check_file(name: str, described: Any, uploaded: bytes | None) -> SentFile | str:
    if not isinstance(described, dict) or not _matches(_HASH)(described.get("sha256")):
        return "is missing: describe it with filename and sha256"
    content = uploaded
    if content is None:
        try:
            content = base64.b64decode(str(described.get("content_base64", "")), validate=True)
        except binascii.Error:
            return "content_base64 is not base64"
    if not content:
        return "has no content: send content_base64, or a multipart part of this name"
    if hashlib.sha256(content).hexdigest() != described["sha256"]:
        return "does not match its sha256: it was damaged or mixed up on the way"
    if not _FILES[name](content):
        return f"is not {_KINDS[name]}"
    filename = str(described.get("filename") or name)
    return SentFile(filename.rpartition("/")[2], described["sha256"], content)
