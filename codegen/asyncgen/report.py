"""Findings as text: for people, for other programs, for code scanning and for GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from asyncgen._version import __version__
from asyncgen.codes import CODES
from asyncgen.diagnostics import Diagnostic, Severity

_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_CONTROLS = {number: repr(chr(number))[1:-1] for number in (*range(32), 127)}
_GITHUB_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_text(diagnostics: Iterable[Diagnostic], *, verbose: bool = False) -> str:
    """A line for each finding; with `verbose`, its source line and a hint below."""
    lines = [line for found in diagnostics for line in (printable(str(found)), *(excerpt(found) if verbose else ()))]
    return "".join(f"{line}\n" for line in lines)


def printable(text: str) -> str:
    """A text from a document on one line, without what a terminal would act on."""
    return text.translate(_CONTROLS)


def excerpt(found: Diagnostic) -> list[str]:
    """The source line with the place marked, and the hint."""
    if not (found.source_line and found.source_line.strip()):
        return [f"       | {found.hint}"] if found.hint else []
    before = found.source_line[: found.column - 1]
    indent = "".join("\t" if letter == "\t" else " " for letter in before)
    return [f"{found.line:>6} | {found.source_line}", f"       | {indent}^ {found.hint or ''}".rstrip()]


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list with an object for each finding."""
    fields = ("file", "line", "column", "severity", "code", "message", "hint", "pointer")
    return _dump([{field: getattr(found, field) for field in fields} for found in diagnostics])


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """A log in SARIF 2.1.0: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""
    found = list(diagnostics)
    codes = sorted({diagnostic.code for diagnostic in found})
    run: Mapping[str, Any] = {
        "tool": {"driver": {"name": "asyncgen", "version": __version__, "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, codes.index(diagnostic.code)) for diagnostic in found],
    }
    return _dump({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str) -> Mapping[str, Any]:
    described = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": described.title},
        "fullDescription": {"text": described.explanation},
        "defaultConfiguration": {"level": _SARIF_LEVELS[Severity(described.severity)]},
    }


def _result(found: Diagnostic, rule: int) -> Mapping[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(found.file)},
            "region": {"startLine": found.line, "startColumn": found.column},
        }
    }
    if found.pointer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": found.pointer}]
    return {
        "ruleId": found.code,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[found.severity],
        "message": {"text": f"{found.message} ({found.hint})" if found.hint else found.message},
        "locations": [location],
    }


def _uri(file: str) -> str:
    """A path as a URI: relative as it is, so that it is found in the repository."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands that annotate the files of a change:
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    return "".join(f"{_command(found)}\n" for found in diagnostics)


def _command(found: Diagnostic) -> str:
    properties = {"file": found.file, "line": found.line, "col": found.column, "title": f"{found.code} {_title(found)}"}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    text = f"{found.message}\n{found.hint}" if found.hint else found.message
    return f"::{_GITHUB_COMMANDS[found.severity]} {written}::{_data(text)}"


def _title(found: Diagnostic) -> str:
    return CODES[found.code].title


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_summary(diagnostics: Sequence[Diagnostic], documents: int) -> str:
    """Such as `3 documents: 2 errors, 1 warning`."""
    counts = [
        counted(sum(found.severity is severity for found in diagnostics), noun)
        for severity, noun in ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.INFO, "note"))
        if any(found.severity is severity for found in diagnostics)
    ]
    return f"{counted(documents, 'document')}: {', '.join(counts) or 'nothing to say'}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def explained(code: str) -> str:
    """A code at length: what a finding means, and an example of it."""
    described = CODES[code]
    text = f"{described.code} {described.severity}: {described.title}\n\n{described.explanation}\n"
    if described.example:
        text += "\nExample:\n\n" + "".join(f"    {line}\n" for line in described.example.splitlines())
    return text


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


FORMATS: Mapping[str, Callable[[Iterable[Diagnostic]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
}
