"""One schema as it is meant: typing mistakes put right, later drafts and OpenAPI put into draft 7's words.

JSON Schema draft 7: https://json-schema.org/draft-07/json-schema-validation
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from asyncgen.diagnostics import Diagnostics, Place, did_you_mean
from asyncgen.schemas.bundle import References

Dialect = Literal["asyncapi", "json-schema", "openapi-3.0", "openapi-3.1"]

TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")

BY_TYPE: Mapping[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}),
    "integer": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}),
    "array": frozenset({"items", "additionalItems", "minItems", "maxItems"}),
    "object": frozenset({"properties", "required", "additionalProperties", "minProperties", "maxProperties"}),
}
"""The keywords that speak of one type only."""

NOT_ENFORCED = frozenset({"unevaluatedItems", "minContains", "maxContains"})
_ANNOTATIONS = frozenset(
    "title description default example examples readOnly writeOnly deprecated $comment $id $schema $anchor definitions"
    " $defs externalDocs xml contentEncoding contentMediaType contentSchema then else id summary tags".split()
)
_APPLIED = frozenset(
    "type enum const allOf anyOf oneOf discriminator nullable prefixItems not if contains uniqueItems propertyNames"
    " patternProperties unevaluatedProperties dependencies dependentRequired dependentSchemas".split()
).union(*BY_TYPE.values())
_KNOWN = NOT_ENFORCED | _ANNOTATIONS | _APPLIED

_MEANT: Mapping[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(("double", "float", "decimal", "bigdecimal"), ("number", None)),
    **dict.fromkeys(("int", "long", "short", "int8", "int16", "biginteger", "uint"), ("integer", None)),
    **{name: ("integer", name) for name in ("int32", "int64", "uint32", "uint64")},
    **dict.fromkeys(("bool",), ("boolean", None)),
    **dict.fromkeys(("str", "text", "char", "file", "enum", "password", "binary", "byte"), ("string", None)),
    **{
        name: ("string", name) for name in ("date", "date-time", "time", "duration", "uuid", "email", "uri", "hostname")
    },
    **dict.fromkeys(("datetime", "timestamp"), ("string", "date-time")),
    **dict.fromkeys(("url",), ("string", "uri")),
    **dict.fromkeys(("list", "set"), ("array", None)),
    **dict.fromkeys(("map", "dict", "hash", "record", "struct"), ("object", None)),
    **dict.fromkeys(("none", "nil"), ("null", None)),
    **dict.fromkeys(("any", "mixed"), (None, None)),
}
"""What people write for a type, and the type and format that they mean."""


@dataclass(frozen=True, slots=True)
class At:
    """A subschema and where it stands; `value` may be a reference, a boolean, or a conjunction that merging made."""

    value: Any
    place: Place


Shape = dict[str, Any]
"""The keywords of one schema, subschemas as At, `types` in place of `type`, `enum` in place of `const`.

