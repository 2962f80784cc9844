"""Documents to generate from, and the same data types as plain JSON Schema for peers that know nothing else."""

from pathlib import Path
from typing import Any

import yaml

Schema = dict[str, Any]


def many_messages(count: int) -> dict[str, Any]:
    """Gives an AsyncAPI 3.0 document with `count` messages, each with a data type and a channel of its own."""
    numbers = range(1, count + 1)
    schemas = {f"Event{number}": _event(number) for number in numbers}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Many {count}", "version": "1.0.0"},
        "servers": {"development": {"host": "localhost:9092", "protocol": "kafka"}},
        "channels": {
            f"events-{number}": {
                "address": f"events-{number}",
                "messages": {f"Event{number}": {"$ref": f"#/components/messages/Event{number}"}},
            }
            for number in numbers
        },
        "operations": {
            f"handleEvent{number}": {
                "action": "receive" if number % 2 else "send",
                "channel": {"$ref": f"#/channels/events-{number}"},
            }
            for number in numbers
        },
        "components": {
            "messages": {
                f"Event{number}": {"payload": {"$ref": f"#/components/schemas/Event{number}"}} for number in numbers
            },
            "schemas": schemas | {"Money": _MONEY},
        },
    }


_MONEY: Schema = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "integer", "minimum": 0},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
}


def _event(number: int) -> Schema:
    return {
        "type": "object",
        "description": f"What happened, kind {number}.",
        "required": ["eventId", "occurredAt", "kind"],
        "properties": {
            "eventId": {"type": "string", "format": "uuid"},
            "occurredAt": {"type": "string", "format": "date-time"},
            "kind": {
                "type": "string",
                "enum": [f"created-{number}", f"changed-{number}", f"deleted-{number}"],
            },
            "quantity": {"type": "integer", "minimum": 1, "maximum": 999, "default": 1},
            "price": {"$ref": "#/components/schemas/Money"},
            "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 10},
            "note": {"type": ["string", "null"], "maxLength": 500},
        },
    }


def json_schema(document: Path) -> Schema:
    """Gives the data types under components.schemas, and those in other files, as one JSON Schema.

    AsyncAPI's string discriminator is left out: it is no JSON Schema, and datamodel-code-generator ends with a
    traceback on it.
    """
    root = yaml.safe_load(document.read_text(encoding="utf-8"))
    definitions: Schema = {}
    waiting = [(name, schema, document) for name, schema in root["components"]["schemas"].items()]
    while waiting:
        name, schema, file = waiting.pop(0)
        if name not in definitions:
            definitions[name] = _moved(schema, file, waiting)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": definitions,
    }


def _moved(schema: Any, file: Path, waiting: list[tuple[str, Any, Path]]) -> Any:
    """The schema with its references turned to `definitions`; what they refer to in other files is to come."""
    if isinstance(schema, list):
        return [_moved(item, file, waiting) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        where, pointer = schema["$ref"].split("#")
        name = pointer.rpartition("/")[2]
        if not pointer.startswith("/components/schemas/"):
            target = file.parent / where if where else file
            types = yaml.safe_load(target.read_text(encoding="utf-8"))
            waiting.append((name, types[name], target))
        return {"$ref": f"#/definitions/{name}"}
    return {key: _moved(value, file, waiting) for key, value in schema.items() if key != "discriminator"}
