"""Schemas without schemas in them: strings, numbers, enums and constants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from asyncgen.naming import Scope, constant_case
from asyncgen.schemas.checks import Checks, checked
from asyncgen.schemas.merge import is_of
from asyncgen.schemas.patterns import matches, translate
from asyncgen.schemas.shape import BY_TYPE, TYPES, At, Check, Shape

NULL: Any = {"type": "null"}
NEVER: Any = {"not": {}}
PARSED = frozenset({"date-time", "date", "time", "uuid", "ipv4", "ipv6"})
"""The formats of strings that are no text in Python."""
_OF_TEXT = ("minLength", "maxLength", "pattern")
_OF_MEMBERS = (
    "properties", "required", "additionalProperties", "minProperties", "maxProperties",
    "items", "tuple", "additionalItems", "minItems", "maxItems",
)  # fmt: skip
_RANGES = frozenset({"int32", "int64", "uint32", "uint64"})


def string(at: At, shape: Shape, checks: Checks) -> Any:
    """A string, its pattern in the syntax of pydantic's engine; a check where that has no such form."""
    schema = {"type": "string", **kept(shape, "format")}
    if shape.get("format") in PARSED:
        found = [Check({keyword: shape[keyword]}, at.place.child(keyword)) for keyword in kept(shape, *_OF_TEXT)]
        return checked(schema, checks.of(found))
    schema.update(kept(shape, "minLength", "maxLength"))
    pattern = translate(shape["pattern"]) if "pattern" in shape else None
    if pattern is not None:
        return {**schema, "pattern": pattern}
    return checked(
        schema, checks.of([Check(kept(shape, "pattern"), at.place.child("pattern"))] if "pattern" in shape else [])
    )


def number(kind: str, shape: Shape) -> Any:
    """An integer or a number with its limits."""
    schema = {"type": kind, **kept(shape, *sorted(BY_TYPE["number"] - {"format"}))}
    return {**schema, "format": shape["format"]} if shape.get("format") in _RANGES else schema


def values(at: At, shape: Shape, checks: Checks) -> Any:
    """An enum or a constant: its values of the types that the schema allows, null apart from the others."""
    types = shape.get("types", TYPES)
    found = [value for value in shape["enum"] if is_of(value, types) or (value is None and shape.get("nullable"))]
    around = Check({keyword: value for keyword, value in shape.items() if keyword in _OF_MEMBERS}, at.place)
    check = checks.of([*shape.get("checks", ()), around])
    found = [value for value in found if checks.accepts(check, value)]
    plain = [value for value in found if value is not None and _within(value, shape)]
    found = [value for value in found if value is None or value in plain]
    if not plain:
        return NULL if found else NEVER
    if any(isinstance(value, float | list | dict) for value in plain):
        kinds = sorted({_type_of(value) for value in plain})
        members = [_ANYTHING[kind] for kind in kinds] + ([NULL] if len(plain) < len(found) else [])
        schema: Any = {"anyOf": members} if len(members) > 1 else members[0]
        return checked(schema, checks.of([Check({"enum": found}, at.place)]))
    schema = {"const": plain[0]} if len(plain) == 1 else {"enum": plain, **_member_names(plain, shape)}
    if len(plain) == len(found):
        return schema
    return {"anyOf": [*schema.get("anyOf", [schema]), NULL]}


def _within(value: Any, shape: Shape) -> bool:
    """Whether a string or number meets the limits that stand beside its enum."""
    if isinstance(value, str):
        pattern = translate(shape["pattern"]) if "pattern" in shape else None
        return shape.get("minLength", 0) <= len(value) <= shape.get("maxLength", len(value)) and (
            pattern is None or matches(pattern, value)
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return (
        shape.get("minimum", value) <= value <= shape.get("maximum", value)
        and not value <= shape.get("exclusiveMinimum", -math.inf)
        and not value >= shape.get("exclusiveMaximum", math.inf)
        and not ("multipleOf" in shape and Fraction(repr(value)) % Fraction(repr(shape["multipleOf"])))
    )


_ANYTHING: dict[str, Any] = {
    **{kind: {"type": kind} for kind in ("boolean", "integer", "number", "string")},
    "array": {"type": "array", "items": {}},
    "object": {"type": "object", "additionalProperties": {}},
}


def has_exact_values(schema: Any) -> bool:
    """Whether a schema lists numbers or booleans, which Python holds to be equal where JSON does not."""
    return any(
        not isinstance(value, str) for value in schema.get("enum", [schema["const"]] if "const" in schema else [])
    )


def kept(shape: Shape, *keywords: str) -> dict[str, Any]:
    """Those of the keywords that a shape has."""
    return {keyword: shape[keyword] for keyword in keywords if keyword in shape}


def _type_of(value: Any) -> str:
    return next(kind for kind in _ANYTHING if is_of(value, (kind,)))


def _member_names(values: Sequence[Any], shape: Shape) -> dict[str, list[str]]:
    """The names of an enum's members: the document's own, else for texts made of them; none for numbers without."""
    given = shape.get("x-enum-varnames") or shape.get("x-enumNames")
    if isinstance(given, list) and len(given) == len(shape["enum"]) == len(values):
        words = [str(name) for name in given]
    elif all(isinstance(value, str) for value in values):
        words = list(values)
    else:
        return {}
    scope = Scope(frozenset({"mro"}))
    return {"x-enum-varnames": [scope.take(constant_case(word)) for word in words]}
