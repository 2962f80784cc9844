"""The definitions of a bundle as they are found: each with its final name, its place, and its properties' Python names."""

from __future__ import annotations

import os
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place, SourceText
from asyncgen.naming import MODEL_MEMBERS, MODEL_NAMES, Scope, pascal_case, snake_case
from asyncgen.schemas import places
from asyncgen.schemas.shape import At, identity


def reference(name: str) -> dict[str, Any]:
    """The schema that stands for a definition."""
    return {"$ref": f"#/$defs/{name}"}


def referred(schema: Any) -> str:
    """The name in the schema that stands for a definition."""
    name: str = schema["$ref"].rpartition("/")[2]
    return name


def is_class(definition: Any) -> bool:
    """Whether a definition becomes a class, not a type alias."""
    return "properties" in definition


class Definitions:
    """Names are given in the order in which schemas are met, and never change."""

    def __init__(self, root: SourceText, diagnostics: Diagnostics) -> None:
        self.schemas: dict[str, Any] = {}
        self.aliases: dict[str, str] = {}
        self.pointers: dict[str, str] = {}
        self._root = root
        self._diagnostics = diagnostics
        self._names: dict[Place, str] = {}
        self._places: dict[str, Place] = {}
        self._known: dict[frozenset[tuple[Place, int]], str] = {}
        self._values: list[Any] = []  # kept, so that no other value takes its identity
        self._scope = Scope(MODEL_NAMES)
        self._members: dict[str, Scope] = {}

    def __getitem__(self, name: str) -> Any:
        return self.schemas[name]

    def __setitem__(self, name: str, schema: Any) -> None:
        self.schemas[name] = schema

    def known(self, at: At) -> str | None:
        """The name that a schema has already."""
        return self._known.get(identity(at))

    def named_at(self, place: Place) -> str | None:
        """The name of whatever stands at a place."""
        return self._names.get(place)

    def name_for(self, at: At) -> str:
        """What a schema would be called because of where it stands."""
        if places.is_named(at.place):
            return pascal_case(places.key_of(at.place))
        return places.name_of(at.place, self._names)

    def add(self, at: At, schema: Any, wanted: str | None = None) -> str:
        """Name a schema by its place, or as `wanted`; the name is final though `schema` may be replaced later."""
        candidate = wanted or self.name_for(at)
        last = at.place.pointer[-1:]
        longer = (
            places.qualified(at.place)
            if places.is_named(at.place)
            else pascal_case(f"{candidate} {last[0]}" if last else candidate)
        )
        collisions = len(self._scope.collisions)
        name = self._scope.take(candidate, longer)
        if len(self._scope.collisions) > collisions:
            self._diagnostics.report(
                "AG501", at.place, f"two schemas would be the class '{candidate}': this one is '{name}'", key=True
            )
        self._names.setdefault(at.place, name)
        self._places[name] = at.place
        self._known.setdefault(identity(at), name)
        self._values.append(at.value)
        self.schemas[name] = schema
        self.pointers[name] = self._pointer(at.place)
        return name

    def key_of(self, name: str) -> str:
        """The name that the document has for a definition."""
        place = self._places[name]
        return places.key_of(place) if places.is_named(place) else name

    def name_property(self, name: str, wire: str, place: Place) -> None:
        """Give a property of a class its Python name."""
        members = self._members.setdefault(name, Scope(MODEL_MEMBERS, ("model_",)))
        collisions = len(members.collisions)
        python = members.take(snake_case(wire))
        if len(members.collisions) > collisions:
            wanted = members.collisions[-1].wanted
            self._diagnostics.report(
                "AG502", place, f"two properties of '{name}' would be '{wanted}': '{wire}' is '{python}'", key=True
            )
        if python != wire:
            self.aliases[f"{name}.{wire}"] = python

    def add_property(self, name: str, wire: str, place: Place) -> None:
        """Give a class a property that its schema does not name."""
        self.name_property(name, wire, place)
        self.schemas[name]["properties"][wire] = {}

    def python_name(self, name: str, wire: str) -> str:
        """What a property of a class is called in Python."""
        return self.aliases.get(f"{name}.{wire}", wire)

    def _pointer(self, place: Place) -> str:
        if place.source is self._root:
            return place.json_pointer
        if "://" in place.source.name:
            return place.source.name + place.json_pointer
        folder = os.path.dirname(self._root.name) or "."
        return os.path.relpath(place.source.name, folder).replace(os.sep, "/") + place.json_pointer
