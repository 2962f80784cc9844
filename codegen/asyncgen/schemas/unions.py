"""anyOf, oneOf and discriminators: several schemas in one place, and how a value says which of them it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from asyncgen.diagnostics import Place
from asyncgen.naming import pascal_case
from asyncgen.schemas import places
from asyncgen.schemas.checks import checked
from asyncgen.schemas.definitions import Definitions, is_class, referred
from asyncgen.schemas.leaves import NEVER, NULL
from asyncgen.schemas.merge import is_of
from asyncgen.schemas.shape import At, Check, Read, Shape

if TYPE_CHECKING:
    from asyncgen.schemas.normalise import Normaliser

_ASIDE = frozenset(
    "anyOf oneOf description title examples default deprecated nullable discriminator readOnly writeOnly checks check".split()
)
Discriminator = tuple[str, Mapping[str, str]]
"""The name of the property, and value -> schema where the document says so."""


def union(run: Normaliser, at: At, shape: Shape, name: str | None, wanted: str | None) -> Any:
    """The schema for a shape with anyOf, oneOf or a discriminator; None where these make no union.

    `name` is its own where it stands in definitions, `wanted` what it would be called.
    """
    if "anyOf" not in shape and "oneOf" not in shape:
        return _heirs(run, at, shape["discriminator"]) if "discriminator" in shape else None
    keyword = "oneOf" if "oneOf" in shape else "anyOf"
    common = {key: value for key, value in shape.items() if key not in _ASIDE}
    parts = _with_common(run, at, shape[keyword], common)
    base = name or wanted or run.definitions.name_for(at)
    members = [
        member
        for part in parts
        for found in [_member(run, part, base, shape.get("discriminator"))]
        for member in found.get("anyOf", [found])
    ]
    nullable = NULL in members or "null" in common.get("types", ())
    exclusive = keyword == "anyOf" or _disjoint(run.definitions, [member for member in members if member != NEVER])
    members = _distinct(member for member in members if member not in (NULL, NEVER))
    if not members:
        return NULL if nullable else NEVER
    tagged = _tagged(run, at, members, shape.get("discriminator")) if len(members) > 1 else None
    if tagged is not None:
        tagged = tagged if name else run.nested(at, tagged, base)
        return {"anyOf": [tagged, NULL]} if nullable else tagged
    check = None if exclusive else run.checks.of([Check({"oneOf": shape["oneOf"]}, at.place.child("oneOf"))])
    if not exclusive and "discriminator" not in shape:  # of that it has been said that it tells nothing
        run.diagnostics.report(
            "AG408",
            at.place.child(keyword),
            "nothing tells the members of this oneOf apart: every value is tried on all, and refused if it fits several",
            hint="give each a required property with a `const` of its own, or name one as discriminator",
            key=True,
        )
    if len(members) == 1 and not nullable:
        return checked(members[0], check)
    return checked({"anyOf": [*members, NULL] if nullable else members}, check)


def conditions_as_checks(at: At, shape: Shape) -> Shape:
    """The shape, its anyOf or oneOf among the checks where it makes no types: beside an enum or another union, or mere conditions."""
    for keyword in ("anyOf", "oneOf"):
        others = {key for key in shape if key not in _ASIDE} - {"types"}
        second = "enum" in shape or (keyword == "anyOf" and "oneOf" in shape)
        if keyword in shape and (second or (others and all(_is_condition(part.value) for part in shape[keyword]))):
            check = Check({keyword: shape[keyword]}, at.place.child(keyword))
            shape = {key: value for key, value in shape.items() if key != keyword}
            shape["checks"] = [*shape.get("checks", ()), check]
    return shape


def _with_common(run: Normaliser, at: At, parts: list[At], common: Shape) -> list[At]:
    """The members of a union, each with what stands beside the union."""
    types: tuple[str, ...] = common.get("types", ())
    if not common or (common.keys() == {"types"} and all(_is_of_types(run, part, types) for part in parts)):
        return parts
    return [At({"allOf": [At(Read(common), at.place), part]}, part.place) for part in parts]


def _heirs(run: Normaliser, at: At, discriminator: Discriminator) -> Any:
    """The union of the schemas that extend a base with a discriminator through allOf; None when there are none.

    They are looked for where the base stands, and named by their keys.
    """
    if len(at.place.pointer) < 2 or not places.is_named(at.place):
        return None
    container = at.place.pointer[:-1]
    reference = Place(at.place.source, container).json_pointer
    found, place = run.references.follow({"$ref": reference}, at.place)
    if not isinstance(found, dict):
        return None
    members = [
        At(schema, place.child(key))
        for key, schema in found.items()
        if key != at.place.pointer[-1]
        and any(base == at.place for base in _bases(run, At(schema, place.child(key)), 0))
    ]
    if not members:
        return None
    return _tagged(run, at, [run.named(member) for member in members], discriminator)


def _bases(run: Normaliser, at: At, depth: int) -> Iterator[Place]:
    """The places of all schemas that a schema extends."""
    parts = at.value.get("allOf") if isinstance(at.value, dict) else None
    for index, part in enumerate(parts if isinstance(parts, list) and depth < 20 else ()):
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            value, place = run.references.follow(part, at.place.child("allOf", index))
            yield place
            yield from _bases(run, At(value, place), depth + 1)


def _is_condition(value: Any) -> bool:
    """Whether a member only says which properties are required, or the like."""
    return isinstance(value, dict) and bool(value) and not value.keys() - {"required", "not", "description", "title"}


def _is_of_types(run: Normaliser, part: At, types: tuple[str, ...]) -> bool:
    value = run.resolve(part).value
    if not isinstance(value, dict):
        return False
    if "type" in value:
        return value["type"] in types
    return ("properties" in value and "object" in types) or bool(value.keys() & {"oneOf", "anyOf", "allOf"})


def _member(run: Normaliser, part: At, base: str, discriminator: Discriminator | None) -> Any:
    """One member, under the name that its tag gives it where it has none of its own."""
    if run.resolve(part) is not part or run.definitions.known(part):
        return run.item(part)
    shape = run.shape(part)
    tag = _own_tag(shape, discriminator) or _extended(run, part)
    wanted = pascal_case(f"{base} {tag}") if tag else None
    return run.nested(part, run.emit(part, shape, None, wanted), wanted)


def _extended(run: Normaliser, part: At) -> str | None:
    """The name of the schema that stands in a member together with what stands beside the union."""
    parts = part.value.get("allOf") if isinstance(part.value, dict) else None
    for item in parts if isinstance(parts, list) else ():
        if isinstance(item, At) and item.place == part.place and run.resolve(item) is not item:
            return run.definitions.name_for(run.resolve(item))
    return None


def _own_tag(shape: Shape, discriminator: Discriminator | None) -> str | None:
    """The word by which a member without a name differs: the one value of a required property."""
    candidates = [discriminator[0]] if discriminator else shape.get("required", [])
    for name in candidates:
        sub = shape.get("properties", {}).get(name)
        if sub is not None and isinstance(sub.value, dict):
            values = [sub.value["const"]] if "const" in sub.value else sub.value.get("enum", [])
            if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
                return values[0]
    return None


def _tagged(run: Normaliser, at: At, members: list[Any], discriminator: Discriminator | None) -> Any:
    """A discriminated union, when all members are classes that a property tells apart."""
    classes = [_class_of(run, member) for member in members]
    known = [definition for definition in classes if definition is not None]
    if discriminator is not None:
        problem = "one of its members is no object" if len(known) < len(members) else None
        mapping = None if problem else _declared(run, at, members, discriminator)
        if mapping is None:
            run.diagnostics.report(
                "AG407",
                at.place.child("discriminator"),
                f"'{discriminator[0]}' cannot tell the members apart: {problem or 'two of them have the same value of it'}",
                key=True,
            )
            return None
        return _discriminated(members, discriminator[0], mapping)
    if len(known) < len(members):
        return None
    for name in known[0]["required"]:
        found = _by_values(members, known, name)
        if found is not None and len({run.definitions.python_name(referred(member), name) for member in members}) == 1:
            return _discriminated(members, name, found)
    return None


def _by_values(members: list[Any], definitions: list[Any], name: str) -> dict[str, str] | None:
    """Value -> member, when every member requires the property and their values differ."""
    mapping: dict[str, str] = {}
    for member, definition in zip(members, definitions, strict=True):
        values = tags(definition["properties"].get(name, {})) if name in definition["required"] else ()
        if not values or any(value in mapping for value in values):
            return None
        mapping.update(dict.fromkeys(values, member["$ref"]))
    return mapping


def _declared(run: Normaliser, at: At, members: list[Any], discriminator: Discriminator) -> dict[str, str] | None:
    """Value -> member for a discriminator, whose members get the property with their values where they lack it."""
    name, declared = discriminator
    by_reference: dict[str, list[str]] = {}
    for value, target in declared.items():
        text = str(target) if "#" in str(target) or "/" in str(target) else f"#/components/schemas/{target}"
        _, place = run.references.follow({"$ref": text}, at.place.child("discriminator", "mapping", value))
        by_reference.setdefault(run.definitions.named_at(place) or "", []).append(str(value))
    mapping: dict[str, str] = {}
    for member in members:
        named = referred(member)
        definition = run.definitions[named]
        own = tags(definition["properties"].get(name, {}))
        values = own or tuple(by_reference.get(named) or [run.definitions.key_of(named)])
        if any(value in mapping for value in values):
            return None
        if not own:
            if name not in definition["properties"]:
                run.definitions.add_property(named, name, at.place)
            described = {key: text for key, text in definition["properties"][name].items() if key == "description"}
            definition["properties"][name] = {
                **({"const": values[0]} if len(values) == 1 else {"enum": list(values)}),
                **described,
            }
        if name not in definition["required"]:
            definition["required"].append(name)
        mapping.update(dict.fromkeys(values, member["$ref"]))
    return mapping


def _discriminated(members: list[Any], name: str, mapping: dict[str, str]) -> Any:
    return {"oneOf": members, "discriminator": {"propertyName": name, "mapping": mapping}}


def tags(schema: Any) -> tuple[str, ...]:
    """The values of a property that is one of a few strings."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return tuple(values) if values and all(isinstance(value, str) for value in values) else ()


