"""AsyncAPI 3.x: what of the specification's objects reaches the Document."""

from typing import Any

import pytest

HEAD = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\n"


def names(items: Any) -> list[str]:
    return [item.name for item in items]


def test_a_server_is_read_whole(reading: Any) -> None:
    text = (
        HEAD
        + """
servers:
  production:
    host: '{region}.example.com:9092'
    pathname: v1
    protocol: kafka-secure
    protocolVersion: '3.5'
    title: Production
    summary: s
    description: d
    variables:
      region: {enum: [eu, us], default: eu, description: where, examples: [eu]}
      port: {$ref: '#/components/serverVariables/port'}
    security:
      - $ref: '#/components/securitySchemes/oauth'
      - {type: userPassword}
    tags: [{name: a}]
    bindings: {kafka: {schemaRegistryUrl: 'https://r'}}
    x-note: 1
components:
  serverVariables: {port: {default: 9092}}
  securitySchemes:
    oauth:
      type: oauth2
      description: o
      scopes: [read]
      flows: {clientCredentials: {tokenUrl: 'https://t', availableScopes: {read: r}}}
"""
    )
    (server,) = reading(text).document.servers
    assert (server.name, server.host, server.pathname) == ("production", "{region}.example.com:9092", "/v1")
    assert (server.protocol, server.protocol_version) == ("kafka-secure", "3.5")
    assert (server.title, server.summary, server.description) == ("Production", "s", "d")
    region, port = server.variables
    assert (region.enum, region.default, region.description, region.examples) == (("eu", "us"), "eu", "where", ("eu",))
    assert (port.name, port.default) == ("port", "9092")
    oauth, password = server.security
    assert (oauth.scheme.name, oauth.scheme.type, oauth.scopes) == ("oauth", "oauth2", ("read",))
    assert oauth.scheme.flows["clientCredentials"]["availableScopes"] == {"read": "r"}
    assert (password.scheme.name, password.scopes) == ("userPassword", ())
    assert (server.tags, server.extensions) == (("a",), {"x-note": 1})
    assert server.bindings["kafka"].value == {"schemaRegistryUrl": "https://r"}


def test_a_scheme_that_is_written_out_once_more_keeps_its_name(reading: Any) -> None:
    text = (
        HEAD
        + """
servers: {s: {host: h, protocol: p, security: [{type: http, scheme: basic, scopes: [a]}]}}
components: {securitySchemes: {other: {type: http, scheme: bearer}, mine: {type: http, scheme: basic}}}
"""
    )
    (requirement,) = reading(text).document.servers[0].security
    assert (requirement.scheme.name, requirement.scopes) == ("mine", ("a",))


def test_a_security_scheme_given_as_a_name_is_read_as_meant(reading: Any) -> None:
    text = (
        HEAD
        + "servers: {s: {host: h, protocol: p, security: [mine]}}\ncomponents: {securitySchemes: {mine: {type: plain}}}\n"
    )
    result = reading(text)
    assert result.document.servers[0].security[0].scheme.name == "mine"
    assert result.hints == ["write {$ref: '#/components/securitySchemes/mine'}"]


def test_a_channel_is_read_whole(reading: Any) -> None:
    text = (
        HEAD
        + """
servers: {a: {host: h, protocol: p}, b: {$ref: '#/components/servers/b'}}
channels:
  orders:
    address: orders/{id}/{kind}
    title: t
    summary: s
    description: d
    messages:
      one: {payload: {type: string}}
      two: {$ref: '#/components/messages/Second'}
    servers: [{$ref: '#/servers/b'}]
    parameters:
      id: {location: $message.payload#/id, description: which}
      kind: {$ref: '#/components/parameters/kind'}
    tags: [{name: x}]
    bindings: {$ref: '#/components/channelBindings/mine'}
    x-owner: me
components:
  servers: {b: {host: h2, protocol: p}}
  messages: {Second: {payload: true}}
  parameters: {kind: {enum: [1, two], default: two, examples: [two]}}
  channelBindings: {mine: {kafka: {topic: t}, x-mine: 1}}
"""
    )
    result = reading(text)
    (channel,) = result.document.channels
    assert (channel.name, channel.address) == ("orders", "orders/{id}/{kind}")
    assert (channel.title, channel.summary, channel.description) == ("t", "s", "d")
    assert names(channel.messages) == ["one", "Second"]
    assert channel.messages[1].payload.value is True
    assert channel.servers == ("b",)
    identifier, kind = channel.parameters
    assert (identifier.location, identifier.description) == ("$message.payload#/id", "which")
    assert (kind.enum, kind.default, kind.examples) == (("1", "two"), "two", ("two",))
    assert (channel.tags, channel.extensions) == (("x",), {"x-owner": "me"})
    assert list(channel.bindings) == ["kafka"]
    assert channel.bindings["kafka"].place.json_pointer == "#/components/channelBindings/mine/kafka"
    assert result.found == []


