"""How the generated text reads, and that nothing in a document can break out of it."""

from __future__ import annotations

import ast
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asyncgen.schemas.models import models as write
from tests.schemas.conftest import Generate, Generated

HOSTILE = [
    'a"b',
    "a'b",
    "a\\",
    '"""',
    "'''",
    'ends with "',
    "a\nb",
    "a\r\nb",
    "a\x00b",
    "a\x0cb\u2028c",
    "{{ x }} {% raw %} {# y #}",
    "# noqa",
    "$ref",
    "",
    " ",
    "größe",
    "😀",
    "class",
    "self",
    "__init__",
    "model_config",
    "JsonModel",
    "\\N{BULLET}",
    "%s {0}",
]


def test_a_class_a_schema_in_order_of_what_they_need(generate: Generate) -> None:
    models = generate("""
        Order:
          description: What somebody wants.
          type: object
          required: [lines]
          properties:
            lines: {description: One each., type: array, minItems: 1, items: {$ref: '#/components/schemas/Line'}}
            state: {type: string, enum: [new, done], default: new}
            note: {type: [string, 'null'], maxLength: 10}
            weight: {type: number, multipleOf: 0.5}
            parent: {$ref: '#/components/schemas/Order'}
        Line: {type: object, required: [sku], properties: {sku: {type: string, pattern: '^[A-Z]+$', examples: [AB]}, 'unit-price': {type: number}}}
    """)
    assert (
        models.source
        == '''from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ._types import NULL, JsonModel, JsonNumber, MultipleOf


class Line(JsonModel):
    sku: Annotated[str, Field(examples=['AB'], pattern='^[A-Z]+$')]
    unit_price: Annotated[JsonNumber | None, Field(alias='unit-price')] = None


class Order(JsonModel):
    """What somebody wants."""

    lines: Annotated[list[Line], Field(min_length=1)]
    """One each."""

    state: Literal['new', 'done'] = 'new'
    note: Annotated[str | None, Field(max_length=10)] = NULL
    weight: Annotated[JsonNumber | None, MultipleOf("0.5")] = None
    parent: Order | None = None
'''
    )


def test_what_is_deprecated_is_said_where_it_is_used(generate: Generate) -> None:
    models = generate("""
        Old: {type: string, deprecated: true}
        A: {type: object, deprecated: true, properties: {b: {type: string, deprecated: true}, c: {$ref: '#/components/schemas/Old'}}}
    """)
    assert models.accepts("A", '{"b": "x", "c": "y"}')
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert models.module.A(b="x").b == "x"


def test_without_schemas_there_is_nothing_in_it(generate: Generate) -> None:
    models = generate("components: {schemas: {}}")
    assert ast.parse(models.source)


def test_a_long_description_is_wrapped(generate: Generate) -> None:
    models = generate(f"A: {{description: {'word ' * 60}, type: object, properties: {{a: {{}}}}}}")
    assert max(map(len, models.source.splitlines())) <= 88


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_document_breaks_out_of_it(generate: Generate, text: str) -> None:
    document = {
        "Thing": {
            "description": text,
            "type": "object",
            "required": ["kind"],
            "properties": {
                text: {"type": "string", "description": text, "examples": [text], "default": text},
                "kind": {"const": text},
                "one": {"enum": [text, "other"]},
                "list": {"type": "array", "items": {"type": "string"}, "default": [text]},
                "choice": {"$ref": "#/components/schemas/Choice"},
            },
        },
        "Choice": {"type": "string", "description": text, "enum": [text, "other"]},
        "Alias": {"type": "string", "description": text, "examples": [text]},
        "Map": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Choice"}},
    }
    models = generate(document)
    thing = {text: text, "kind": text, "one": text, "list": [text], "choice": text}
    assert models.accepts("Thing", json.dumps(thing))
    assert models.decode("Thing", json.dumps({"kind": text})).list_ == [text]


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "$ref"])
def test_any_key_names_a_class(generate: Generate, name: str) -> None:
    models = generate(
        {
            name: {"type": "object", "properties": {name: {"$ref": "#/components/schemas/Use"}}},
            "Use": {"type": "integer"},
        }
    )
    (definition, *_) = models.bundle.definitions
    assert models.accepts(definition, json.dumps({name: 1}))


# -- any schema --------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["a", "b", "A", "list", "model_x", "a-b", "a_b", "", "é", "Any", "1"]) | st.text(max_size=3)
LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "maxLength": 3, "description": "Short."},
        {"type": "string", "format": "date-time"},
        {"type": "integer", "minimum": 1},
        {"type": "number", "multipleOf": 0.1},
        {"type": "boolean", "default": True},
        {"type": ["string", "null"], "minLength": 1},
        {"type": ["integer", "string", "null"], "minimum": 1},
        {"enum": ["x", "y", None]},
        {"enum": [1, "1", True]},
        {"const": "x"},
        {"const": 2},
        {"$ref": "#/components/schemas/Root"},
        {"$ref": "#/components/schemas/Text"},
        {"$ref": "#/components/schemas/Choice"},
        {"$ref": "#/components/schemas/Root/properties/inner"},
        {},
        True,
        False,
    ]
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda properties, required, extra: {
                "type": "object",
                "properties": properties,
                "required": [name for name in properties if name in required],
                **extra,
            },
            st.dictionaries(NAMES, inner, max_size=4),
            st.lists(NAMES, max_size=2),
            st.sampled_from([{}, {"additionalProperties": False}, {"additionalProperties": {"type": "integer"}}]),
        ),
        st.builds(
            lambda items, more: {"type": "array", "items": items, **more}, inner, st.sampled_from([{}, {"minItems": 1}])
        ),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
        st.builds(
            lambda key, members: {key: members},
            st.sampled_from(["anyOf", "oneOf", "allOf"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        st.builds(lambda inner: {"nullable": True, **inner} if isinstance(inner, dict) else inner, inner),
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(schema=SCHEMAS)
def test_whatever_the_schemas_are_there_are_models_of_just_those_names(generate: Generate, schema: object) -> None:
    document = {
        "Root": {"type": "object", "properties": {"inner": {"type": "object", "properties": {"n": {}}}, "it": schema}},
        "Text": {"type": "string", "minLength": 1},
        "Choice": {"type": "string", "enum": ["p", "q"]},
        "Schema": schema,
    }
    generated: Generated = generate(document)
    written = write(generated.bundle)
    assert written.names == set(generated.bundle.definitions)
    for name in generated.bundle.definitions:
        generated.adapter(name).rebuild(raise_errors=True)
