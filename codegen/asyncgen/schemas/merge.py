"""`allOf`: several shapes into the one that accepts what all of them accept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.schemas.shape import TYPES, At, Check, Shape, same_among

_LARGER = ("minLength", "minItems", "minProperties", "minimum", "exclusiveMinimum")
_SMALLER = ("maxLength", "maxItems", "maxProperties", "maximum", "exclusiveMaximum")
_FIRST = (
    "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "discriminator",
    "x-enum-varnames", "x-enumNames", "additionalItems",
)  # fmt: skip


def merge(one: Shape, other: Shape, place: Place, diagnostics: Diagnostics) -> Shape:
    """The conjunction of two shapes; `place` is that of the allOf.

    Of descriptions and other annotations the first is kept.
    """
    if one.get("never") or other.get("never"):
        return {"never": True}
    merged = {**one, **{keyword: value for keyword, value in other.items() if keyword not in one}}
    for keyword in one.keys() & other.keys():
        left, right = one[keyword], other[keyword]
        if keyword in _COMBINED:
            merged[keyword] = _COMBINED[keyword](left, right)
        elif left != right and keyword not in _FIRST:
            more = ("additionalItems",) if keyword == "tuple" else ()
            check = Check({keyword: right, **{name: other[name] for name in more if name in other}}, place)
            merged["checks"] = [*merged.get("checks", ()), check]
    merged.pop("nullable", None)
    _types(merged, one, other)
    if "properties" in one or "properties" in other or "additionalProperties" in one or "additionalProperties" in other:
        _objects(merged, one, other, place, diagnostics)
    if merged.get("types") == () or merged.get("enum") == []:
        diagnostics.report("AG410", place, "the parts of this allOf contradict each other: nothing is valid", key=True)
        return {"never": True}
    return merged


def both(one: At, other: At) -> At:
    """The conjunction of two subschemas, to be merged when it is read; it is named by where the second stands."""
    if one.place == other.place:
        return one
    return At({"allOf": [one, other]}, other.place)


def _types(merged: Shape, one: Shape, other: Shape) -> None:
    left, right = one.get("types"), other.get("types")
    if left and right:
        shared = [name for name in TYPES if name in left and name in right]
        if (
            "integer" not in shared
            and ({"integer", "number"} <= {*left, *right})
            and ("number" in left) != ("number" in right)
        ):
            shared.append("integer")
        merged["types"] = tuple(shared)
    elif left or right:
        merged["types"] = left or right
    nullable = [bool(shape.get("nullable")) for shape in (one, other)]
    if all(nullable):
        merged["nullable"] = True
    elif any(nullable):  # null has to be valid for the other part too
        rest = other if nullable[0] else one
        if not rest.get("types") and "enum" not in rest:
            merged["nullable"] = True
    if "enum" in merged and merged.get("types"):
        merged["enum"] = [value for value in merged["enum"] if value is None or is_of(value, merged["types"])]


def _objects(merged: Shape, one: Shape, other: Shape, place: Place, diagnostics: Diagnostics) -> None:
    properties: dict[str, At] = {}
    required = merged.get("required", [])
    for name in [*one.get("properties", {}), *other.get("properties", {})]:
        left, right = _property(one, name), _property(other, name)
        known = [part for part in (left, right) if part is not None]
        allowed = [part for part in known if part.value is not False]
        if not allowed:
            properties[name] = known[0]
            continue
        if len(allowed) < len(known):
            if name not in required:
                diagnostics.report("AG410", place, f"one part of this allOf allows no property '{name}'", key=True)
                said = [shape["properties"][name] for shape in (one, other) if name in shape.get("properties", {})]
                forbidden = next((part for part in said if part.value is False), None)
                if forbidden is not None:  # else additionalProperties forbids it in the whole too
                    properties[name] = forbidden
                continue
            diagnostics.report(
                "AG410",
                place,
                f"one part of this allOf allows no property '{name}' and the other requires it, so nothing would be valid:"
                " it is read as allowed",
                hint="leave `additionalProperties: false` out of what is combined by allOf",
                key=True,
            )
        properties[name] = both(*allowed) if len(allowed) == 2 else allowed[0]
    merged["properties"] = properties
    extras = [shape["additionalProperties"] for shape in (one, other) if "additionalProperties" in shape]
    if any(extra.value is False for extra in extras):
        merged["additionalProperties"] = next(extra for extra in extras if extra.value is False)
    elif len(extras) == 2:
        merged["additionalProperties"] = both(*extras)


def _property(shape: Shape, name: str) -> At | None:
    """What a shape says about a property: None when it takes anything there."""
    if name in shape.get("properties", {}):
        found: At = shape["properties"][name]
        return found
    extra: At | None = shape.get("additionalProperties")
    return None if extra is None or extra.value is True or extra.value == {} else extra


def is_of(value: Any, types: tuple[str, ...]) -> bool:
    """Whether a value is of one of JSON Schema's types."""
    match value:
        case None:
            return "null" in types
        case bool():
            return "boolean" in types
        case int():
            return "integer" in types or "number" in types
        case float():
            return "number" in types or ("integer" in types and value.is_integer())
        case str():
            return "string" in types
        case list():
            return "array" in types
        case _:
            return "object" in types


_COMBINED: Mapping[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(_LARGER, max),
    **dict.fromkeys(_SMALLER, min),
    "required": lambda one, other: [*one, *(name for name in other if name not in one)],
    "enum": lambda one, other: [value for value in one if same_among(value, other)],
    "items": both,
    "types": lambda one, other: one,
    "properties": lambda one, other: one,
    "additionalProperties": lambda one, other: one,
    "nullable": lambda one, other: one,
    "allOf": lambda one, other: [*one, *other],
    "checks": lambda one, other: [*one, *(check for check in other if check not in one)],
}
