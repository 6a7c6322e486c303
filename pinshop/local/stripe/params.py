"""Reads Stripe's form-encoded parameters against the typed parameters of the installed library.

Whatever `stripe.params` does not declare is refused, at any depth, so that code which works here cannot use a
word that Stripe's API version of this library does not know.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin
from urllib.parse import parse_qsl

import stripe
from stripe import RequestOptions, StripeObject
from typing_extensions import is_typeddict

from pinshop.local.store import Json
from pinshop.local.stripe.errors import ApiError, unsupported

_PART = re.compile(r"\[([^\]]*)\]")
_INTEGER = re.compile(r"-?\d+")
_OPTIONS = frozenset(RequestOptions.__annotations__)
_METADATA_KEYS, _METADATA_KEY_LENGTH, _METADATA_VALUE_LENGTH = 50, 40, 500


def decode(encoded: str) -> Json:
    """`a[b][0][c]=v` as nested dictionaries of strings; lists stay dictionaries by position until `read`."""
    decoded: Json = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        head = name.partition("[")[0]
        parts = [head, *_PART.findall(name[len(head) :])]
        target = decoded
        for part in parts[:-1]:
            inner = target.setdefault(part, {})
            if not isinstance(inner, dict):
                raise ApiError(f"Invalid {name}: both a value and a hash were given.", param=name)
            target = inner
        target[parts[-1] or str(len(target))] = value
    return decoded


def read(declared: type, decoded: Json, *, honoured: frozenset[str]) -> Json:
    """The parameters with the types that the library declares.

    `honoured` names what the sandbox carries out, as paths such as "line_items.price_data.currency".

    Raises:
        ApiError: an unknown or missing parameter, a value of the wrong type or outside the declared ones, or
            a parameter that Stripe knows but the sandbox would ignore.
    """
    parameters: Json = _read_object(declared, decoded, "")
    for path in _paths(parameters, declared):
        if path not in honoured:
            raise unsupported(f"the parameter {path}", param=path)
    return parameters


@cache
def _hints(declared: type) -> dict[str, Any]:
    # The library imports these two for type checkers only.
    names = {"StripeContext": stripe.StripeContext, "Mapping": Mapping}
    hints = typing.get_type_hints(declared, localns=names)
    return {key: hint for key, hint in hints.items() if key not in _OPTIONS}


def _read_object(declared: type, given: Any, name: str) -> Json:
    if not isinstance(given, dict):
        raise ApiError("Invalid object", param=name)
    hints = _hints(declared)
    for key in given:
        if key not in hints:
            raise ApiError(
                f"Received unknown parameter: {_child(name, key)}",
                code="parameter_unknown",
                param=_child(name, key),
            )
    for key in sorted(getattr(declared, "__required_keys__", ())):
        if key not in given:
            raise ApiError(
                f"Missing required param: {_child(name, key)}.",
                code="parameter_missing",
                param=_child(name, key),
            )
    return {key: _read_value(hints[key], value, _child(name, key)) for key, value in given.items()}


def _read_value(hint: Any, given: Any, name: str) -> Any:
    alternatives = list(_alternatives(hint))
    if isinstance(given, dict):
        return _read_nested(alternatives, given, name)
    if name.partition("[")[0] == "metadata" and given == "":
        return {}
    return _read_scalar(alternatives, given, name)


def _read_nested(alternatives: list[Any], given: Json, name: str) -> Any:
    for each in alternatives:
        if is_typeddict(each):
            return _read_object(each, given, name)
        if get_origin(each) is list:
            (item,) = get_args(each)
            return [_read_value(item, given[key], f"{name}[{key}]") for key in sorted(given, key=_position(name))]
        # The library writes free-form hashes as Dict or as its own generic StripeObject.
        if isinstance(get_origin(each), type) and issubclass(get_origin(each), dict | StripeObject):
            return _read_metadata(given, name)
    raise ApiError(f"Invalid string: {given}", param=name)


def _read_scalar(alternatives: list[Any], given: str, name: str) -> Any:
    literals = [value for each in alternatives if get_origin(each) is Literal for value in get_args(each)]
    if given in literals:
        return given
    if bool in alternatives and given in {"true", "false"}:
        return given == "true"
    if int in alternatives and _INTEGER.fullmatch(given):
        return int(given)
    if Decimal in alternatives:
        return given
    # A union of values with `str` lists what this API version knows; the library keeps `str` for later ones.
    closed = [value for value in literals if value != ""]
    if str in alternatives and not closed:
        return given
    raise _wrong_value(alternatives, closed, given, name)


def _wrong_value(alternatives: list[Any], closed: list[Any], given: str, name: str) -> ApiError:
    if closed:
        choice = ", ".join(closed[:-1]) + f", or {closed[-1]}" if len(closed) > 1 else closed[0]
        return ApiError(f"Invalid {name}: must be one of {choice}", param=name)
    if int in alternatives:
        return ApiError(f"Invalid integer: {given}", code="parameter_invalid_integer", param=name)
    if bool in alternatives:
        return ApiError(f"Invalid boolean: {given}", param=name)
    if any(get_origin(each) is list for each in alternatives):
        return ApiError("Invalid array", param=name)
    return ApiError("Invalid object", param=name)


def _read_metadata(given: Json, name: str) -> Json:
    if len(given) > _METADATA_KEYS:
        raise ApiError(f"{name} can have at most {_METADATA_KEYS} keys.", param=name)
    for key, value in given.items():
        if not isinstance(value, str):
            raise ApiError("Metadata values must be strings.", param=f"{name}[{key}]")
        if len(key) > _METADATA_KEY_LENGTH:
            raise ApiError(f"Metadata keys are at most {_METADATA_KEY_LENGTH} characters.", param=f"{name}[{key}]")
        if len(value) > _METADATA_VALUE_LENGTH:
            raise ApiError(
                f"Metadata values can have up to {_METADATA_VALUE_LENGTH} characters.", param=f"{name}[{key}]"
            )
    return {key: value for key, value in given.items() if value != ""}


def _position(name: str) -> Any:
    def position(key: str) -> int:
        if not key.isdigit():
            raise ApiError("Invalid array", param=name)
        return int(key)

    return position


def _alternatives(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        for each in get_args(hint):
            yield from _alternatives(each)
    else:
        yield hint


def _child(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key


def _paths(value: Any, declared: Any, path: str = "") -> Iterator[str]:
    """The leaves of what was given, metadata and lists of plain values as one leaf."""
    if isinstance(value, dict) and is_typeddict(declared):
        hints = _hints(declared)
        for key, inner in value.items():
            nested = next((each for each in _alternatives(hints[key]) if _is_structured(each)), None)
            yield from _paths(inner, nested, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and get_origin(declared) is list and is_typeddict(get_args(declared)[0]):
        for inner in value:
            yield from _paths(inner, get_args(declared)[0], path)
    else:
        yield path


def _is_structured(hint: Any) -> bool:
    return is_typeddict(hint) or get_origin(hint) is list
