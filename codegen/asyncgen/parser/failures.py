"""What fails when a value does not match a JSON Schema: of all that a validator reports, what people would say.

A value that fits none of the forms of a `oneOf` or `anyOf` fails each of them for other reasons. What counts is how it fails
the form that was meant: a reference where it has a `$ref`, else the form whose type and fixed values it has, and of those the
one that it comes nearest to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from asyncgen.diagnostics import Pointer, did_you_mean

Tolerance = Callable[[ValidationError, Any], bool]
"""Whether an error about a value is none after all."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One rule that one value breaks.

    `keyword` is the rule's name in JSON Schema, `expected` what it asks for; for `additionalProperties` and `required` it is
    the name of the member, as for `propertyNames`. `rule` is where the rule stands in the schema. `known` are the members that
    the schema names where the value has another, `patterns` what the names of others must match; for `propertyNames`, the rule
    that the name breaks and what that asks for.
    """

    keyword: str
    pointer: Pointer
    rule: Pointer
    expected: Any = None
    known: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def find_failures(
    errors: Iterable[ValidationError], instance: Any, schema: Any, tolerates: Tolerance | None = None
) -> list[Failure]:
    """The failures of `instance` by the errors that a validator of `schema` reports, each once."""
    return _Finder(instance, schema, tolerates or (lambda error, value: False)).all(errors)


def value_in(value: Any, pointer: Pointer) -> Any:
    """The value at a pointer that leads somewhere."""
    for part in pointer:
        value = value[part]
    return value


def is_deeper(value: Any, depth: int) -> bool:
    """Whether a value is nested deeper than that."""
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [
            item
            for outer in level
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Finder:
    instance: Any
    schema: Any
    tolerates: Tolerance

    def all(self, errors: Iterable[ValidationError]) -> list[Failure]:
        found: dict[tuple[str, Pointer, str], Failure] = {}
        for error in errors:
            for failure in self.of(error):
                found.setdefault((failure.keyword, failure.pointer, _identity(failure.expected)), failure)
        return _settled(list(found.values()))

    def of(self, error: ValidationError) -> list[Failure]:
        pointer, rule = tuple(error.instance_path), tuple(error.schema_path)
        value = value_in(self.instance, pointer)
        kind = error.kind
        if self.tolerates(error, value):
            return []
        if isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
            return _nearest([self.all(branch) for branch in kind.context], pointer, value)
        if isinstance(kind, ValidationErrorKind.AdditionalProperties):
            above = Failure("additionalProperties", pointer, rule, *self._members(rule))
            return [replace(above, expected=name) for name in kind.unexpected]
        if isinstance(kind, ValidationErrorKind.FalseSchema) and rule[-1:] == ("additionalProperties",):
            return [Failure("additionalProperties", pointer, rule, name) for name in value]
        if isinstance(kind, ValidationErrorKind.PropertyNames):
            names = kind.error.kind
            return [
                Failure("propertyNames", pointer, rule, kind.error.instance, patterns=(names.name, str(names.value)))
            ]
        return [Failure(kind.name, pointer, rule, kind.value)]

    def _members(self, rule: Pointer) -> tuple[None, tuple[str, ...], tuple[str, ...]]:
        """What the schema that forbids further members says about those that it allows."""
        schema = value_in(self.schema, rule[:-1])
        patterns = tuple(name for name in schema.get("patternProperties", ()) if not name.startswith("^x-"))
        return None, tuple(schema.get("properties", ())), patterns


def _identity(expected: Any) -> str:
    """The same for the same choices in another order."""
    return repr(sorted(map(repr, expected))) if isinstance(expected, list) else repr(expected)


def _settled(failures: list[Failure]) -> list[Failure]:
    """Without those that follow from others: what else is wrong with a value of the wrong type, a name that is misspelled."""
    at: dict[Pointer, list[Failure]] = {}
    for failure in failures:
        at.setdefault(failure.pointer, []).append(failure)
    return [failure for failure in failures if not _follows(failure, at[failure.pointer])]


def _follows(failure: Failure, others: list[Failure]) -> bool:
    if failure.keyword == "required":
        misspelled = [str(other.expected) for other in others if other.keyword == "additionalProperties"]
        return did_you_mean(failure.expected, misspelled) is not None
    types = [types_of(other) for other in others if other.keyword == "type"]
    if not types or failure.keyword == "enum":
        return False
    is_narrowest = failure.keyword == "type" and types_of(failure) == min(types, key=len)
    return not is_narrowest or any(other.keyword == "enum" for other in others)


def types_of(failure: Failure) -> list[str]:
    """The types that are due where a value has another."""
    return failure.expected if isinstance(failure.expected, list) else [failure.expected]


def _nearest(branches: list[list[Failure]], pointer: Pointer, value: Any) -> list[Failure]:
    """How a value fails the form that it was meant to have; not at all when that is all tolerated."""
    if not all(branches):
        return []
    if isinstance(value, dict) and "$ref" in value:
        at = (*pointer, "$ref")
        as_reference = [branch for branch in branches if all(failure.pointer == at for failure in branch)]
        branches = as_reference or branches
    if all(_types(branch, pointer) for branch in branches):
        types = [name for branch in branches for name in _types(branch, pointer)]
        return [replace(branches[0][0], keyword="type", pointer=pointer, expected=list(dict.fromkeys(types)))]
    missing = [branch[0] for branch in branches if len(branch) == 1 and branch[0].keyword == "required"]
    if len(missing) == len(branches) and all(failure.pointer == pointer for failure in missing):
        fields = [failure for failure in missing if failure.expected != "$ref"] or missing
        names = dict.fromkeys(str(failure.expected) for failure in fields)
        return [replace(fields[0], expected="' or '".join(names))]
    best = min(branches, key=lambda branch: _distance(branch, pointer, value))
    return [_widened(failure, branches) if failure.keyword in _FIXED else failure for failure in best]


_FIXED = {"enum", "const"}


def _distance(branch: list[Failure], pointer: Pointer, value: Any) -> tuple[bool, bool, int, int, int]:
    """How far a value is from a form: another type, no reference, other fixed values, what is wrong with itself, all."""
    own = [failure for failure in branch if failure.pointer == pointer]
    return (
        any(failure.keyword == "type" or _is_of_another_type(failure, value) for failure in own),
        any(failure.keyword == "required" and failure.expected == "$ref" for failure in own),
        sum(failure.keyword in _FIXED and failure.pointer[:-1] == pointer for failure in branch if failure.pointer),
        len(own),
        len(branch),
    )


def _is_of_another_type(failure: Failure, value: Any) -> bool:
    return failure.keyword in _FIXED and not any(isinstance(value, type(each)) for each in _choices(failure))


def _types(branch: list[Failure], pointer: Pointer) -> list[str]:
    """The types that a form may have, where the value has another."""
    for failure in branch:
        if failure.keyword == "type" and failure.pointer == pointer:
            return types_of(failure)
    return []


def _widened(failure: Failure, branches: list[list[Failure]]) -> Failure:
    """A value that no form has, with the values that any of them wants there."""
    same = [
        next((each for each in branch if each.pointer == failure.pointer and each.keyword in _FIXED), None)
        for branch in branches
    ]
    choices = [choice for each in same if each is not None for choice in _choices(each)]
    if None in same:
        return failure
    return replace(
        failure, keyword="enum", expected=[each for i, each in enumerate(choices) if each not in choices[:i]]
    )


def _choices(failure: Failure) -> list[Any]:
    return failure.expected if isinstance(failure.expected, list) and failure.keyword == "enum" else [failure.expected]
