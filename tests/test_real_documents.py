"""What real documents hold, and what becomes of it: most of it was met in public repositories."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
import pytest

from asyncgen import Config, Result, UsageError, generate
from asyncgen.output import compare, write
from asyncgen.package import ProtocolModule
from asyncgen.protocols import load_protocols, templates_folder

EXPORTED = Path(__file__).parents[1] / "fixtures" / "exported"
INFO = "info: {title: Orders, version: '1'}\n"
KAFKA = "servers: {production: {host: 'kafka.example.com:9092', protocol: kafka}}\n"


@dataclass(frozen=True)
class Generated:
    """What a document came to; every Python file of it compiles."""

    result: Result

    @property
    def found(self) -> list[str]:
        return [f"{one.line}:{one.column} {one.code} {one.message}" for one in self.result.diagnostics]

    @property
    def codes(self) -> list[str]:
        return [one.code for one in self.result.diagnostics]

    @property
    def hints(self) -> list[str | None]:
        return [one.hint for one in self.result.diagnostics]

    @property
    def module(self) -> ProtocolModule:
        assert self.result.package is not None, self.found
        return self.result.package.modules[0]

    @property
    def files(self) -> dict[str, str]:
        return {file.path: file.text for file in self.result.files}

    @property
    def published(self) -> dict[str, str | None]:
        """The methods of the publisher, with their addresses."""
        return {send.name: send.address.template if send.address else None for send in self.module.sends}

    @property
    def payloads(self) -> list[str]:
        """The type of every message's payload."""
        return [message.payload.annotation for message in self.module.messages]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Generated]:
    """Generates from a text, beside which lie other files."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, files: dict[str, str] | None = None, **options: Any) -> Generated:
        for name, content in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        given: dict[str, Any] = {"protocols": ("kafka",), "output": Path("package"), "formatter": "none", **options}
        result = generate(Config(spec=text.encode(), **given))
        for file in result.files:
            if file.path.endswith(".py"):
                compile(file.text, file.path, "exec")
        return Generated(result)

    return run


@pytest.fixture
def models(
    generated: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[Generated, Any]]]:
    """As `generated`, with the models as a module."""
    name = f"package_of_{tmp_path.name}"
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(text: str) -> tuple[Generated, Any]:
        made = generated(text, output=Path(name))
        assert made.result.manifest is not None, made.found
        write(Path(name), compare(Path(name), made.result.files, made.result.manifest))
        return made, importlib.import_module(f"{name}.models")

    yield run
    for module in [module for module in sys.modules if module.partition(".")[0] == name]:
        del sys.modules[module]


def sending(address: str, message: str = "{payload: {type: string}}", rest: str = "") -> str:
    """A 3.x document that sends one message to one channel."""
    return (
        f"asyncapi: 3.0.0\n{INFO}{KAFKA}channels: {{order: {{address: {json.dumps(address)}, messages: {{Order: {message}}}}}}}\n"
        f"operations: {{sendOrder: {{action: send, channel: {{$ref: '#/channels/order'}}}}}}\n{rest}"
    )


def with_payload(schema: str, rest: str = "") -> str:
    return sending("order", f"{{payload: {schema}}}", rest)


# -- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "method"),
    [
        ("order:OnOrder", "order_on_order"),
        ("order.created/v1", "order_created_v1"),
        ("user/{userId}/signed up", "user_user_id_signed_up"),
        ("orders.*.>", "orders"),
        ("+/#", "plus_slash_hash"),
    ],
)
def test_a_channels_key_is_any_text_and_its_address_stays_as_it_is(generated: Any, key: str, method: str) -> None:
    made = generated(
        f"asyncapi: 2.6.0\n{INFO}channels: {{{json.dumps(key)}: {{subscribe: {{message: {{payload: {{type: string}}}}}}}}}}\n"
    )
    assert made.published == {f"send_{method}": key}


def test_inline_messages_with_one_key_in_several_channels_are_named_after_their_channels(generated: Any) -> None:
    message = "{subscribe.message: {payload: {type: object, properties: {a: {type: string}}}}}"
    made = generated(
        f"asyncapi: 3.0.0\n{INFO}{KAFKA}"
        f"channels: {{order: {{address: order, messages: {message}}}, user: {{address: user, messages: {message}}}}}\n"
        "operations: {sendOrder: {action: send, channel: {$ref: '#/channels/order'}},"
        " sendUser: {action: send, channel: {$ref: '#/channels/user'}}}\n"
    )
    assert made.codes == []
    assert made.payloads == ["models.SubscribeMessage", "models.UserSubscribeMessage"]


def test_a_package_needs_jsonschema_rs_only_for_what_pydantic_has_no_form_for(generated: Any) -> None:
    plain = generated(with_payload("{type: array, items: {type: string}}"))
    assert "_checks.py" not in plain.files
    assert "jsonschema-rs>=0.60" not in plain.result.manifest.requirements
    checked = generated(with_payload("{type: array, items: {type: string}, uniqueItems: true}"), output=Path("other"))
    assert "_checks.py" in checked.files and "_schemas.py" not in checked.files
    assert "jsonschema-rs>=0.60" in checked.result.manifest.requirements


def test_names_that_differ_in_case_only_stay_apart(generated: Any) -> None:
    made = generated(
        with_payload(
            "{type: object, properties: {a: {$ref: '#/components/schemas/item'}, b: {$ref: '#/components/schemas/Item'}}}",
            "components: {schemas: {item: {type: object, properties: {x: {}}}, Item: {type: object, properties: {y: {}}}}}\n",
        )
    )
    assert made.codes == ["AG501"]
    assert "class Item(" in made.files["models.py"] and "class ItemSchema(" in made.files["models.py"]


@pytest.mark.parametrize(
    ("name", "class_name"),
    [("null", "Null"), ("Event", "Event"), ("Message", "Message"), ("motion-group", "MotionGroup"), ("Any", "Any_")],
)
def test_a_schema_may_be_called_anything(generated: Any, name: str, class_name: str) -> None:
    made = generated(
        with_payload(
            f"{{$ref: '#/components/schemas/{name}'}}",
            f"components: {{schemas: {{'{name}': {{type: object, properties: {{x: {{type: string}}}}}}}}}}\n",
        )
    )
    assert made.codes == []
    assert made.payloads == [f"models.{class_name}"]


def test_the_names_of_a_faststream_export_are_read(generated: Any) -> None:
    made = generated(
        f"""
