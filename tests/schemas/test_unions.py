"""anyOf, oneOf and discriminators: which member a value becomes."""

from __future__ import annotations

import pytest

from tests.schemas.conftest import Generate, Generated

SCHEMAS = """
Card: {type: object, required: [method, token], properties: {method: {const: card}, token: {type: string}}}
Invoice: {type: object, required: [method], properties: {method: {enum: [invoice, bill]}, days: {type: integer}}}
Payment: {description: How it is paid., discriminator: method, oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Invoice'}]}
ByTag: {oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Invoice'}]}
Nullable: {oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Invoice'}, {type: 'null'}]}
Mapped:
  oneOf: [{$ref: '#/components/schemas/Cash'}, {$ref: '#/components/schemas/Cheque'}]
  discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/Cash', q: Cheque}}
Cash: {type: object, properties: {kind: {type: string}, amount: {type: integer}}}
Cheque: {type: object, properties: {number: {type: integer}}}
Pet: {type: object, discriminator: petType, required: [petType], properties: {petType: {type: string}, name: {type: string}}}
Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {lives: {type: integer}}}]}
Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, required: [tricks], properties: {tricks: {type: integer}}}]}
Owner: {type: object, properties: {pet: {$ref: '#/components/schemas/Pet'}, friend: {$ref: '#/components/schemas/Dog'}}}
Inline:
  oneOf:
    - {type: object, required: [t], properties: {t: {const: left}, l: {type: integer}}}
    - {type: object, required: [t], properties: {t: {const: right}, r: {type: integer}}}
Scalars: {anyOf: [{type: string, minLength: 2}, {type: integer}, {type: array, items: {type: string}}]}
Shared:
  type: object
  required: [id]
  properties: {id: {type: string}}
  oneOf:
    - {required: [a], properties: {a: {const: one}}}
    - {required: [a], properties: {a: {const: two}}}
Conditions: {type: object, properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}
Tree:
  type: object
  required: [kind]
  properties:
    children: {type: array, items: {oneOf: [{$ref: '#/components/schemas/Tree'}, {$ref: '#/components/schemas/Leaf'}]}}
    kind: {const: tree}
Leaf: {type: object, required: [kind], properties: {kind: {const: leaf}}}
Json: {anyOf: [{type: string}, {type: 'null'}, {type: array, items: {$ref: '#/components/schemas/Json'}}, {type: object, additionalProperties: {$ref: '#/components/schemas/Json'}}]}
"""


@pytest.fixture(scope="module")
def models(generate: Generate) -> Generated:
    return generate(SCHEMAS)


@pytest.mark.parametrize("name", ["Payment", "ByTag", "Nullable"])
def test_the_tag_decides(models: Generated, name: str) -> None:
    assert type(models.decode(name, '{"method": "card", "token": "t"}')).__name__ == "Card"
    assert type(models.decode(name, '{"method": "bill"}')).__name__ == "Invoice"
    assert not models.accepts(name, '{"method": "cash"}')
    assert not models.accepts(name, '{"token": "t"}')


@pytest.mark.parametrize("name", ["Payment", "ByTag"])
def test_a_tagged_union_is_a_discriminated_one(models: Generated, name: str) -> None:
    assert models.bundle.definitions[name]["discriminator"]["propertyName"] == "method"


def test_null_beside_tagged_members(models: Generated) -> None:
    assert models.accepts("Nullable", "null")
    assert not models.accepts("Payment", "null")


def test_a_mapping_gives_the_members_their_values(models: Generated) -> None:
    assert type(models.decode("Mapped", '{"kind": "c", "amount": 1}')).__name__ == "Cash"
    assert models.encode("Mapped", models.module.Cheque(number=5)) == {"kind": "q", "number": 5}


