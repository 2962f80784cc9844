"""Examples and defaults that do not match their own schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from jsonschema_rs import Draft7, Draft7Validator, Registry, ValidationError

from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Document, Message, Schema
from asyncgen.parser.failures import Failure, find_failures, is_deeper
from asyncgen.parser.inlined import Inlined, subschemas
from asyncgen.parser.node import value_at
from asyncgen.parser.resolve import Resolved
from asyncgen.parser.validate import all_messages
from asyncgen.parser.wording import name_of, sentence

MAX_CHECKED = 50_000
"""How many values of one document are checked."""

MAX_SAID = 5
"""How much is said about one of them."""

MAX_DEPTH = 60
"""How deep values may be nested to be checked."""

_URI = "urn:asyncgen:schemas"
_JSON_SCHEMA = "application/schema+"


@dataclass(frozen=True, slots=True)
class _Check:
    what: Literal["example", "default"]
    value: Any
    place: Place
    schema: Any
    schema_place: Place


def check_examples(resolved: Resolved, document: Document, diagnostics: Diagnostics) -> None:
    """Report the examples and defaults of a document that their own schemas refuse."""
    inlined = Inlined(resolved)
    checks = [
        (check, inlined.name(check.schema, check.schema_place))
        for check in islice(_checks(resolved, document), MAX_CHECKED)
        if not is_deeper(check.value, MAX_DEPTH)
    ]
    if not checks:
        return
    schema = inlined.complete()
    registry = Registry([(_URI, schema)], draft=Draft7)
    validators: dict[str, Draft7Validator | None] = {}
    for check, name in checks:
        if name is None:
            continue
        if name not in validators:
            validators[name] = _validator(name, inlined, registry, check, diagnostics)
        validator = validators[name]
        if validator is not None and not validator.is_valid(check.value):
            errors = validator.iter_errors(check.value)
            _report(check, find_failures(errors, check.value, schema), diagnostics)


def _validator(
    name: str, inlined: Inlined, registry: Registry, check: _Check, diagnostics: Diagnostics
) -> Draft7Validator | None:
    why = "its combinations allow too many cases"
    if inlined.is_bounded(name):
        try:
            return Draft7Validator({"$ref": f"{_URI}#/definitions/{name}"}, registry=registry, validate_formats=True)
        except (ValidationError, ValueError):
            why = "it is no valid schema itself"
    diagnostics.report("AG343", check.schema_place, f"examples of this schema are not checked: {why}")
    return None


def _report(check: _Check, failures: list[Failure], diagnostics: Diagnostics) -> None:
    def noun(failure: Failure) -> str:
        return name_of(failure.pointer, top="it")

    code = "AG341" if check.what == "example" else "AG342"
    for failure in failures[:MAX_SAID]:
        said = sentence(failure, check.value, noun, top="it")
        message = f"the {check.what} does not match its schema: {said.message}"
        diagnostics.report(code, check.place.child(*said.pointer), message, hint=said.hint, key=said.key)


def _checks(resolved: Resolved, document: Document) -> Iterator[_Check]:
    messages = list(all_messages(document))
    for message in messages:
        yield from _of_message(message)
    seen: set[Place] = set()
    for value, place in _schemas(resolved, document, messages):
        yield from _inside(value, place, resolved, seen)


def _of_message(message: Message) -> Iterator[_Check]:
    for example in message.examples:
        written = value_at(example.place)
        for field, schema in (("payload", message.payload), ("headers", message.headers)):
            if schema is not None and _is_json_schema(schema) and isinstance(written, dict) and field in written:
                yield _Check("example", written[field], example.place.child(field), schema.value, schema.place)


def _schemas(resolved: Resolved, document: Document, messages: list[Message]) -> Iterator[tuple[Any, Place]]:
    """Every schema of the document that is in a language that defaults can be checked in."""
    for message in messages:
        for schema in (message.payload, message.headers):
            if schema is not None and _is_json_schema(schema):
                yield schema.value, schema.place
    for channel in document.channels:
        yield from ((each.schema.value, each.schema.place) for each in channel.parameters if each.schema is not None)
    place = Place(resolved.root, ("components", "schemas"))
    components, place = resolved.follow(value_at(place) or {}, place)
    for name, value in components.items() if isinstance(components, dict) else ():
        if not (isinstance(value, dict) and "schemaFormat" in value):
            yield value, place.child(name)


def _inside(value: Any, place: Place, resolved: Resolved, seen: set[Place]) -> Iterator[_Check]:
    """The defaults and examples of a schema and of all in it and after its references."""
    waiting = [(value, place)]
    while waiting:
        found, trail = resolved.trail(*waiting.pop())
        place = trail[-1]
        if found is None or place in seen or not isinstance(found[0], dict):
            continue
        seen.add(place)
        schema = found[0]
        if "default" in schema:
            yield _Check("default", schema["default"], place.child("default"), schema, place)
        examples = schema.get("examples")
        for index, example in enumerate(examples) if isinstance(examples, list) else ():
            yield _Check("example", example, place.child("examples", index), schema, place)
        if "example" in schema:
            yield _Check("example", schema["example"], place.child("example"), schema, place)
        waiting += [(each, place.child(*pointer)) for pointer, each in subschemas(schema)]


def _is_json_schema(schema: Schema) -> bool:
    return schema.format is None or schema.format.startswith(_JSON_SCHEMA)
