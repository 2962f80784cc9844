"""AsyncAPI 2.x: the same Document as of 3.x, in 3.x words."""

from typing import Any

import pytest

HEAD = "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\n"


def names(items: Any) -> list[str]:
    return [item.name for item in items]


def test_what_users_publish_is_received_and_what_they_subscribe_to_is_sent(reading: Any) -> None:
    text = (
        HEAD
        + """
channels:
  orders/{id}:
    description: d
    subscribe: {operationId: sendOrder, summary: s, description: o, tags: [{name: a}], bindings: {amqp: {}}, x-a: 1, message: {$ref: '#/components/messages/Sent'}}
    publish: {message: {$ref: '#/components/messages/Received'}}
    parameters: {id: {}}
    bindings: {kafka: {topic: t}}
components: {messages: {Sent: {}, Received: {}}}
"""
    )
    result = reading(text)
    document = result.document
    (channel,) = document.channels
    assert (channel.name, channel.address, channel.description) == ("orders/{id}", "orders/{id}", "d")
    assert (names(channel.messages), list(channel.bindings)) == (["Received", "Sent"], ["kafka"])
    received, sent = document.operations
    assert (received.name, received.action, names(received.messages)) == (None, "receive", ["Received"])
    assert (sent.name, sent.action, names(sent.messages)) == ("sendOrder", "send", ["Sent"])
    assert (sent.summary, sent.description, sent.tags, sent.extensions) == ("s", "o", ("a",), {"x-a": 1})
    assert sent.channel is channel
    assert sent.messages[0] is channel.messages[1]
    assert result.found == []


@pytest.mark.parametrize(
    ("url", "host", "pathname"),
    [
        ("mqtt://example.com", "example.com", None),
        ("example.com:{port}", "example.com:{port}", None),
        ("example.com:{port}/a/{b}", "example.com:{port}", "/a/{b}"),
        ("amqp://example.com/", "example.com", "/"),
        ("http://example.com/a//b?c=d", "example.com", "/a//b?c=d"),
        ("{scheme}://example.com", "example.com", None),
        ("{url}", "{url}", None),
        ("user:password@example.com:5672/vhost", "example.com:5672", "/vhost"),
    ],
)
def test_a_url_becomes_host_and_pathname(reading: Any, url: str, host: str, pathname: str | None) -> None:
    server = reading(HEAD + f"servers: {{s: {{url: '{url}', protocol: kafka}}}}\nchannels: {{}}\n").document.servers[0]
    assert (server.host, server.pathname, server.protocol) == (host, pathname, "kafka")


def test_a_user_and_password_in_a_url_are_left_out(reading: Any) -> None:
    result = reading(HEAD + "servers: {s: {url: 'amqp://user:p@ss@h', protocol: kafka}}\nchannels: {}\n")
    assert result.document.servers[0].host == "h"
    assert [found.split(maxsplit=1)[1] for found in result.found] == [
        "AG307 the user and password in the address are left out"
    ]


def test_a_missing_protocol_is_read_from_the_url(reading: Any) -> None:
    result = reading(HEAD + "servers: {s: {url: 'mqtt://h'}, t: {url: h}}\n")
    assert [(server.name, server.protocol) for server in result.document.servers] == [("s", "mqtt")]
    assert [found.split(maxsplit=1)[1] for found in result.found] == [
        "AG308 a server needs 'protocol'; 'mqtt' is read from its url",
        "AG304 a server needs 'protocol'",
    ]


def test_security_is_found_by_name(reading: Any) -> None:
    text = (
        HEAD
        + """
servers:
  s:
    url: h
    protocol: kafka
    security:
      - oauth: [read]
      - plain: []
        key: []
      - ouath: []
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://a', scopes: {read: r}}}}
    plain: {type: plain}
    key: {$ref: '#/components/securitySchemes/plain'}
"""
    )
    result = reading(text)
    oauth, plain, key = result.document.servers[0].security
    assert (oauth.scheme.name, oauth.scopes) == ("oauth", ("read",))
    assert oauth.scheme.flows == {"implicit": {"authorizationUrl": "https://a", "availableScopes": {"read": "r"}}}
    assert plain.scheme is key.scheme
    assert result.found == [
        "spec.yaml:10:9 AG315 several schemes are required together; they are read as alternatives",
        "spec.yaml:12:9 AG311 there is no security scheme 'ouath' in components",
    ]
    assert result.hints[1] == "did you mean 'oauth'?"


def test_an_operation_may_have_security_of_its_own(reading: Any) -> None:
    text = HEAD + "channels: {c: {publish: {security: [{p: []}]}}}\ncomponents: {securitySchemes: {p: {type: plain}}}\n"
    assert reading(text).document.operations[0].security[0].scheme.name == "p"


