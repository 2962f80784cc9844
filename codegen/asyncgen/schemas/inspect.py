"""What the planner asks of a normalised schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from asyncgen.schemas.bundle import Bundle, HeaderProperty, WireKind

_DEEPEST = 50
"""Aliases of aliases that go deeper than this are taken to go round in a circle."""


def header_properties(bundle: Bundle, key: str) -> tuple[HeaderProperty, ...]:
    """The properties of the headers schema of a use, in the document's order; of a union those of its members."""
    found: dict[str, HeaderProperty] = {}
    for name, definition in _classes(bundle, bundle.schemas.get(key, {}), 0):
        for wire, schema in definition["properties"].items():
            required = wire in definition["required"]
            known = found.get(wire)
            kind = _kind(bundle, schema)
            if known is not None:
                kind, required = kind if known.kind == kind else "either", required and known.required
            found[wire] = HeaderProperty(wire, bundle.aliases.get(f"{name}.{wire}", wire), kind, required)
    return tuple(found.values())


def wire_kind(bundle: Bundle, key: str) -> WireKind:
    """Whether the schema of a use takes only strings, never strings, or both."""
    return _kind(bundle, bundle.schemas.get(key, {}))


def constants(bundle: Bundle, key: str) -> Mapping[str, tuple[str, ...]]:
    """The required properties whose value is one of a few strings: what can tell messages apart.

    Of a union only those are given that every member has, with the values of all.
    """
    found: Mapping[str, tuple[str, ...]] | None = None
    for _, definition in _classes(bundle, bundle.schemas.get(key, {}), 0):
        own = {
            wire: values
            for wire in definition["required"]
            if (values := _strings(bundle, definition["properties"].get(wire, {}), 0))
        }
        found = own if found is None else {
            wire: (*found[wire], *(value for value in values if value not in found[wire]))
            for wire, values in own.items()
            if wire in found
        }  # fmt: skip
    members = [schema for schema in _members(bundle, bundle.schemas.get(key, {}), 0) if "properties" not in schema]
    return {} if found is None or members else found


def accepts_null(schema: Any, definitions: Mapping[str, Any], depth: int = 0) -> bool:
    """Whether a normalised schema takes null."""
    if depth > _DEEPEST:
        return False
    if "$ref" in schema:
        return accepts_null(definitions[schema["$ref"].rpartition("/")[2]], definitions, depth + 1)
    if "anyOf" in schema or "oneOf" in schema:
        return any(accepts_null(member, definitions, depth + 1) for member in schema.get("anyOf", schema.get("oneOf")))
    if "const" in schema or "enum" in schema or "not" in schema:
        return False
    return "type" not in schema or bool(schema["type"] == "null")


def _members(bundle: Bundle, schema: Any, depth: int) -> Iterator[Any]:
    """The schemas that a union has in the end, itself where it is none."""
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        yield from _members(bundle, bundle.definitions[schema["$ref"].rpartition("/")[2]], depth + 1)
    elif "anyOf" in schema or "oneOf" in schema:
        for member in schema.get("anyOf", schema.get("oneOf")):
            yield from _members(bundle, member, depth + 1)
    else:
        yield schema


def _classes(bundle: Bundle, schema: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """The classes that a schema may be, with their names."""
    if depth > _DEEPEST:
        return
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        definition = bundle.definitions[name]
        if "properties" in definition:
            yield name, definition
        else:
            yield from _classes(bundle, definition, depth + 1)
    for member in schema.get("anyOf", schema.get("oneOf", ())):
        yield from _classes(bundle, member, depth + 1)


def _kind(bundle: Bundle, schema: Any) -> WireKind:
    texts = {_is_text(member) for member in _members(bundle, schema, 0)}
    return "either" if None in texts or len(texts) != 1 else "text" if True in texts else "json"


def _is_text(schema: Any) -> bool | None:
    """Whether a schema that is no union takes only strings; None where it takes anything."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if values is not None:
        texts = {isinstance(value, str) for value in values}
        return texts.pop() if len(texts) == 1 else None
    return schema["type"] == "string" if "type" in schema else None


def _strings(bundle: Bundle, schema: Any, depth: int) -> tuple[str, ...]:
    if "$ref" in schema and depth < _DEEPEST:
        return _strings(bundle, bundle.definitions[schema["$ref"].rpartition("/")[2]], depth + 1)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return tuple(values) if all(isinstance(value, str) for value in values) else ()