def _class_of(run: Normaliser, member: Any) -> Any:
    definition = run.definitions[referred(member)] if "$ref" in member else {}
    return definition if is_class(definition) else None


def _distinct(members: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for member in members:
        if member not in found:
            found.append(member)
    return found


def _disjoint(definitions: Definitions, members: list[Any]) -> bool:
    """Whether no two members can take the same value, as far as their types tell."""
    kinds = [_kinds(definitions, member, 0) for member in members]
    return not any(
        kind == other_kind and (value == other_value or "" in (value, other_value))
        for index, one in enumerate(kinds)
        for other in kinds[index + 1 :]
        for kind, value in one
        for other_kind, other_value in other
    )


def _kinds(definitions: Definitions, schema: Any, depth: int) -> frozenset[tuple[str, str]]:
    """The types of a schema's values, each with the only value of it, as text, or an empty text."""
    everything = frozenset((kind, "") for kind in ("null", "boolean", "number", "string", "array", "object"))
    if depth > 20:
        return everything
    if "$ref" in schema:
        return _kinds(definitions, definitions[referred(schema)], depth + 1)
    if "enum" in schema or "const" in schema:
        return frozenset(
            (next(kind for kind, _ in everything if is_of(value, (kind,))), repr(value))
            for value in schema.get("enum", [schema.get("const")])
        )
    if "anyOf" in schema or "oneOf" in schema:
        return frozenset().union(
            *(_kinds(definitions, member, depth + 1) for member in schema.get("anyOf", schema.get("oneOf")))
        )
    kind = schema.get("type")
    return everything if kind is None else frozenset({("number" if kind == "integer" else kind, "")})
