"""Reading one file: bytes to a `Source`, with everything that is wrong with the text reported."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.parser.fault import Fault, Unreadable
from asyncgen.parser.json_text import JsonText, read_json
from asyncgen.parser.source import Source, display_name
from asyncgen.parser.yaml_text import YamlText, read_yaml

__all__ = ["MAX_BYTES", "Source", "load", "load_bytes"]

MAX_BYTES = 64 * 1024 * 1024
"""The largest file that is read."""

_TEXT_SUFFIXES = frozenset({".proto", ".xsd"})
"""Files whose data is their text: schemas in languages of their own."""

_INCOMPLETE = frozenset({"AG112"})
"""Faults after which members are missing, so that whatever else is found would mostly be about that."""


def load(path: Path, diagnostics: Diagnostics, *, at: Place | None = None) -> Source | None:
    """Read a YAML or JSON file; None when nothing can be made of it, with the reason reported.

    A file that cannot be opened is reported at `at`, the reference that asked for it, else at the file itself.
    """
    name = display_name(path)
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        reason = error.strerror or error.__class__.__name__
        diagnostics.report(
            "AG101", at or Place(Source(name, path, b"")), f"cannot read '{name}': {reason[:1].lower()}{reason[1:]}"
        )
        return None
    if size > MAX_BYTES:
        diagnostics.report(
            "AG115", Place(Source(name, path, b"")), f"the file has {size} bytes; the limit is {MAX_BYTES}"
        )
        return None
    return load_bytes(raw, name, path, diagnostics)


def load_bytes(data: bytes, name: str, path: Path | None, diagnostics: Diagnostics) -> Source | None:
    """Read the bytes of a file. `name` is what people are shown; `path` is None for standard input and for what was fetched."""
    source = Source(name, path.absolute() if path else None, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _report(source, diagnostics, _not_utf8(data, error))
        return None
    suffix = PurePath(name).suffix.lower()
    if suffix in _TEXT_SUFFIXES:
        source.data = text
        return source
    try:
        read = _read(text, suffix)
    except Unreadable as unreadable:
        _report(source, diagnostics, unreadable.fault)
        return None
    source.data, source.offsets = read.data, read
    for fault in read.faults:
        _report(source, diagnostics, fault)
    incomplete = any(fault.code in _INCOMPLETE for fault in read.faults)
    return None if incomplete else source


def _read(text: str, suffix: str) -> JsonText | YamlText:
    """JSON where the text begins like it, YAML otherwise; `{a: 1}` in a file not called .json is YAML."""
    if text[:1] in ("{", "[") or text.lstrip()[:1] in ("{", "["):
        try:
            return read_json(text)
        except Unreadable as not_json:
            if suffix == ".json" or not_json.fault.code != "AG105":
                raise
            try:
                return read_yaml(text)
            except Unreadable as not_yaml:
                # Whoever quotes every name meant JSON.
                raise (not_json if re.match(r'\s*[{\[]\s*"', text) else not_yaml) from None
    read = read_yaml(text)
    if read.data is None:
        raise Unreadable(Fault("AG103", 0, "the file is empty"))
    return read


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start].decode("utf-8-sig", errors="replace")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Fault("AG102", 0, "the file is not UTF-8: it looks like UTF-16", "save it as UTF-8")
    problem = f"the file is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
    return Fault("AG102", len(before), problem, "save it as UTF-8")


def _report(source: Source, diagnostics: Diagnostics, fault: Fault) -> None:
    message = fault.message
    if fault.related is not None:
        first = source.position_at(fault.related)
        message = message.replace("{related}", f"{source.name}:{first.line}:{first.column}")
    diagnostics.report(fault.code, Place(source), message, hint=fault.hint, at=source.position_at(fault.offset))
