"""Following `$ref`s: which files a document reaches, and what every reference means.

Reference Object: https://www.asyncapi.com/docs/reference/specification/v3.0.0#referenceObject
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.files import Files, Problem
from asyncgen.parser.pointer import format_fragment, member, nearest, parse_fragment, split_reference, unescaped
from asyncgen.parser.references import is_reference, references
from asyncgen.parser.source import Source

if TYPE_CHECKING:
    from asyncgen.parser.remote import Remote

__all__ = ["Resolved", "resolve"]

MAX_HOPS = 100
"""How many references may lead to each other, and how many a pointer may lead through, before that counts as a circle."""


MAX_HINTS = 50
"""For how many references that lead nowhere the nearest target is looked for, which takes its time in a large document."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one reference means: its target if it has one, and what is to be said wherever it is used."""

    target: tuple[Any, Place] | None = None
    problem: Problem | None = None


class Resolved:
    """A document with every file that it reaches."""

    def __init__(self, root: Source, files: Files, diagnostics: Diagnostics) -> None:
        self.root = root
        self._files = files
        self._diagnostics = diagnostics
        self._outcomes: dict[tuple[Source, str], _Outcome] = {}
        self._circular: set[Place] = set()
        self._depth = 0
        self._hints_left = MAX_HINTS

    @property
    def files(self) -> tuple[Source, ...]:
        """Every file that was read: the root first, then in the order in which they are referred to."""
        return self._files.sources

    def follow(self, value: Any, place: Place) -> tuple[Any, Place]:
        """The value that `value` stands for and where that stands: `value` itself unless it is a reference.

        A reference that leads nowhere, which is reported, stands for an empty object at its own place.
        """
        if not is_reference(value):
            return value, place
        found, trail = self.trail(value, place)
        return (found[0], trail[-1]) if found else ({}, place)

    def trail(self, value: Any, place: Place) -> tuple[tuple[Any] | None, tuple[Place, ...]]:
        """As `follow`, with all places on the way: first `place`, last where the value stands.

        The value comes in a tuple of its own; None instead says that a reference leads nowhere, which is reported.
        """
        trail = [place]
        passed = {place}
        while is_reference(value):
            found = self._target(value, trail[-1])
            if found is None:
                return None, tuple(trail)
            value, at = found
            if at in passed or len(trail) > MAX_HOPS:
                self._report_circle([*trail[trail.index(at) if at in passed else 0 :], at])
                return None, tuple(trail)
            trail.append(at)
            passed.add(at)
        return (value,), tuple(trail)

    def _target(self, reference: Mapping[str, Any], place: Place) -> tuple[Any, Place] | None:
        """What a reference points at, one step: it may be a reference again."""
        source = place.source
        assert isinstance(source, Source)
        text: str = reference["$ref"]
        at = place.child("$ref")
        identity = (source, text)
        outcome = self._outcomes.get(identity)
        if outcome is None:
            itself = Problem("AG205", f"$ref '{text}' leads through itself")
            self._outcomes[identity] = outcome = _Outcome(problem=itself)
            if self._depth < MAX_HOPS:
                self._depth += 1
                outcome = self._outcomes[identity] = self._find(text, source, at)
                self._depth -= 1
        if outcome.problem is not None:
            self._diagnostics.report(outcome.problem.code, at, outcome.problem.message, hint=outcome.problem.hint)
        return outcome.target

    def _find(self, text: str, source: Source, place: Place) -> _Outcome:
        location, fragment = split_reference(text)
        target = self._files.open(location, source, place) if location else source
        if not isinstance(target, Source):
            return _Outcome(problem=target)
        parts = parse_fragment(fragment)
        if parts is None:
            return _anchor(text, fragment, target)
        return self._descend(text, target, parts)

    def _descend(self, text: str, target: Source, parts: tuple[str, ...]) -> _Outcome:
        """Walk a pointer, through references on its way. `start` is where the last of those led."""
        value, at = target.data, Place(target)
        start, start_at, begun = value, at, 0
        for index, part in enumerate(parts):
            if is_reference(value) and member(value, part) is None:
                found, trail = self.trail(value, at)
                if found is None:
                    return _Outcome()
                (value,), at = found, trail[-1]
                start, start_at, begun = value, at, index
            key = member(value, part)
            if key is None:
                self._hints_left -= 1
                return _lost(text, parts, start, start_at, begun, with_hint=self._hints_left >= 0)
            value, at = value[key], at.child(key)
        return _Outcome((value, at))

    def _report_circle(self, circle: list[Place]) -> None:
        if not self._circular.intersection(circle):
            first = circle[0]
            names = " -> ".join(_name(place, first) for place in circle[:MAX_HOPS])
            self._diagnostics.report("AG205", first.child("$ref"), f"these references only lead to each other: {names}")
        self._circular.update(circle)


