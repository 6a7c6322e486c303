"""The OpenAPI document as people read it: operations by subject, each with its fields and examples."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import slugify
from drf_spectacular.generators import SchemaGenerator

from pinshop.core import text

_METHODS = ("get", "post", "patch", "put", "delete")
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body or one parameter; `name` is its way from the outside, as in `lines[].quantity`."""

    name: str
    kind: str
    required: bool
    description: SafeString
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent or what comes back: its fields, and an example as JSON."""

    status: str
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on an address."""

    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    parameters: tuple[Field, ...]
    sent: Body | None
    answered: Body | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Operations on one kind of thing."""

    slug: str
    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """The whole API: its introduction, the introduction's titles, and the subjects."""

    introduction: SafeString
    titles: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]


@cache
def get_manual() -> Manual:
    """The manual of this code, made once in each process."""
    document: Mapping[str, Any] = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]  # untyped library
    return read(document)


def read(document: Mapping[str, Any]) -> Manual:
    """The manual of an OpenAPI 3 document."""
    schemas = document["components"]["schemas"]
    subjects: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                entry = methods[method]
                subjects.setdefault(entry["tags"][0], []).append(_operation(method, path, entry, schemas))
    described = document["info"].get("description", "")
    return Manual(
        introduction=text.to_html(described),
        titles=tuple(text.list_titles(described)),
        subjects=tuple(Subject(slugify(name), name, tuple(found)) for name, found in sorted(subjects.items())),
    )


def _operation(method: str, path: str, entry: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    first, _, more = entry.get("summary", "").partition("\n\n")
    status, answer = next((code, found) for code, found in entry["responses"].items() if code.startswith("2"))
    return Operation(
        id=entry["operationId"],
        method=method.upper(),
        path=path,
        summary=first.rstrip("."),
        description=text.to_html("\n\n".join(part for part in (more, entry.get("description", "")) if part)),
        parameters=tuple(_parameter(each, schemas) for each in entry.get("parameters", ())),
        sent=_body("", entry.get("requestBody", {}), schemas),
        answered=_body(status, answer, schemas),
    )


def _parameter(entry: Mapping[str, Any], schemas: Mapping[str, Any]) -> Field:
    schema = _resolve(entry["schema"], schemas)
    return Field(
        name=entry["name"],
        kind=f"{_kind(schema, schemas)}, in the {entry['in']}",
        required=bool(entry.get("required")),
        description=text.to_html(entry.get("description", "") or schema.get("description", "")),
        choices=_choices(schema),
    )


def _body(status: str, entry: Mapping[str, Any], schemas: Mapping[str, Any]) -> Body | None:
    kinds = entry.get("content", {})
    content = kinds.get("application/json") or next(iter(kinds.values()), None)
    if content is None:
        return None
    examples: Mapping[str, Mapping[str, Any]] = content.get("examples", {})
    example = next((each["value"] for each in examples.values()), None)
    return Body(
        status=status,
        fields=tuple(_fields(content["schema"], schemas)),
        example="" if example is None else json.dumps(example, indent=2, ensure_ascii=False),
    )


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], *, before: str = "", depth: int = 0
) -> Iterator[Field]:
    """Every field below a schema, outer ones first; what holds itself ends at a fixed depth."""
    schema = _resolve(schema, schemas)
    if schema.get("type") == "array":
        yield from _fields(schema["items"], schemas, before=f"{before}[]", depth=depth)
    for name, entry in schema.get("properties", {}).items():
        inner = _resolve(entry, schemas)
        way = f"{before}.{name}" if before else name
        yield Field(
            name=way,
            kind=_kind(inner, schemas),
            required=name in schema.get("required", ()),
            description=text.to_html(entry.get("description", "") or inner.get("description", "")),
            choices=_choices(inner),
        )
        if depth < _DEEPEST:
            yield from _fields(inner, schemas, before=way, depth=depth + 1)


def _resolve(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference leads to; of alternatives, the first that is not null or blank."""
    if "$ref" in schema:
        return _resolve(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for key in ("allOf", "oneOf", "anyOf"):
        if key in schema:
            return {**_resolve(schema[key][0], schemas), **{name: schema[name] for name in schema if name != key}}
    return schema


def _kind(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    name = " or ".join(kind) if isinstance(kind, list) else str(kind)
    if name == "array":
        name = f"list of {_kind(_resolve(schema['items'], schemas), schemas)}s"
    shape = f"{name} ({schema['format']})" if "format" in schema else name
    return f"{shape} or null" if schema.get("nullable") else shape


def _choices(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(choice) for choice in schema.get("enum", ()) if choice not in {None, ""})
