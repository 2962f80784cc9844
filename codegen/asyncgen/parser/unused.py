"""Components that nothing refers to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Document
from asyncgen.parser.node import value_at
from asyncgen.parser.references import is_reference, references
from asyncgen.parser.resolve import Resolved

_Component = tuple[str, str]
"""A section of `components` and a name in it."""


def check_unused(resolved: Resolved, document: Document, diagnostics: Diagnostics) -> None:
    """Report what the document's own channels, operations and servers need nothing of; a mere library is left alone."""
    if not document.channels and not document.operations:
        return
    used = _Used(resolved)
    used.follow(document)
    for section, name in used.all:
        if (section, name) not in used.found:
            place = Place(resolved.root, ("components", section, name))
            diagnostics.report("AG340", place, f"nothing uses '{name}' of components.{section}", key=True)


class _Used:
    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._seen: set[tuple[int, bool]] = set()
        self._waiting: deque[tuple[Any, Place, bool]] = deque()
        self._sections = _sections(resolved)
        self.found: set[_Component] = set()

    @property
    def all(self) -> Iterator[_Component]:
        return ((section, name) for section, names in self._sections.items() for name in names)

    def follow(self, document: Document) -> None:
        """Find everything that is needed, starting from what is no component."""
        outside = {name: value for name, value in self._resolved.root.data.items() if name != "components"}
        self._waiting.append((outside, Place(self._resolved.root), False))
        required = [each for server in document.servers for each in server.security]
        required += [each for operation in document.operations for each in operation.security]
        for requirement in required:
            self._reach(self._place("securitySchemes", requirement.scheme.name))
        self._finish()
        while heirs := [each for each in self.all if each not in self.found and self._inherits(each)]:
            for heir in heirs:
                self._reach(self._place(*heir))
            self._finish()

    def _finish(self) -> None:
        while self._waiting:
            for reference, at, is_map in references(*self._waiting.popleft(), self._seen):
                found, trail = self._resolved.trail(reference, at) if is_reference(reference) else (None, ())
                for place in trail[1:]:
                    self._reach(place)
                if found is not None and isinstance(found[0], dict | list):
                    self._waiting.append((found[0], trail[-1], is_map))

    def _reach(self, place: Place) -> None:
        """Count the component that a place is in as used, with everything in it; all of a section that is used whole."""
        if place.source is not self._resolved.root or place.pointer[:1] != ("components",) or len(place.pointer) < 2:
            return
        section = str(place.pointer[1])
        known = self._sections.get(section, ())
        names = [str(place.pointer[2])] if len(place.pointer) > 2 else known
        for name in names:
            if name in known and (section, name) not in self.found:
                self.found.add((section, name))
                at = self._place(section, name)
                self._waiting.append((value_at(at), at, False))

    def _place(self, section: str, name: str) -> Place:
        return Place(self._resolved.root, ("components", section, name))

    def _inherits(self, component: _Component) -> bool:
        """Whether a schema is one of those that a discriminator, in a schema that is used, chooses from."""
        place = self._place(*component)
        schema = value_at(place)
        parts = schema.get("allOf") if component[0] == "schemas" and isinstance(schema, dict) else None
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            base, at = self._resolved.follow(part, place.child("allOf", index))
            if isinstance(base, dict) and "discriminator" in base and at.pointer[1:3] in self.found:
                return True
        return False


def _sections(resolved: Resolved) -> dict[str, dict[str, Any]]:
    components = resolved.root.data.get("components")
    return {
        section: members
        for section, members in (components.items() if isinstance(components, dict) else ())
        if isinstance(members, dict) and not is_reference(members) and not section.startswith("x-")
    }
