"""How messages travel: from a document's message to the Python types and encodings of one protocol."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asyncgen.bindings import place_of, read_bindings
from asyncgen.diagnostics import Diagnostics, Place
from asyncgen.document import Document, Message, Operation, Schema
from asyncgen.naming import Scope, constant_case, pascal_case
from asyncgen.package import Codec, Headers, Wire, WireMessage
from asyncgen.parser.node import field_or_key
from asyncgen.protocols import Protocol
from asyncgen.schemas.bundle import Bundle, References, SchemaUse, UsedType
from asyncgen.schemas.inspect import header_properties, wire_kind


def schema_uses(
    operations: Iterable[tuple[Protocol, Operation]], document: Document, references: References
) -> Mapping[str, SchemaUse]:
    """Every schema that the messages of these operations and of their replies need, by the manifest's key."""
    uses: dict[str, SchemaUse] = {}

    def need(key: str, schema: Schema | None, name: str) -> None:
        if schema is not None:
            uses.setdefault(key, SchemaUse(key, schema, name))

    owners: dict[str, Place] = {}
    for protocol, operation in operations:
        for message in messages_of(operation):
            words = _words(message, owners)
            if codec(message) in ("Json", "Text"):
                need(use_key(message.place.child("payload"), document), message.payload, words)
            need(use_key(message.place.child("headers"), document), message.headers, f"{words} headers")
            for name, (place, schema) in _arguments(message, protocol, references).items():
                need(use_key(place, document), schema, f"{words} {name}")
    return uses


def _words(message: Message, owners: dict[str, Place]) -> str:
    """What the inline schemas of a message are named after: its key; behind that of its channel, where another came first."""
    name = pascal_case(message.name)
    pointer = message.place.pointer
    if owners.setdefault(name, message.place) == message.place or pointer[:1] != ("channels",):
        return message.name
    return f"{pointer[1]} {message.name}"


def messages_of(operation: Operation) -> tuple[Message, ...]:
    """The messages of an operation and of its reply."""
    return operation.messages + (operation.reply.messages if operation.reply else ())


def use_key(place: Place, document: Document) -> str:
    """The manifest's name of a place: a JSON pointer into the root document, with the file or URL before it in another one."""
    if "://" in place.source.name:
        return place.source.name + place.json_pointer
    if place.source.name == document.place.source.name:
        return place.json_pointer
    folder = os.path.dirname(document.place.source.name) or "."
    return Path(os.path.relpath(place.source.name, folder)).as_posix() + place.json_pointer


def codec(message: Message) -> Codec:
    """How the payload is written: by the content type, JSON where the document says nothing."""
    if message.payload is None:
        return "Nothing"
    media = (message.content_type or "application/json").partition(";")[0].strip().lower()
    if media in ("application/json", "text/json") or media.endswith("+json"):
        return "Json"
    return "Text" if media.startswith("text/") else "Binary"


def _arguments(message: Message, protocol: Protocol, references: References) -> dict[str, tuple[Place, Schema]]:
    """The schemas in a message's binding that become arguments: for each field, where it stands and what it leads to."""
    fields = protocol.bindings.get("message", {})
    found: dict[str, tuple[Place, Schema]] = {}
    for binding in message.bindings.values():
        if binding.protocol not in protocol.speaks:
            continue
        for name, value in binding.value.items():
            if name in fields and fields[name].becomes == "argument" and isinstance(value, dict):
                place = binding.place.child(name)
                found[name] = (place, Schema(*references.follow(value, place)))
    return found


