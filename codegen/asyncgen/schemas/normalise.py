"""Payload, headers and key schemas -> one bundle of JSON Schemas with final names.

What comes out is a small part of draft 7: classes (objects with properties) stand only in `definitions`, and so does
whatever has constraints inside of something else; unions are `anyOf`, or `oneOf` with a discriminator whose mapping is
complete; `null` is a member of its own, the last of an `anyOf`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Schema
from asyncgen.naming import pascal_case, snake_case
from asyncgen.schemas import leaves, places, unions
from asyncgen.schemas.bundle import Bundle, References, SchemaUse, UsedType
from asyncgen.schemas.checks import Checks, checked
from asyncgen.schemas.definitions import Definitions, is_class, reference, referred
from asyncgen.schemas.formats import dialect as dialect_of
from asyncgen.schemas.inspect import accepts_null
from asyncgen.schemas.leaves import NEVER, NULL, kept
from asyncgen.schemas.merge import is_of, merge
from asyncgen.schemas.shape import BY_TYPE, At, Check, Dialect, Reader, Shape

ANY: Any = {}
_ANNOTATIONS = ("description", "examples", "deprecated")
_BESIDE_REFERENCES = frozenset(
    {"$ref", "description", "title", "summary", "example", "examples", "deprecated", "$comment"}
)
_ASIDE = frozenset({*_ANNOTATIONS, "checks", "check"})
_TRIVIAL = {str({"type": "string"}): "str", str(ANY): "Any", str(NULL): "None"}


def normalise(uses: Sequence[SchemaUse], references: References, diagnostics: Diagnostics) -> Bundle:
    """Bring every schema that the uses reach under its final name, rewritten to what the engine reads exactly."""
    run = Normaliser(references, diagnostics)
    schemas = {use.key: run.use(use) for use in uses}
    types = {key: run.type_of(schema) for key, schema in schemas.items()}
    return Bundle(
        run.definitions.schemas,
        types,
        schemas,
        run.definitions.aliases,
        run.definitions.pointers,
        run.checks.definitions,
    )


class Normaliser:
    """One run: what has its name already, and in which language the schemas at hand are written."""

    def __init__(self, references: References, diagnostics: Diagnostics) -> None:
        self.references = references
        self.diagnostics = diagnostics
        self.definitions = Definitions(references.root, diagnostics)
        self._reader = Reader(references, diagnostics)
        self.checks = Checks(lambda at: self._reader.read(at, self._dialect), self.resolve, diagnostics)
        self._dialect: Dialect = "asyncapi"
        self._reading: list[Place] = []

    def use(self, use: SchemaUse) -> Any:
        """The schema of one use: a reference to a definition, or one that needs none."""
        dialect = dialect_of(use.schema.format, self._format_place(use.schema), self.diagnostics)
        if dialect is None:
            return ANY
        self._dialect = dialect
        at = At(*self.references.follow(use.schema.value, use.schema.place))
        if places.is_named(at.place) or self.definitions.known(at):
            return self.named(at)
        wanted = pascal_case(use.name)
        schema = self.emit(at, self.shape(at), None, wanted)
        if "$ref" in schema or str(_without_annotations(schema)) in _TRIVIAL:
            return schema
        return reference(self.definitions.add(at, schema, wanted))

    def _format_place(self, schema: Schema) -> Place:
        """Where a schema's format is said: beside the schema, in its message or multi-format schema, else the schema."""
        place = schema.place
        if schema.format is None or not place.pointer:
            return place
        around, there = self.references.follow({"$ref": Place(place.source, place.pointer[:-1]).json_pointer}, place)
        said = isinstance(around, dict) and around.get("schemaFormat") == schema.format
        return there.child("schemaFormat") if said else place

    def type_of(self, schema: Any) -> UsedType:
        """What an annotation says for the schema of a use."""
        nullable = accepts_null(schema, self.definitions.schemas)
        if "$ref" not in schema:
            return UsedType(_TRIVIAL[str(_without_annotations(schema))], None, False, nullable)
        name = referred(schema)
        return UsedType(name, name, is_class(self.definitions[name]), nullable)

    # -- one schema of a place -----------------------------------------------------------------------------------

    def named(self, at: At) -> Any:
        """A reference to the definition of a schema that has a place of its own; made when it is first met."""
        known = self.definitions.known(at)
        if known is not None:
            return reference(known)
        name = self.definitions.add(at, ANY)  # known before it is complete: schemas may refer to themselves
        schema = self.emit(at, self.shape(at), name)
        if schema != reference(name):
            self.definitions[name] = schema
        return reference(name)

    def property(self, at: At, *, optional: bool = False) -> Any:
        """The schema of a property: what stands there or is referred to, with the description of the place itself."""
        target = self.resolve(at)
        if target is not at:
            named = target.value is False or (isinstance(target.value, dict) and target.value)
            schema = self.named(target) if named else self.emit(target, self.shape(target), None)
            description = at.value.get("description")
            return {**schema, "description": description} if isinstance(description, str) else schema
        known = self.definitions.known(at)
        if known is not None:
            return reference(known)
        shape = self.shape(at)
        schema = self.emit(at, shape, None)
        if not optional or "default" not in shape:
            return schema
        if _fits(shape["default"], schema, self.definitions):
            return {**schema, "default": shape["default"]}
        place = at.place.child("default")
        self.diagnostics.report("AG409", place, "the default is not valid for its own schema; it is ignored", key=True)
        return schema

    def item(self, at: At) -> Any:
        """The schema of something inside something else."""
        return self.nested(at, self.property(at))

    def nested(self, at: At, schema: Any, wanted: str | None = None) -> Any:
        """A schema as it can stand inside another one: what has constraints under a name."""
        if _needs_name(schema):
            return reference(self.definitions.add(at, schema, wanted))
        return _without_annotations(schema)

    def resolve(self, at: At) -> At:
        """What a reference leads to, `at` itself if it is none; what stands beside the reference is reported."""
        if not isinstance(at.value, dict) or not isinstance(at.value.get("$ref"), str):
            return at
        for keyword in at.value:
            if keyword not in _BESIDE_REFERENCES and not str(keyword).startswith("x-"):
                self.diagnostics.report(
                    "AG402",
                    at.place.child(keyword),
                    f"'{keyword}' stands beside a $ref and has no effect",
                    hint="put the reference and what is added to it into an allOf",
                    key=True,
                )
        return At(*self.references.follow(at.value, at.place))

    def shape(self, at: At) -> Shape:
        """The shape of a schema, what it combines by allOf merged in. Of annotations its own come first."""
        shape = self._reader.read(at, self._dialect)
        parts: list[At] = shape.pop("allOf", [])
        whole: Shape = {}
        place = at.place.child("allOf") if parts and _is_written(at) else at.place
        self._reading.append(at.place)
        for part in parts:
            target = self.resolve(part)
            if target.place in self._reading and target is not part:
                self.diagnostics.report("AG410", part.place, "this allOf contains itself; it is left out", key=True)
                continue
            read = self.shape(target)
            read.pop("discriminator", None)
            whole = merge(whole, read, place, self.diagnostics) if whole else read
        self._reading.pop()
        if not whole:
            return self._all_evaluated(at, shape)
        own = {keyword: shape[keyword] for keyword in ("title", "default", *_ANNOTATIONS) if keyword in shape}
        return self._all_evaluated(at, {**merge(whole, shape, place, self.diagnostics), **own})

    def _all_evaluated(self, at: At, shape: Shape) -> Shape:
        """A shape whose `unevaluatedProperties` are additional ones, which they are where no union or condition has others."""
        rest: At | None = shape.pop("unevaluatedProperties", None)
        if rest is None or rest.value in (True, {}):
            return shape
        conditions = {"anyOf", "oneOf", "if", "dependencies", "patternProperties"}
        if conditions & {*shape, *(keyword for check in shape.get("checks", ()) for keyword in check.schema)}:
            place = at.place.child("unevaluatedProperties")
            message = "'unevaluatedProperties' is not enforced beside unions and conditions"
            self.diagnostics.report("AG403", place, message, key=True)
            return shape
        return {"additionalProperties": rest, **shape}

    # -- from a shape to what the engine reads -------------------------------------------------------------------

    def emit(self, at: At, shape: Shape, name: str | None, wanted: str | None = None) -> Any:
        """The schema for a shape. `name` is its own where it stands in definitions, `wanted` the name for a class it needs."""
        schema = self._only_reference(at)
        if schema is None:
            shape = unions.conditions_as_checks(at, shape)
            shape = {**shape, "check": self.checks.of(() if "enum" in shape else shape.get("checks", ()))}
            schema = self._emit(at, shape, name, wanted)
        if shape.get("nullable") and not accepts_null(schema, self.definitions.schemas):
            members = schema["anyOf"] if "anyOf" in schema else [_without_annotations(schema)]
            schema = {"anyOf": [*members, NULL]}
        check = shape.pop("check", None)  # a class has it already
        if not self.checks.accepts(check, None):
            schema = _without_null(schema)
        schema = checked(schema, check)
        return schema if name is not None and "$ref" in schema else {**kept(shape, *_ANNOTATIONS), **schema}

    def _only_reference(self, at: At) -> Any:
        """The reference, where a schema is nothing but an allOf around one (for the sake of a description)."""
        parts = at.value.get("allOf") if isinstance(at.value, dict) else None
        if not isinstance(parts, list) or len(parts) != 1 or not isinstance(parts[0], dict) or "$ref" not in parts[0]:
            return None
        aside = {"allOf", "title", "nullable", "default", "example", *_ANNOTATIONS}
        if any(keyword not in aside and not str(keyword).startswith("x-") for keyword in at.value):
            return None
        return self.property(At(parts[0], at.place.child("allOf", 0)))

    def _emit(self, at: At, shape: Shape, name: str | None, wanted: str | None) -> Any:
        if shape.get("never"):
            return NEVER
        if "enum" in shape:
            return leaves.values(at, shape, self.checks)
        union = unions.union(self, at, shape, name, wanted)
        if union is not None:
            return union
        types = shape.get("types") or self._guessed(at, shape)
        if shape.get("nullable") and types and "null" not in types:
            types = ("null", *types)
        if len(types) < 2:
            return self._one(types[0], at, shape, name, wanted) if types else ANY
        around = name or wanted  # what the alias of them all is called, if it has a name
        kinds = [kind for kind in types if kind != "null"]
        words = {
            kind: pascal_case(f"{around} {kind if len(kinds) > 1 else 'value'}") if around else None for kind in kinds
        }
        apart = [self._one(kind, at, _only(shape, kind), None, words[kind]) for kind in kinds]
        if len(apart) > 1:
            apart = [self.nested(at, member, words[kind]) for kind, member in zip(kinds, apart, strict=True)]
        return {"anyOf": [*map(_without_annotations, apart), *([NULL] if "null" in types else [])]}

    def _guessed(self, at: At, shape: Shape) -> tuple[str, ...]:
        """The type that a schema without one is about; none where any value will do."""
        for kind in ("object", "array", "string", "number"):
            keyword = next((keyword for keyword in shape if keyword in BY_TYPE[kind] and keyword != "format"), None)
            if keyword is not None or (kind == "array" and "tuple" in shape):
                message = f"a schema with '{keyword or 'items'}' and no type is read as type: {kind}"
                self.diagnostics.report("AG405", at.place, message, hint=f"add `type: {kind}`", key=True)
                return (kind,)
        return ()

    def _one(self, kind: str, at: At, shape: Shape, name: str | None, wanted: str | None) -> Any:
        match kind:
            case "object":
                return self._object(at, shape, name, wanted)
            case "array":
                return self._array(at, shape)
            case "string":
                return leaves.string(at, shape, self.checks)
            case "integer" | "number":
                return leaves.number(kind, shape)
            case _:
                return {"type": kind}

    def _array(self, at: At, shape: Shape) -> Any:
        schema = {"type": "array", **kept(shape, "minItems", "maxItems")}
        if "tuple" not in shape:
            return {**schema, "items": self.item(shape["items"]) if "items" in shape else ANY}
        parts = [self.item(part) for part in shape["tuple"]]
        more: At | None = shape.get("additionalItems")
        closed = more is not None and more.value is False
        if closed and shape.get("minItems") == len(parts):
            return {**schema, "items": parts, "maxItems": len(parts)}
        if closed:
            schema["maxItems"] = min(len(parts), shape.get("maxItems", len(parts)))
        check = self.checks.of([Check(kept(shape, "tuple", "additionalItems"), at.place.child("items"))])
        return checked({**schema, "items": ANY}, check)

    def _object(self, at: At, shape: Shape, name: str | None, wanted: str | None) -> Any:
        extra: At | None = shape.get("additionalProperties")
        closed = extra is not None and extra.value is False
        if not shape.get("properties") and not shape.get("required") and not closed:
            schema = {"type": "object", **kept(shape, "minProperties", "maxProperties")}
            return {**schema, "additionalProperties": ANY if extra is None else self.item(extra)}
        counts = kept(shape, "minProperties", "maxProperties")
        check = self.checks.of([Check({keyword: counts[keyword]}, at.place.child(keyword)) for keyword in counts])
        if name is None:
            name = self.definitions.add(at, ANY, wanted)
        schema = {"type": "object", "properties": {}, "required": [], **kept(shape, *_ANNOTATIONS)}
        self.definitions[name] = schema
        if (own := shape.pop("check", None)) is not None or check is not None:
            schema.update(checked(checked({}, own), check))
        self._properties(name, at, shape, schema)
        if closed:
            schema["additionalProperties"] = False
        elif extra is not None and extra.value not in (True, {}):
            schema["additionalProperties"] = self.item(extra)
        return reference(name)

    def _properties(self, name: str, at: At, shape: Shape, schema: dict[str, Any]) -> None:
        """Fill in the properties of a class and name them, also those that are required and nowhere described."""
        schema["required"] = list(dict.fromkeys(shape.get("required", [])))
        found: dict[str, At] = dict(shape.get("properties", {}))
        for wire in (wire for wire in schema["required"] if wire not in found):
            other = shape.get("additionalProperties", At(ANY, at.place))
            found[wire] = At(other.value, at.place.child("properties", wire))
            if other.value is False:
                message = f"nothing is valid: '{wire}' is required and not allowed"
                self.diagnostics.report("AG410", at.place.child("required"), message, key=True)
        schema["properties"].update(dict.fromkeys(found, ANY))
        for wire in sorted(found, key=lambda wire: snake_case(wire) != wire):
            # Whose name is Python's already keeps it: constructors take both, and one's name must not be another's alias.
            self.definitions.name_property(name, wire, found[wire].place)
        for wire, sub in sorted(found.items(), key=lambda item: not _is_constant(item[1])):  # what tells classes apart
            schema["properties"][wire] = self.property(sub, optional=wire not in schema["required"])