def test_a_base_with_a_discriminator_is_one_of_its_heirs(models: Generated) -> None:
    pet = models.decode("Pet", '{"petType": "Cat", "name": "Tom", "lives": 9}')
    assert (type(pet).__name__, pet.name, pet.lives) == ("Cat", "Tom", 9)
    assert models.accepts(
        "Owner", '{"pet": {"petType": "Dog", "tricks": 1}, "friend": {"petType": "Dog", "tricks": 2}}'
    )
    assert not models.accepts("Owner", '{"friend": {"petType": "Cat"}}')
    assert not models.accepts("Pet", '{"petType": "Dog"}')


def test_members_without_a_name_are_named_by_their_tag(models: Generated) -> None:
    assert {"InlineLeft", "InlineRight"} <= models.bundle.definitions.keys()
    assert models.accepts("Inline", '{"t": "right", "r": 1}')


def test_members_of_different_types(models: Generated) -> None:
    assert models.accepts("Scalars", '"ab"')
    assert models.accepts("Scalars", "1")
    assert models.accepts("Scalars", '["a"]')
    assert not models.accepts("Scalars", '"a"')
    assert not models.accepts("Scalars", '"1"')
    assert not models.accepts("Scalars", "null")


def test_what_stands_beside_a_union_holds_for_every_member(models: Generated) -> None:
    assert models.accepts("Shared", '{"id": "x", "a": "two"}')
    assert not models.accepts("Shared", '{"a": "two"}')
    assert not models.accepts("Shared", '{"id": "x", "a": "three"}')


def test_conditions_on_an_object_leave_it_a_class(models: Generated) -> None:
    assert "properties" in models.bundle.definitions["Conditions"]
    assert models.accepts("Conditions", '{"a": 1}')


def test_a_schema_may_contain_itself(models: Generated) -> None:
    assert models.accepts("Tree", '{"kind": "tree", "children": [{"kind": "leaf"}, {"kind": "tree", "children": []}]}')
    assert models.accepts("Json", '{"a": ["x", null, {"b": []}]}')
    assert not models.accepts("Json", '{"a": [1]}')


def test_conditions_on_an_object_are_checked(models: Generated) -> None:
    assert models.messages == []
    assert not models.accepts("Conditions", "{}")


def test_members_that_nothing_tells_apart(generate: Generate) -> None:
    models = generate("""
        A: {type: object, required: [a], properties: {a: {type: string}}}
        B: {type: object, required: [b], properties: {b: {type: string}}}
        Either: {oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    """)
    assert models.codes == ["AG408"]
    assert type(models.decode("Either", '{"b": "x"}')).__name__ == "B"
    assert not models.accepts("Either", '{"a": "x", "b": "x"}')


def test_members_told_apart_by_their_types_need_no_check(generate: Generate) -> None:
    models = generate("Either: {oneOf: [{type: string, enum: [a, b]}, {type: integer}, {type: 'null'}]}")
    assert models.codes == []
    assert "Satisfies" not in models.source


def test_a_constant_is_not_apart_from_its_type(generate: Generate) -> None:
    models = generate("Either: {oneOf: [{type: string}, {const: a}]}")
    assert models.accepts("Either", '"b"')
    assert not models.accepts("Either", '"a"')


def test_a_discriminator_that_cannot_decide(generate: Generate) -> None:
    models = generate("""
        A: {type: object, required: [k], properties: {k: {const: same}, a: {type: string}}}
        B: {type: object, required: [k], properties: {k: {const: same}, b: {type: string}}}
        Either: {discriminator: k, anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
    """)
    assert models.codes == ["AG407"]
    assert models.accepts("Either", '{"k": "same", "b": "x"}')


# -- allOf -------------------------------------------------------------------------------------------------------