@pytest.mark.parametrize("address", ["", "address: null"])
def test_an_address_may_be_known_at_run_time_only(reading: Any, address: str) -> None:
    result = reading(HEAD + f"channels:\n  replies:\n    description: d\n    {address}\n")
    assert result.document.channels[0].address is None
    assert result.found == []


def test_a_message_is_read_whole(reading: Any) -> None:
    text = (
        HEAD
        + """
defaultContentType: application/json
channels:
  c:
    messages:
      order:
        name: OrderMessage
        title: t
        summary: s
        description: d
        contentType: application/xml
        headers: {$ref: '#/components/schemas/Headers'}
        payload: {$ref: '#/components/schemas/Link'}
        correlationId: {$ref: '#/components/correlationIds/trace'}
        examples: [{name: n, summary: s, headers: {a: 1}, payload: {$ref: data}}]
        tags: [{name: x}]
        bindings: {kafka: {key: {type: string}}}
        x-a: 1
      empty: {}
components:
  schemas: {Headers: {type: object}, Link: {$ref: '#/components/schemas/Order'}, Order: {title: o}}
  correlationIds: {trace: {location: $message.header#/trace, description: why}}
"""
    )
    result = reading(text)
    order, empty = result.document.channels[0].messages
    assert (order.name, order.machine_name, order.title) == ("order", "OrderMessage", "t")
    assert (order.summary, order.description, order.content_type) == ("s", "d", "application/xml")
    assert (order.payload.value, order.payload.place.json_pointer) == ({"title": "o"}, "#/components/schemas/Order")
    assert order.headers.place.json_pointer == "#/components/schemas/Headers"
    assert (order.correlation_id.location, order.correlation_id.description) == ("$message.header#/trace", "why")
    (example,) = order.examples
    assert (example.name, example.summary, example.headers, example.payload) == ("n", "s", {"a": 1}, {"$ref": "data"})
    assert (order.tags, order.extensions) == (("x",), {"x-a": 1})
    assert (empty.payload, empty.headers, empty.content_type, empty.anonymous) == (
        None,
        None,
        "application/json",
        False,
    )
    assert result.found == []


def test_a_schema_may_come_with_its_format(reading: Any) -> None:
    text = (
        HEAD
        + """
channels:
  c:
    messages:
      avro: {payload: {schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: {$ref: '#/components/schemas/A/schema'}}}
      own: {payload: {schemaFormat: application/vnd.aai.asyncapi+yaml;version=3.0.0, schema: {type: string}}}
      linked: {payload: {$ref: '#/components/schemas/A'}, headers: {schemaFormat: application/schema+json, schema: {}}}
components: {schemas: {A: {schemaFormat: application/vnd.apache.avro, schema: {type: record}}}}
"""
    )
    avro, own, linked = reading(text).document.channels[0].messages
    assert (avro.payload.format, avro.payload.value) == (
        "application/vnd.apache.avro;version=1.9.0",
        {"type": "record"},
    )
    assert (own.payload.format, own.payload.value) == (None, {"type": "string"})
    assert (linked.payload.format, linked.payload.value) == ("application/vnd.apache.avro", {"type": "record"})
    assert avro.payload.place == linked.payload.place
    assert linked.headers.format == "application/schema+json"


ORDERS = (
    HEAD
    + """
channels:
  orders:
    address: orders
    messages:
      created: {$ref: '#/components/messages/Created'}
      closed: {payload: {type: string}}
  replies: {address: null, messages: {done: {}}}
components:
  messages: {Created: {}, Other: {}}
operations:
  op:
    action: receive
"""
)


def operation(reading: Any, text: str) -> Any:
    result = reading(ORDERS + text)
    return result, result.document.operations[0] if result.document.operations else None


