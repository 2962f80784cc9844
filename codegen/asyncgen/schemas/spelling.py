"""A normalised schema in the words of the engine: which Python type stands for it, and what its template is told."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from asyncgen.schemas.bundle import Bundle
from asyncgen.schemas.checks import CHECK
from asyncgen.schemas.inspect import accepts_null
from asyncgen.schemas.leaves import has_exact_values

_WIDTH = 80
_FORMATS: Mapping[str, str] = {
    "date-time": "JsonDatetime",
    "date": "JsonDate",
    "time": "JsonTime",
    "duration": "JsonDuration",
    "uuid": "JsonUUID",
    "ipv4": "JsonIPv4",
    "ipv6": "JsonIPv6",
    "email": "JsonEmail",
    "hostname": "JsonHostname",
}
_TEXTS = frozenset({"JsonDuration", "JsonEmail", "JsonHostname"})
"""The types among them that are str in Python, and take its constraints."""
_INTEGERS: Mapping[str, str] = {
    "int32": "JsonInt32",
    "int64": "JsonInt64",
    "uint32": "JsonUInt32",
    "uint64": "JsonUInt64",
}


@dataclass(slots=True)
class Spelled:
    """What the engine is given."""

    definitions: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By definition, what its template is told beside what the engine makes of the schema."""
    enums: list[str] = field(default_factory=list)
    """The definitions that become an Enum."""


def spell(bundle: Bundle) -> Spelled:
    """Put a whole bundle into the engine's words."""
    spelled = Spelled()
    for name, definition in bundle.definitions.items():
        told: dict[str, Any] = {"doc": docstring(definition.get("description"))}
        if "properties" in definition:
            spelled.definitions[name] = _class(name, definition, bundle, told)
        else:
            spelled.definitions[name], told["nullable"] = _alias(definition)
            told["metadata"] = _metadata(definition, bundle)
            told["check"] = _check(definition, bundle)  # of an object without properties the engine makes a class
            if is_enum(definition):
                spelled.enums.append(name)
        spelled.templates[name] = {key: value for key, value in told.items() if value}
    return spelled


def is_enum(definition: Any) -> bool:
    """Whether a definition becomes an Enum: a choice of values of one type whose members have names."""
    return "x-enum-varnames" in definition and {type(value) for value in definition["enum"]} in ({str}, {int})


def docstring(text: str | None) -> str:
    """A description as the literal of a docstring, from which nothing in it can escape."""
    if not text or not text.strip():
        return ""
    lines = [
        wrapped
        for line in text.strip().splitlines()
        for wrapped in (textwrap.wrap(line, _WIDTH) if len(line) > _WIDTH and line[:1].strip() else [line.rstrip()])
    ]
    text = "\n".join(lines).replace("\\", "\\\\").replace("\t", "    ")
    last = '\\"' if text.endswith('"') else ""
    text = text.removesuffix('"').replace('"""', '\\"\\"\\"') + last
    safe = "".join(
        character if character.isprintable() or character == "\n" else _escaped(character) for character in text
    )
    return f'"""{safe}\n"""' if "\n" in safe else f'"""{safe}"""'


def _escaped(character: str) -> str:
    """A character that is not printable as an escape; half a surrogate pair, which no file can hold, as a question mark."""
    return "?" if "\ud800" <= character <= "\udfff" else character.encode("unicode_escape").decode("ascii")


def _class(name: str, definition: Any, bundle: Bundle, told: dict[str, Any]) -> Any:
    properties: dict[str, Any] = {}
    required: list[str] = []
    told.update(defaults={}, docs={}, metadata_of={})
    for wire, schema in definition["properties"].items():
        python = bundle.aliases.get(f"{name}.{wire}", wire)
        properties[wire] = _type(schema)
        if schema.get("deprecated") is True and "$ref" not in schema:
            properties[wire]["deprecated"] = True
        default = _default(schema, wire in definition["required"], bundle)
        if default is not None or wire in definition["required"]:
            required.append(wire)
        for key, value in (
            ("defaults", default),
            ("docs", docstring(schema.get("description"))),
            ("metadata_of", _metadata(schema, bundle)),
        ):
            if value:
                told[key][python] = value
    extra = definition.get("additionalProperties")
    told["closed"] = extra is False
    told["check"] = _check(definition, bundle)
    spelled = {"type": "object", "properties": properties, "required": required}
    return spelled if extra in (None, False) else {**spelled, "additionalProperties": _type(extra)}


def _default(schema: Any, required: bool, bundle: Bundle) -> str | None:
    """The Python expression of a property's default; None where it has none, or a plain None that the engine writes."""
    if required:
        return repr(schema["const"]) if "const" in schema else None
    nullable = accepts_null(schema, bundle.definitions)
    if "default" not in schema or schema["default"] is None:
        return None if not nullable else "None" if not schema.keys() & {"anyOf", "oneOf", "$ref", "type"} else "NULL"
    default = schema["default"]
    named = bundle.definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else None
    if named is not None and is_enum(named):
        member = named["x-enum-varnames"][named["enum"].index(default)]
        return f"{schema['$ref'].rpartition('/')[2]}.{member}"
    simple = schema.get("type") in ("string", "boolean", "integer") and schema.get("format") not in _FORMATS
    if isinstance(default, bool | int | str) and (simple or "enum" in schema or "const" in schema):
        return repr(default)
    if schema.get("type") == "number" and isinstance(default, int | float):
        return repr(default)
    return f"defaults_to({default!r})"