def _lost(
    text: str, parts: tuple[str, ...], start: Any, at: Place, begun: int = 0, *, with_hint: bool = True
) -> _Outcome:
    """A pointer that leads nowhere as it stands: `/` was not escaped, or nothing is there."""
    location, _ = split_reference(text)

    def written(pointer: tuple[str | int, ...]) -> str:
        return f"{location}#{format_fragment((*parts[:begun], *pointer))}"

    found = list(unescaped(start, parts[begun:]))
    if len(found) == 1:
        value = start
        for key in found[0]:
            value = value[key]
        message = f"$ref '{text}' is read as '{written(found[0])}': '/' inside a name is written '~1'"
        return _Outcome((value, at.child(*found[0])), Problem("AG206", message, f"write '{written(found[0])}'"))
    if found:
        meant = " or ".join(f"'{written(pointer)}'" for pointer in found[:3])
        return _Outcome(problem=Problem("AG207", f"$ref '{text}' may mean {meant}", "write '/' inside a name as '~1'"))
    near = nearest(start, parts[begun:]) if with_hint else None
    hint = f"did you mean '{written(near)}'?" if near is not None else None
    return _Outcome(problem=Problem("AG204", f"$ref '{text}' points nowhere", hint))


def _anchor(text: str, name: str, target: Source) -> _Outcome:
    """A fragment that is no pointer: a name that a JSON Schema gives itself by `$id: '#name'` or `$anchor`."""
    stack: list[tuple[Any, Place]] = [(target.data, Place(target))]
    seen: set[int] = set()
    while stack:
        value, place = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            if value.get("$anchor") == name or value.get("$id") == "#" + name:
                return _Outcome((value, place))
            stack.extend((item, place.child(key)) for key, item in value.items() if isinstance(item, dict | list))
        elif isinstance(value, list):
            stack.extend(
                (item, place.child(index)) for index, item in enumerate(value) if isinstance(item, dict | list)
            )
    slashed = text.replace("#", "#/", 1)
    found = _lost(slashed, parse_fragment("/" + name) or (), target.data, Place(target))
    hint = f"did you mean '{slashed}'?" if found.target else found.problem.hint if found.problem else None
    return _Outcome(problem=Problem("AG204", f"$ref '{text}' points nowhere", hint or "a pointer begins with '#/'"))


def _name(place: Place, start: Place) -> str:
    return place.json_pointer if place.source is start.source else f"{place.source.name}{place.json_pointer}"


def resolve(
    source: Source,
    diagnostics: Diagnostics,
    *,
    allow_paths: Sequence[Path] = (),
    refs: Mapping[str, Path] | None = None,
    remote: Remote | None = None,
) -> Resolved:
    """Read every file that the document reaches, and report every reference that leads nowhere.

    Files must lie in the document's folder or in `allow_paths`; `refs` puts files in the place of URLs, and `remote` fetches
    what other URLs name. Of a file that is referred to, only what the references reach is followed further.
    """
    resolved = Resolved(source, Files(source, diagnostics, tuple(allow_paths), refs or {}, remote), diagnostics)
    seen: set[tuple[int, bool]] = set()
    waiting: deque[tuple[Any, Place, bool]] = deque([(source.data, Place(source), False)])
    while waiting:
        value, place, named = waiting.popleft()
        for reference, at, map_of_names in references(value, place, named, seen):
            if not is_reference(reference):
                hint = "write the path of what is meant, such as '#/components/schemas/Order'"
                diagnostics.report("AG201", at.child("$ref"), "a $ref must be a string", hint=hint)
                continue
            found, trail = resolved.trail(reference, at)
            if found is not None and isinstance(found[0], dict | list):
                waiting.append((found[0], trail[-1], map_of_names))
    return resolved
