"""Schemas of a document as one JSON Schema that a validator can be made of: every reference leads to one of its definitions.

Only what a validator of draft 7 acts on is taken over. What is said beside a `$ref` is left out, as the draft has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asyncgen.diagnostics import Place, Pointer
from asyncgen.parser.references import is_reference
from asyncgen.parser.resolve import Resolved

MAX_BRANCHES = 10_000
"""How many schemas may apply to one value: those of combinations of combinations multiply."""

MAX_CHAIN = 200
"""How many of them may lead to each other."""

_RULES = frozenset(
    {
        "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
        "minLength", "pattern", "format", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties", "required",
    }
)  # fmt: skip
_TYPES = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
_MAPS = ("properties", "patternProperties", "dependencies", "definitions", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "items")
_SINGLE = ("items", "additionalItems", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else")
_IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")


def subschemas(schema: Any) -> Iterator[tuple[Pointer, Any]]:
    """The schemas directly inside one, and where they stand in it."""
    if not isinstance(schema, dict) or is_reference(schema):
        return
    for keyword in _MAPS:
        if isinstance(schema.get(keyword), dict):
            yield from (((keyword, name), each) for name, each in schema[keyword].items() if is_schema(each))
    for keyword in _LISTS:
        if isinstance(schema.get(keyword), list):
            yield from (((keyword, index), each) for index, each in enumerate(schema[keyword]) if is_schema(each))
    yield from (((keyword,), schema[keyword]) for keyword in _SINGLE if is_schema(schema.get(keyword)))


def is_schema(value: Any) -> bool:
    return isinstance(value, dict | bool)


class Inlined:
    """Grows by the schemas that are asked for and by what they refer to."""

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._names: dict[Place, str] = {}
        self._waiting: list[tuple[str, Any, Place]] = []
        self._branches: dict[str, int] = {}
        self.definitions: dict[str, Any] = {}

    def name(self, value: Any, place: Place) -> str | None:
        """The name of the definition of a schema; None when a reference leads nowhere."""
        found, trail = self._resolved.trail(value, place)
        if found is None:
            return None
        end = trail[-1]
        if end not in self._names:
            self._names[end] = f"schema{len(self._names)}"
            self._waiting.append((self._names[end], found[0], end))
        return self._names[end]

    def complete(self) -> dict[str, Any]:
        """The whole, as a schema that holds nothing but definitions."""
        while self._waiting:
            name, value, place = self._waiting.pop()
            self.definitions[name] = self._inlined(value, place)
        return {"definitions": self.definitions}

    def _inlined(self, value: Any, place: Place) -> Any:
        if is_reference(value):
            name = self.name(value, place)
            return {"$ref": f"#/definitions/{name}"} if name else {}
        if not isinstance(value, dict):
            return value if isinstance(value, bool) else {}
        schema = {keyword: rule for keyword, rule in value.items() if keyword in _RULES}
        if not all(isinstance(each, str) and each in _TYPES for each in _listed(schema.get("type", []))):
            del schema["type"]  # said by the official schemas; the rest is checked
        dependencies = value.get("dependencies")
        if isinstance(dependencies, dict):
            schema["dependencies"] = {name: each for name, each in dependencies.items() if isinstance(each, list)}
        for (keyword, *rest), each in subschemas(value):
            inlined = self._inlined(each, place.child(keyword, *rest))
            if not rest:
                schema[keyword] = inlined
            elif isinstance(rest[0], int):
                schema.setdefault(keyword, []).append(inlined)
            else:
                schema.setdefault(keyword, {})[rest[0]] = inlined
        if value.get("nullable") is True:  # OpenAPI's word, read as it is meant
            return {"anyOf": [schema, {"type": "null"}]}
        return schema

    def is_bounded(self, name: str) -> bool:
        """Whether checking one value takes a bounded number of steps at each of its places."""
        return self._count({"$ref": f"#/definitions/{name}"}, 0) <= MAX_BRANCHES

    def _count(self, schema: Any, chain: int) -> int:
        if not isinstance(schema, dict):
            return 1
        if chain > MAX_CHAIN:
            return MAX_BRANCHES + 1
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in self._branches:
                self._branches[name] = 0  # a circle adds nothing
                self._branches[name] = self._count(self.definitions[name], chain + 1)
            return self._branches[name]
        parts = [part for keyword in _IN_PLACE if keyword in schema for part in _listed(schema[keyword])]
        return min(1 + sum(self._count(part, chain + 1) for part in parts), MAX_BRANCHES + 1)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
