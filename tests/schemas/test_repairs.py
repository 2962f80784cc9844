"""Schemas that are not as JSON Schema has them: how they are read, and that it is said."""

from __future__ import annotations

import pytest

from tests.schemas.conftest import Generate


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        ("{type: double}", "1.5", '"1.5"'),
        ("{type: long}", "1", "1.5"),
        ("{type: int}", "1", '"1"'),
        ("{type: String}", '"a"', "1"),
        ("{type: date}", '"2025-01-01"', '"today"'),
        ("{type: datetime}", '"2025-01-01T00:00:00Z"', '"today"'),
        ("{type: uuid}", '"0b9a3c1e-6d1f-4f6b-9a55-3f0f6f1c2d4e"', '"x"'),
        ("{type: [string, ~]}", "null", "1"),
        ("{type: object, items: {type: string}}", '["a"]', "{}"),
        ("{type: object, properties: {a: {type: string, required: true}}}", '{"a": "x"}', "{}"),
        ("{type: string, nullable: true}", "null", "1"),
        ("{type: integer, minimum: 1, exclusiveMinimum: true}", "2", "1"),
        ("{type: string, example: a}", '"b"', "1"),
    ],
)
def test_what_is_meant_is_understood_with_a_warning(
    generate: Generate, schema: str, accepted: str, refused: str
) -> None:
    models = generate(f"Odd: {schema}")
    assert models.accepts("Odd", accepted)
    assert not models.accepts("Odd", refused)
    assert set(models.codes) == {"AG404"}


@pytest.mark.parametrize("schema", ["{type: whatever}", "{type: any}"])
def test_a_type_that_says_nothing_accepts_anything(generate: Generate, schema: str) -> None:
    models = generate(f"Odd: {schema}")
    assert models.accepts("Odd", '{"a": 1}')
    assert models.codes == ["AG404"]


@pytest.mark.parametrize(
    ("schema", "accepted"),
    [
        ("{properties: {a: {type: string}}}", '{"a": "x"}'),
        ("{required: [a]}", '{"a": 1}'),
        ("{items: {type: string}}", '["a"]'),
        ("{minLength: 2}", '"ab"'),
        ("{minimum: 2}", "2.5"),
    ],
)
def test_a_schema_without_a_type_has_the_one_it_speaks_of(generate: Generate, schema: str, accepted: str) -> None:
    models = generate(f"Odd: {schema}")
    assert models.accepts("Odd", accepted)
    assert not models.accepts("Odd", "true")
    assert models.codes == ["AG405"]


@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, pattern: '('}",
        "{type: object, anyOf: [{type: object, properties: {a: {}}}], unevaluatedProperties: false}",
        "{type: array, items: {}, unevaluatedItems: false}",
        "{type: array, items: {}, contains: {}, minContains: 2}",
    ],
)
def test_a_keyword_that_is_not_enforced_is_said(generate: Generate, schema: str) -> None:
    assert generate(f"Odd: {schema}").codes == ["AG403"]


def test_properties_that_no_part_of_an_all_of_evaluates_may_be_forbidden(generate: Generate) -> None:
    models = generate("""
        Base: {type: object, properties: {id: {type: string}}}
        Event:
          allOf: [{$ref: '#/components/schemas/Base'}]
          properties: {n: {type: integer}}
          unevaluatedProperties: false
    """)
    assert models.codes == []
    assert models.accepts("Event", '{"id": "a", "n": 1}')
    assert not models.accepts("Event", '{"m": 1}')
    assert models.accepts("Base", '{"m": 1}')


def test_a_reference_may_stand_for_all_properties(generate: Generate) -> None:
    models = generate("""
        A: {type: object, properties: {a: {type: string, required: true}}}
        B: {type: object, properties: {$ref: '#/components/schemas/A/properties'}}
    """)
    assert set(models.codes) == {"AG404"}
    assert models.accepts("B", '{"a": "x"}')
    assert not models.accepts("B", "{}")


def test_keywords_beside_a_reference_have_no_effect(generate: Generate) -> None:
    models = generate("""
        A: {type: string}
        B: {type: object, properties: {a: {$ref: '#/components/schemas/A', minLength: 3, description: An A.}}}
    """)
    assert models.messages == [
        "#/components/schemas/B/properties/a/minLength AG402 'minLength' stands beside a $ref and has no effect"
    ]
    assert models.accepts("B", '{"a": "x"}')
    assert models.bundle.definitions["B"]["properties"]["a"]["description"] == "An A."


def test_a_keyword_that_nobody_knows(generate: Generate) -> None:
    models = generate("Odd: {type: string, minLenght: 3, x-mine: 1}")
    assert models.messages == [
        "#/components/schemas/Odd/minLenght AG406 'minLenght' is no keyword of a schema and has no effect"
    ]
    assert next(iter(models.diagnostics)).hint == "did you mean 'minLength'?"


@pytest.mark.parametrize("schema", ["text", "[]", "1", "~"])
def test_something_that_is_no_schema(generate: Generate, schema: str) -> None:
    models = generate(f"Odd: {{type: object, properties: {{a: {schema}}}}}")
    assert models.codes == ["AG411"]
    assert models.accepts("Odd", '{"a": 1}')


@pytest.mark.parametrize(
    ("default", "schema"),
    [
        ("many", "type: integer"),
        ("~", "type: integer"),
        ("blue", "type: string, enum: [red, green]"),
        ("1", "type: array, items: {}"),
    ],
)
def test_a_default_that_is_not_valid(generate: Generate, default: str, schema: str) -> None:
    models = generate(f"Odd: {{type: object, properties: {{a: {{{schema}, default: {default}}}}}}}")
    assert models.codes == ["AG409"]
    assert models.decode("Odd", "{}").a is None


# -- formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "schema_format",
    [
        None,
        "application/vnd.aai.asyncapi;version=2.6.0",
        "application/vnd.aai.asyncapi+yaml;version=3.0.0",
        "application/schema+json;version=draft-07",
        "application/schema+yaml;version=draft-07",
        "application/vnd.oai.openapi;version=3.0.0",
        "application/vnd.oai.openapi+json;version=3.1.0",
    ],
)
def test_formats_that_are_json_schema(generate: Generate, schema_format: str | None) -> None:
    models = generate("A: {type: object, properties: {n: {type: integer}}}", schema_format=schema_format)
    assert models.messages == []
    assert models.accepts("A", '{"n": 1}')


@pytest.mark.parametrize(
    "schema_format",
    [
        "application/vnd.apache.avro;version=1.9.0",
        "application/raml+yaml;version=1.0",
        "application/vnd.google.protobuf",
    ],
)
def test_a_format_that_asyncgen_has_not(generate: Generate, schema_format: str) -> None:
    models = generate("A: {type: record}", schema_format=schema_format)
    assert models.codes == ["AG401"]
    assert models.diagnostics.has_errors()
    assert models.bundle.types["#/components/schemas/A"].expression == "Any"


def test_open_api_3_0_may_say_nullable_and_exclusive(generate: Generate) -> None:
    models = generate(
        "A: {type: integer, nullable: true, minimum: 1, exclusiveMinimum: true}",
        schema_format="application/vnd.oai.openapi;version=3.0.3",
    )
    assert models.messages == []
    assert models.accepts("A", "null")
    assert not models.accepts("A", "1")
