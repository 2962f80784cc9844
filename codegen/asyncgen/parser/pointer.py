"""JSON Pointers in references: https://www.rfc-editor.org/rfc/rfc6901, as URI fragments."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from asyncgen.diagnostics import Pointer

MAX_JOINED = 24
"""How many parts of a pointer may belong to one key that has unescaped slashes."""


def split_reference(reference: str) -> tuple[str, str]:
    """A reference as its file or URL (empty for the same file) and its fragment, still escaped."""
    location, _, fragment = reference.partition("#")
    return location, fragment


def parse_fragment(fragment: str) -> tuple[str, ...] | None:
    """The parts of the pointer in a fragment; None when the fragment is not a pointer."""
    if fragment == "":
        return ()
    text = unquote(fragment)
    if not text.startswith("/"):
        return None
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in text[1:].split("/"))


def format_fragment(pointer: Pointer) -> str:
    """The fragment for a pointer, escaped as RFC 6901 asks but without percent-encoding; empty for the whole file."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def member(value: Any, part: str) -> str | int | None:
    """The key or index of `value` that a part of a pointer names, if it has one."""
    if isinstance(value, dict):
        return part if part in value else None
    if isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(value):
        return int(part)
    return None


def unescaped(value: Any, parts: tuple[str, ...]) -> Iterator[Pointer]:
    """Every pointer that exists in `value` when several parts may be one key that has slashes in it."""
    if not parts:
        yield ()
        return
    first = member(value, parts[0])
    if first is not None:
        yield from ((first, *rest) for rest in unescaped(value[first], parts[1:]))
    if isinstance(value, dict):
        for count in range(2, min(len(parts), MAX_JOINED) + 1):
            key = "/".join(parts[:count])
            if key in value:
                yield from ((key, *rest) for rest in unescaped(value[key], parts[count:]))


def nearest(value: Any, parts: tuple[str, ...]) -> Pointer | None:
    """The existing pointer that is most like one that leads nowhere: one part corrected, or its last name elsewhere."""
    above: Any = None
    pointer: list[str | int] = []
    for index, part in enumerate(parts):
        found = member(value, part)
        if found is None:
            for candidate in _like(value, part):
                rest = next(unescaped(value[candidate], parts[index + 1 :]), None)
                if rest is not None:
                    return (*pointer, candidate, *rest)
            if len(parts) - index == 2:
                return _elsewhere(value, pointer, parts[-1])
            return _elsewhere(above, pointer[:-1], parts[-1]) if len(parts) - index == 1 else None
        pointer.append(found)
        above, value = value, value[found]
    return None


def _like(value: Any, part: str) -> list[str]:
    names = [key for key in value if isinstance(key, str)] if isinstance(value, dict) else []
    by_case = [name for name in names if name.lower() == part.lower()]
    return by_case or difflib.get_close_matches(part, names, n=3, cutoff=0.6)


def _elsewhere(value: Any, pointer: list[str | int], name: str) -> Pointer | None:
    """The name under another member of `value`: in components/messages where components/schemas was meant."""
    for section, members in value.items() if isinstance(value, dict) else ():
        if isinstance(members, dict) and name in members:
            return (*pointer, section, name)
    return None
