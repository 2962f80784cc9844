"""What is decided about a package: which methods and classes there are, and what they are called."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

from asyncgen import Config, generate
from asyncgen.package import Package, ProtocolModule


def planned(document: str, **options: Any) -> tuple[Package, list[str]]:
    """The package of a document, and the codes of its findings."""
    config = Config(spec=textwrap.dedent(document).encode(), output=Path("package"), protocols=("kafka",), **options)
    result = generate(config)
    assert result.package, [str(found) for found in result.diagnostics]
    return result.package, [found.code for found in result.diagnostics]


def module(document: str, **options: Any) -> ProtocolModule:
    return planned(document, **options)[0].modules[0]


ORDERS = """
    asyncapi: 3.0.0
    info: {title: order service, version: '1'}
    channels:
      orders:
        address: orders
        messages:
          order: {payload: {type: object, properties: {id: {type: string}}}}
    operations:
      placeOrder: {action: receive, channel: {$ref: '#/channels/orders'}}
"""


def test_the_application_receives_what_the_document_says_it_receives() -> None:
    kafka = module(ORDERS)
    assert [operation.name for operation in kafka.receives] == ["place_order"]
    assert kafka.sends == ()


def test_the_client_sends_it() -> None:
    kafka = module(ORDERS, role="client")
    assert [operation.name for operation in kafka.sends] == ["place_order"]
    assert kafka.receives == ()


def test_classes_are_named_after_the_title_and_the_operation() -> None:
    package, _ = planned(ORDERS)
    assert package.prefix == "OrderService"
    assert package.modules[0].env_prefix == "ORDER_SERVICE_KAFKA_"
    assert package.modules[0].receives[0].type_name == "PlaceOrder"


def test_the_manifest_maps_payloads_to_models() -> None:
    package, _ = planned(ORDERS)
    assert package.models == {"#/channels/orders/messages/order/payload": "models:Order"}


def test_without_operations_every_channel_is_published_to_and_received_from() -> None:
    package, codes = planned(ORDERS[: ORDERS.index("    operations")])
    kafka = package.modules[0]
    assert [operation.name for operation in kafka.sends] == ["orders"]
    assert [operation.name for operation in kafka.receives] == ["orders"]
    assert codes == ["AG608"]


def test_an_operation_without_a_name_is_named_after_its_action_and_channel() -> None:
    kafka = module(
        """
        asyncapi: 2.6.0
        info: {title: one, version: '1'}
        channels:
          order/created:
            publish: {message: {payload: {type: string}}}
            subscribe: {message: {payload: {type: string}}}
        """
    )
    assert [operation.name for operation in kafka.receives] == ["receive_order_created"]
    assert [operation.name for operation in kafka.sends] == ["send_order_created"]


def operations(*names: str) -> str:
    lines = [f"      {name}: {{action: send, channel: {{$ref: '#/channels/orders'}}}}\n" for name in names]
    return ORDERS[: ORDERS.index("      placeOrder")] + "".join(lines)


def test_a_name_that_would_hide_a_method_of_ours_gets_an_underscore() -> None:
    assert [operation.name for operation in module(operations("close", "import")).sends] == ["close_", "import_"]


def test_an_operation_called_like_the_many_of_another_keeps_apart_from_it() -> None:
    names = [(operation.name, operation.many) for operation in module(operations("place", "place_many")).sends]
    assert len({name for pair in names for name in pair}) == 4
    assert names[0] == ("place", "place_many")


SEVERAL = """
    asyncapi: 3.0.0
    info: {{title: one, version: '1'}}
    channels:
      orders:
        address: orders
        messages:
          created: {created}
          deleted: {deleted}
    operations:
      tell: {{action: {action}, channel: {{$ref: '#/channels/orders'}}}}
