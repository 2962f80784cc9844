"""AG3xx: the document."""

from __future__ import annotations

from asyncgen.codes.code import Code

DOCUMENT: tuple[Code, ...] = (
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
    Code(
        "AG330",
        "error",
        "a field that the specification does not have",
        "The official JSON Schema of the document's version allows no such field for this object. `asyncgen validate` says so;"
        " `generate` warns and ignores the field. Fields of your own begin with `x-`.",
        "channels:\n  orders: {adress: orders}   # the field is called address",
    ),
    Code(
        "AG331",
        "error",
        "a field that the specification requires is missing",
        "The official JSON Schema of the document's version requires the field. `asyncgen validate` says so; `generate` does"
        " without the field where it can.",
        "info: {title: Orders}   # no version",
    ),
    Code(
        "AG332",
        "error",
        "a value of a type that the specification does not allow",
        "The official JSON Schema of the document's version wants another kind of value. `asyncgen validate` says so; `generate`"
        " reads the value as meant where that is clear.",
        "required: true   # of a schema: a list of names",
    ),
    Code(
        "AG333",
        "error",
        "a value that the specification does not allow",
        "The value has the right type, and the official JSON Schema of the document's version asks for more: one of a few values,"
        " a pattern, a format such as a URI, a length or a limit.",
        "type: double   # of a schema: number",
    ),
    Code(
        "AG334",
        "error",
        "a name that the specification does not allow",
        "The official JSON Schema of the document's version limits the names in this map: the address of a 2.x channel is a URI"
        " template, and the names under `patternProperties` of a schema are regular expressions.",
        "channels:\n  'orders/{id': {}   # the brace is not closed",
    ),
    Code(
        "AG335",
        "error",
        "a form that the specification does not allow",
        "The official JSON Schema of the document's version knows no object of this form.",
        "flows:\n  implicit: {tokenUrl: 'https://example.com/token'}   # implicit flows have none",
    ),
    Code(
        "AG340",
        "info",
        "a component is not used",
        "Nothing that the document describes refers to the component. It may be there for other documents.",
        "components:\n  schemas:\n    Order: {type: object}   # and no reference to it",
    ),
    Code(
        "AG341",
        "warning",
        "an example does not match its schema",
        "An example shows what the schema allows. Either of the two is wrong.",
        "payload: {type: object, required: [id]}\nexamples:\n  - payload: {name: tea}   # no id",
    ),
    Code(
        "AG342",
        "warning",
        "a default does not match its schema",
        "A default is a value that the schema allows. This one would be refused wherever it is sent.",
        "type: integer\ndefault: '1'   # a string",
    ),
    Code(
        "AG343",
        "info",
        "examples cannot be checked",
        "The schema of the examples cannot be used to check them: it is not valid itself, or checking would take too long.",
        "pattern: '(unfinished'",
    ),
)