asyncapi: 2.6.0
{INFO}
channels:
  'order:_:Handler': {{publish: {{message: {{$ref: '#/components/messages/order:_:Handler:Message'}}}}}}
components:
  messages: {{'order:_:Handler:Message': {{payload: {{$ref: '#/components/schemas/order:_:Handler:Payload'}}}}}}
  schemas: {{'order:_:Handler:Payload': {{type: object, properties: {{x: {{type: string}}}}}}}}
"""
    )
    assert made.payloads == ["models.OrderHandlerPayload"]
    assert [receive.name for receive in made.module.receives] == ["receive_order_handler"]


# -- addresses and servers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["orders.${REGION}", "orders.{{ region }}", "orders/[id]"])
def test_a_placeholder_of_another_tool_is_taken_literally(generated: Any, address: str) -> None:
    made = generated(sending(address))
    assert "AG322" in made.codes
    assert made.module.sends[0].address.template == address
    assert made.module.sends[0].address.parameters == ()


def test_a_placeholder_of_another_tool_in_a_host_is_taken_literally(generated: Any) -> None:
    made = generated(sending("order").replace("kafka.example.com:9092", "${KAFKA_HOST}:9092"))
    assert made.codes == ["AG322"]
    assert made.module.servers[0].host == "${KAFKA_HOST}:9092"


def test_a_parameter_that_is_not_declared_is_an_argument(generated: Any) -> None:
    made = generated(sending("order.{region}"))
    assert made.codes == ["AG320"]
    assert [(one.name, one.annotation) for one in made.module.sends[0].address.parameters] == [("region", "str")]


def test_a_parameter_that_is_not_in_the_address_is_ignored(generated: Any) -> None:
    made = generated(sending("order").replace("{address:", "{parameters: {region: {}}, address:"))
    assert made.codes == ["AG321"]
    assert made.module.sends[0].address.parameters == ()


def test_without_servers_the_settings_ask_for_the_address(generated: Any) -> None:
    made = generated(sending("order").replace(KAFKA, ""))
    assert made.codes == []
    assert made.module.servers == ()
    assert "bootstrap_servers" in made.files["kafka/settings.py"]


def test_a_user_and_password_in_a_servers_url_are_left_out(generated: Any) -> None:
    made = generated(
        f"asyncapi: 2.6.0\n{INFO}servers: {{s: {{url: 'kafka://guest:tomato@kafka.example.com:9092', protocol: kafka}}}}\n"
        "channels: {order: {publish: {message: {payload: {type: string}}}}}\n"
    )
    assert made.codes == ["AG307"]
    assert "tomato" not in "".join([*made.files.values(), *made.found])
    assert made.module.servers[0].host == "kafka.example.com:9092"


# -- messages and schemas --------------------------------------------------------------------------------------------


def test_a_message_and_a_schema_may_share_a_name(generated: Any) -> None:
    made = generated(
        sending(
            "order",
            "{$ref: '#/components/messages/Order'}",
            "components: {messages: {Order: {payload: {$ref: '#/components/schemas/Order'}}},"
            " schemas: {Order: {type: object, properties: {x: {type: string}}}}}\n",
        )
    )
    assert made.codes == []
    assert made.payloads == ["models.Order"]


def test_two_messages_may_share_a_payload(generated: Any) -> None:
    made = generated(
        f"""