def test_an_operation_is_read_whole(reading: Any) -> None:
    _, found = operation(
        reading,
        """
    channel: {$ref: '#/channels/orders'}
    title: t
    summary: s
    description: d
    security: [{type: plain}]
    tags: [{name: a}]
    bindings: {kafka: {groupId: {const: g}}}
    x-a: 1
""",
    )
    assert (found.name, found.action, found.channel.name) == ("op", "receive", "orders")
    assert (found.title, found.summary, found.description) == ("t", "s", "d")
    assert found.security[0].scheme.type == "plain"
    assert (found.tags, found.extensions, list(found.bindings)) == (("a",), {"x-a": 1}, ["kafka"])


def test_without_a_list_an_operation_has_all_messages_of_its_channel(reading: Any) -> None:
    result, found = operation(reading, "    channel: {$ref: '#/channels/orders'}\n")
    assert names(found.messages) == ["Created", "closed"]
    assert found.messages[0] is result.document.channels[0].messages[0]
    assert found.channel is result.document.channels[0]


def test_an_empty_list_means_no_messages(reading: Any) -> None:
    assert operation(reading, "    channel: {$ref: '#/channels/orders'}\n    messages: []\n")[1].messages == ()


def test_the_messages_of_an_operation_are_those_of_its_channel(reading: Any) -> None:
    text = "    channel: {$ref: '#/channels/orders'}\n    messages: [{$ref: '#/channels/orders/messages/created'}]\n"
    result, found = operation(reading, text)
    assert found.messages[0] is result.document.channels[0].messages[0]
    assert result.found == []


def test_a_message_taken_from_components_is_read_as_meant(reading: Any) -> None:
    text = "    channel: {$ref: '#/channels/orders'}\n    messages: [{$ref: '#/components/messages/Created'}]\n"
    result, found = operation(reading, text)
    assert found.messages[0] is result.document.channels[0].messages[0]
    assert "AG312" in result.found[0]
    assert result.hints == ["write '#/channels/orders/messages/created'"]


def test_a_message_that_is_not_of_the_channel_is_read_as_meant(reading: Any) -> None:
    text = "    channel: {$ref: '#/channels/orders'}\n    messages: [{$ref: '#/components/messages/Other'}, {payload: {}}]\n"
    result, found = operation(reading, text)
    assert names(found.messages) == ["Other", "op.message.1"]
    assert [message.anonymous for message in found.messages] == [False, True]
    assert ["AG312" in found for found in result.found] == [True, True]


def test_a_message_given_as_a_name_is_read_as_meant(reading: Any) -> None:
    result, found = operation(reading, "    channel: {$ref: '#/channels/orders'}\n    messages: [closed]\n")
    assert names(found.messages) == ["closed"]
    assert result.hints == ["write {$ref: '#/channels/orders/messages/closed'}"]


def test_a_name_that_no_message_has_is_an_error(reading: Any) -> None:
    result, found = operation(reading, "    channel: {$ref: '#/channels/orders'}\n    messages: [closd]\n")
    assert found.messages == ()
    assert result.found == ["spec.yaml:17:16 AG311 the channel 'orders' has no message 'closd'"]
    assert result.hints == ["did you mean 'closed'?"]


def test_a_format_where_2x_has_it_is_read_as_meant(reading: Any) -> None:
    result = reading(
        HEAD + "channels: {c: {messages: {m: {schemaFormat: application/vnd.apache.avro, payload: {}}}}}\n"
    )
    assert result.document.channels[0].messages[0].payload.format == "application/vnd.apache.avro"
    assert result.found == ["spec.yaml:3:45 AG307 in 3.x 'schemaFormat' belongs to the payload; it is read as meant"]


def test_a_channel_given_as_a_name_is_read_as_meant(reading: Any) -> None:
    result, found = operation(reading, "    channel: orders\n")
    assert found.channel.name == "orders"
    assert result.found == ["spec.yaml:16:14 AG310 'orders' is a name where a $ref is due"]


def test_a_name_that_no_channel_has_is_an_error(reading: Any) -> None:
    result, found = operation(reading, "    channel: order\n")
    assert found is None
    assert result.found == ["spec.yaml:16:14 AG311 there is no channel 'order'"]
    assert result.hints == ["did you mean 'orders'?"]


def test_a_channel_that_is_no_reference_is_an_error(reading: Any) -> None:
    result, _ = operation(reading, "    channel: {address: x}\n")
    assert result.found == ["spec.yaml:16:14 AG305 'channel' must be a $ref to a channel, not the channel itself"]


