"""What a schema is called because of where it stands."""

from __future__ import annotations

import os
from collections.abc import Iterator

from asyncgen.diagnostics import Place, Pointer
from asyncgen.naming import pascal_case

_MAPS = frozenset({"schemas", "definitions", "$defs"})
"""Maps whose keys name schemas."""
_SILENT = frozenset(
    {
        "components",
        "schemas",
        "definitions",
        "$defs",
        "messages",
        "messageTraits",
        "message",
        "channels",
        "payload",
        "schema",
    }
    | {"allOf", "properties", "operations", "publish", "subscribe", "traits"}
)
_SPOKEN = {
    "additionalProperties": "value",
    "additionalItems": "item",
    "items": "items",
    "oneOf": "option",
    "anyOf": "option",
    "prefixItems": "item",
}


def is_named(place: Place) -> bool:
    """Whether the document itself gives the schema a name: a key among definitions, or a file of its own."""
    pointer = place.pointer
    return len(pointer) < 2 or (pointer[-2] in _MAPS and (len(pointer) < 3 or pointer[-3] != "properties"))


def key_of(place: Place) -> str:
    """The name that the document gives a schema that `is_named`."""
    if place.pointer:
        return str(place.pointer[-1])
    stem = os.path.basename(place.source.name).partition(".")[0]
    return stem or "Schema"


def name_of(place: Place, names: dict[Place, str]) -> str:
    """The class name for a schema without a name of its own: that of the nearest schema around it, and the way from there."""
    for length in range(len(place.pointer), -1, -1):
        around = Place(place.source, place.pointer[:length])
        if around in names:
            return _joined([names[around], *_words(place.pointer[length:])])
    for length in range(len(place.pointer) - 1, 0, -1):
        around = Place(place.source, place.pointer[:length])
        if length > 1 and is_named(around):
            return _joined([key_of(around), *_words(place.pointer[length:])])
    return _joined([*_words(place.pointer)]) or "Schema"


def qualified(place: Place) -> str:
    """A longer name, for when another schema has the name already: with the file, or with what kind of thing it is."""
    container = (
        str(place.pointer[-2]) if len(place.pointer) > 1 else os.path.basename(place.source.name).partition(".")[0]
    )
    container = {"schemas": "schema", "definitions": "definition", "$defs": "definition"}.get(container, container)
    return pascal_case(f"{key_of(place)} {container}")


def _words(pointer: Pointer) -> Iterator[str]:
    """The words of a way through schemas: the names of properties, and what is in lists, maps and unions."""
    index = 0
    while index < len(pointer):
        part = pointer[index]
        following = pointer[index + 1] if index + 1 < len(pointer) else None
        index += 1
        if part == "properties" and following is not None:
            yield str(following)
            index += 1
        elif part == "patternProperties" and following is not None:
            yield "value"
            index += 1
        elif part == "allOf" and isinstance(following, int):
            index += 1
        elif isinstance(part, int):
            yield str(part + 1)
        elif part in _SPOKEN:
            yield _SPOKEN[part]
        elif part not in _SILENT:
            yield str(part)


def _joined(words: list[str]) -> str:
    """One class name of several; a word that repeats the one before is left out (`items` of a property `items`)."""
    kept: list[str] = []
    for word in words:
        if not kept or word.lower() != kept[-1].lower():
            kept.append(word)
    return pascal_case(" ".join(kept)) if kept else ""