"""


def several(created: str, deleted: str, action: str = "receive") -> str:
    return SEVERAL.format(created=created, deleted=deleted, action=action)


def tagged(kind: str) -> str:
    return f"{{payload: {{type: object, required: [kind], properties: {{kind: {{const: {kind}}}}}}}}}"


def test_a_const_property_tells_messages_apart() -> None:
    [operation] = module(several(tagged("a"), tagged("b"))).receives
    assert operation.choice
    assert (operation.choice.by, operation.choice.name) == ("ByProperty", "kind")
    assert operation.choice.values == {"a": 0, "b": 1}
    assert [received.class_name for received in operation.received] == ["TellCreated", "TellDeleted"]
    assert operation.type_name == "Tell"


def test_a_const_header_tells_messages_apart() -> None:
    headers = "{{headers: {{type: object, required: [kind], properties: {{kind: {{const: {}}}}}}}, payload: {{}}}}"
    [operation] = module(several(headers.format("a"), headers.format("b"))).receives
    assert operation.choice
    assert (operation.choice.by, operation.choice.name) == ("ByHeader", "kind")


def test_content_types_tell_messages_apart() -> None:
    created = "{contentType: application/json, payload: {}}"
    deleted = "{contentType: text/plain, payload: {type: string}}"
    [operation] = module(several(created, deleted)).receives
    assert operation.choice
    assert operation.choice.by == "ByContentType"


def test_messages_that_nothing_tells_apart_are_a_warning() -> None:
    package, codes = planned(several("{payload: {type: object}}", "{payload: {type: object}}"))
    assert package.modules[0].receives[0].choice is None
    assert codes == ["AG609"]


def test_payloads_of_different_classes_need_no_name_when_sent() -> None:
    [operation] = module(several(tagged("a"), tagged("b"), action="send")).sends
    assert not operation.by_name


def test_payloads_of_one_type_need_the_messages_name_when_sent() -> None:
    [operation] = module(several("{payload: {type: string}}", "{payload: {type: string}}", action="send")).sends
    assert operation.by_name


PARAMETERS = """
    asyncapi: 3.0.0
    info: {title: one, version: '1'}
    channels:
      lights:
        address: 'lights.{lightId}.{zone}.{undeclared}.$PART'
        parameters:
          lightId: {description: Which light.}
          zone: {enum: [north, south], default: north}
        messages: {on: {payload: {type: boolean}}}
    operations:
      turnOn: {action: send, channel: {$ref: '#/channels/lights'}}
"""


def test_the_parameters_of_an_address_are_arguments() -> None:
    [operation] = module(PARAMETERS.replace("$PART", "x")).sends
    assert operation.address
    assert [(each.name, each.annotation, each.default) for each in operation.address.parameters] == [
        ("light_id", "str", None),
        ("zone", "Literal['north', 'south']", "'north'"),
        ("undeclared", "str", None),
    ]


@pytest.mark.parametrize("literal", ["${VAR}", "{{placeholder}}"])
def test_placeholders_of_other_tools_are_no_parameters(literal: str) -> None:
    [operation] = module(PARAMETERS.replace("$PART", literal)).sends
    assert operation.address
    assert len(operation.address.parameters) == 3


KAFKA = """
    asyncapi: 3.0.0
    info: {title: one, version: '1'}
    channels:
      orders:
        address: orders/created
        messages:
          order: {payload: {type: string}, bindings: {kafka: {key: {type: integer}}}}
        bindings: {kafka: BINDING}
    operations:
      placeOrder:
        action: receive
        channel: {$ref: '#/channels/orders'}
        bindings: {kafka: {groupId: GROUP}}
