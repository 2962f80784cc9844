"""AG6xx: protocols, servers and bindings."""

from __future__ import annotations

from asyncgen.codes.code import Code

PROTOCOLS: tuple[Code, ...] = (
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
    Code(
        "AG616",
        "warning",
        "operations that share an address",
        "Two operations receive from one address. A subscriber with a handler for one of them gives it every message. With"
        " handlers for both, each message goes to the first operation, in the document's order, whose messages it fits; what"
        " fits both never reaches the second.",
        "operations:\n  run: {action: receive, channel: {$ref: '#/channels/commands'}}\n"
        "  stop: {action: receive, channel: {$ref: '#/channels/commands'}}",
    ),
)
