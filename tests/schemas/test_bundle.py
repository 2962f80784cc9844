"""What the planner is told: the type of every use, its headers' properties, what tells messages apart, names."""

from __future__ import annotations

import pytest

from asyncgen.diagnostics import Diagnostics
from asyncgen.schemas.bundle import HeaderProperty, UsedType
from asyncgen.schemas.inspect import constants, header_properties, wire_kind
from asyncgen.schemas.normalise import normalise
from tests.schemas.conftest import File, Files, Generate, use

MESSAGES = """
components:
  messages:
    orderPlaced:
      payload: {type: object, properties: {customer: {type: object, properties: {name: {type: string}}}}}
      headers:
        type: object
        required: [traceId]
        properties:
          traceId: {type: string}
          attempt: {type: integer}
          either: {type: [string, integer]}
          level: {enum: [low, high]}
          any: {}
      key: {type: string, description: The order's id.}
    list: {payload: {type: array, items: {type: object, properties: {a: {type: string}}}}}
    text: {payload: {type: string, maxLength: 5}}
    plain: {payload: {type: string}}
    nothing: {payload: {type: 'null'}}
    anything: {payload: true}
    flag: {payload: {type: boolean}}
    number: {payload: {type: integer}}
    maybe: {payload: {type: [object, 'null'], properties: {a: {type: string}}}}
    named: {payload: {$ref: '#/components/schemas/order'}}
    shared: {payload: {$ref: 'common.yaml#/Money'}}
    tagged: {payload: {type: object, required: [kind, n], properties: {kind: {const: a}, n: {enum: [1]}, other: {const: b}}}}
    union: {payload: {oneOf: [{type: object, required: [kind], properties: {kind: {const: a}}}, {type: object, required: [kind], properties: {kind: {const: b}}}]}}
  schemas:
    order: {type: object, properties: {a: {type: string}}}
"""
NAMES = [
    "list",
    "text",
    "plain",
    "nothing",
    "anything",
    "flag",
    "number",
    "maybe",
    "named",
    "shared",
    "tagged",
    "union",
]


@pytest.fixture(scope="module")
def models(generate: Generate):  # type: ignore[no-untyped-def]
    return generate(
        MESSAGES,
        ("components/messages/orderPlaced/payload", "orderPlaced"),
        ("components/messages/orderPlaced/headers", "orderPlaced headers"),
        ("components/messages/orderPlaced/key", "orderPlaced key"),
        *((f"components/messages/{name}/payload", name) for name in NAMES),
        common="Money: {type: object, properties: {amount: {type: integer}}}",
    )


def key(name: str, part: str = "payload") -> str:
    return f"#/components/messages/{name}/{part}"


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (key("orderPlaced"), UsedType("OrderPlaced", "OrderPlaced", True, False)),
        (key("orderPlaced", "headers"), UsedType("OrderPlacedHeaders", "OrderPlacedHeaders", True, False)),
        (key("orderPlaced", "key"), UsedType("str", None, False, False)),
        (key("list"), UsedType("List", "List", False, False)),
        (key("text"), UsedType("Text", "Text", False, False)),
        (key("plain"), UsedType("str", None, False, False)),
        (key("nothing"), UsedType("None", None, False, True)),
        (key("anything"), UsedType("Any", None, False, True)),
        (key("flag"), UsedType("Flag", "Flag", False, False)),
        (key("number"), UsedType("Number", "Number", False, False)),
        (key("maybe"), UsedType("Maybe", "Maybe", False, True)),
        (key("named"), UsedType("Order", "Order", True, False)),
        (key("shared"), UsedType("Money", "Money", True, False)),
        (key("union"), UsedType("Union_", "Union_", False, False)),
    ],
)
def test_the_type_of_a_use(models, use: str, expected: UsedType) -> None:  # type: ignore[no-untyped-def]
    assert models.bundle.types[use] == expected


def test_every_promised_name_is_there(models) -> None:  # type: ignore[no-untyped-def]
    promised = {used.model for used in models.bundle.types.values() if used.model}
    assert all(hasattr(models.module, name) for name in promised)


def test_inline_schemas_are_named_by_their_place(models) -> None:  # type: ignore[no-untyped-def]
    assert {"OrderPlacedCustomer", "ListItems"} <= models.bundle.definitions.keys()


def test_where_definitions_come_from(models) -> None:  # type: ignore[no-untyped-def]
    assert models.bundle.pointers["Order"] == "#/components/schemas/order"
    assert models.bundle.pointers["Money"] == "common.yaml#/Money"
    assert models.bundle.pointers["OrderPlaced"] == "#/components/messages/orderPlaced/payload"


