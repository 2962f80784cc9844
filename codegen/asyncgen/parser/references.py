"""Which `$ref`s of a document are references.

A member called `$ref` is data where data is written: in examples, defaults, enums, extensions. Where a map's keys are names
that people chose, as under `properties` or `messages`, no name means that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asyncgen.diagnostics import Place, Pointer

_LITERALS = frozenset({"examples", "example", "default", "const", "enum", "lastWill"})
_NAMED = frozenset(
    {
        # JSON Schema
        "properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies",
        # AsyncAPI
        "servers", "channels", "operations", "messages", "schemas", "parameters", "variables", "replies", "replyAddresses",
        "correlationIds", "securitySchemes", "serverVariables", "externalDocs", "tags", "operationTraits", "messageTraits",
        "serverBindings", "channelBindings", "operationBindings", "messageBindings", "bindings", "scopes", "availableScopes",
    }
)  # fmt: skip
"""Members that hold a map of names chosen by people when they hold a map."""


def is_reference(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("$ref"), str)


def references(
    value: Any, place: Place, named: bool, seen: set[tuple[int, bool]]
) -> Iterator[tuple[dict[str, Any], Place, bool]]:
    """Every object with a `$ref` at and below a value, each once, in the order of the text, and whether it should be a map of names.

    `named` says whether `value` is itself one; `seen` is shared between calls. What stands beside a `$ref` is ignored, as
    the specification has it.
    """
    source = place.source
    stack: list[tuple[Any, Pointer, bool]] = [(value, place.pointer, named)]
    while stack:
        current, pointer, named = stack.pop()
        identity = (id(current), named)
        if identity in seen:
            continue
        seen.add(identity)
        if isinstance(current, list):
            found = [
                (item, (*pointer, index), False)
                for index, item in enumerate(current)
                if item.__class__ is dict or item.__class__ is list
            ]
        elif not isinstance(current, dict):
            continue
        elif is_reference(current) or ("$ref" in current and not named):
            yield current, Place(source, pointer), named
            continue
        else:
            found = [
                (item, (*pointer, key), not named and key in _NAMED and item.__class__ is dict)
                for key, item in current.items()
                if (item.__class__ is dict or item.__class__ is list)
                and (named or not (key in _LITERALS or key.startswith("x-")))
            ]
        if found:
            found.reverse()
            stack += found
