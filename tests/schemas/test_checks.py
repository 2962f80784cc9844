"""Keywords that pydantic has no form for: jsonschema-rs checks them, and nothing else pays for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from asyncgen.schemas.models import models as write_models
from tests.schemas.conftest import Generate


@pytest.mark.parametrize(
    ("schema", "accepted", "refused"),
    [
        ("{type: array, items: {}, uniqueItems: true}", "[1, true]", "[1, 1.0]"),
        ("{type: string, not: {const: a}}", '"b"', '"a"'),
        ("{not: {type: integer}}", '"a"', "1"),
        ("{type: [array, 'null'], items: {type: string}, uniqueItems: true}", "null", '["a", "a"]'),
        ("{type: ['null', string], not: {type: 'null'}}", '"a"', "null"),
        ("{type: object, additionalProperties: {}, propertyNames: {pattern: ^x}}", '{"xa": 1}', '{"a": 1}'),
        ("{type: object, properties: {a: {}}, propertyNames: {maxLength: 2}}", '{"bb": 1}', '{"bbb": 1}'),
        ("{type: object, dependencies: {a: [b]}}", '{"b": 1}', '{"a": 1}'),
        ("{type: object, dependentRequired: {a: [b]}}", '{"b": 1}', '{"a": 1}'),
        ("{type: object, dependencies: {a: {required: [b]}}}", '{"a": 1, "b": 2}', '{"a": 1}'),
        ("{type: object, if: {required: [a]}, then: {required: [b]}, else: {required: [c]}}", '{"c": 1}', '{"a": 1}'),
        ("{type: array, items: {type: integer}, contains: {minimum: 5}}", "[1, 5]", "[1, 2]"),
        ("{type: string, pattern: '^(?!a)'}", '"b"', '"a"'),
        (r"{type: string, pattern: '^(a)\1$'}", '"aa"', '"ab"'),
        ("{type: string, format: uuid, pattern: ^0}", f'"0{"a" * 7}{"-aaaa" * 3}-{"a" * 12}"', f'"{"a" * 8}{"-aaaa" * 3}-{"a" * 12}"'),
        ("{enum: [1.5, 2.5]}", "1.5", "1"),
        ("{const: {a: true}}", '{"a": true}', '{"a": 1}'),
        ("{enum: [[1], null, a]}", "null", "[2]"),
        ("{enum: [{$ref: '#/definitions/a'}]}", '{"$ref": "#/definitions/a"}', '"a"'),
        ("{enum: [a, b], not: {const: b}}", '"a"', '"b"'),
        ("{allOf: [{enum: [a, 1]}, {anyOf: [{type: string}]}]}", '"a"', "1"),
        ("{enum: [[1], [a]], items: {type: string}}", '["a"]', "[1]"),
        ("{type: array, items: [{type: string}], additionalItems: {type: integer}}", '["a", 1]', '["a", "b"]'),
        ("{type: object, properties: {a: {}}, minProperties: 1}", '{"z": 1}', "{}"),
        ("{type: object, properties: {a: {}}, maxProperties: 1}", '{"z": 1}', '{"a": 1, "b": 1}'),
        ("{type: object, patternProperties: {^x: {type: string}}, additionalProperties: false}", '{"xa": "b"}', '{"a": "b"}'),
        ("{type: object, patternProperties: {^x: {type: string}}, additionalProperties: false}", "{}", '{"xa": 1}'),
        ("{type: object, properties: {xa: {}}, patternProperties: {^x: {type: string}}}", '{"a": 1}', '{"xa": 1}'),
        ("{type: object, properties: {a: {}}, patternProperties: {^x: {}}, additionalProperties: false}", '{"a": 1, "x": 1}', '{"b": 1}'),
        ("{allOf: [{type: string, pattern: ^a}, {pattern: b$}]}", '"ab"', '"a"'),
        ("{allOf: [{type: number, multipleOf: 2}, {multipleOf: 3}]}", "6", "4"),
        ("{oneOf: [{type: string, minLength: 2}, {type: string, maxLength: 2}]}", '"abc"', '"ab"'),
        ("{type: string, oneOf: [{minLength: 2}], anyOf: [{maxLength: 3}, {minLength: 5}]}", '"abc"', '"abcd"'),
        ("{type: object, properties: {a: {}, b: {}}, oneOf: [{required: [a]}, {required: [b]}]}", '{"a": 1}', '{"a": 1, "b": 1}'),
    ],
)  # fmt: skip
def test_what_a_keyword_refuses_is_refused(generate: Generate, schema: str, accepted: str, refused: str) -> None:
    models = generate(f"Odd: {schema}")
    assert "AG403" not in models.codes
    assert models.accepts("Odd", accepted)
    assert not models.accepts("Odd", refused)


@pytest.mark.parametrize(
    ("one", "other", "value"),
    [
        ("type: string, format: uuid", "type: string, format: date", "2025-01-01"),
        ("type: string, format: duration", "type: string, format: date", "P1DT2H"),
        ("type: string, format: uri", "type: string, maxLength: 2", "no uri"),
        ("type: integer, format: int32", "type: integer, minimum: 5000000000", 5000000000),
    ],
)
def test_formats_mean_in_a_check_what_they_mean_in_a_model(
    generate: Generate, one: str, other: str, value: Any
) -> None:
    models = generate(f"Either: {{oneOf: [{{{one}}}, {{{other}}}]}}")
    assert "Satisfies" in models.source
    assert models.accepts("Either", json.dumps(value))


ORDER = """
    Order:
      type: object
      required: [id, at]
      dependencies: {giftNote: [giftTo]}
      properties:
        id: {type: string, pattern: '^(?!test)'}
        at: {type: string, format: date-time}
        giftNote: {type: string}
        giftTo: {type: string}
        labels: {type: array, uniqueItems: true, items: {type: string}}
        stops: {type: array, uniqueItems: true, items: {$ref: '#/components/schemas/Stop'}}
    Stop: {type: object, not: {required: [nowhere]}, properties: {dueAt: {type: string, format: date-time}}}