def test_an_operation_without_channel_is_an_error(reading: Any) -> None:
    result, found = operation(reading, "")
    assert found is None
    assert result.found == ["spec.yaml:14:3 AG304 an operation needs 'channel'"]


def test_an_action_of_2x_is_an_error_that_names_those_of_3x(reading: Any) -> None:
    text = ORDERS.replace("receive", "publish") + "    channel: {$ref: '#/channels/orders'}\n"
    result = reading(text)
    assert result.found == ["spec.yaml:15:13 AG305 'action' must be 'send' or 'receive', not 'publish'"]


def test_a_reply_has_an_address_a_channel_and_messages(reading: Any) -> None:
    text = """
    channel: {$ref: '#/channels/orders'}
    reply:
      address: {location: $message.header#/replyTo}
      channel: {$ref: '#/channels/replies'}
"""
    result, found = operation(reading, text)
    assert found.reply.address == "$message.header#/replyTo"
    assert found.reply.channel is result.document.channels[1]
    assert names(found.reply.messages) == ["done"]
    assert result.found == []


def test_a_reply_and_its_address_may_be_references(reading: Any) -> None:
    text = ORDERS.replace(
        "components:",
        "components:\n  replies: {r: {address: {$ref: '#/components/replyAddresses/a'}}}\n  replyAddresses: {a: {location: $message.payload#/to}}",
    )
    found = reading(
        text + "    channel: {$ref: '#/channels/orders'}\n    reply: {$ref: '#/components/replies/r'}\n"
    ).document.operations[0]
    assert (found.reply.address, found.reply.channel, found.reply.messages) == ("$message.payload#/to", None, ())


def test_a_reply_without_channel_may_have_messages_of_any(reading: Any) -> None:
    text = """
    channel: {$ref: '#/channels/orders'}
    reply:
      address: {location: $message.header#/replyTo}
      messages: [{$ref: '#/channels/replies/messages/done'}, {$ref: '#/components/messages/Other'}]
"""
    result, found = operation(reading, text)
    assert found.reply.messages[0] is result.document.channels[1].messages[0]
    assert names(found.reply.messages) == ["done", "Other"]
    assert result.found == []


def test_an_operation_may_refer_to_a_channel_that_is_a_reference(reading: Any) -> None:
    text = (
        HEAD
        + """
channels: {mine: {$ref: '#/components/channels/shared'}, other: {$ref: '#/components/channels/shared'}}
operations:
  a: {action: send, channel: {$ref: '#/channels/other'}, messages: [{$ref: '#/channels/other/messages/m'}]}
  b: {action: send, channel: {$ref: '#/components/channels/shared'}}
components: {channels: {shared: {address: s, messages: {m: {}}}, unlisted: {address: u}}}
"""
    )
    result = reading(text)
    assert [found.channel.name for found in result.document.operations] == ["other", "mine"]
    assert names(result.document.operations[0].messages) == ["m"]
    assert result.found == []


def test_a_channel_that_is_not_listed_is_read_as_if_it_were(reading: Any) -> None:
    text = (
        HEAD
        + """
operations: {a: {action: send, channel: {$ref: '#/components/channels/shared'}}}
components: {channels: {shared: {address: s}}}
"""
    )
    result = reading(text)
    assert names(result.document.channels) == ["shared"]
    assert result.document.operations[0].channel is result.document.channels[0]
    assert "AG313" in result.found[0]


def test_a_document_may_have_no_operations(reading: Any) -> None:
    document = reading(HEAD + "channels: {c: {address: a}}\n").document
    assert (names(document.channels), document.operations) == (["c"], ())


def test_whole_maps_may_be_references(reading: Any) -> None:
    result = reading(
        HEAD + "channels: {$ref: 'channels.yaml'}\noperations: {$ref: 'operations.yaml#/all'}\n",
        {
            "channels.yaml": "orders: {address: o, messages: {$ref: 'messages.yaml'}}\n",
            "messages.yaml": "created: {payload: {$ref: 'sub/schema.json'}}\n",
            "sub/schema.json": '{"type": "string"}',
            "operations.yaml": "all: {o: {action: send, channel: {$ref: 'spec.yaml#/channels/orders'}, messages: [{$ref: 'spec.yaml#/channels/orders/messages/created'}]}}\n",
        },
    )
    (found,) = result.document.operations
    assert names(found.messages) == ["created"]
    assert found.messages[0].payload.place.source.name == "sub/schema.json"
    assert result.found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "servers: {s: {url: 'mqtt://h', protocol: mqtt}}",
            "3:15 AG309 'url' belongs to AsyncAPI 2.x; in 3.x it is host and pathname",
        ),
        (
            "channels: {c: {publish: {}}}",
            "3:16 AG309 'publish' belongs to AsyncAPI 2.x; in 3.x it is an operation of 'operations' with 'action: receive' and a $ref to this channel",
        ),
        (
            "channels: {c: {}}\noperations: {o: {action: send, channel: {$ref: '#/channels/c'}, message: {}}}",
            "4:65 AG309 'message' belongs to AsyncAPI 2.x; in 3.x it is 'messages', a list of $refs to the channel's messages",
        ),
    ],
)
def test_words_of_2x_are_errors_that_say_what_3x_calls_it(reading: Any, text: str, found: str) -> None:
    assert reading(f"{HEAD}{text}\n").found == [f"spec.yaml:{found}"]


