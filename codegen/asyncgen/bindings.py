"""Reads the bindings of one protocol by what its protocol.toml says of every field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place, did_you_mean
from asyncgen.document import Binding, Bindings
from asyncgen.protocols import BindingField, Level, Protocol

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "schema": (dict, bool),
}

_VERSION = re.compile(r"\d+\.\d+\.\d+")


def read_bindings(bindings: Bindings, level: Level, protocol: Protocol, diagnostics: Diagnostics) -> Mapping[str, Any]:
    """The fields of `protocol`'s binding that asyncgen acts on, as plain data.

    What is unknown, mistyped or not acted on is a warning that says what the generated code does instead.
    """
    known = protocol.bindings.get(level, {})
    fields: dict[str, Any] = {}
    _report_misspelled(bindings, protocol, diagnostics)
    for binding in _of(bindings, protocol):
        for name, value in binding.value.items():
            place = binding.place.child(name)
            if name.startswith("x-"):
                continue
            if name == "bindingVersion":
                if not isinstance(value, str) or not _VERSION.fullmatch(value):
                    message = f"'{value}' is not a version of a binding; it is read as the newest one"
                    diagnostics.report("AG604", place, message, hint="leave bindingVersion out to say so")
                continue
            field = known.get(name)
            if field is None:
                hint = did_you_mean(name, known)
                diagnostics.report(
                    "AG603",
                    place,
                    f"the {protocol.name} binding of a {level} has no field '{name}'; it is ignored",
                    hint=hint,
                    key=True,
                )
            elif not _fits(value, field):
                least = f" of at least {field.minimum}" if field.minimum is not None else ""
                diagnostics.report("AG604", place, f"'{name}' has to be of type {field.type}{least}; it is ignored")
            elif field.becomes == "nothing":
                diagnostics.report("AG605", place, f"'{name}' is not acted on: {field.effect}", key=True)
            else:
                fields[name] = value
    return fields


def _report_misspelled(bindings: Bindings, protocol: Protocol, diagnostics: Diagnostics) -> None:
    """Warn of bindings whose protocol is all but this one; `mqtt5` and its like are protocols of their own."""
    for name, binding in bindings.items():
        hint = None if name.rstrip("0123456789") in protocol.speaks else did_you_mean(name, protocol.speaks)
        if hint:
            diagnostics.report(
                "AG603", binding.place, f"there is no protocol '{name}'; its binding is ignored", hint=hint, key=True
            )


def place_of(bindings: Bindings, protocol: Protocol, field: str) -> Place:
    """Where a field that `read_bindings` found stands."""
    return next(binding.place.child(field) for binding in _of(bindings, protocol) if field in binding.value)


def _of(bindings: Bindings, protocol: Protocol) -> Iterable[Binding]:
    return (binding for name, binding in bindings.items() if name in protocol.speaks)


def _fits(value: Any, field: BindingField) -> bool:
    if field.type == "schema" and isinstance(value, str):
        return True
    if isinstance(value, bool) and field.type not in ("boolean", "schema"):
        return False
    too_small = field.minimum is not None and isinstance(value, int) and value < field.minimum
    return isinstance(value, _TYPES[field.type]) and not too_small
