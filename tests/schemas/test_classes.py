"""Objects as classes: absent and null, defaults, names, what else may be there."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from tests.schemas.conftest import Generate, Generated

SCHEMAS = """
Order:
  type: object
  required: [orderId, note]
  properties:
    orderId: {type: string}
    note: {type: [string, 'null'], maxLength: 5}
    parent: {$ref: '#/components/schemas/Order'}
    comment: {type: [string, 'null']}
    count: {type: integer, minimum: 0, default: 3}
    tags: {type: array, items: {type: string}, default: [new]}
    since: {type: string, format: date, default: '2025-01-01'}
    state: {type: string, enum: [open, closed], default: open}
    colour: {$ref: '#/components/schemas/Colour'}
    class: {type: string}
    _id: {type: string}
    any: {}
    weight: {type: number, multipleOf: 0.5}
    size: {type: integer, enum: [1, 2]}
    maybe: {$ref: '#/components/schemas/Maybe'}
Colour: {type: string, enum: [red, dark green], default: red}
Maybe: {type: [integer, 'null']}
Closed: {type: object, additionalProperties: false, properties: {a: {type: string}}}
Typed: {type: object, properties: {a: {type: string}}, additionalProperties: {type: integer}}
Event: {type: object, required: [kind], properties: {kind: {const: made}, version: {const: 2}}}
Required: {type: object, required: [whatever]}
Pieces:
  type: object
  properties:
    lines: {type: array, items: {type: object, properties: {sku: {type: string}}}}
    address: {type: object, properties: {street: {type: string}}}
    codes: {type: array, items: {type: string, minLength: 2}}
    byName: {type: object, additionalProperties: {type: object, properties: {n: {type: integer}}}}
"""


@pytest.fixture(scope="module")
def models(generate: Generate) -> Generated:
    return generate(SCHEMAS)


def test_absent_stays_absent_and_null_stays_null(models: Generated) -> None:
    assert models.accepts("Order", '{"orderId": "o", "note": null}')
    assert models.accepts("Order", '{"orderId": "o", "note": null, "comment": null, "maybe": null, "any": null}')


@pytest.mark.parametrize("name", ["parent", "count", "tags", "since", "state", "colour", "weight", "size"])
def test_null_is_refused_where_the_schema_only_lets_a_property_be_absent(models: Generated, name: str) -> None:
    assert not models.accepts("Order", json.dumps({"orderId": "o", "note": "n", name: None}))


def test_a_required_property_may_not_be_absent(models: Generated) -> None:
    assert not models.accepts("Order", '{"orderId": "o"}')


def test_none_for_an_optional_property_is_not_written(models: Generated) -> None:
    order = models.module.Order(order_id="o", note=None, parent=None, comment=None)
    assert models.encode("Order", order) == {"orderId": "o", "note": None, "comment": None}


def test_an_optional_property_set_to_none_is_not_written(models: Generated) -> None:
    order = models.module.Order(order_id="o", note="n", class_="first")
    order.class_ = None
    assert models.encode("Order", order) == {"orderId": "o", "note": "n"}


def test_defaults_are_there_and_not_written(models: Generated) -> None:
    order = models.decode("Order", '{"orderId": "o", "note": "n"}')
    assert (order.count, order.tags, order.since.year, order.state) == (3, ["new"], 2025, "open")
    assert models.encode("Order", order) == {"orderId": "o", "note": "n"}


def test_every_model_has_a_default_of_its_own(models: Generated) -> None:
    one, other = (models.module.Order(order_id="o", note=None) for _ in range(2))
    one.tags.append("x")
    assert other.tags == ["new"]


def test_python_names_are_for_python_alone(models: Generated) -> None:
    assert models.accepts("Order", '{"orderId": "o", "note": "n", "class": "a", "_id": "b"}')
    order = models.decode("Order", '{"orderId": "o", "note": "n", "class": "a", "_id": "b", "order_id": "other"}')
    assert (order.class_, order.id_, order.order_id) == ("a", "b", "o")


def test_what_the_schema_does_not_name_is_kept(models: Generated) -> None:
    assert models.accepts("Order", '{"orderId": "o", "note": "n", "more": {"a": [1, 2.5, null]}}')


def test_a_closed_object_refuses_other_properties(models: Generated) -> None:
    assert models.accepts("Closed", '{"a": "x"}')
    assert not models.accepts("Closed", '{"a": "x", "b": 1}')


def test_other_properties_may_have_a_type(models: Generated) -> None:
    assert models.accepts("Typed", '{"a": "x", "b": 1}')
    assert not models.accepts("Typed", '{"a": "x", "b": "1"}')


def test_a_required_constant_is_always_written(models: Generated) -> None:
    assert models.encode("Event", models.module.Event()) == {"kind": "made"}


def test_a_required_constant_has_to_be_received(models: Generated) -> None:
    assert models.accepts("Event", '{"kind": "made", "version": 2}')
    assert not models.accepts("Event", "{}")
    assert not models.accepts("Event", '{"kind": "lost"}')


def test_a_required_property_without_a_schema_may_be_anything(models: Generated) -> None:
    assert models.accepts("Required", '{"whatever": [1]}')
    assert not models.accepts("Required", "{}")


def test_schemas_without_a_name_are_named_by_their_place(models: Generated) -> None:
    names = {name for name in models.bundle.definitions if name.startswith("Pieces")}
    assert names == {"Pieces", "PiecesLinesItems", "PiecesAddress", "PiecesCodesItems", "PiecesByNameValue"}


def test_a_constructor_refuses_what_the_wire_would(models: Generated) -> None:
    with pytest.raises(ValidationError):
        models.module.Order(order_id="o", note="too long")


def test_there_is_nothing_to_report(models: Generated) -> None:
    assert models.messages == []


def test_no_property_takes_the_wire_name_of_another(generate: Generate) -> None:
    made = generate("Both: {type: object, properties: {a-b: {type: string}, a_b: {type: string}, aB: {type: string}}}")
    both = made.module.Both(a_b="exact", a_b_2="dashed", a_b_3="capital")
    assert made.encode("Both", both) == {"a-b": "dashed", "a_b": "exact", "aB": "capital"}
    assert made.codes == ["AG502", "AG502"]
