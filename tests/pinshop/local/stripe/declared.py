"""Compares what the sandbox answers with the annotations of the `stripe` library's own classes."""

import inspect
import types
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

import stripe

_RENAMED = {"CardResource": "Card"}


def list_problems(answer: stripe.StripeObject) -> list[str]:
    """Fields that the class does not declare, always-present ones that lack, and values of a wrong type."""
    return _object(answer.to_dict(), type(answer), type(answer).__name__)


def _object(value: Any, declared: type, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path} is {value!r}, not an object"]
    hints: dict[str, Any] = {}
    for each in reversed(declared.__mro__):
        hints.update(inspect.get_annotations(each))
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
    if Any in alternatives or (value is None and type(None) in alternatives):
        return []
    literals = [each for hint in alternatives if get_origin(hint) is Literal for each in get_args(hint)]
    if literals:
        return [] if value in literals else [f"{path} is {value!r}, not one of {literals}"]
    attempts = [_one(value, each, path) for each in alternatives if each is not type(None)]
    return min(attempts, key=len)


def _one(value: Any, hint: Any, path: str) -> list[str]:
    origin = get_origin(hint)
    inner = get_args(hint)[0] if origin else None
    if origin is list and isinstance(value, list):
        return [each for place, item in enumerate(value) for each in _value(item, inner, f"{path}[{place}]")]
    if origin is stripe.ListObject:
        return _list_object(value, inner, path)
    if isinstance(origin, type) and issubclass(origin, stripe.StripeObject):
        return [each for key, item in value.items() for each in _value(item, inner, f"{path}.{key}")]
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
        return _object(value, hint, path)
    return [] if type(value) is hint else [f"{path} is {value!r}, not {hint}"]


def _list_object(value: dict[str, Any], item: Any, path: str) -> list[str]:
    if not isinstance(value, dict) or set(value) != {"object", "data", "has_more", "url"}:
        return [f"{path} is no list object"]
    return [each for place, inner in enumerate(value["data"]) for each in _value(inner, item, f"{path}[{place}]")]


def _alternatives(hint: Any) -> list[Any]:
    if get_origin(hint) in {Union, types.UnionType}:
        return [inner for each in get_args(hint) for inner in _alternatives(each)]
    return [hint]


def _resolve(hint: Any) -> Any:
    if not isinstance(hint, ForwardRef):
        return hint
    name = hint.__forward_arg__
    return getattr(stripe, _RENAMED.get(name, name))
