"""A value of the document together with where it stands: what the readers walk on.

A `Node` follows references by itself, so that a reader reads as the specification does, and reports what has the wrong type
where it stands. Nothing here knows AsyncAPI.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place, did_you_mean
from asyncgen.parser.references import is_reference
from asyncgen.parser.resolve import Resolved
from asyncgen.parser.scalars import plain
from asyncgen.parser.source import Source

_NO_HINTS: Mapping[str, str] = {}
_WORDS_OF_SCHEMAS = frozenset({"title", "summary", "description", "example", "examples", "deprecated", "$comment"})


@dataclass(frozen=True, slots=True)
class Node:
    """A value, never a reference. `trail` holds the places on the way to it: where it is asked for, then each reference's target.

    `children` is given for an object that was merged of several, whose members come from several places.
    """

    value: Any
    trail: tuple[Place, ...]
    resolved: Resolved
    diagnostics: Diagnostics
    children: Mapping[str, Node] | None = None

    @property
    def place(self) -> Place:
        """Where the value itself stands."""
        return self.trail[-1]

    @property
    def asked(self) -> Place:
        """Where the value was asked for: there it stands, or a reference to it."""
        return self.trail[0]

    @property
    def name(self) -> str:
        """What the value is called where it was asked for."""
        parts = self.asked.pointer
        if not parts:
            return "the document"
        return f"{parts[-2]}[{parts[-1]}]" if isinstance(parts[-1], int) and len(parts) > 1 else str(parts[-1])

    def follow(self, value: Any, place: Place) -> Node | None:
        """A node for a value that may be a reference; None when that leads nowhere."""
        found, trail = self.resolved.trail(value, place)
        return None if found is None else Node(found[0], trail, self.resolved, self.diagnostics)

    def has(self, name: str) -> bool:
        """Whether the object has the member, null or not."""
        return isinstance(self.value, dict) and name in self.value

    def get(self, name: str) -> Node | None:
        """A member, its reference followed; None when it is absent, null, or a reference that leads nowhere."""
        if self.children is not None:
            return self.children.get(name)
        if not isinstance(self.value, dict) or self.value.get(name) is None:
            return None
        return self.follow(self.value[name], self.place.child(name))

    def members(self) -> Iterator[tuple[str, Node]]:
        """The members of a map, references followed; those that lead nowhere are left out."""
        if not self.is_object():
            return
        if self.children is not None:
            yield from self.children.items()
            return
        for name, value in self.value.items():
            node = self.follow(value, self.place.child(name))
            if node is not None:
                yield name, node

    def items(self, *, harmless: bool = False) -> Iterator[Node]:
        """The items of a list, references followed; those that lead nowhere are left out."""
        if not isinstance(self.value, list):
            self.wrong("a list", harmless=harmless)
            return
        for index, value in enumerate(self.value):
            node = self.follow(value, self.place.child(index))
            if node is not None:
                yield node

    def is_object(self, *, harmless: bool = False) -> bool:
        """Whether this is an object, as is due here; anything else is reported."""
        if isinstance(self.value, dict):
            return True
        self.wrong("an object", harmless=harmless)
        return False

    def wrong(self, due: str, *, harmless: bool = False) -> None:
        """Report that something else is due here; `harmless` where the code is right without it."""
        message = f"'{self.name}' must be {due}, not {kind(self.value)}"
        if harmless:
            self.report("AG317", f"{message}; it is ignored")
        else:
            self.report("AG305", message)

    def map_of(self, name: str) -> Iterator[tuple[str, Node]]:
        """The members of the map under `name`, none when it is absent."""
        node = self.get(name)
        return iter(()) if node is None else node.members()

    def objects(self, name: str) -> Iterator[tuple[str, Node]]:
        """The objects in the map under `name`. One that is null, as a key with nothing after it is in YAML, counts as empty."""
        for key, node in self.map_of(name):
            if node.value is None:
                node.report("AG307", f"'{key}' must be an object, not null; it is read as an empty one")
                yield key, replace(node, value={})
            elif node.is_object():
                yield key, node

    def list_of(self, name: str, *, harmless: bool = False) -> Iterator[Node]:
        """The items of the list under `name`, none when it is absent."""
        node = self.get(name)
        return iter(()) if node is None else node.items(harmless=harmless)

    def text(self, name: str) -> str | None:
        """The string under `name`. Another scalar is read as it is written, with a warning."""
        node = self.get(name)
        return None if node is None else node.as_text()

    def prose(self, name: str) -> str | None:
        """As `text`, for what only people read: another value is ignored, with a warning."""
        node = self.get(name)
        return None if node is None else node.as_text(harmless=True)

    def required_text(self, name: str, what: str) -> str:
        """The string under `name`; that it is absent or empty is an error, and reads as the empty string."""
        text = self.text(name)
        if self.value.get(name) in (None, ""):
            self.missing(name, what)
        return text or ""

    def missing(self, name: str, what: str) -> None:
        """Report that a field is not there."""
        self.report(
            "AG304", f"{what} needs '{name}'", key=bool(self.place.pointer) and isinstance(self.place.pointer[-1], str)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """The strings in the list under `name`; other values as JSON, which is what they look like in an address."""
        return tuple(scalar_text(node.value) for node in self.list_of(name, harmless=name == "examples"))

    def as_text(self, *, harmless: bool = False) -> str | None:
        """This value as a string."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, dict | list):
            self.wrong("a string", harmless=harmless)
            return None
        text = self._written() or scalar_text(self.value)
        self.report("AG307", f"'{self.name}' must be a string, not {kind(self.value)}; it is read as '{text}'")
        return text

    def _written(self) -> str | None:
        """A scalar as it is written, `1.10` where the value is 1.1; None where something else stands, such as an alias."""
        source = self.place.source
        written = source.written(self.place.pointer) if isinstance(source, Source) else None
        return written if written and plain(written) == self.value else None

    def raw(self, name: str) -> Any:
        """The value under `name` as it stands, with nothing followed in it."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def extensions(self) -> dict[str, Any]:
        """The `x-` members. https://www.asyncapi.com/docs/reference/specification/v3.0.0#specificationExtensions"""
        members = self.value.items() if isinstance(self.value, dict) else ()
        return {name: value for name, value in members if name.startswith("x-")}

    def check(self, what: str, known: Iterable[str], hints: Mapping[str, str] = _NO_HINTS) -> None:
        """Report the members that this kind of object does not have; `hints` says what to do about some of them."""
        known = frozenset(known)
        for name in self.value if isinstance(self.value, dict) else ():
            if name not in known and not name.startswith("x-"):
                node = self.children.get(name) if self.children else None
                place = node.asked if node else self.place.child(name)
                message = f"{what} has no field '{name}'; it is ignored"
                self.diagnostics.report(
                    "AG306", place, message, hint=hints.get(name) or did_you_mean(name, known), key=True
                )
        for place in self._beside_references():
            message = f"'{place.pointer[-1]}' stands beside a $ref and is ignored"
            self.diagnostics.report("AG209", place, message, key=True)

    def check_schema_reference(self) -> None:
        """Report what stands beside the references that led to a schema, other than words for people."""
        for place in self._beside_references():
            if place.pointer[-1] not in _WORDS_OF_SCHEMAS:
                message = f"'{place.pointer[-1]}' stands beside a $ref and has no effect"
                hint = "put the reference and what is added to it into an allOf"
                self.diagnostics.report("AG402", place, message, hint=hint, key=True)

    def _beside_references(self) -> Iterator[Place]:
        """Where members stand beside the references that led here."""
        for place in self.trail[:-1]:
            reference = value_at(place)
            if is_reference(reference):
                yield from (place.child(name) for name in reference if name != "$ref" and not name.startswith("x-"))

    def report(self, code: str, message: str, *, hint: str | None = None, key: bool = False) -> None:
        """Report something about this value."""
        self.diagnostics.report(code, self.place, message, hint=hint, key=key)


def value_at(place: Place) -> Any:
    """The value at a place, None where there is none."""
    source = place.source
    value: Any = source.data if isinstance(source, Source) else None
    for part in place.pointer:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def field_or_key(place: Place, name: str) -> tuple[Place, bool]:
    """Where a field of an object stands; when the object has none, the object itself, by its key as the True says."""
    field = place.child(name)
    return (place, True) if value_at(field) is None else (field, False)


def kind(value: Any) -> str:
    """What JSON calls the type of a value, with its article."""
    if value is None:
        return "null"
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names[type(value)]


def scalar_text(value: Any) -> str:
    """A value in the text of an address or a host."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