"""
AT = "2025-01-01T00:00:00Z"


def test_values_made_in_python_are_checked_as_they_are_written(generate: Generate) -> None:
    order = generate(ORDER).module.Order
    stop = generate(ORDER).module.Stop
    assert order(id="a", at=AT, gift_note="x", gift_to="y").gift_note == "x"
    with pytest.raises(ValidationError, match='"giftTo" is a required property'):
        order(id="a", at=AT, gift_note="x")
    with pytest.raises(ValidationError, match="does not match"):
        order(id="test1", at=AT)
    with pytest.raises(ValidationError, match="labels"):
        order(id="a", at=AT, labels=["x", "x"])
    with pytest.raises(ValidationError):
        stop(nowhere=1)


def test_a_check_names_the_place_and_not_the_value(generate: Generate) -> None:
    models = generate("Odd: {type: array, items: [{type: string, maxLength: 3}]}")
    with pytest.raises(ValidationError) as caught:
        models.decode("Odd", '["secret"]')
    message = caught.value.errors(include_input=False)[0]["msg"]
    assert message == "Input does not satisfy its schema: 0: the value is longer than 3 characters"


def test_dates_inside_of_a_checked_object_stay_dates(generate: Generate) -> None:
    models = generate(ORDER)
    decoded = models.decode("Order", f'{{"id": "a", "at": "{AT}", "stops": [{{"dueAt": "{AT}"}}]}}')
    assert decoded.at.year == decoded.stops[0].due_at.year == 2025
    with pytest.raises(ValidationError):
        models.decode("Order", f'{{"id": "a", "at": "{AT}", "stops": [{{}}, {{}}]}}')


def test_python_names_are_no_wire_names_inside_of_a_checked_object(generate: Generate) -> None:
    decoded = generate(ORDER).decode("Order", f'{{"id": "a", "at": "{AT}", "gift_note": 5}}')
    assert decoded.gift_note is None
    assert decoded.model_extra == {"gift_note": 5}


def test_an_optional_property_with_a_check_is_absent_or_valid_but_not_null(generate: Generate) -> None:
    models = generate(ORDER)
    assert models.accepts("Order", f'{{"id": "a", "at": "{AT}"}}')
    assert not models.accepts("Order", f'{{"id": "a", "at": "{AT}", "labels": null}}')


def test_checks_may_refer_to_schemas_that_refer_to_themselves(generate: Generate) -> None:
    models = generate("""
        Tree: {type: object, properties: {kids: {type: array, items: {$ref: '#/components/schemas/Tree'}}}, required: [kids]}
        Other: {type: object, not: {$ref: '#/components/schemas/Tree'}}
    """)
    assert models.accepts("Other", '{"kids": [{"kids": 1}]}')
    assert not models.accepts("Other", '{"kids": [{"kids": []}]}')


def test_only_what_needs_it_is_checked(generate: Generate) -> None:
    made = write_models(generate("A: {type: object, properties: {a: {type: string, pattern: ^a}}}").bundle)
    assert made.requirements == ()
    assert "_checks" not in made.source
    made = write_models(generate("A: {type: array, uniqueItems: true}").bundle)
    assert made.requirements == ("jsonschema-rs>=0.60",)
    assert made.schemas is None


def test_a_very_deep_value_is_refused_and_no_more(generate: Generate) -> None:
    models = generate("A: {type: array, items: {$ref: '#/components/schemas/A'}, uniqueItems: true}")
    with pytest.raises(ValidationError):
        models.decode("A", "[" * 1000 + "]" * 1000)
