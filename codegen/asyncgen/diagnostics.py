"""Diagnostics: what is wrong with a document, where, and what to do about it.

Every step of the pipeline reports into one `Diagnostics` collector; only `cli` turns the result into text and an exit
code. The table of codes is `codes.CODES`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from asyncgen.codes import CODES

Pointer = tuple[str | int, ...]
"""A JSON Pointer as its parts: names of members and indices of items, from the top of a file."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
_ESCAPED = {code: f"\\u{code:04x}" for code in _CONTROLS} | {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
"""A finding is one line, and no text of a document may steer the terminal that shows it."""
_PICTURED = {code: chr(0x2400 + code) if code < 0x20 else "\ufffd" for code in _CONTROLS if code != ord("\t")}
"""As many characters as before, so that columns stay."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text; lines and columns count from 1, columns in characters."""

    line: int
    column: int


class SourceText(Protocol):
    """A file as diagnostics see it."""

    @property
    def name(self) -> str:
        """The file as it is shown to people: relative to the working directory where that is shorter."""
        ...

    def position(self, pointer: Pointer, *, key: bool = False) -> Position:
        """Where the value at `pointer` begins; with `key`, where the name of that member begins."""
        ...

    def line(self, number: int) -> str:
        """The text of one line, without its end."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file. Its line and column are looked up only when a diagnostic needs them."""

    source: SourceText
    pointer: Pointer = ()

    def child(self, *parts: str | int) -> Place:
        return Place(self.source, (*self.pointer, *parts))

    @property
    def json_pointer(self) -> str:
        """RFC 6901 as a URI fragment without percent-encoding, such as `#/components/messages/Order`."""
        return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in self.pointer)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding."""

    code: str
    severity: Severity
    message: str
    file: str
    line: int = 1
    column: int = 1
    hint: str | None = None
    source_line: str | None = None
    pointer: str | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}] {self.message}"


@dataclass(slots=True)
class Diagnostics:
    """Collects the findings of a run, each once."""

    _found: dict[tuple[str, str, int, int, str], Diagnostic] = field(default_factory=dict)
    _lines: dict[tuple[SourceText, int], str] = field(default_factory=dict)
    """Lines with findings, once each: a whole document may be one line."""

    def report(
        self,
        code: str,
        place: Place,
        message: str,
        *,
        hint: str | None = None,
        key: bool = False,
        at: Position | None = None,
    ) -> None:
        """Add a finding about the value at `place`.

        `key` points at the member's name instead of its value; `at` gives a position inside the file outright.
        """
        position = at or place.source.position(place.pointer, key=key)
        self.add(
            Diagnostic(
                code=code,
                severity=Severity(CODES[code].severity),
                message=message.translate(_ESCAPED),
                file=place.source.name,
                line=position.line,
                column=position.column,
                hint=hint.translate(_ESCAPED) if hint else hint,
                source_line=self._line(place.source, position.line),
                pointer=place.json_pointer,
            )
        )

    def _line(self, source: SourceText, number: int) -> str:
        line = self._lines.get((source, number))
        if line is None:
            line = self._lines[source, number] = source.line(number).translate(_PICTURED)
        return line

    def add(self, diagnostic: Diagnostic) -> None:
        identity = (diagnostic.code, diagnostic.file, diagnostic.line, diagnostic.column, diagnostic.message)
        self._found.setdefault(identity, diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        """The findings in order of their place."""
        return iter(sorted(self._found.values(), key=lambda found: (found.file, found.line, found.column, found.code)))

    def __len__(self) -> int:
        return len(self._found)

    def has_errors(self, *, strict: bool = False) -> bool:
        """Whether nothing may be written; with `strict`, warnings count too."""
        severities = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        return any(found.severity in severities for found in self._found.values())


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint naming the nearest of the known words, if one is near."""
    nearest = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{nearest[0]}'?" if nearest else None
