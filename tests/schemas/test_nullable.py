"""Null is taken where a schema allows it, whatever the type and its constraints, and nowhere else."""

from __future__ import annotations

import pytest

from tests.schemas.conftest import Generate

TYPES = {
    "number": ("1.5", "true"),
    "integer": ("2", "1.5"),
    "boolean": ("true", "1"),
    "string": ('"ab"', "1"),
    "string, format: date-time": ('"2026-11-24T10:00:00Z"', '"x"'),
    "string, format: uuid": ('"12345678-1234-5678-1234-567812345678"', '"x"'),
    "string, format: email": ('"bo@example.com"', '"x"'),
    "number, minimum: 1": ("1.5", "0"),
    "integer, maximum: 5, multipleOf: 2": ("4", "3"),
    "number, multipleOf: 0.5": ("1.5", "0.3"),
    "string, minLength: 2": ('"ab"', '"a"'),
    "array, items: {type: integer}": ("[1]", "[true]"),
    "object, additionalProperties: {type: number}": ('{"a": 1.5}', '{"a": "b"}'),
}
SPELLINGS = ["{type: [$KIND, 'null']$REST}", "{type: ['null', $KIND]$REST}", "{anyOf: [{type: $KIND$REST}, {type: 'null'}]}", "{type: $KIND$REST, nullable: true}"]  # fmt: skip
PLACES = {
    "{type: object, required: [a], properties: {a: $SCHEMA}}": '{"a": $VALUE}',
    "{type: object, properties: {a: $SCHEMA}}": '{"a": $VALUE}',
    "{type: array, items: $SCHEMA}": "[$VALUE]",
    "{type: object, additionalProperties: $SCHEMA}": '{"k": $VALUE}',
    "$SCHEMA": "$VALUE",
}


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_null_is_taken_where_it_is_allowed(generate: Generate, kind: str, spelling: str) -> None:
    name, comma, rest = kind.partition(",")
    schema = spelling.replace("$KIND", name).replace("$REST", comma + rest)
    made = generate("\n".join(f"T{index}: {place}" for index, place in enumerate(PLACES)).replace("$SCHEMA", schema))
    good, bad = TYPES[kind]
    for index, text in enumerate(PLACES.values()):
        assert made.accepts(f"T{index}", text.replace("$VALUE", "null"))
        assert made.accepts(f"T{index}", text.replace("$VALUE", good))
        assert not made.accepts(f"T{index}", text.replace("$VALUE", bad))
