"""The table of diagnostic codes: what each finding means, and an example of it.

AG1xx loading · AG2xx references · AG3xx the document · AG4xx schemas and models · AG5xx names · AG6xx protocols,
servers and bindings · AG7xx options and output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `explanation` says why it matters and what to do; `example` shows it."""

    code: str
    severity: Literal["error", "warning", "info"]
    title: str
    explanation: str
    example: str = ""


_TABLE: tuple[Code, ...] = (
    # -- AG1xx: loading ------------------------------------------------------------------------------------------
    Code(
        "AG101",
        "error",
        "a file cannot be read",
        "The file does not exist, is a folder, or may not be opened. asyncgen read nothing of it.",
        "asyncgen generate orders.yml   # the file is called orders.yaml",
    ),
    Code(
        "AG102",
        "error",
        "a file is not UTF-8",
        "YAML and JSON files are read as UTF-8, with or without a byte order mark. Save the file in that encoding.",
    ),
    Code("AG103", "error", "a file is empty", "The file holds no value: nothing at all, only comments, or null."),
    Code(
        "AG104",
        "error",
        "a file is not valid YAML",
        "The text breaks YAML's rules at this place, or at a quote or bracket opened before it. The usual reasons are a tab in"
        " the indentation, members of one object that begin in different columns, and a value that needs quotes.",
        "description: Orders: new and changed   # quote a value that holds ': '",
    ),
    Code(
        "AG105",
        "error",
        "a file is not valid JSON",
        "The text begins like JSON and breaks its rules: a comma before a closing bracket, a comment, single quotes, NaN. A"
        " file that is meant as YAML should not be called .json.",
        '{"title": "Orders",}   // neither the comma nor this comment is JSON',
    ),
    Code(
        "AG106",
        "error",
        "a file holds several documents",
        "asyncgen reads one document a file. Put each document, that is each part between two lines of `---`, in its own file.",
    ),
    Code(
        "AG107",
        "error",
        "a key is given twice",
        "An object has two members of one name. Which of them counts depends on who reads the file, so neither is right.",
        "properties:\n  id: {type: string}\n  id: {type: integer}",
    ),
    Code(
        "AG108",
        "error",
        "values are nested too deeply",
        "No document that people write is nested so deeply; it is refused before anything that reads it runs out of stack.",
    ),
    Code(
        "AG109",
        "error",
        "YAML aliases stand for too much",
        "Aliases of values that hold aliases multiply: a few lines may stand for billions of values. Written out, what the"
        " aliases of this file stand for would be too large to work with.",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]   # and so on",
    ),
    Code(
        "AG110",
        "error",
        "a YAML alias means nothing",
        "An alias `*name` repeats the value that was marked `&name` before it in the same file. A string that begins with `*`"
        " must be quoted.",
        "address: *.created   # write '*.created'",
    ),
    Code(
        "AG111",
        "error",
        "a key is not a string",
        "The keys of an object are strings. A value that begins with `{` opens an object in YAML, so `{{name}}` must be quoted.",
        "host: {{ broker }}   # write '{{ broker }}'",
    ),
    Code(
        "AG112",
        "error",
        "a merge key has no map",
        "`<<` takes over the members of a map, or of each map in a list.",
        "<<: *name-of-a-string",
    ),
    Code(
        "AG113",
        "warning",
        "a YAML tag is ignored",
        "Documents hold plain data: strings, numbers, booleans, null, lists and maps. A tag that asks for anything else is"
        " ignored, and its value is read as if it were not there.",
        "version: !version 1.0",
    ),
    Code(
        "AG114",
        "error",
        "a value cannot be held",
        "The text is valid and its value cannot be represented: a number of thousands of digits, half of a surrogate pair.",
    ),
    Code("AG115", "error", "a file is too large", "No file over 64 MB is read."),
    # -- AG2xx: references ---------------------------------------------------------------------------------------
    Code("AG201", "error", "a $ref is not a string", "A reference is a URI in a string.", "$ref: {type: string}"),
    Code(
        "AG202",
        "error",
        "a $ref leaves the document's folder",
        "Only files in the folder of the document are read, so that a document from elsewhere cannot reach into yours. Allow"
        " further folders with --allow-path.",
        "$ref: '../shared/money.yaml'   # asyncgen generate spec.yaml --allow-path ../shared",
    ),
    Code(
        "AG203",
        "error",
        "a $ref to a URL is not followed",
        "asyncgen does not use the network while it reads a document. Keep a copy of the file and refer to it, or name the copy"
        " with --ref URL=FILE and leave the document as it is.",
        "$ref: 'https://example.com/money.yaml'   # --ref https://example.com/money.yaml=money.yaml",
    ),
    Code(
        "AG204",
        "error",
        "a $ref points nowhere",
        "The reference names a file or a member that does not exist. Check the spelling of every part of the pointer;"
        " `/` inside a name is written `~1` and `~` is written `~0`.",
        "$ref: '#/components/messages/OrderAproved'   # the component is called OrderApproved",
    ),
    Code(
        "AG205",
        "error",
        "references only lead to each other",
        "Following the references comes back to the first without meeting a value. A schema may refer to itself from inside,"
        " for instance in its properties; it cannot be a reference to itself.",
        "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}",
    ),
    Code(
        "AG206",
        "warning",
        "a '/' in a $ref is not escaped",
        "In a pointer `/` separates names; inside a name it is written `~1`. There is only one thing this reference can mean,"
        " and it is read that way; other tools may refuse it.",
        "$ref: '#/channels/user/signedup'   # the channel user/signedup is '#/channels/user~1signedup'",
    ),
    Code(
        "AG207",
        "error",
        "a $ref may mean several things",
        "The reference does not escape `/` inside a name, and names of the document allow more than one reading.",
        "$ref: '#/channels/a/b/messages/c'   # beside channels called a and a/b",
    ),
    Code(
        "AG208",
        "error",
        "the document reaches too many files",
        "A document may reach up to 1,000 files through its references.",
    ),
    Code(
        "AG209",
        "warning",
        "what stands beside a $ref is ignored",
        "An object with a `$ref` is the object that it refers to; its other members have no meaning. Remove them, or put them"
        " where the reference leads.",
        "$ref: '#/components/messages/Order'\ntitle: Another title   # has no effect",
    ),
    # -- AG3xx: the document -------------------------------------------------------------------------------------
    Code(
        "AG301",
        "error",
        "not an AsyncAPI document",
        "A document says that it is AsyncAPI, and of which version, in its field `asyncapi`.",
        "asyncapi: 3.0.0",
    ),
    Code(
        "AG302",
        "error",
        "an AsyncAPI version that is not read",
        "asyncgen reads AsyncAPI 2.0 to 3.1. An older document is converted by the official converter:"
        " `npx @asyncapi/cli convert FILE --target-version=3.0.0`.",
        "asyncapi: 1.2.0",
    ),
    Code(
        "AG303",
        "warning",
        "an AsyncAPI version later than those known",
        "Minor versions add to what is there. The document is read as the newest version that asyncgen knows; what is new in"
        " its own is reported as unknown.",
        "asyncapi: 3.9.0",
    ),
    Code(
        "AG304",
        "error",
        "a required field is missing",
        "Without this field there is nothing to generate from the object.",
        "action: send   # of an operation without a channel",
    ),
    Code(
        "AG305",
        "error",
        "a value has the wrong type",
        "The specification wants another kind of value here, and this one cannot be read as meant.",
        "channels: [orders]   # channels are a map of names to channels",
    ),
    Code(
        "AG306",
        "warning",
        "an unknown field",
        "The specification has no such field for this object, so it has no effect. Misspelled fields are found this way; for"
        " fields of your own use names that begin with `x-`.",
        "adress: orders   # the field is called address",
    ),
    Code(
        "AG307",
        "warning",
        "a value of another type, read as meant",
        "The specification wants another type here, and what is meant is clear. Other tools may refuse it.",
        "version: 1.0   # a number; write '1.0'",
    ),
    Code(
        "AG308",
        "warning",
        "a field is missing that can be done without",
        "The specification requires the field; asyncgen does not need it.",
        "info: {title: Orders}   # no version",
    ),
    Code(
        "AG309",
        "error",
        "a field of the other major version",
        "AsyncAPI 2.x and 3.x say this in different ways, and reading past it would leave something out. Use the words of the"
        " version that the document names, or convert it.",
        "channels:\n  orders:\n    publish: {}   # in 3.x an operation refers to its channel",
    ),
    Code(
        "AG310",
        "warning",
        "a name where a $ref is due",
        "AsyncAPI 3.x refers to channels, messages, servers and security schemes by `$ref`. The name is read as meant.",
        "channel: orders   # write {$ref: '#/channels/orders'}",
    ),
    Code(
        "AG311",
        "error",
        "a name that nothing has",
        "The document refers to something by its name, and there is nothing of that name.",
        "security:\n  - userPasword: []   # the scheme is called userPassword",
    ),
    Code(
        "AG312",
        "warning",
        "a message that is not taken from its channel",
        "The messages of an operation are a choice of its channel's, and are referred to through the channel. This one is read"
        " as if it were; other tools may refuse it.",
        "messages:\n  - $ref: '#/components/messages/Order'   # write '#/channels/orders/messages/Order'",
    ),
    Code(
        "AG313",
        "warning",
        "a channel that is not among the document's",
        "An operation refers to a channel that is not listed under `channels`. It is read as if it were.",
        "channel: {$ref: '#/components/channels/orders'}",
    ),
    Code(
        "AG314",
        "warning",
        "a server that is not among the document's",
        "A channel may name the servers it is available on. One that is not among the document's servers is ignored; a channel"
        " left with none counts as available on all.",
        "servers: [prodution]",
    ),
    Code(
        "AG315",
        "warning",
        "several security schemes at once",
        "Schemes in one requirement are required together. They are read as alternatives, each of which suffices.",
        "security:\n  - {apiKey: [], oauth: []}",
    ),
    Code(
        "AG316",
        "warning",
        "a binding that is not an object",
        "A binding is an object with fields of its protocol. This one is ignored, as if it were not there.",
        "bindings:\n  http: GET   # write {method: GET}",
    ),
    Code(
        "AG317",
        "warning",
        "a value of the wrong type that is ignored",
        "The specification wants another kind of value here. Nothing but documentation depends on it, so it is left out.",
        "tags: orders   # tags are a list of objects with a name",
    ),
    Code(
        "AG320",
        "warning",
        "a parameter that is not declared",
        "The channel's address has a `{parameter}` that its `parameters` do not describe. It becomes an argument of type str.",
        "address: users/{userId}/signedup   # and no parameters",
    ),
    Code(
        "AG321",
        "warning",
        "a parameter that is not in the address",
        "The channel describes a parameter that its address does not contain. It is ignored.",
        "address: users/signedup\nparameters:\n  userId: {}",
    ),
    Code(
        "AG322",
        "warning",
        "something like a placeholder",
        "AsyncAPI writes a parameter or variable as `{name}`. This looks like the notation of another tool and is used"
        " literally, character by character.",
        "host: ${KAFKA_HOST}:9092   # write '{kafkaHost}:9092' and describe the variable",
    ),
    Code(
        "AG323",
        "warning",
        "a server variable that is not declared",
        "The host or pathname has a `{variable}` that the server's `variables` do not describe. It becomes a required setting.",
        "host: '{region}.example.com'   # and no variables",
    ),
    Code(
        "AG324",
        "warning",
        "a server variable that is not used",
        "Neither host nor pathname contains the variable. It is ignored.",
        "host: example.com\nvariables:\n  region: {}",
    ),
    Code(
        "AG325",
        "warning",
        "one name for two things",
        "operationIds and messageIds are unique in a document. The code for the later one gets another name.",
        "operationId: onOrder   # in two operations",
    ),
    Code(
        "AG326",
        "warning",
        "a runtime expression that cannot be read",
        "A location in a message is `$message.header#/…` or `$message.payload#/…`, with a JSON Pointer. One that is not has no"
        " effect.",
        "location: message.header.correlationId   # write $message.header#/correlationId",
    ),
    Code(
        "AG327",
        "warning",
        "a default that is not allowed",
        "The default of a parameter or variable is one of its enum's values. This one is kept as the default all the same.",
        "enum: ['8883', '8884']\ndefault: '1883'",
    ),
    # -- AG4xx: schemas and models -------------------------------------------------------------------------------
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
        " schema accepts, the model accepts too.",
        "uniqueItems: true",
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
        "A value may be valid for several members of this oneOf, which then refuses it. The model does not check that: it"
        " reads the value as the member that fits closest, and the first of several.",
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
    # -- AG5xx: names --------------------------------------------------------------------------------------------
    Code(
        "AG501",
        "warning",
        "two schemas with one name",
        "The names of two schemas become the same Python class name. The first in the document keeps it; the other's is"
        " longer, or numbered.",
        "schemas: { order: {…}, Order: {…} }",
    ),
    Code(
        "AG502",
        "warning",
        "two properties with one name",
        "The names of two properties become the same Python name. The first keeps it and the other is numbered; on the wire"
        " both are called what the document calls them.",
        "properties: { orderId: {…}, order_id: {…} }",
    ),
    # -- AG6xx: protocols, servers and bindings ------------------------------------------------------------------
    Code(
        "AG602",
        "warning",
        "no server speaks the protocol",
        "Code was asked for a protocol that none of the document's servers speaks. It is made for every channel, and its"
        " settings ask for the address. Add a server, or ask for one of the protocols that the servers speak.",
        "servers:\n  production: {host: mqtt.example.com, protocol: mqtt}   # and --protocol kafka",
    ),
    Code(
        "AG603",
        "warning",
        "unknown field of a binding",
        "The binding's specification has no such field, so it changes nothing. `asyncgen protocols` lists the fields of"
        " every binding.",
        "bindings:\n  kafka:\n    topics: orders   # the field is called topic",
    ),
    Code(
        "AG604",
        "warning",
        "a binding's field has the wrong type",
        "The value is not what the binding's specification asks for, so it is left out.",
        "bindings:\n  kafka:\n    partitions: three   # an integer is due",
    ),
    Code(
        "AG605",
        "warning",
        "a binding's field is not acted on",
        "The field is right, and asyncgen does not do what it asks for; the message says what the generated code does"
        " instead.",
        "bindings:\n  kafka:\n    schemaIdLocation: header   # messages carry no schema id",
    ),
    Code(
        "AG606",
        "warning",
        "a security scheme is not acted on",
        "The generated settings have no fields for this kind of scheme over this protocol. What the client needs for it can"
        " be given in the setting `client`, which passes everything on to the client library.",
        "securitySchemes:\n  kerberos: {type: gssapi}",
    ),
    Code(
        "AG607",
        "warning",
        "the protocol refuses the address",
        "Brokers of this protocol do not accept such an address, so publishing and subscribing would fail when it is first"
        " used. Give another one in the channel's binding.",
        "channels:\n  signups:\n    address: user/signedup   # Kafka refuses the slash\n    bindings: {kafka: {topic: user.signedup}}",
    ),
    Code(
        "AG608",
        "warning",
        "a document without operations",
        "Only operations say whether the application sends or receives. Without any, a publisher and a subscriber are made"
        " for every channel, named after it.",
        "asyncapi: 3.0.0\nchannels: {orders: {address: orders}}   # and no operations",
    ),
    Code(
        "AG609",
        "warning",
        "nothing tells an operation's messages apart",
        "A receiver has to decide which of the messages has come. It looks for a property with a different const in every"
        " payload, then for such a header, then at the content types. Where the document has none of these, each message is"
        " tried in turn and the first that is valid is taken.",
        "payload:\n  properties:\n    kind: {const: created}   # and another value in the other message",
    ),
    Code(
        "AG610",
        "warning",
        "a content type without an encoding",
        "asyncgen writes and reads JSON and plain text. For any other content type the payload is bytes that the caller"
        " makes and reads; the schema is not applied to them.",
        "contentType: application/x-protobuf",
    ),
    Code(
        "AG611",
        "warning",
        "a plain value where a schema is due",
        "The binding asks for a schema. A string in its place is read as the only value that the schema allows.",
        "groupId: my-group   # groupId: {type: string, const: my-group}",
    ),
    Code(
        "AG612",
        "warning",
        "nothing to receive from",
        "The channel's address is null, so it is known only at run time, and the operation gives no other one. A handler"
        " could never be called; the operation is left out of the subscriber.",
        "channels:\n  replies: {address: null}",
    ),
    Code(
        "AG613",
        "warning",
        "a parameter's location is not acted on",
        "The document says where in the message the parameter's value stands. The generated method takes it as an argument"
        " all the same.",
        "parameters:\n  userId: {location: $message.payload#/user/id}",
    ),
    Code(
        "AG614",
        "warning",
        "an operation without a message",
        "Neither the operation nor its channel names a message, so nothing is known of what is sent. The operation is left"
        " out.",
        "channels:\n  orders: {address: orders}   # and no messages",
    ),
    Code(
        "AG615",
        "warning",
        "a reply without a message",
        "Neither the reply nor its channel names a message, so nothing is known of what comes back. The operation is sent"
        " and handled as one without a reply.",
        "reply:\n  address: {location: $message.header#/replyTo}   # and no channel with messages",
    ),
    # -- AG7xx: options and output -------------------------------------------------------------------------------
    Code(
        "AG701",
        "error",
        "a file that is not asyncgen's to overwrite",
        "The output holds a file that somebody edited or that asyncgen did not make. Nothing is written. Move the file,"
        " choose another output, or give --force to overwrite it.",
        "asyncgen generate specs/orders.yaml --output src/mine   # a folder with code of yours",
    ),
)

CODES: Mapping[str, Code] = {code.code: code for code in _TABLE}
