"""What the official JSON Schemas say about a document, a sentence each.

They are those of npm's @asyncapi/specs, in `specifications/`. The document is checked as it stands, with its references; what
references lead to in other files is checked as what it is referred to as.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator, ValidationError, ValidationErrorKind

from asyncgen.diagnostics import Diagnostic, Diagnostics, Place, Pointer
from asyncgen.parser.failures import Failure, find_failures, is_deeper
from asyncgen.parser.references import is_reference
from asyncgen.parser.resolve import Resolved
from asyncgen.parser.said import Said
from asyncgen.parser.targets import targets
from asyncgen.parser.wording import Sentence, name_of, sentence

MAX_DEPTH = 60
"""How deep what breaks the rules may be nested for the place to be looked for: the time for that grows with its cube."""

_FOLDER = Path(__file__).parent / "specifications"
_MINOR = re.compile(r"(\d+\.\d+)(\..*)?")
_CODES: Mapping[str, str] = {
    "additionalProperties": "AG330", "required": "AG331", "type": "AG332", "propertyNames": "AG334", "oneOf": "AG335",
    "not": "AG335", "falseSchema": "AG335", "contains": "AG335",
}  # fmt: skip
_ABOUT_A_VALUE = "AG333"
_COMBINED = frozenset({"allOf", "anyOf", "oneOf", "then", "else"})
_NOUNS: Mapping[str, str] = {
    "info": "info", "infoExtensions": "info", "contact": "a contact", "license": "a license", "tag": "a tag",
    "externalDocs": "externalDocs", "server": "a server", "serverVariable": "a server variable", "channel": "a channel",
    "channelItem": "a channel", "operation": "an operation", "operationTrait": "an operation trait",
    "operationReply": "a reply", "operationReplyAddress": "a reply address", "message": "a message",
    "messageObject": "a message", "messageTrait": "a message trait", "messageExampleObject": "a message example",
    "parameter": "a parameter", "correlationId": "a correlationId", "components": "components", "Reference": "a reference",
    "schema": "a schema", "json-schema-draft-07-schema": "a schema", "oauth2Flow": "an OAuth flow",
    **dict.fromkeys(
        (
            "userPassword", "apiKey", "X509", "symmetricEncryption", "asymmetricEncryption", "oauth2Flows", "openIdConnect",
            "NonBearerHTTPSecurityScheme", "BearerHTTPSecurityScheme", "APIKeyHTTPSecurityScheme", "SaslPlainSecurityScheme",
            "SaslScramSecurityScheme", "SaslGssapiSecurityScheme",
        ),
        "a security scheme",
    ),
}  # fmt: skip
"""What the definitions of the official schemas describe."""


class Specifications:
    """The official schemas, each loaded when a document of its version is checked."""

    def __init__(self) -> None:
        self._loaded: dict[str, _Specification | None] = {}

    def of(self, version: str) -> _Specification | None:
        """The schema for a document that says this version; None for one that is later than those known."""
        match = _MINOR.fullmatch(version)
        name = f"{match.group(1)}.0" if match else ""
        if name not in self._loaded:
            path = _FOLDER / f"{name}.json"
            self._loaded[name] = _Specification(json.loads(path.read_bytes())) if path.is_file() else None
        return self._loaded[name]


class _Specification:
    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.whole = _validator(schema)
        self._parts: dict[str, tuple[Draft7Validator, dict[str, Any]] | None] = {}

    def part(self, section: str) -> tuple[Draft7Validator, dict[str, Any]] | None:
        """What `components` says about the members of one of its sections; None where it has no such section."""
        if section not in self._parts:
            components = self.schema["definitions"]["components"]["properties"]
            rule = self._member_rule(components.get(section, {}))
            schema = {**rule, "definitions": self.schema["definitions"]} if rule else None
            self._parts[section] = (_validator(schema), schema) if schema else None
        return self._parts[section]

    def _member_rule(self, rule: Any) -> dict[str, Any] | None:
        """The schema of the members of a map."""
        if "$ref" in rule:
            return self._member_rule(self.schema["definitions"].get(rule["$ref"].rpartition("/")[2], {}))
        rules = [*rule.get("patternProperties", {}).values(), rule.get("additionalProperties")]
        return next((each for each in rules if isinstance(each, dict) and each), None)


def check_structure(
    resolved: Resolved, version: str, specifications: Specifications, said: Diagnostics
) -> Iterator[Diagnostic]:
    """What was said so far, with what the official schemas add to it.

    Where the readers warn of what the schemas forbid it is an error instead; what they call an error is not said again.
    """
    specification = specifications.of(version)
    findings = Said(said)
    for place, code, each in _violations(resolved, specification) if specification else ():
        found = Diagnostics()
        found.report(code, place, each.message, hint=each.hint, key=each.key)
        for diagnostic in found:
            findings.add_error(diagnostic, each.subject)
    yield from findings


def _violations(resolved: Resolved, specification: _Specification) -> Iterator[tuple[Place, str, Sentence]]:
    checks = [(specification.whole, specification.schema, resolved.root.data, Place(resolved.root))]
    for target in targets(resolved):
        part = specification.part(target.section)
        if part is not None:
            checks.append((*part, target.value, target.place))
    for validator, schema, value, place in checks:
        if validator.is_valid(value):
            continue
        if is_deeper(value, MAX_DEPTH):
            message = f"{name_of(place.pointer)} breaks the specification, and is nested too deeply to say where"
            yield place, "AG335", Sentence((), message, "")
            continue
        for failure in find_failures(validator.iter_errors(value), value, schema, _tolerates):
            said = sentence(failure, value, partial(_noun, above=place.pointer), top=name_of(place.pointer))
            at = place.child(*said.pointer)
            if failure.keyword == "required":  # said of the object, at its name where it has one
                said = replace(said, key=bool(at.pointer) and isinstance(at.pointer[-1], str))
            yield at, _code(failure), said


def _code(failure: Failure) -> str:
    if failure.patterns:
        return "AG334"
    return _CODES.get(failure.keyword, _ABOUT_A_VALUE)


def _noun(failure: Failure, above: Pointer) -> str:
    """What the official schemas call an object, else its name."""
    pointer = (*above, *failure.pointer)
    if not pointer:
        return "the document"
    if pointer[-2:-1] == ("bindings",):
        return f"the binding '{pointer[-1]}'"
    named = [part for before, part in pairwise(failure.rule) if before == "definitions"]
    rest = failure.rule[failure.rule.index(named[-1]) + 1 : -1] if named else ("",)
    if all(isinstance(part, int) or part in _COMBINED for part in rest) and named[-1] in _NOUNS:
        return _NOUNS[str(named[-1])]
    return name_of(pointer)


def _tolerates(error: ValidationError, value: Any) -> bool:
    """Whether a reference is refused that the specification allows.

    Some schemas let a value be a reference or something that any reference is too, and then find two forms where one is due;
    those of Avro know no references at all.
    """
    if not is_reference(value):
        return False
    return isinstance(error.kind, ValidationErrorKind.OneOfMultipleValid) or "avroSchema_v1" in error.schema_path


def _validator(schema: dict[str, Any]) -> Draft7Validator:
    # References to an address with a {parameter} are no URIs in the strict sense, and everybody writes them.
    return Draft7Validator(schema, validate_formats=True, formats={"uri-reference": lambda text: True})