asyncapi: 3.0.0
{INFO}
channels:
  order:
    address: order
    messages:
      Placed: {{payload: {{$ref: '#/components/schemas/Order'}}}}
      Changed: {{payload: {{$ref: '#/components/schemas/Order'}}}}
operations: {{sendOrder: {{action: send, channel: {{$ref: '#/channels/order'}}}}}}
components: {{schemas: {{Order: {{type: object, properties: {{x: {{type: string}}}}}}}}}}
"""
    )
    assert made.payloads == ["models.Order", "models.Order"]
    assert made.module.sends[0].by_name


@pytest.mark.parametrize(
    ("payload", "annotation"),
    [
        ("{type: array, items: {type: string}}", "models.Order"),
        ("{type: string}", "str"),
        ("{}", "Any"),
        ("true", "Any"),
        ("{type: 'null'}", "None"),
        ("{$ref: '#/components/schemas/Text'}", "models.Text"),
    ],
)
def test_a_payload_is_any_schema(generated: Any, payload: str, annotation: str) -> None:
    made = generated(with_payload(payload, "components: {schemas: {Text: {type: string, maxLength: 3}}}\n"))
    assert made.codes == []
    assert made.payloads == [annotation]


def test_a_message_without_a_payload_is_empty(generated: Any) -> None:
    made = generated(sending("order", "{}"))
    assert made.codes == []
    assert made.payloads == ["None"]


@pytest.mark.parametrize("folder", ["", "common/"])
def test_a_payload_may_sit_in_an_openapi_document(generated: Any, folder: str) -> None:
    openapi = (
        "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {Order: {type: object, properties: "
        "{note: {type: string, nullable: true}, lines: {type: array, items: {$ref: '#/components/schemas/Line'}}}},"
        " Line: {type: object, properties: {sku: {type: string}}}}}\n"
    )
    made = generated(
        with_payload(f"{{$ref: '{folder}openapi.yaml#/components/schemas/Order'}}"), {f"{folder}openapi.yaml": openapi}
    )
    assert [found for found in made.found if "AG404" not in found] == []
    assert made.payloads == ["models.Order"]
    assert "class Line(" in made.files["models.py"]


@pytest.mark.parametrize(
    "schema_format", ["application/vnd.apache.avro;version=1.9.0", "application/vnd.apache.avro+json"]
)
def test_a_payload_in_an_avro_file_is_an_error_that_says_what_is_read_until_there_is_a_converter(
    generated: Any, schema_format: str
) -> None:
    avro = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
    made = generated(
        with_payload(f"{{schemaFormat: {schema_format}, schema: {{$ref: order.avsc}}}}"), {"order.avsc": avro}
    )
    assert made.codes == ["AG401"]


@pytest.mark.parametrize(
    ("schema", "message", "accepts", "refuses"),
    [
        ("{type: double}", "there is no type 'double': it is read as number", 1.5, "x"),
        ("{type: long}", "there is no type 'long': it is read as integer", 1, 1.5),
        ("{type: int}", "there is no type 'int': it is read as integer", 1, 1.5),
        ("{type: date}", "there is no type 'date': it is read as string", "2025-03-14", "yesterday"),
    ],
)
def test_a_type_of_another_language_is_read_as_meant(
    models: Any, schema: str, message: str, accepts: Any, refuses: Any
) -> None:
    made, module = models(with_payload(f"{{type: object, properties: {{x: {schema}}}}}"))
    assert made.codes == ["AG404"]
    assert message in made.found[0]
    module.Order.model_validate_json(json.dumps({"x": accepts}))
    with pytest.raises(pydantic.ValidationError):
        module.Order.model_validate_json(json.dumps({"x": refuses}))


def test_required_on_a_property_makes_it_required(models: Any) -> None:
    made, module = models(with_payload("{type: object, properties: {x: {type: string, required: true}}}"))
    assert made.codes == ["AG404"]
    with pytest.raises(pydantic.ValidationError):
        module.Order.model_validate_json("{}")


def test_nullable_lets_null_in(models: Any) -> None:
    made, module = models(with_payload("{type: object, properties: {x: {type: string, nullable: true}}}"))
    assert made.codes == ["AG404"]
    assert module.Order.model_validate_json('{"x": null}').x is None


def test_an_object_with_items_is_read_with_a_warning(generated: Any) -> None:
    made = generated(with_payload("{type: object, properties: {x: {type: object, items: {type: string}}}}"))
    assert made.codes == ["AG404"]


def test_example_is_read_as_examples_with_a_warning(generated: Any) -> None:
    made = generated(with_payload("{type: object, properties: {x: {type: string, example: tea}}}"))
    assert made.codes == ["AG404"]
    assert "tea" in made.files["models.py"]


@pytest.mark.parametrize(
    ("pattern", "accepts", "refuses"),
    [
        ("^(?!test).*$", "order", "test-order"),
        (r"^\d+$", "12", "١٢"),  # Arabic digits are none in ECMA-262
        (r"^\w+$", "ab", "äb"),
        (r"^\cA$", "\x01", "cA"),
        ("^a$", "a", "a\n"),
    ],
)
def test_a_pattern_is_read_as_ecma_262_has_it(models: Any, pattern: str, accepts: str, refuses: str) -> None:
    _, module = models(
        with_payload(f"{{type: object, properties: {{x: {{type: string, pattern: {json.dumps(pattern)}}}}}}}")
    )
    module.Order.model_validate_json(json.dumps({"x": accepts}))
    with pytest.raises(pydantic.ValidationError):
        module.Order.model_validate_json(json.dumps({"x": refuses}))


# -- bindings --------------------------------------------------------------------------------------------------------


def test_without_bindings_there_is_nothing_to_say(generated: Any) -> None:
    assert generated(sending("order")).found == []


def test_a_group_id_that_is_a_plain_string_is_its_only_value(generated: Any) -> None:
    made = generated(
        sending("order")
        .replace("action: send,", "action: receive, bindings: {kafka: {groupId: shop}},")
        .replace("sendOrder", "onOrder")
    )
    assert made.codes == ["AG611"]
    assert made.module.defaults == {"groupId": "shop"}


def test_a_binding_may_name_no_version(generated: Any) -> None:
    assert generated(sending("order", "{payload: {}, bindings: {kafka: {key: {type: string}}}}")).found == []


def test_a_binding_of_the_latest_version_is_read_as_the_newest_one(generated: Any) -> None:
    made = generated(
        sending("order", "{payload: {}, bindings: {kafka: {key: {type: string}, bindingVersion: latest}}}")
    )
    assert made.codes == ["AG604"]
    assert "key" in made.module.messages[0].arguments


@pytest.mark.skipif("amqp" not in load_protocols(templates_folder()), reason="there is no amqp yet")
def test_a_queue_and_an_exchange_may_both_be_given(generated: Any) -> None:
    binding = "{is: routingKey, queue: {name: orders}, exchange: {name: shop, type: topic}}"
    made = generated(
        sending("order").replace("{address:", f"{{bindings: {{amqp: {binding}}}, address:"), protocols=("amqp",)
    )
    assert made.result.package is not None


def test_bindings_of_other_protocols_are_left_alone(generated: Any) -> None:
    assert generated(sending("order", "{payload: {}, bindings: {mqtt: {}, sqs: {}, x-shop: {}}}")).found == []


def test_a_misspelled_protocol_is_found(generated: Any) -> None:
    made = generated(sending("order", "{payload: {}, bindings: {kafak: {key: {type: string}}}}"))
    assert made.codes == ["AG603"]
    assert made.hints == ["did you mean 'kafka'?"]


def test_servers_of_an_unknown_protocol_are_no_servers_to_choose_from(generated: Any) -> None:
    document = sending("order").replace("protocol: kafka", "protocol: carrier-pigeon")
    with pytest.raises(UsageError, match="its servers speak carrier-pigeon"):
        generated(document, protocols=())
    assert generated(document).codes == ["AG602"]


# -- fields ----------------------------------------------------------------------------------------------------------


def test_an_unknown_field_is_left_out_and_the_nearest_one_named(generated: Any) -> None:
    made = generated(sending("order").replace("{address:", "{sumary: Orders, address:"))
    assert made.codes == ["AG306"]
    assert made.hints == ["did you mean 'summary'?"]


def test_extensions_may_stand_anywhere(generated: Any) -> None:
    document = sending("order", "{x-a: 1, payload: {type: object, x-b: 2, properties: {x: {x-c: 3, type: string}}}}")
    made = generated(
        document.replace("info: {", "info: {x-d: 4, ").replace("{address:", "{x-e: [], address:") + "x-f: {}\n"
    )
    assert made.found == []


# -- operations ------------------------------------------------------------------------------------------------------


def test_without_operations_every_channel_is_published_to_and_received_from(generated: Any) -> None:
    made = generated(sending("order").partition("operations:")[0])
    assert made.codes == ["AG608"]
    assert made.published == {"order": "order"}
    assert [receive.name for receive in made.module.receives] == ["order"]


@pytest.mark.parametrize("listed", ["components", "nothing"])
def test_an_operations_message_may_point_into_components(generated: Any, listed: str) -> None:
    message = "{$ref: '#/components/messages/Order'}" if listed == "components" else "{payload: {type: boolean}}"
    made = generated(
        sending("order", message, "components: {messages: {Order: {payload: {type: string}}}}\n").replace(
            "{action: send,", "{action: send, messages: [{$ref: '#/components/messages/Order'}],"
        )
    )
    assert made.codes == ["AG312"]
    assert made.payloads == ["str"]


def test_an_operations_channel_may_be_a_name(generated: Any) -> None:
    made = generated(sending("order").replace("{$ref: '#/channels/order'}", "order"))
    assert made.codes == ["AG310"]
    assert made.published == {"send_order": "order"}


def test_a_reference_may_stand_for_all_channels(generated: Any) -> None:
    made = generated(
        f"asyncapi: 3.0.0\n{INFO}channels: {{$ref: 'channels.yaml'}}\n"
        "operations: {sendOrder: {action: send, channel: {$ref: '#/channels/order'}}}\n",
        {"channels.yaml": "order: {address: order, messages: {Order: {payload: {type: string}}}}\n"},
    )
    assert made.found == []
    assert made.published == {"send_order": "order"}


def test_a_reference_may_stand_for_all_properties(generated: Any) -> None:
    made = generated(
        with_payload(
            "{type: object, properties: {$ref: '#/components/schemas/Order/properties'}}",
            "components: {schemas: {Order: {type: object, properties: {sku: {type: string}}}}}\n",
        )
    )
    assert made.codes == ["AG404"]
    assert "sku: " in made.files["models.py"]


def test_a_pointer_may_leave_a_slash_unescaped(generated: Any) -> None:
    made = generated(
        sending("order")
        .replace("channels: {order:", "channels: {shop/order:")
        .replace("channels/order", "channels/shop/order")
    )
    assert made.codes == ["AG206"]
    assert made.published == {"send_order": "order"}


def test_a_pointer_that_leaves_a_slash_unescaped_and_may_mean_two_things_is_an_error(generated: Any) -> None:
    made = generated(
        with_payload("{$ref: '#/x/a/b/c'}", "x: {a: {b/c: {type: string}}, a/b: {c: {type: object}}}\n").replace(
            "x:", "x-a:"
        )
    )
    assert made.result.failed


# -- the other version -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (f"asyncapi: 3.0.0\n{INFO}channels: {{order: {{publish: {{}}}}}}\n", "3:20 AG309 'publish' belongs to AsyncAPI 2.x; in 3.x it is an operation of 'operations' with 'action: receive' and a $ref to this channel"),
        (f"asyncapi: 3.0.0\n{INFO}servers: {{s: {{url: h, protocol: kafka}}}}\n", "3:15 AG309 'url' belongs to AsyncAPI 2.x; in 3.x it is host and pathname"),
        (f"asyncapi: 2.6.0\n{INFO}channels: {{}}\noperations: {{}}\n", "4:1 AG309 'operations' belongs to AsyncAPI 3.x; in 2.x a channel's operations are its publish and subscribe"),
    ],
)  # fmt: skip
def test_a_word_of_the_other_version_is_an_error_that_says_what_it_is_called(
    generated: Any, document: str, found: str
) -> None:
    assert generated(document).found == [found]


# -- size, and documents of other tools ------------------------------------------------------------------------------


def test_an_operation_may_have_many_messages(generated: Any) -> None:
    messages = ", ".join(
        f"M{n}: {{payload: {{type: object, required: [kind], properties: {{kind: {{const: k{n}}}}}}}}}"
        for n in range(60)
    )
    made = generated(
        f"asyncapi: 3.0.0\n{INFO}channels: {{order: {{address: order, messages: {{{messages}}}}}}}\n"
        "operations: {onOrder: {action: receive, channel: {$ref: '#/channels/order'}}}\n"
    )
    assert made.found == []
    assert len(made.module.receives[0].received) == 60
    assert made.module.receives[0].choice.by == "ByProperty"


def test_a_document_may_be_spread_over_many_files(generated: Any) -> None:
    files = {
        f"schemas/s{n}.yaml": f"type: object\nproperties: {{next: {{$ref: s{n + 1}.yaml}}}}\n" for n in range(40)
    } | {"schemas/s40.yaml": "type: object\nproperties: {sku: {type: string}}\n"}
    made = generated(with_payload("{$ref: schemas/s0.yaml}"), files)
    assert made.found == []
    assert made.files["models.py"].count("\nclass ") == 41


@pytest.mark.slow
def test_a_document_of_616_channels_and_2_mb_is_generated(generated: Any) -> None:
    text = "How it came about. " * 160
    channels = "".join(
        f"  c{n}: {{subscribe: {{message: {{payload: {{type: object, description: {text}, properties: {{a: {{type: string}}}}}}}}}}}}\n"
        for n in range(616)
    )
    begun = time.perf_counter()
    made = generated(f"asyncapi: 2.6.0\n{INFO}channels:\n{channels}")
    assert time.perf_counter() - begun < 30
    assert made.found == []
    assert len(made.published) == 616


@pytest.mark.parametrize("tool", ["faststream", "springwolf", "sap"])
def test_a_document_that_another_tool_exports_is_generated_as_it_is(generated: Any, tool: str) -> None:
    made = generated((EXPORTED / f"{tool}.json").read_text(encoding="utf-8"))
    assert not made.result.failed
    assert made.result.files


def test_a_springwolf_export_has_nothing_to_complain_of_but_what_it_leaves_open(generated: Any) -> None:
    made = generated((EXPORTED / "springwolf.json").read_text(encoding="utf-8"))
    assert made.found == []
    assert made.published == {"order_topic_send_send_message": "order-topic"}
    assert made.payloads == ["models.ComExampleShopDtosOrderDto", "models.JavaLangString"]