def _metadata(schema: Any, bundle: Bundle) -> str:
    """What stands in Annotated beside the engine's Field."""
    if is_enum(schema):
        return ""
    parts = [member for member in schema.get("anyOf", [schema]) if member != {"type": "null"}]
    divisor = parts[0].get("multipleOf") if len(parts) == 1 else None
    found = [f'MultipleOf("{divisor}")'] if isinstance(divisor, float) else []
    found += ["EXACT"] if any(has_exact_values(part) for part in parts) else []
    found += [_check(part, bundle) for part in (*parts[: len(parts) == 1], *[schema][: "anyOf" in schema])]
    return ", ".join(filter(None, found))


def _check(schema: Any, bundle: Bundle) -> str:
    """The check of a schema, as it stands in Annotated or before a class."""
    if CHECK not in schema:
        return ""
    text = repr(schema[CHECK])
    return f"Satisfies({text}, DEFINITIONS)" if bundle.checked and "#/definitions/" in text else f"Satisfies({text})"


def _type(schema: Any) -> Any:
    """The engine's schema for one type, without its description and default."""
    spelled = _bare_type(schema)
    if isinstance(schema.get("examples"), list) and "$ref" not in spelled:
        spelled["examples"] = schema["examples"]
    return spelled


def _bare_type(schema: Any) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if "const" in schema:
        return {"const": schema["const"]}
    if "enum" in schema:
        names = {"x-enum-varnames": schema["x-enum-varnames"]} if "x-enum-varnames" in schema else {}
        kinds = {type(value) for value in schema["enum"]}
        kind = {"type": "string"} if kinds == {str} else {"type": "integer"} if kinds == {int} else {}
        return {**kind, "enum": schema["enum"], **names}
    if "oneOf" in schema:
        return {"oneOf": [_type(member) for member in schema["oneOf"]], "discriminator": schema["discriminator"]}
    if "anyOf" in schema:
        return _union(schema["anyOf"])
    if "not" in schema:
        return {"type": "string", "customTypePath": "_types.JsonNever"}
    match schema.get("type"):
        case "string":
            return _string(schema)
        case "integer" | "number" as kind:
            return _number(kind, schema)
        case "boolean":
            return {"type": "boolean", "customTypePath": "_types.JsonBool"}
        case "null":
            return {"type": "null"}
        case "array":
            return _array(schema)
        case "object":
            values = schema["additionalProperties"]
            return {
                **_kept(schema, "type", "minProperties", "maxProperties"),
                "additionalProperties": _type(values) if values else True,
            }
        case _:
            return {}


def _alias(schema: Any) -> tuple[dict[str, Any], bool]:
    """The engine's schema for a type alias, and whether null has to be added to what it makes of it."""
    members = schema.get("anyOf", [])
    nullable = (
        len(members) == 2 and members[1] == {"type": "null"} and not members[0].keys().isdisjoint(("type", "oneOf"))
    )
    return (_type(members[0]), True) if nullable else (_type(schema), False)


def _union(members: list[Any]) -> dict[str, Any]:
    """A union; with null and one plain type as a type list, which lets constraints stand beside it."""
    if len(members) == 2 and members[1] == {"type": "null"}:
        spelled = _type(members[0])
        if "customTypePath" in spelled:  # beside it the engine drops the null of a type list
            bare = spelled.keys() <= {"type", "customTypePath"}
            return {"anyOf": [spelled, {"type": "null"}]} if bare else {**spelled, "nullable": True}
        if isinstance(spelled.get("type"), str) and "enum" not in spelled:
            return {**spelled, "type": [spelled["type"], "null"]}
    return {"anyOf": [_type(member) for member in members]}


def _string(schema: Any) -> dict[str, Any]:
    python = _FORMATS.get(schema.get("format", ""))
    if python is None:
        return _kept(schema, "type", "minLength", "maxLength", "pattern")
    kept = _kept(schema, "type", "minLength", "maxLength", "pattern") if python in _TEXTS else {"type": "string"}
    return {**kept, "customTypePath": f"_types.{python}"}


def _number(kind: str, schema: Any) -> dict[str, Any]:
    python = _INTEGERS.get(schema.get("format", ""), "JsonInt") if kind == "integer" else "JsonNumber"
    kept = _kept(schema, "type", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    if isinstance(schema.get("multipleOf"), int):
        kept["multipleOf"] = schema["multipleOf"]
    return {**kept, "customTypePath": f"_types.{python}"}


def _array(schema: Any) -> dict[str, Any]:
    items = schema["items"]
    spelled = [_type(item) for item in items] if isinstance(items, list) else _type(items)
    kept = _kept(schema, "type", "minItems", "maxItems")
    return {**kept, "items": spelled, **({"additionalItems": False} if isinstance(items, list) else {})}


def _kept(schema: Any, *keywords: str) -> dict[str, Any]:
    return {keyword: schema[keyword] for keyword in keywords if keyword in schema}
