"""What pydantic has no form for: parts of schemas that the generated package has jsonschema-rs check.

A check is a schema of draft 7 that holds the one keyword and no more; what its references lead to is collected once for
the checks of a whole package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.naming import Scope, pascal_case
from asyncgen.schemas import places
from asyncgen.schemas.shape import At, Check, Shape, identity

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator

CHECK = "checks"
"""The keyword of a normalised schema that holds its check."""
_KEPT = frozenset(
    "enum minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf required"
    " minItems maxItems uniqueItems items additionalItems contains minProperties maxProperties properties"
    " additionalProperties patternProperties propertyNames dependencies allOf anyOf oneOf not if then else".split()
)

_FORMATS = frozenset({"date-time", "date", "time", "email", "hostname", "ipv4", "ipv6"})
"""The formats of draft 7 that models check; the others are annotations for both."""
_OTHER_FORMATS: Mapping[str, Any] = {
    "uuid": {"pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
    "duration": {
        "pattern": r"^P(\d+W|(\d+Y(\d+M(\d+D)?)?|\d+M(\d+D)?|\d+D)?(T(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S))?)$",
        "minLength": 3,
    },
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
    "uint32": {"minimum": 0, "maximum": 2**32 - 1},
    "uint64": {"minimum": 0, "maximum": 2**64 - 1},
}
"""Those that models check and draft 7 has not, in its words."""


class Checks:
    """The checks of one run. `read` gives the shape of a schema, `resolve` what a reference leads to."""

    def __init__(self, read: Callable[[At], Shape], resolve: Callable[[At], At], diagnostics: Diagnostics) -> None:
        self.definitions: dict[str, Any] = {}
        self._read = read
        self._resolve = resolve
        self._diagnostics = diagnostics
        self._names: dict[frozenset[tuple[Place, int]], str] = {}
        self._values: list[Any] = []  # kept, so that no other value takes its identity
        self._scope = Scope()

    def of(self, found: Sequence[Check]) -> Any:
        """One schema for several checks, None without any; what jsonschema-rs cannot check is reported and left out."""
        schemas: list[Any] = []
        for check in found:
            schema = self._schema(check.schema)
            if schema in (True, {}):
                continue
            try:
                self._validator(schema)
            except ValueError as error:
                self._report(check, error)
            else:
                schemas.append(schema)
        return _joined(schemas)

    def accepts(self, check: Any, value: Any) -> bool:
        """Whether a value passes a check."""
        return bool(check is None or self._validator(check).is_valid(value))

    def _validator(self, schema: Any) -> Draft7Validator:
        import jsonschema_rs  # takes longer than most packages need to be planned

        needed: dict[str, Any] = {}
        found = list(_referred(schema))
        while found:
            name = found.pop()
            if name not in needed and name in self.definitions:  # what looks like a reference may be a value of an enum
                needed[name] = self.definitions[name]
                found.extend(_referred(needed[name]))
        return jsonschema_rs.Draft7Validator({**schema, "definitions": needed} if needed else schema)

    def _report(self, check: Check, error: ValueError) -> None:
        keyword = next(iter(check.schema))
        reason = str(error).partition("\n")[0]
        self._diagnostics.report("AG403", check.place, f"'{keyword}' is not enforced: {reason}", key=True)

    def _schema(self, shape: Shape) -> Any:
        """A shape as a schema of draft 7."""
        if shape.get("never"):
            return False
        schema = {keyword: self._value(value) for keyword, value in shape.items() if keyword in _KEPT}
        if len(schema.get("enum", ())) == 1:
            schema["const"] = schema.pop("enum")[0]
        if "types" in shape:
            types = list(shape["types"])
            schema["type"] = types[0] if len(types) == 1 else types
        if "tuple" in shape:
            schema["items"] = self._value(shape["tuple"])
        joined = _joined([schema, _format(shape), *(self._schema(check.schema) for check in shape.get("checks", ()))])
        return {"anyOf": [joined, {"type": "null"}]} if shape.get("nullable") else joined

    def _value(self, value: Any) -> Any:
        match value:
            case At():
                return self._subschema(value)
            case list():
                return [self._value(item) for item in value]
            case dict():
                return {key: self._value(item) for key, item in value.items()}
            case _:
                return value

    def _subschema(self, at: At) -> Any:
        if isinstance(at.value, bool):
            return at.value
        target = self._resolve(at)
        if target is at:
            return self._schema(self._read(at))
        known = self._names.get(identity(target))
        if known is None:
            named = places.is_named(target.place)
            words = pascal_case(places.key_of(target.place)) if named else places.name_of(target.place, {})
            known = self._names[identity(target)] = self._scope.take(words)
            self._values.append(target.value)
            self.definitions[known] = True  # it may refer to itself
            self.definitions[known] = self._subschema(target)
        return {"$ref": f"#/definitions/{known}"}


def checked(schema: Any, check: Any) -> Any:
    """A normalised schema with one more check."""
    if check is None or "not" in schema:
        return schema
    if "$ref" in schema:
        schema = {"anyOf": [schema]}
    return {**schema, CHECK: _joined([schema[CHECK], check]) if CHECK in schema else check}


def _format(shape: Shape) -> Any:
    """What the format of a shape says, as far as the models check it."""
    name = shape.get("format", "")
    if name in _FORMATS:
        return {"format": name}
    of_text = name in ("uuid", "duration")
    return _OTHER_FORMATS.get(name, {}) if of_text or shape.get("types") == ("integer",) else {}


def _joined(schemas: list[Any]) -> Any:
    """The conjunction of schemas: one of them all where their keywords differ; None of none."""
    if len(schemas) < 2:
        return schemas[0] if schemas else None
    if any(schema is False for schema in schemas):
        return False
    parts = [schema for schema in schemas if schema not in (True, {})]
    whole: dict[str, Any] = {}
    for part in parts:
        if not _apart(whole, part):
            return {"allOf": parts}
        whole.update(part)
    return whole


_BESIDE = (
    frozenset({"properties", "patternProperties", "additionalProperties"}),
    frozenset({"items", "additionalItems"}),
    frozenset({"if", "then", "else"}),
)
"""Keywords that mean something else beside each other."""


def _apart(one: Any, other: Any) -> bool:
    return not one.keys() & other.keys() and not any(one.keys() & group and other.keys() & group for group in _BESIDE)


def _referred(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema refers to itself."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/definitions/"):
            yield reference.removeprefix("#/definitions/")
        for value in schema.values():
            yield from _referred(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _referred(item)