`checks` is a list of Check: keywords that pydantic has no form for.
"""


@dataclass(frozen=True, slots=True)
class Check:
    """Keywords that only a validator of JSON Schema can check, and where they stand."""

    schema: Shape
    place: Place


@dataclass(frozen=True, slots=True)
class Read:
    """The value of an At whose shape is known: what stands around a union, for each of its members."""

    shape: Shape


def identity(at: At) -> frozenset[tuple[Place, int]]:
    """What makes two subschemas one: the places and values of everything that they combine."""
    match at.value:
        case Read():
            return frozenset({(at.place, 0)})
        case {"allOf": [At(), *_] as parts, **others} if not others:
            return frozenset().union(*map(identity, parts))
        case value:
            return frozenset({(at.place, id(value))})


class Reader:
    """Reads single schemas, and reports what is wrong with them or has no effect."""

    def __init__(self, references: References, diagnostics: Diagnostics) -> None:
        self._references = references
        self._diagnostics = diagnostics

    def read(self, at: At, dialect: Dialect) -> Shape:
        """The shape of a schema that is no reference; a schema that is none at all is reported and takes everything."""
        value, place = at.value, at.place
        if isinstance(value, Read):
            return dict(value.shape)
        if value is True or value == {}:
            return {}
        if value is False:
            return {"never": True}
        if not isinstance(value, dict):
            self._diagnostics.report(
                "AG411", place, f"{_kind(value)} stands where a schema is due: anything is accepted here"
            )
            return {}
        return _Reading(value, place, dialect, self._references, self._diagnostics).shape()


@dataclass(slots=True)
class _Reading:
    value: Mapping[str, Any]
    place: Place
    dialect: Dialect
    references: References
    diagnostics: Diagnostics

    def shape(self) -> Shape:
        shape: Shape = {}
        for keyword, value in self.value.items():
            if keyword in _READERS:
                _READERS[keyword](self, shape, keyword, value)
            elif keyword in NOT_ENFORCED:
                self._not_enforced(keyword, value)
            elif keyword not in _KNOWN and not str(keyword).startswith("x-"):
                self.warn(
                    "AG406",
                    keyword,
                    f"'{keyword}' is no keyword of a schema and has no effect",
                    did_you_mean(keyword, _KNOWN),
                )
        if "tuple" not in shape:
            shape.pop("additionalItems", None)  # it says nothing without items by position
        self._nullable(shape)
        self._bounds(shape)
        self._patterns(shape)
        if "items" in shape and shape.get("types") == ("object",) and "properties" not in shape:
            self.warn("AG404", "type", "an object has no 'items': the type is read as array")
            shape["types"] = ("array",)
        return shape

    def warn(self, code: str, keyword: str, message: str, hint: str | None = None) -> None:
        self.diagnostics.report(code, self.place.child(keyword), message, hint=hint, key=True)

    def sub(self, value: Any, *parts: str | int) -> At:
        return value if isinstance(value, At) else At(value, self.place.child(*parts))

    def _not_enforced(self, keyword: str, value: Any) -> None:
        if value not in (True, {}):
            self.warn("AG403", keyword, f"'{keyword}' is not enforced: the model accepts what it would refuse")

    def _check(self, shape: Shape, place: Place, **schema: Any) -> None:
        shape.setdefault("checks", []).append(Check(schema, place))

    def _checked_schema(self, shape: Shape, keyword: str, value: Any) -> None:
        self._check(shape, self.place.child(keyword), **{keyword: self.sub(value, keyword)})

    def _unique(self, shape: Shape, keyword: str, value: Any) -> None:
        if value is True:
            self._check(shape, self.place.child(keyword), uniqueItems=True)

    def _condition(self, shape: Shape, keyword: str, value: Any) -> None:
        outcomes = {name: self.sub(self.value[name], name) for name in ("then", "else") if name in self.value}
        if outcomes:
            self._check(shape, self.place.child(keyword), **{keyword: self.sub(value, keyword)}, **outcomes)

    def _dependencies(self, shape: Shape, keyword: str, value: Any) -> None:
        if not isinstance(value, dict):
            self.warn("AG411", keyword, f"'{keyword}' has to be a map; it is ignored")
            return
        found = {
            str(name): item if isinstance(item, list) else self.sub(item, keyword, name) for name, item in value.items()
        }
        self._check(shape, self.place.child(keyword), dependencies=found)

    def _patterns(self, shape: Shape) -> None:
        """Values by patterns of their names, and what is left for other names; one pattern alone says the type of all."""
        value = self.value.get("patternProperties")
        if not value:
            return
        if not isinstance(value, dict):
            self.warn("AG411", "patternProperties", "'patternProperties' has to be a map of schemas; it is ignored")
            return
        found = {str(pattern): self.sub(item, "patternProperties", pattern) for pattern, item in value.items()}
        check: Shape = {"patternProperties": found}
        extra: At | None = shape.pop("additionalProperties", None)
        if extra is not None and extra.value is not True and extra.value != {}:
            known = {name: At(True, self.place) for name in shape.get("properties", {})}
            check = {**check, **({"properties": known} if known else {}), "additionalProperties": extra}
            if extra.value is False and not known and len(found) == 1:
                shape["additionalProperties"] = next(iter(found.values()))
                check["patternProperties"] = dict.fromkeys(found, At(True, self.place))
        self._check(shape, self.place.child("patternProperties"), **check)

    def _type(self, shape: Shape, keyword: str, value: Any) -> None:
        names = value if isinstance(value, list) else [value]
        types: list[str] = []
        for name in names:
            if name is None:
                self.warn("AG404", keyword, "the type is the word 'null', in quotes; read as meant")
                types.append("null")
                continue
            if name in TYPES:
                types.append(name)
                continue
            meant = _MEANT.get(str(name).lower()) or ((str(name).lower(), None) if str(name).lower() in TYPES else None)
            if meant is None:
                hint = did_you_mean(str(name), TYPES)
                self.warn("AG404", keyword, f"there is no type '{name}': anything is accepted here", hint)
                return
            self.warn("AG404", keyword, f"there is no type '{name}': it is read as {meant[0] or 'any type'}")
            if meant[0] is None:
                return
            types.append(meant[0])
            if meant[1]:
                shape.setdefault("format", meant[1])
        shape["types"] = tuple(
            name for name in TYPES if name in types and not (name == "integer" and "number" in types)
        )

    def _nullable(self, shape: Shape) -> None:
        if "nullable" not in self.value:
            return
        if self.dialect != "openapi-3.0":
            self.warn(
                "AG404",
                "nullable",
                "'nullable' is OpenAPI's: it is read as a type that may be null",
                "type: [..., 'null']",
            )
        if self.value["nullable"] is True:
            shape["nullable"] = True

    def _bounds(self, shape: Shape) -> None:
        """`exclusiveMinimum: true` of draft 4 and OpenAPI 3.0."""
        for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(shape.get(exclusive), bool):
                if self.dialect != "openapi-3.0":
                    self.warn(
                        "AG404",
                        exclusive,
                        f"'{exclusive}' is a number since draft 6: it is read together with '{inclusive}'",
                    )
                if shape.pop(exclusive) and inclusive in shape:
                    shape[exclusive] = shape.pop(inclusive)

    def _copy(self, shape: Shape, keyword: str, value: Any) -> None:
        shape[keyword] = value

    def _text(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, str) and value.strip():
            shape[keyword] = value

    def _number(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, int | float):
            shape[keyword] = value
        else:
            self.warn("AG404", keyword, f"'{keyword}' has to be a number; it is ignored")

    def _count(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            shape[keyword] = int(value)
        else:
            self.warn("AG404", keyword, f"'{keyword}' has to be a whole number; it is ignored")

    def _example(self, shape: Shape, keyword: str, value: Any) -> None:
        if self.dialect == "asyncapi":
            self.warn("AG404", keyword, "'example' is OpenAPI's: it is read as the only one of 'examples'")
        shape.setdefault("examples", [value])

    def _enum(self, shape: Shape, keyword: str, value: Any) -> None:
        values = value if keyword == "enum" and isinstance(value, list) else [value]
        shape["enum"] = [item for item in shape.get("enum", values) if any(_same(item, other) for other in values)]

    def _list_of_schemas(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, list):
            shape[keyword] = [self.sub(item, keyword, index) for index, item in enumerate(value)]
        else:
            self.warn("AG411", keyword, f"'{keyword}' has to be a list of schemas; it is ignored")

    def _items(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, list):
            shape["tuple"] = [self.sub(item, keyword, index) for index, item in enumerate(value)]
        elif "prefixItems" in self.value and keyword == "items":
            shape["additionalItems"] = self.sub(value, keyword)
        else:
            shape[keyword] = self.sub(value, keyword)

    def _schema(self, shape: Shape, keyword: str, value: Any) -> None:
        shape[keyword] = self.sub(value, keyword)

    def _properties(self, shape: Shape, keyword: str, value: Any) -> None:
        if not isinstance(value, dict):
            self.warn("AG411", keyword, "'properties' has to be a map of schemas; it is ignored")
            return
        place = self.place.child(keyword)
        if isinstance(value.get("$ref"), str):
            self.warn("AG404", keyword, "a $ref stands for a whole map of schemas; read as meant")
            value, place = self.references.follow(value, place)
            if not isinstance(value, dict):
                self.warn("AG411", keyword, "'properties' has to be a map of schemas; it is ignored")
                return
        shape[keyword] = {
            str(name): item if isinstance(item, At) else At(item, place.child(name)) for name, item in value.items()
        }
        for name, item in value.items():
            if isinstance(item, dict) and isinstance(item.get("required"), bool):
                self.diagnostics.report(
                    "AG404",
                    place.child(name, "required"),
                    "'required' of a property is a list in the schema around it; read as meant",
                    key=True,
                )
                if item["required"]:
                    shape.setdefault("required", []).append(str(name))

    def _required(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, list):
            shape.setdefault(keyword, []).extend(str(name) for name in value)
        elif not isinstance(value, bool):  # a boolean is the business of the schema around
            self.warn("AG404", keyword, "'required' has to be a list of names; it is ignored")

    def _discriminator(self, shape: Shape, keyword: str, value: Any) -> None:
        if isinstance(value, str):
            shape[keyword] = (value, {})
        elif isinstance(value, dict) and isinstance(value.get("propertyName"), str):
            mapping = value.get("mapping")
            shape[keyword] = (value["propertyName"], mapping if isinstance(mapping, dict) else {})
        else:
            self.warn("AG407", keyword, "a discriminator is the name of a property; it is ignored")


_READERS: Mapping[str, Callable[[_Reading, Shape, str, Any], None]] = {
    "type": _Reading._type,
    "enum": _Reading._enum,
    "const": _Reading._enum,
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), _Reading._list_of_schemas),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _Reading._count),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _Reading._number),
    **dict.fromkeys(("pattern", "format", "title", "description"), _Reading._text),
    **dict.fromkeys(("default", "examples", "deprecated", "readOnly", "writeOnly", "x-enum-varnames", "x-enumNames"), _Reading._copy),
    "example": _Reading._example,
    **dict.fromkeys(("items", "prefixItems"), _Reading._items),
    **dict.fromkeys(("additionalItems", "additionalProperties", "unevaluatedProperties"), _Reading._schema),
    "properties": _Reading._properties,
    "required": _Reading._required,
    "discriminator": _Reading._discriminator,
    **dict.fromkeys(("not", "contains", "propertyNames"), _Reading._checked_schema),
    "if": _Reading._condition,
    "uniqueItems": _Reading._unique,
    **dict.fromkeys(("dependencies", "dependentRequired", "dependentSchemas"), _Reading._dependencies),
}  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def same_among(value: Any, values: Iterable[Any]) -> bool:
    """Whether JSON holds a value equal to one of these: true is not 1."""
    return any(_same(value, other) for other in values)


def _kind(value: Any) -> str:
    names = {str: "text", list: "a list", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), "something else")
