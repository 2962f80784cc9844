"""What was said about a document so far, so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from asyncgen.diagnostics import Diagnostic, Severity

_ABOUT_STRUCTURE = frozenset(
    "AG201 AG304 AG305 AG306 AG307 AG308 AG309 AG310 AG311 AG316 AG317 AG326".split()
)  # fmt: skip
"""What the readers say, leniently, about the structure of a document."""

_MISSING = frozenset({"AG304", "AG308"})

_Where = tuple[str, int, int]


class Said:
    """Findings by their place."""

    def __init__(self, findings: Iterable[Diagnostic]) -> None:
        self._all = dict.fromkeys(findings)
        self._here: dict[_Where, list[Diagnostic]] = {}
        self._of_another_version: set[tuple[str, str]] = set()
        for found in self._all:
            if found.code in _ABOUT_STRUCTURE:
                self._here.setdefault(_where(found), []).append(found)
            if found.code == "AG309" and found.pointer is not None:
                self._of_another_version.add((found.file, found.pointer.rpartition("/")[0]))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._all)

    def add_error(self, error: Diagnostic, subject: str) -> None:
        """Add an error about the structure unless it was said; it takes the place of a warning that says the same.

        `subject` is what is missing from the object at the place, where something is.
        """
        is_missing = error.code == "AG331"
        if is_missing and (error.file, error.pointer or "") in self._of_another_version:
            return
        earlier = [
            found
            for found in self._here.get(_where(error), ())
            if (found.code in _MISSING) == is_missing and (not is_missing or f"'{subject}'" in found.message)
        ]
        if any(found.severity is Severity.ERROR for found in earlier):
            return
        for found in earlier:
            self._all.pop(found, None)
        hint = error.hint or next((found.hint for found in earlier if found.hint), None)
        self._all.setdefault(replace(error, hint=hint))


def _where(found: Diagnostic) -> _Where:
    return found.file, found.line, found.column