@dataclass(slots=True)
class MessagePlanner:
    """Plans the messages of one protocol, each once, and names their constants."""

    protocol: Protocol
    document: Document
    references: References
    bundle: Bundle
    constants: Scope
    diagnostics: Diagnostics
    planned: dict[tuple[str, str], WireMessage] = field(default_factory=dict)

    def plan(self, message: Message) -> WireMessage:
        identity = (message.place.source.name, message.place.json_pointer)
        if identity not in self.planned:
            self.planned[identity] = self._plan(message)
        return self.planned[identity]

    def payload_key(self, message: Message) -> str:
        return use_key(message.place.child("payload"), self.document)

    def headers_key(self, message: Message) -> str:
        return use_key(message.place.child("headers"), self.document)

    def _plan(self, message: Message) -> WireMessage:
        bindings = read_bindings(message.bindings, "message", self.protocol, self.diagnostics)
        arguments = _arguments(message, self.protocol, self.references)
        for name in bindings:
            if self.protocol.bindings["message"][name].becomes == "argument" and name not in arguments:
                place = place_of(message.bindings, self.protocol, name)
                self.diagnostics.report("AG604", place, f"'{name}' has to be a schema; it is ignored")
        location = message.correlation_id.location if message.correlation_id else None
        constant = constant_case(message.name)
        return WireMessage(
            constant=self.constants.take(constant, f"{constant}_MESSAGE"),
            name=message.name,
            doc=documentation(message.title, message.summary, message.description),
            payload=self._payload(message),
            headers=self._headers(message),
            arguments={name: self._json(use_key(place, self.document), None) for name, (place, _) in arguments.items()},
            correlation_id=location,
            bindings={name: value for name, value in bindings.items() if name not in arguments},
        )

    def _payload(self, message: Message) -> Wire:
        content_type = message.content_type
        match codec(message):
            case "Nothing":
                return Wire("Nothing", "None", content_type=content_type)
            case "Json":
                return self._json(self.payload_key(message), content_type or "application/json")
            case "Text":
                return self._text(message)
            case "Binary":
                place, key = field_or_key(message.place, "contentType")
                self.diagnostics.report(
                    "AG610",
                    place,
                    f"asyncgen has no encoding for '{content_type}': the payload is bytes, and its schema is not applied",
                    key=key,
                )
                return Wire("Binary", "bytes", content_type=content_type)

    def _json(self, key: str, content_type: str | None) -> Wire:
        used = self.bundle.types.get(key, UsedType("Any", None, False, True))
        return Wire("Json", annotation(used), wire_kind(self.bundle, key), content_type, used.is_class)

    def _text(self, message: Message) -> Wire:
        """A text is a string, of the schema's type where that takes strings only."""
        key = self.payload_key(message)
        used = self.bundle.types.get(key)
        if used is None or used.expression in ("str", "Any"):
            return Wire("Text", "str", "text", message.content_type)
        if wire_kind(self.bundle, key) != "text":
            self.diagnostics.report(
                "AG610",
                message.place,
                f"a payload of content type '{message.content_type}' is text, and its schema takes something else: the"
                " payload is a str, and its schema is not applied",
                key=True,
            )
            return Wire("Text", "str", "text", message.content_type)
        return Wire("Text", annotation(used), "text", message.content_type)

    def _headers(self, message: Message) -> Headers | None:
        key = self.headers_key(message)
        used = self.bundle.types.get(key)
        properties = header_properties(self.bundle, key) if used and used.model else ()
        if used is None or not properties:
            return None
        return Headers(
            annotation=annotation(used),
            required=any(header.required for header in properties),
            text=tuple(header.wire_name for header in properties if header.kind == "text"),
            json=tuple(header.wire_name for header in properties if header.kind == "json"),
            both=tuple(header.wire_name for header in properties if header.kind == "either"),
        )


def annotation(used: UsedType) -> str:
    """The type as it is written outside models.py."""
    return f"models.{used.model}" if used.model else used.expression


def documentation(title: str | None, summary: str | None, description: str | None, *fallback: str) -> str:
    """The text of a docstring: a first line, then what more there is to say."""
    parts = [text.strip() for text in (summary or title, description) if text and text.strip()]
    if len(parts) == 2 and parts[0] == parts[1]:
        parts.pop()
    return "\n\n".join(parts) or " ".join(fallback)


def single_value(schema: Any) -> str | None:
    """The one string that a schema allows: its const, or the only member of its enum. A plain string is taken as meant."""
    if isinstance(schema, str):
        return schema
    if isinstance(schema, Mapping):
        values = [schema["const"]] if "const" in schema else schema.get("enum")
        if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
            return values[0]
    return None