def _is_written(at: At) -> bool:
    """Whether an allOf stands in the document, not one that merging made."""
    parts = at.value.get("allOf") if isinstance(at.value, dict) else None
    return isinstance(parts, list) and not any(isinstance(part, At) for part in parts)


def _is_constant(at: At) -> bool:
    return isinstance(at.value, dict) and bool(at.value.keys() & {"const", "enum"})


def _fits(value: Any, schema: Any, definitions: Definitions) -> bool:
    """Whether a value may be a default: of the right type, as far as that is easily told."""
    if "$ref" in schema:
        return _fits(value, definitions[referred(schema)], definitions)
    if "anyOf" in schema or "oneOf" in schema:
        return any(_fits(value, member, definitions) for member in schema.get("anyOf", schema.get("oneOf")))
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    return "not" not in schema and ("type" not in schema or is_of(value, (schema["type"],)))


_UNNAMED = frozenset(
    {
        "type",
        "items",
        "additionalProperties",
        "enum",
        "x-enum-varnames",
        "const",
        "anyOf",
        "$ref",
        "format",
        "not",
        *_ANNOTATIONS,
    }
)


def _needs_name(schema: Any) -> bool:
    """Whether a schema has constraints that only a definition or a property can carry."""
    if "$ref" in schema:
        return False
    if schema.keys() - _UNNAMED or leaves.has_exact_values(schema):
        return True
    return any(_needs_name(member) for member in schema.get("anyOf", ()))


def _without_annotations(schema: Any) -> Any:
    return {keyword: value for keyword, value in schema.items() if keyword not in _ANNOTATIONS}


def _without_null(schema: Any) -> Any:
    """A schema, null not among the members of its union."""
    if NULL not in schema.get("anyOf", ()):
        return schema
    return {**schema, "anyOf": [member for member in schema["anyOf"] if member != NULL]}


def _only(shape: Shape, kind: str) -> Shape:
    """The keywords of a shape that speak of one type."""
    own = BY_TYPE.get(kind, frozenset()) | ({"tuple"} if kind == "array" else set())
    others = frozenset({"tuple"}).union(*BY_TYPE.values()) - own
    return {keyword: value for keyword, value in shape.items() if keyword not in others and keyword not in _ASIDE}