def test_each_of_one_of_is_a_message(reading: Any) -> None:
    text = (
        HEAD
        + """
channels:
  c:
    publish: {operationId: op, message: {oneOf: [{$ref: '#/components/messages/A'}, {messageId: B}, {payload: {}}]}}
    subscribe: {message: {$ref: '#/components/messages/Either'}}
components: {messages: {A: {}, Either: {oneOf: [{$ref: '#/components/messages/A'}, {summary: inline}]}}}
"""
    )
    result = reading(text)
    received, sent = result.document.operations
    assert names(received.messages) == ["A", "B", "op.message.2"]
    assert [message.anonymous for message in received.messages] == [False, False, True]
    assert names(sent.messages) == ["A", "send c.message.1"]
    assert names(result.document.channels[0].messages) == ["A", "B", "op.message.2", "send c.message.1"]
    assert result.found == []


def test_a_message_without_a_key_is_named_after_its_operation(reading: Any) -> None:
    document = reading(
        HEAD + "channels: {c: {publish: {operationId: onC, message: {}}, subscribe: {message: {}}}}\n"
    ).document
    assert [(message.name, message.anonymous) for message in document.channels[0].messages] == [
        ("onC.message", True),
        ("send c.message", True),
    ]


def test_a_message_in_another_file_is_named_by_it(reading: Any) -> None:
    result = reading(
        HEAD
        + "channels: {c: {publish: {message: {$ref: 'm.yaml#/Order'}}, subscribe: {message: {$ref: 'sub/paid.v1.yaml'}}}}\n",
        {"m.yaml": "Order: {}", "sub/paid.v1.yaml": "{payload: {}}"},
    )
    assert [(message.name, message.anonymous) for message in result.document.channels[0].messages] == [
        ("Order", False),
        ("paid", False),
    ]


def test_a_payload_has_the_format_of_its_message_and_headers_have_not(reading: Any) -> None:
    text = (
        HEAD
        + """
channels:
  c:
    publish: {message: {schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {type: record}, headers: {type: object}}}
    subscribe: {message: {schemaFormat: application/vnd.aai.asyncapi;version=2.0.0, payload: {type: string}}}
"""
    )
    avro, own = reading(text).document.channels[0].messages
    assert (avro.payload.format, avro.headers.format) == ("application/vnd.apache.avro;version=1.9.0", None)
    assert own.payload.format is None


def test_a_parameter_takes_from_its_schema_what_3x_has(reading: Any) -> None:
    text = (
        HEAD
        + """
channels:
  'c/{a}/{b}/{c}':
    parameters:
      a: {description: d, location: $message.payload#/a, schema: {$ref: '#/components/schemas/S'}}
      b: {$ref: '#/components/parameters/b'}
      c: {}
components:
  schemas: {S: {type: string, enum: [x, y], default: x, examples: [y], description: of the schema}}
  parameters: {b: {schema: {type: integer, default: 5, description: of the schema}}}
"""
    )
    a, b, c = reading(text).document.channels[0].parameters
    assert (a.enum, a.default, a.examples, a.description) == (("x", "y"), "x", ("y",), "d")
    assert (a.location, a.schema.place.json_pointer) == ("$message.payload#/a", "#/components/schemas/S")
    assert (b.default, b.description, b.schema.value["type"]) == ("5", "of the schema", "integer")
    assert (c.enum, c.default, c.schema) == ((), None, None)


def test_a_channel_may_be_a_reference_and_keeps_its_key_as_address(reading: Any) -> None:
    result = reading(HEAD + "channels: {a/b: {$ref: 'c.yaml#/x'}}\n", {"c.yaml": "x: {publish: {operationId: op}}"})
    assert result.document.channels[0].address == "a/b"
    assert result.document.operations[0].messages == ()


def test_a_channel_is_available_on_the_servers_it_names(reading: Any) -> None:
    text = HEAD + "servers: {production: {url: h, protocol: p}}\nchannels: {c: {servers: [production, prodution]}}\n"
    result = reading(text)
    assert result.document.channels[0].servers == ("production",)
    assert result.found == ["spec.yaml:4:38 AG314 'prodution' is not one of the document's servers; it is ignored"]
    assert result.hints == ["did you mean 'production'?"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "operations: {}",
            "AG309 'operations' belongs to AsyncAPI 3.x; in 2.x a channel's operations are its publish and subscribe",
        ),
        ("servers: {s: {host: h, protocol: p}}", "AG309 'host' belongs to AsyncAPI 3.x; in 2.x a server has a 'url'"),
        ("channels: {c: {address: a}}", "AG306 a channel has no field 'address'; it is ignored"),
    ],
)
def test_words_of_3x_are_reported(reading: Any, text: str, found: str) -> None:
    assert [one.split(maxsplit=1)[1] for one in reading(f"{HEAD}{text}\n").found] == [found]
