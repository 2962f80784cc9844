"""A file that was read: its data, and the line and column of every value and key in it."""

from __future__ import annotations

import bisect
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from asyncgen.diagnostics import Pointer, Position

_LINE_END = re.compile(r"\r\n|\n|\r")
_PLAIN_SCALAR = re.compile(r"[^\s,\[\]{}]+")


class Offsets(Protocol):
    """Where the values of a text begin, as character offsets; looked up only when a diagnostic needs one."""

    def find(self, pointer: Pointer, *, key: bool) -> int:
        """The offset of the value at `pointer`, else of the nearest value above it; with `key`, of its member's name."""
        ...


class NoOffsets:
    """The offsets of a text without structure: everything stands at its beginning."""

    def find(self, pointer: Pointer, *, key: bool) -> int:
        return 0


class Source:
    """A file of the document. Implements `diagnostics.SourceText`; equal only to itself.

    `path` is absolute, None for what came from standard input. `data` is plain dicts (with string keys), lists, strings,
    numbers, booleans and None; one that YAML aliases share is one object. `url` is where it was fetched, if it was: references
    in it are relative to that.
    """

    def __init__(self, name: str, path: Path | None, raw: bytes) -> None:
        self.name = name
        self.path = path
        self.raw = raw
        self.url: str | None = None
        self.data: Any = None
        self.offsets: Offsets = NoOffsets()

    def __repr__(self) -> str:
        return f"Source({self.name!r})"

    @cached_property
    def text(self) -> str:
        """The text, without a byte order mark."""
        return self.raw.decode("utf-8-sig", errors="replace")

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    def position(self, pointer: Pointer, *, key: bool = False) -> Position:
        return self.position_at(self.offsets.find(pointer, key=key))

    def position_at(self, offset: int) -> Position:
        """The line and column of a character offset."""
        index = bisect.bisect_right(self._line_starts, offset) - 1
        return Position(index + 1, offset - self._line_starts[index] + 1)

    def line(self, number: int) -> str:
        starts = self._line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def written(self, pointer: Pointer) -> str | None:
        """A number, boolean or null at `pointer` as it is written: `1.10` where the data says 1.1."""
        match = _PLAIN_SCALAR.match(self.text, self.offsets.find(pointer, key=False))
        return match.group() if match else None


def display_name(path: Path) -> str:
    """A path as it is shown to people: relative to the working directory where that is shorter."""
    absolute = os.path.abspath(path)
    try:
        relative = os.path.relpath(absolute)
    except ValueError:  # another drive
        return absolute
    return min(relative, absolute, key=len)
