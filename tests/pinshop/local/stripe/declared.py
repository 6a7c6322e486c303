"""Compares what the sandbox answers with the annotations of the `stripe` library's own classes."""

import types
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

import stripe

_RENAMED = {"CardResource": "Card"}


def list_problems(answer: stripe.StripeObject) -> list[str]:
    """Fields that the class does not declare, always-present ones that lack, and values of a wrong type."""
    return _object(answer.to_dict(), type(answer), type(answer).__name__)


def _object(value: dict[str, Any], declared: type, path: str) -> list[str]:
    hints: dict[str, Any] = {}
    for each in reversed(declared.__mro__):
        hints.update(each.__dict__.get("__annotations__", {}))
    found = [f"{path}.{key} is not declared" for key in value if key not in hints and key != "object"]
    for key, hint in hints.items():
        if key.startswith("_") or get_origin(hint) is ClassVar or isinstance(hint, str):
            continue
        if key in value:
            found += _value(value[key], hint, f"{path}.{key}")
        elif not any(each is type(None) for each in _alternatives(hint)):
            found.append(f"{path}.{key} is missing")
    return found


def _value(value: Any, hint: Any, path: str) -> list[str]:
    alternatives = [_resolve(each) for each in _alternatives(hint)]
    literals = [each for hint in alternatives if get_origin(hint) is Literal for each in get_args(hint)]
    if literals and isinstance(value, str) and value not in literals:
        return [f"{path} is {value!r}, not one of {literals}"]
    attempts = [
        _one(value, each, path)
        for each in alternatives
        if each is Any or (each is type(None)) == (value is None)
    ]
    if not attempts:
        return [f"{path} is {value!r}, not {hint}"]
    return min(attempts, key=len)


def _one(value: Any, hint: Any, path: str) -> list[str]:
    origin = get_origin(hint)
    if origin is Literal:
        return [] if value in get_args(hint) else [f"{path} is {value!r}"]
    if hint is Any or value is None:
        return []
    if origin is list:
        if not isinstance(value, list):
            return [f"{path} is no list"]
        return [
            each
            for place, item in enumerate(value)
            for each in _value(item, get_args(hint)[0], f"{path}[{place}]")
        ]
    if origin is stripe.ListObject:
        return _list_object(value, get_args(hint)[0], path)
    if isinstance(origin, type) and issubclass(origin, stripe.StripeObject):
        return [
            each for key, inner in value.items() for each in _value(inner, get_args(hint)[0], f"{path}.{key}")
        ]
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
        return (
            _object(value, hint, path) if isinstance(value, dict) else [f"{path} is {value!r}, not an object"]
        )
    return [] if type(value) is hint else [f"{path} is {value!r}, not {hint}"]


def _list_object(value: dict[str, Any], item: Any, path: str) -> list[str]:
    if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
        return [f"{path} is no list object"]
    return [
        each for place, inner in enumerate(value["data"]) for each in _value(inner, item, f"{path}[{place}]")
    ]


def _alternatives(hint: Any) -> list[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        return [inner for each in get_args(hint) for inner in _alternatives(each)]
    return [hint]


def _resolve(hint: Any) -> Any:
    if not isinstance(hint, ForwardRef):
        return hint
    name = hint.__forward_arg__
    return getattr(stripe, _RENAMED.get(name, name))
