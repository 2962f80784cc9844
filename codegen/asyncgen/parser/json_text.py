"""JSON text to plain data; offsets are found by a scan of the text when a diagnostic asks for the first one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from asyncgen.diagnostics import Pointer
from asyncgen.parser.fault import MAX_DEPTH, Fault, Unreadable

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LONE_SURROGATE = re.compile(
    r"(?<!\\)(?:\\\\)*(?:(\\u[dD][89abAB][0-9a-fA-F]{2})(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})(\\u[dD][c-fC-F][0-9a-fA-F]{2}))"
)
_LONG_NUMBER = re.compile(r"\d{4301,}")


_Spot = tuple[int, "dict[str, tuple[int, _Spot]] | list[_Spot] | None"]
"""Where a value begins, and what is in it: each member's name offset and value, each item, or nothing."""


@dataclass
class JsonText:
    """What a JSON text holds. Implements `source.Offsets`."""

    data: Any
    text: str
    faults: tuple[Fault, ...] = field(default=())

    @cached_property
    def _root(self) -> _Spot:
        return _scan(self.text)[0]

    def find(self, pointer: Pointer, *, key: bool) -> int:
        offset, inside = self._root
        for depth, part in enumerate(pointer):
            if isinstance(inside, dict) and str(part) in inside:
                name, (offset, inside) = inside[str(part)]
                if key and depth == len(pointer) - 1:
                    return name
            elif isinstance(inside, list) and isinstance(part, int) and part < len(inside):
                offset, inside = inside[part]
            else:
                break
        return offset


def read_json(text: str) -> JsonText:
    """Read one JSON value. Raises Unreadable for what is not JSON."""
    repeated = False

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        value = dict(pairs)
        repeated = repeated or len(value) != len(pairs)
        return value

    def constant(name: str) -> float:
        raise Unreadable(_constant(name, text))

    try:
        data = json.loads(text, object_pairs_hook=members, parse_constant=constant, strict=False)
    except json.JSONDecodeError as error:
        raise Unreadable(_syntax(error, text)) from None
    except RecursionError:
        raise Unreadable(_too_deep(text)) from None
    except ValueError:
        match = _LONG_NUMBER.search(text)
        raise Unreadable(Fault("AG114", match.start() if match else 0, "a number has more than 4300 digits")) from None
    if _deeper_than(data, MAX_DEPTH):
        raise Unreadable(_too_deep(text))
    return JsonText(data, text, (*(_scan(text)[1] if repeated else ()), *_surrogates(text)))


def _deeper_than(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit + 1):
        level = [
            item
            for value in level
            if value.__class__ is dict or value.__class__ is list
            for item in (value.values() if value.__class__ is dict else value)
            if item.__class__ is dict or item.__class__ is list
        ]
        if not level:
            return False
    return True


def _too_deep(text: str) -> Fault:
    depth = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        depth += (token in "[{") - (token in "]}")
        if depth > MAX_DEPTH:
            return Fault("AG108", match.start(), f"values are nested more than {MAX_DEPTH} deep")
    return Fault("AG108", 0, f"values are nested more than {MAX_DEPTH} deep")


def _surrogates(text: str) -> Iterator[Fault]:
    if "\\ud" in text or "\\uD" in text:
        for match in _LONE_SURROGATE.finditer(text):
            escape = match.group(1) or match.group(2)
            offset = match.end() - len(escape)
            yield Fault(
                "AG114", offset, f"{escape} alone is half a character", "write the pair, or the character itself"
            )


def _constant(name: str, text: str) -> Fault:
    tokens = (match for match in _TOKEN.finditer(text) if match.group() == name)
    first = next(tokens, None)
    return Fault("AG105", first.start() if first else 0, f"not valid JSON: {name} is not a value that JSON has")


def _syntax(error: json.JSONDecodeError, text: str) -> Fault:
    offset = min(error.pos, len(text))
    before, at = text[:offset].rstrip(), text[offset:].lstrip()
    if error.msg == "Extra data":
        if at[:1] in ("{", "["):
            return Fault(
                "AG106", len(text) - len(at), "the file holds more than one JSON value", "keep one document in the file"
            )
        return Fault("AG105", offset, "not valid JSON: there is more text after the end of the value")
    if not at:
        return Fault("AG105", max(len(before) - 1, 0), "not valid JSON: the text ends in the middle of a value")
    offset = len(text) - len(at)
    if at[0] in "}]" and before.endswith(","):
        return Fault("AG105", len(before) - 1, f"not valid JSON: a ',' stands before '{at[0]}'", "remove the comma")
    if before.endswith(",") is False and error.msg.startswith("Illegal trailing comma"):
        return Fault(
            "AG105", offset, f"not valid JSON: a ',' stands before '{at[1:].lstrip()[:1]}'", "remove the comma"
        )
    if at.startswith(("//", "/*", "#")):
        return Fault("AG105", offset, "not valid JSON: JSON has no comments", "remove it, or name the file .yaml")
    if at[0] == "'":
        return Fault("AG105", offset, "not valid JSON: strings are written in double quotes")
    if error.msg.startswith("Invalid \\escape"):
        return Fault("AG105", offset, "not valid JSON: this escape means nothing", "write \\\\ for a backslash")
    said = {
        "Expecting ',' delimiter": "a ',' is missing before this",
        "Expecting ':' delimiter": "a ':' is missing before this",
        "Expecting property name enclosed in double quotes": "a name in double quotes is due here",
        "Expecting value": "a value is due here",
        "Unterminated string starting at": "the string that begins here is not closed",
    }.get(error.msg, error.msg[:1].lower() + error.msg[1:])
    return Fault("AG105", offset, f"not valid JSON: {said}")


def _scan(text: str) -> tuple[_Spot, list[Fault]]:
    """The spots of a valid JSON text, and its repeated names. As in the data, the last of two members of a name stays."""
    faults: list[Fault] = []
    root: list[_Spot] = []
    current: dict[str, tuple[int, _Spot]] | list[_Spot] = root
    stack: list[dict[str, tuple[int, _Spot]] | list[_Spot]] = []
    name: str | None = None
    name_offset = 0
    for match in _TOKEN.finditer(text):
        token, offset = match.group(), match.start()
        if token in ",:":
            continue
        if token in "}]":
            current = stack.pop()
            continue
        if name is None and current.__class__ is dict:
            name, name_offset = (json.loads(token, strict=False) if "\\" in token else token[1:-1]), offset
            continue
        inside: dict[str, tuple[int, _Spot]] | list[_Spot] | None = {} if token == "{" else [] if token == "[" else None
        if isinstance(current, list):
            current.append((offset, inside))
        elif name is not None:
            if name in current:
                hint = "JSON readers keep one of the two and drop the other; rename or merge them"
                first = current[name][0]
                faults.append(
                    Fault("AG107", name_offset, f"duplicate key '{name}', first at {{related}}", hint, related=first)
                )
            current[name] = (name_offset, (offset, inside))
            name = None
        if inside is not None:
            stack.append(current)
            current = inside
    return root[0], faults