def test_header_properties(models) -> None:  # type: ignore[no-untyped-def]
    assert header_properties(models.bundle, key("orderPlaced", "headers")) == (
        HeaderProperty("traceId", "trace_id", "text", True),
        HeaderProperty("attempt", "attempt", "json", False),
        HeaderProperty("either", "either", "either", False),
        HeaderProperty("level", "level", "text", False),
        HeaderProperty("any", "any", "either", False),
    )


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        (key("orderPlaced", "key"), "text"),
        (key("text"), "text"),
        (key("number"), "json"),
        (key("orderPlaced"), "json"),
        (key("anything"), "either"),
    ],
)
def test_what_goes_over_the_wire(models, use: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    assert wire_kind(models.bundle, use) == kind


def test_what_tells_messages_apart(models) -> None:  # type: ignore[no-untyped-def]
    assert constants(models.bundle, key("tagged")) == {"kind": ("a",)}
    assert constants(models.bundle, key("union")) == {"kind": ("a", "b")}
    assert constants(models.bundle, key("named")) == {}
    assert constants(models.bundle, key("plain")) == {}


# -- names -------------------------------------------------------------------------------------------------------


def test_one_place_is_one_definition(generate: Generate) -> None:
    models = generate("""
        A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}, c: {$ref: '#/components/schemas/A/properties/d'}, d: {type: object, properties: {x: {type: string}}}}}
        B: {type: object, properties: {d: {$ref: '#/components/schemas/A/properties/d'}}}
    """)
    assert set(models.bundle.definitions) == {"A", "B", "AD"}


def test_titles_never_name(generate: Generate) -> None:
    models = generate(
        "Order: {title: Something else, type: object, properties: {a: {title: Inner, type: object, properties: {b: {}}}}}"
    )
    assert set(models.bundle.definitions) == {"Order", "OrderA"}


def test_schemas_with_one_name_are_kept_apart(generate: Generate) -> None:
    models = generate("order: {type: object, properties: {a: {}}}\nOrder: {type: string}\n_order: {}\nor-der: {}")
    assert list(models.bundle.definitions) == ["Order", "OrderSchema", "Order_", "OrDer"]
    assert models.codes == ["AG501"]


def test_schemas_of_two_files_with_one_name(generate: Generate) -> None:
    models = generate(
        """
        components:
          schemas:
            Order: {type: object, properties: {total: {$ref: 'common.yaml#/Money'}, tax: {$ref: 'other.yaml#/Money'}}}
        """,
        common="Money: {type: object, properties: {amount: {type: integer}}}",
        other="Money: {type: string}",
    )
    assert set(models.bundle.definitions) == {"Order", "Money", "MoneyOther"}


def test_a_file_is_a_schema_by_its_own_name(generate: Generate) -> None:
    models = generate(
        "components: {schemas: {Order: {type: object, properties: {to: {$ref: address.yaml}}}}}",
        address="{type: object, properties: {street: {type: string}}}",
    )
    assert set(models.bundle.definitions) == {"Order", "Address"}


@pytest.mark.parametrize("name", ["Any", "Field", "Literal", "JsonModel", "TypeAlias"])
def test_names_that_the_module_needs_are_not_taken(generate: Generate, name: str) -> None:
    models = generate(f"{name}: {{type: object, properties: {{a: {{type: string}}, b: {{}}}}}}")
    assert list(models.bundle.definitions) == [name + "_"]
    assert models.accepts(name + "_", '{"a": "x", "b": 1}')


def test_properties_with_one_name_are_kept_apart(generate: Generate) -> None:
    models = generate(
        "A: {type: object, properties: {orderId: {type: string}, order_id: {type: integer}, ORDER-ID: {}}}"
    )
    assert models.bundle.aliases == {"A.orderId": "order_id_2", "A.ORDER-ID": "order_id_3"}
    assert models.codes == ["AG502", "AG502"]
    assert models.accepts("A", '{"orderId": "x", "order_id": 1, "ORDER-ID": null}')


def test_what_is_added_later_renames_nothing(generate: Generate) -> None:
    before = generate("Order: {type: object, properties: {item: {type: object, properties: {a: {}}}}}")
    after = generate(
        "Order: {type: object, properties: {item: {type: object, properties: {a: {}}}}}\nOrderItem: {type: string}"
    )
    assert list(after.bundle.definitions)[: len(before.bundle.definitions)] == list(before.bundle.definitions)


def test_the_pointer_of_a_schema_at_a_url_is_the_url(generate: Generate) -> None:
    file = File("asyncapi.yaml", {"components": {"schemas": {"A": {"$ref": "https://example.com/a#/A"}}}})
    other = File("https://example.com/a", {"A": {"type": "object", "properties": {"n": {"type": "integer"}}}})
    references = Files(file, {other.name: other})
    bundle = normalise([use(file, "components", "schemas", "A")], references, Diagnostics())
    assert bundle.pointers["A"] == "https://example.com/a#/A"