def test_all_of_is_one_class_with_what_every_part_says(generate: Generate) -> None:
    models = generate("""
        Base: {type: object, required: [id], properties: {id: {type: string, minLength: 2}, at: {type: string, format: date}}}
        Event:
          description: It happened.
          allOf:
            - $ref: '#/components/schemas/Base'
            - {type: object, required: [at], properties: {id: {type: string, maxLength: 3}, payload: {type: object, properties: {n: {type: integer}}}}}
    """)
    assert models.messages == []
    assert models.accepts("Event", '{"id": "abc", "at": "2025-01-01", "payload": {"n": 1}}')
    assert not models.accepts("Event", '{"id": "abc"}')
    assert not models.accepts("Event", '{"id": "a", "at": "2025-01-01"}')
    assert not models.accepts("Event", '{"id": "abcd", "at": "2025-01-01"}')
    assert "EventPayload" in models.bundle.definitions


def test_a_description_around_a_reference_needs_no_class(generate: Generate) -> None:
    models = generate("""
        Money: {type: object, properties: {amount: {type: integer}}}
        Order: {type: object, properties: {total: {description: In all., allOf: [{$ref: '#/components/schemas/Money'}]}}}
    """)
    assert models.bundle.definitions["Order"]["properties"]["total"] == {
        "description": "In all.",
        "$ref": "#/$defs/Money",
    }


def test_parts_that_contradict_each_other(generate: Generate) -> None:
    models = generate("Odd: {allOf: [{type: string}, {type: integer}]}")
    assert models.codes == ["AG410"]
    assert not models.accepts("Odd", '"a"')


def test_a_closed_part_that_shuts_out_what_another_requires(generate: Generate) -> None:
    models = generate("""
        Base: {type: object, additionalProperties: false, properties: {id: {type: string}}}
        More: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, required: [a], properties: {a: {type: string}}}]}
    """)
    assert models.codes == ["AG410"]
    assert models.accepts("More", '{"id": "x", "a": "y"}')


def test_a_property_that_all_parts_forbid_and_one_requires(generate: Generate) -> None:
    models = generate(
        "A: {allOf: [{type: object, required: [a], properties: {a: false}}, {type: object, properties: {a: false}}]}"
    )
    assert not models.accepts("A", "{}")
    assert not models.accepts("A", '{"a": 1}')


def test_a_property_that_one_part_forbids(generate: Generate) -> None:
    models = generate(
        "A: {allOf: [{type: object, properties: {a: false}}, {type: object, properties: {a: {type: string}}}]}"
    )
    assert models.codes == ["AG410"]
    assert models.accepts("A", "{}")
    assert not models.accepts("A", '{"a": "x"}')


def test_a_property_that_one_part_forbids_and_another_takes_as_an_additional_one(generate: Generate) -> None:
    models = generate("""
        A: {allOf: [{type: object, properties: {a: false}}, {type: object, additionalProperties: {type: integer}}]}
    """)
    assert models.accepts("A", '{"b": 1}')
    assert not models.accepts("A", '{"a": 1}')


def test_an_all_of_that_contains_itself(generate: Generate) -> None:
    models = generate("""
        A: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {a: {type: string}}}]}
    """)
    assert models.codes == ["AG410"]
    assert models.accepts("A", '{"a": "x"}')


def test_a_union_inside_of_what_it_extends(generate: Generate) -> None:
    models = generate("""
        Root: {type: object, properties: {it: {oneOf: [{allOf: [{$ref: '#/components/schemas/Root'}, {anyOf: [{$ref: '#/components/schemas/Root'}]}]}]}}}
    """)
    assert models.accepts("Root", '{"it": {"it": {}}}')


def test_parts_of_an_all_of_that_contain_each_other(generate: Generate) -> None:
    models = generate("""
        A: {type: object, properties: {x: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}}
        B: {type: object, properties: {x: {allOf: [{$ref: '#/components/schemas/B'}, {$ref: '#/components/schemas/C'}]}, n: {type: integer}}}
        C: {type: object, properties: {x: {$ref: '#/components/schemas/A'}}}
    """)
    assert models.accepts("A", '{"x": {"x": {"x": {}}, "n": 1}}')
    assert not models.accepts("A", '{"x": {"x": {"n": "1"}}}')
