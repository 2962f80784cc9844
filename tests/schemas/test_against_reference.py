"""Models and jsonschema-rs, the reference, on any schema and any value."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tests.schemas.conftest import Generate

NAMES = st.sampled_from(["a", "b", "orderId", "list", "x-y", ""])
LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 2},
        {"type": "string", "pattern": "^a+$"},
        {"type": "string", "enum": ["a", "aa"]},
        {"type": "integer"},
        {"type": "integer", "minimum": 1},
        {"type": "integer", "exclusiveMaximum": 1},
        {"type": "number"},
        {"type": "number", "multipleOf": 0.5},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"], "minLength": 2},
        {"type": ["integer", "null"], "minimum": 1},
        {"type": ["boolean", "number"]},
        {"type": ["object", "null"], "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"enum": ["a", None, 1, True]},
        {"enum": [0, 1]},
        {"const": "a"},
        {"const": True},
        {"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "minItems": 2, "additionalItems": False},
        {"enum": [[1], {"a": True}, 0.5, "a"]},
        {"type": "array", "items": [{"type": "string"}, {"type": "integer"}]},
        {"type": "string", "pattern": "^(?!a)"},
        {"type": "array", "items": {}, "uniqueItems": True},
        {"type": "object", "properties": {"a": {}}, "minProperties": 2},
        {"type": "object", "properties": {"a": {}}, "dependencies": {"a": ["b"]}},
        {},
        True,
        False,
        {"$ref": "#/$defs/Node"},
    ]
)


def _object(properties: dict[str, Any], required: list[str], more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(dict.fromkeys(required)), **more}


EXTRAS = st.sampled_from(
    [
        {},
        {},
        {"additionalProperties": False},
        {"additionalProperties": {"type": "integer"}},
        {"patternProperties": {"^[ab]": {"type": "integer"}}},
        {"patternProperties": {"^[ab]": {"type": "integer"}}, "additionalProperties": False},
        {"patternProperties": {"^l": {"type": "string"}}, "additionalProperties": {"type": "null"}},
        {"propertyNames": {"maxLength": 1}},
        {"maxProperties": 1},
        {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    ]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(_object, st.dictionaries(NAMES, inner, max_size=3), st.lists(NAMES, max_size=2), EXTRAS),
        st.builds(
            lambda items, more: {"type": "array", "items": items, **more},
            inner,
            st.sampled_from([{}, {"minItems": 1}, {"maxItems": 1}]),
        ),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
        st.builds(lambda members: {"anyOf": members}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda members: {"allOf": members}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda members: {"oneOf": members}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one, other: {"allOf": [one, {"not": other}]}, inner, inner),
        st.builds(lambda one, then: {"if": one, "then": then, "else": {"type": "string"}}, inner, inner),
        st.builds(lambda one: {"type": "array", "items": {}, "contains": one}, inner),
    ),
    max_leaves=6,
)
VALUES = st.recursive(
    st.sampled_from(["", "a", "aa", "b", 0, 1, 2, -1, 0.5, 1.0, 0.3, True, False, None, 10**20]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=5,
)
NODE = {"type": "object", "properties": {"a": {"$ref": "#/$defs/Node"}, "b": {"type": "integer"}}}


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=SCHEMAS, values=st.lists(VALUES, min_size=20, max_size=20))
def test_what_is_valid_is_accepted_and_leaves_as_it_came(generate: Generate, schema: Any, values: list[Any]) -> None:
    models = generate({"$defs": {"Node": NODE, "Schema": schema}, "components": {}}, ("$defs/Schema", "Schema"))
    assume(not {"AG410", "AG501", "AG502"} & set(models.codes))
    used = models.bundle.types["#/$defs/Schema"]
    reference = jsonschema_rs.Draft7Validator({"$ref": "#/$defs/Schema", "$defs": {"Node": NODE, "Schema": schema}})
    adapter = models.adapter(used.model) if used.model else None
    assert adapter is not None
    for value in values:
        decoded = _decoded(adapter, value)
        if decoded is None:
            assert not reference.is_valid(value), value
            continue
        assert models.codes or reference.is_valid(value), value
        written = json.loads(adapter.dump_json(decoded[0], by_alias=True, exclude_unset=True))
        assert _same(written, value), (written, value)


def _decoded(adapter: TypeAdapter[Any], value: Any) -> tuple[Any] | None:
    """What the models make of a value; None when they refuse it."""
    try:
        return (adapter.validate_json(json.dumps(value), by_alias=True, by_name=False),)
    except ValidationError:
        return None


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other)
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)