def test_a_url_in_the_place_of_a_host_is_taken_apart(reading: Any) -> None:
    result = reading(HEAD + "servers: {s: {host: 'amqp://h:5672/vhost', protocol: amqp}}\n")
    assert (result.document.servers[0].host, result.document.servers[0].pathname) == ("h:5672", "/vhost")
    assert "AG307" in result.found[0]


def test_a_server_that_is_not_the_documents_is_ignored(reading: Any) -> None:
    text = (
        HEAD
        + "servers: {a: {host: h, protocol: p}}\nchannels: {c: {servers: [{$ref: '#/components/servers/b'}, a]}}\ncomponents: {servers: {b: {host: h, protocol: p}}}\n"
    )
    result = reading(text)
    assert result.document.channels[0].servers == ("a",)
    assert [found.split()[1] for found in result.found] == ["AG314", "AG310"]


def test_what_stands_beside_a_reference_is_ignored_with_a_warning(reading: Any) -> None:
    text = (
        HEAD
        + "channels: {c: {messages: {m: {$ref: '#/components/messages/M', title: other, x-a: 1}}}}\ncomponents: {messages: {M: {title: t}}}\n"
    )
    result = reading(text)
    assert result.document.channels[0].messages[0].title == "t"
    assert result.found == ["spec.yaml:3:64 AG209 'title' stands beside a $ref and is ignored"]


def test_a_binding_that_is_no_object_is_ignored(reading: Any) -> None:
    result = reading(HEAD + "channels: {c: {bindings: {http: GET, kafka: null, ws: {}}}}\n")
    assert list(result.document.channels[0].bindings) == ["kafka", "ws"]
    assert result.found == ["spec.yaml:3:33 AG316 the binding 'http' must be an object, not a string; it is ignored"]


def test_one_message_under_two_keys_is_one_message(reading: Any) -> None:
    text = (
        HEAD
        + "channels: {c: {messages: {a: {$ref: '#/components/messages/M'}, b: {$ref: '#/components/messages/M'}}}}\ncomponents: {messages: {M: {}}}\n"
    )
    assert names(reading(text).document.channels[0].messages) == ["M"]


@pytest.mark.parametrize(
    "payload", ["{}", "true", "{type: array}", "{type: string}", "{$ref: '#/components/schemas/S'}"]
)
def test_any_schema_may_be_a_payload(reading: Any, payload: str) -> None:
    text = (
        HEAD + f"channels: {{c: {{messages: {{m: {{payload: {payload}}}}}}}}}\ncomponents: {{schemas: {{S: false}}}}\n"
    )
    result = reading(text)
    assert result.document.channels[0].messages[0].payload is not None
    assert result.found == []


def test_a_broken_reference_leaves_out_what_it_stands_for(reading: Any) -> None:
    text = HEAD + "channels: {c: {messages: {a: {$ref: '#/x'}, b: {payload: {$ref: '#/y'}}}}, d: {$ref: '#/z'}}\n"
    result = reading(text)
    assert names(result.document.channels) == ["c"]
    assert names(result.document.channels[0].messages) == ["b"]
    assert ["AG204" in found for found in result.found] == [True, True, True]


def test_a_user_and_password_in_a_host_are_left_out(reading: Any) -> None:
    result = reading(f"{HEAD}servers: {{s: {{host: 'user:password@h:5672', protocol: kafka}}}}\n")
    assert result.document.servers[0].host == "h:5672"
    assert [found.split(maxsplit=1)[1] for found in result.found] == [
        "AG307 the user and password in the address are left out"
    ]