"""


def test_the_topic_of_the_binding_goes_before_the_address() -> None:
    package, codes = planned(KAFKA.replace("BINDING", "{topic: orders.created}").replace("GROUP", "{const: g}"))
    assert package.modules[0].receives[0].address.template == "orders.created"
    assert codes == []


def test_an_address_that_the_protocol_refuses_is_a_warning() -> None:
    assert planned(KAFKA.replace("BINDING", "{}").replace("GROUP", "{const: g}"))[1] == ["AG607"]


def test_unknown_mistyped_and_ignored_fields_of_a_binding_are_warnings() -> None:
    binding = "{topic: orders, partitions: three, replicas: 0, topics: x, x-mine: 1}"
    _, codes = planned(KAFKA.replace("BINDING", binding).replace("GROUP", "{const: g}"))
    assert codes == ["AG604", "AG604", "AG603"]


@pytest.mark.parametrize(
    ("group", "value", "codes"),
    [
        ("{const: g}", "g", []),
        ("{type: string, enum: [g]}", "g", []),
        ("{type: string}", None, []),
        ("g", "g", ["AG611"]),
    ],
)
def test_a_group_id_with_one_value_is_the_default(group: str, value: str | None, codes: list[str]) -> None:
    package, found = planned(KAFKA.replace("BINDING", "{topic: orders}").replace("GROUP", group))
    assert package.modules[0].receives[0].bindings["operation"].get("groupId") == value
    assert package.modules[0].defaults.get("groupId") == value
    assert found == codes


def test_the_key_of_the_message_binding_is_typed() -> None:
    kafka = module(KAFKA.replace("BINDING", "{topic: orders}").replace("GROUP", "{const: g}"))
    key = kafka.messages[0].arguments["key"]
    assert (key.codec, key.kind) == ("Json", "json")


SERVERS = """
    asyncapi: 3.0.0
    info: {title: one, version: '1'}
    servers:
      local: {host: 'localhost:9092', protocol: kafka}
      cloud:
        host: '{region}.example.com'
        protocol: kafka-secure
        variables: {region: {enum: [eu, us], default: eu}}
        security: [{$ref: '#/components/securitySchemes/scram'}, {$ref: '#/components/securitySchemes/kerberos'}]
      queue: {host: 'localhost', protocol: amqp}
    channels:
      orders: {address: orders, messages: {order: {payload: {type: string}}}}
      queued: {address: q, servers: [{$ref: '#/servers/queue'}], messages: {order: {payload: {type: string}}}}
    operations:
      a: {action: send, channel: {$ref: '#/channels/orders'}}
      b: {action: send, channel: {$ref: '#/channels/queued'}}
    components:
      securitySchemes:
        scram: {type: scramSha512}
        kerberos: {type: gssapi}
"""


def test_a_module_holds_the_servers_and_channels_of_its_protocol() -> None:
    package, codes = planned(SERVERS)
    kafka = package.modules[0]
    assert [(server.name, server.tls) for server in kafka.servers] == [("local", False), ("cloud", True)]
    assert [operation.name for operation in kafka.sends] == ["a"]
    assert [setting.name for setting in kafka.variables] == ["region"]
    assert [setting.name for setting in kafka.credentials] == ["user", "password"]
    assert codes == ["AG606"]


def test_a_protocol_that_no_server_speaks_is_a_warning_and_takes_all_channels() -> None:
    package, codes = planned(SERVERS.replace("kafka-secure", "mqtt").replace("kafka}", "mqtt}"))
    assert [operation.name for operation in package.modules[0].sends] == ["a", "b"]
    assert package.modules[0].servers == ()
    assert codes == ["AG602"]


def test_an_address_known_at_run_time_is_an_argument_of_the_call() -> None:
    document = ORDERS.replace("address: orders", "address: null").replace("action: receive", "action: send")
    assert module(document).sends[0].address is None


def test_nothing_is_received_from_an_address_known_at_run_time_only() -> None:
    package, codes = planned(ORDERS.replace("address: orders", "address: null"))
    assert package.modules[0].receives == ()
    assert codes == ["AG612"]


def test_an_operation_without_a_message_is_left_out_with_a_warning() -> None:
    document = ORDERS.replace("order: {payload: {type: object, properties: {id: {type: string}}}}", "{}")
    package, codes = planned(document)
    assert package.modules[0].receives == ()
    assert "AG614" in codes


def test_operations_that_receive_from_one_address_are_a_warning() -> None:
    more = "      cancelOrder: {action: receive, channel: {$ref: '#/channels/orders'}}\n"
    assert planned(ORDERS.rstrip(" ") + more)[1] == ["AG616"]


@pytest.mark.parametrize(
    ("schema", "annotation", "codes"),
    [
        ("{type: string}", "str", []),
        ("{type: string, maxLength: 5}", "models.Order", []),
        ("{type: integer}", "str", ["AG610"]),
        ("{}", "str", []),
    ],
)
def test_a_text_has_the_type_of_its_schema(schema: str, annotation: str, codes: list[str]) -> None:
    document = ORDERS.replace("{type: object, properties: {id: {type: string}}}", f"{schema}, contentType: text/plain")
    package, found = planned(document)
    payload = package.modules[0].messages[0].payload
    assert (payload.codec, payload.annotation) == ("Text", annotation)
    assert found == codes
