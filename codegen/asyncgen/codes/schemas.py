"""AG4xx: schemas and models."""

from __future__ import annotations

from asyncgen.codes.code import Code

SCHEMAS: tuple[Code, ...] = (
    Code(
        "AG401",
        "error",
        "a schemaFormat that asyncgen has not",
        "The schema is written in a language that asyncgen cannot read. It reads AsyncAPI's own schemas, JSON Schema draft 7"
        " and OpenAPI 3.0 and 3.1 schemas. Write the schema in one of these, or leave the schema out and handle the bytes.",
        "schemaFormat: application/raml+yaml;version=1.0",
    ),
    Code(
        "AG402",
        "warning",
        "a keyword beside a $ref",
        "In JSON Schema draft 7 whatever stands beside a `$ref` is ignored, apart from a description. Combine the reference"
        " and the keyword with allOf.",
        "shipTo: { $ref: '#/components/schemas/Address', minProperties: 1 }",
    ),
    Code(
        "AG403",
        "warning",
        "a keyword that is not enforced",
        "The generated model does not check what this keyword says: it accepts values that the schema refuses. What the"
        " schema accepts, the model accepts too. Keywords of drafts later than 7 are mostly not checked, nor is what cannot be,"
        " such as a pattern that is no regular expression.",
        "unevaluatedItems: false",
    ),
    Code(
        "AG404",
        "warning",
        "a keyword that is not as JSON Schema has it",
        "The keyword or its value is wrong in JSON Schema draft 7, but what is meant is clear; the message says how it is"
        " read.",
        "type: double   # read as number",
    ),
    Code(
        "AG405",
        "warning",
        "a schema without a type",
        "JSON Schema lets keywords such as `properties` or `minLength` pass for every value of another type. That is rarely"
        " what is meant, so the schema is read as having the type that its keywords speak of.",
        "payload: { properties: { orderId: { type: string } } }   # read as type: object",
    ),
    Code(
        "AG406",
        "warning",
        "an unknown keyword",
        "JSON Schema draft 7 has no such keyword, so it has no effect. Extensions begin with `x-`.",
        "minLenght: 3",
    ),
    Code(
        "AG407",
        "warning",
        "a discriminator that tells nothing",
        "A discriminator names a property that every member of the union has, with a value of its own in each. Without"
        " that, the members are tried in turn.",
        "discriminator: kind   # and two members with `kind: { const: card }`",
    ),
    Code(
        "AG408",
        "warning",
        "the members of a union are not told apart",
        "A value may be valid for several members of this oneOf, which then refuses it. To know, every value is tried on"
        " all members, by jsonschema-rs, which takes time and makes the package need it. A value that several members"
        " accept is easily sent by mistake where properties are optional and others allowed.",
        "oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]",
    ),
    Code(
        "AG409",
        "warning",
        "a default that is not valid",
        "The default does not satisfy its own schema, so the property gets none.",
        "quantity: { type: integer, default: many }",
    ),
    Code(
        "AG410",
        "warning",
        "a schema that nothing satisfies",
        "The parts of an allOf contradict each other. Often one of them has `additionalProperties: false`, which forbids"
        " the properties of the others.",
        "allOf: [{ type: string }, { type: integer }]",
    ),
    Code(
        "AG411",
        "warning",
        "no schema where one is due",
        "A schema is a map of keywords, or true or false. Something else stands here, and anything is accepted in its place.",
        "properties: { name: string }   # name: { type: string }",
    ),
)
