"""Reading what a caller sent: its shape, all faults at once, and the valid values where one was chosen wrongly."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, Serializer

from pinshop.core.api.problems import flatten
from pinshop.core.errors import Invalid, PinshopError


class VersionMissing(PinshopError):
    """A change without an If-Match header."""

    code = "version_missing"
    status = 428


def read(kind: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """The body (`request.data`) as the serializer `kind` describes it; raises Invalid with every fault, also of unknown fields.

    A field that is not known is refused: a misspelt option that is silently dropped becomes a wrong pin.
    """
    return _validated(kind(data=data), data)


def read_query(kind: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The query string, read in the same way."""
    values = request.query_params.dict()
    return _validated(kind(data=values), values)


def version_of(request: Request) -> int:
    """The version in `If-Match: "3"`, which a change names; raises VersionMissing or Invalid."""
    text = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not text:
        raise VersionMissing(
            gettext('Send If-Match with the version that you saw, as in If-Match: "3".'),
            fields={"If-Match": gettext("This header is required.")},
        )
    if not text.isascii() or not text.isdigit():
        raise Invalid(
            gettext("If-Match is not a version."),
            fields={"If-Match": gettext('Send a whole number, as in If-Match: "3".')},
        )
    return int(text)


def _validated(serializer: Serializer[Any], data: Any) -> dict[str, Any]:
    serializer.is_valid()
    faults = flatten(serializer.errors) if serializer.errors else {}
    faults.update(_unknown(serializer, data, ""))
    if faults:
        valid_values = {path: choices for path in faults if (choices := _choices_at(serializer, path))}
        raise Invalid(gettext("Some fields are not right; see errors."), fields=faults, valid_values=valid_values)
    values: dict[str, Any] = serializer.validated_data
    return values


def _unknown(field: Field[Any, Any, Any, Any], data: Any, path: str) -> Iterator[tuple[str, str]]:
    child = getattr(field, "child", None)
    if child is not None and isinstance(data, list):
        for index, entry in enumerate(data):
            yield from _unknown(child, entry, f"{path}.{index}".strip("."))
    elif isinstance(field, BaseSerializer) and isinstance(data, Mapping) and hasattr(field, "fields"):
        for name in data:
            where = f"{path}.{name}".strip(".")
            if name in field.fields:
                yield from _unknown(field.fields[name], data[name], where)
            else:
                yield where, f"This field is not known. Known are {', '.join(field.fields)}."


def _choices_at(field: Any, path: str) -> list[Any]:
    """What the field at a path lets one choose from; empty where it is no choice."""
    for name in path.split("."):
        if hasattr(field, "child"):
            field = field.child
        elif hasattr(field, "fields"):
            field = field.fields.get(name)
        if field is None:
            return []
    return list(getattr(field, "choices", ()))
