"""What references lead to in other files, and as what it is referred to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asyncgen.diagnostics import Place, Pointer
from asyncgen.parser.node import value_at
from asyncgen.parser.references import is_reference, references
from asyncgen.parser.resolve import Resolved

_OWN_FORMATS = ("application/vnd.aai.asyncapi", "application/schema+")
_SCHEMA_MAPS = frozenset({"properties", "patternProperties", "definitions", "$defs", "allOf", "anyOf", "dependencies"})
_SCHEMA_FIELDS = frozenset(
    {
        "payload", "headers", "schema", "items", "additionalItems", "additionalProperties", "not", "if", "then", "else",
        "contains", "propertyNames",
    }
)  # fmt: skip
_SECTIONS = frozenset(
    {
        "schemas", "servers", "channels", "operations", "messages", "securitySchemes", "serverVariables", "parameters",
        "correlationIds", "replies", "replyAddresses", "externalDocs", "tags", "operationTraits", "messageTraits",
        "serverBindings", "channelBindings", "operationBindings", "messageBindings",
    }
)  # fmt: skip
_MEMBERS = {"variables": "serverVariables", "security": "securitySchemes"}
_FIELDS = {
    "message": "messages", "correlationId": "correlationIds", "reply": "replies", "externalDocs": "externalDocs",
    "channel": "channels",
}  # fmt: skip
_OWNERS = {
    "messages": "messageTraits", "message": "messageTraits", "operations": "operationTraits", "publish": "operationTraits",
    "subscribe": "operationTraits",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """A value in another file; `section` is where it would stand under `components`."""

    value: Any
    place: Place
    section: str


def targets(resolved: Resolved) -> Iterator[Target]:
    """Every value in another file of which it is clear what it is, each once as whatever it is."""
    found: set[tuple[Place, str]] = set()
    seen: set[tuple[int, bool]] = set()
    waiting: deque[tuple[Any, Place, bool, bool]] = deque([(resolved.root.data, Place(resolved.root), False, False)])
    while waiting:
        value, place, named, foreign = waiting.popleft()
        for reference, at, is_map in references(value, place, named, seen):
            reached, trail = resolved.trail(reference, at) if is_reference(reference) else (None, ())
            if reached is None:
                continue
            is_foreign = foreign or _in_another_format(at)
            end = trail[-1]
            section = None if is_map or is_foreign else section_of(at.pointer)
            if section is not None and end.source is not resolved.root and (end, section) not in found:
                found.add((end, section))
                yield Target(reached[0], end, section)
            if isinstance(reached[0], dict | list):
                waiting.append((reached[0], end, is_map, is_foreign))


def section_of(pointer: Pointer) -> str | None:
    """As what something is referred to, by where the reference stands; None where that is not clear from it."""
    last = pointer[-1] if pointer else ""
    above = pointer[-2] if len(pointer) > 1 else ""
    if above in _SCHEMA_MAPS or (above == "oneOf" and pointer[-3:-2] != ("message",)):
        return "schemas"
    if above == "oneOf":
        return "messages"
    if above in _SECTIONS or above in _MEMBERS:
        return _MEMBERS.get(str(above), str(above))
    if above == "traits":
        return next((_OWNERS[str(part)] for part in reversed(pointer) if part in _OWNERS), None)
    if above == "reply" and last == "address":
        return "replyAddresses"
    return "schemas" if last in _SCHEMA_FIELDS else _FIELDS.get(str(last))


def _in_another_format(place: Place) -> bool:
    """Whether what stands at a place is part of a schema that is neither AsyncAPI's nor JSON Schema, or may be."""
    for length in range(1, len(place.pointer) + 1):
        owner = value_at(Place(place.source, place.pointer[:-length]))
        if isinstance(owner, Mapping):
            written = owner.get("schemaFormat")
            if isinstance(written, str):
                return not written.startswith(_OWN_FORMATS)
            if "payload" in owner and "traits" in owner:
                return True
    return False
