"""The documents under fixtures/ are what they claim to be: valid, complete, and the same in both versions.

They are read here by PyYAML and checked by jsonschema-rs, so that nothing of asyncgen vouches for its own input.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

FIXTURES = Path(__file__).parent.parent / "fixtures"
ORDER_SERVICE = FIXTURES / "order_service"
DOCUMENTS = {
    "2.6.0": ORDER_SERVICE / "asyncapi-2.6.yaml",
    "3.0.0": ORDER_SERVICE / "asyncapi-3.0.yaml",
}
SHARED = ORDER_SERVICE / "common" / "schemas.yaml"
OFFICIAL = sorted(path for path in (FIXTURES / "official").rglob("*") if path.suffix in {".yml", ".yaml"})

each_version = pytest.mark.parametrize("version", DOCUMENTS)
each_message = pytest.mark.parametrize("message", ["Order", "OrderApproved", "OrderFailed"])


class Loader(yaml.SafeLoader):
    """YAML as JSON has it: a timestamp is a string."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader)


def schema_at(path: Path, pointer: str) -> jsonschema_rs.Draft7Validator:
    """What the schema at a place of an Order Service file accepts."""
    files = [*DOCUMENTS.values(), SHARED]
    registry = jsonschema_rs.Registry(
        [(file.as_uri(), load(file)) for file in files],
        draft=jsonschema_rs.Draft7,
    )
    return jsonschema_rs.Draft7Validator(
        {"$ref": f"{path.as_uri()}#{pointer}"},
        registry=registry,
        validate_formats=True,
    )


def problems(validator: jsonschema_rs.Draft7Validator, instance: Any) -> list[str]:
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(instance)]


def examples_of_schemas(node: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """Every example of every schema below a place, with the pointer of its schema."""
    if isinstance(node, dict):
        for example in node.get("examples", []):
            yield pointer, example
        for key, value in node.items():
            yield from examples_of_schemas(value, f"{pointer}/{key}")


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from references(value)


@each_version
def test_the_order_service_is_valid_under_the_official_schema(version: str) -> None:
    official = json.loads((FIXTURES / "schemas" / f"asyncapi-{version}.json").read_text("utf-8"))
    validator = jsonschema_rs.Draft7Validator(official, validate_formats=True)
    document = load(DOCUMENTS[version])
    assert document["asyncapi"] == version
    assert problems(validator, document) == []


def test_both_versions_of_the_order_service_say_the_same() -> None:
    old, new = (load(path) for path in DOCUMENTS.values())
    for message in old["components"]["messages"].values():
        del message["messageId"]
    assert old["components"].pop("securitySchemes").keys() == new["components"].pop("securitySchemes").keys()
    assert old["components"] == new["components"]
    assert old["info"] == {k: v for k, v in new["info"].items() if k not in {"tags", "externalDocs"}}
    assert (old["tags"], old["externalDocs"]) == (
        new["info"]["tags"],
        new["info"]["externalDocs"],
    )
    assert list(old["servers"]) == list(new["servers"])
    assert list(old["channels"]) == [channel["address"] for channel in new["channels"].values()]
    assert [channel["bindings"] for channel in old["channels"].values()] == [
        channel["bindings"] for channel in new["channels"].values()
    ]


def test_both_versions_have_the_same_operations() -> None:
    old, new = (load(path) for path in DOCUMENTS.values())
    actions = {"publish": "receive", "subscribe": "send"}
    in_words_of_3 = {
        item[action].pop("operationId"): {
            "action": actions[action],
            "channel": {"$ref": f"#/channels/{address}"},
            "messages": [{"$ref": f"#/channels/{address}/messages/{Path(item[action].pop('message')['$ref']).name}"}],
            **item[action],
        }
        for address, item in old["channels"].items()
        for action in actions
        if action in item
    }
    assert in_words_of_3 == new["operations"]


@each_version
@each_message
def test_the_examples_of_a_message_are_valid(version: str, message: str) -> None:
    document = load(DOCUMENTS[version])
    headers = schema_at(DOCUMENTS[version], "/components/messageTraits/aboutAnOrder/headers")
    payload = schema_at(DOCUMENTS[version], f"/components/messages/{message}/payload")
    examples = document["components"]["messages"][message]["examples"]
    assert examples
    assert [problems(headers, example["headers"]) for example in examples] == [[]] * len(examples)
    assert [problems(payload, example["payload"]) for example in examples] == [[]] * len(examples)


@pytest.mark.parametrize(
    ("path", "below"),
    [
        pytest.param(DOCUMENTS["2.6.0"], ["components", "schemas"], id="2.6.0"),
        pytest.param(DOCUMENTS["3.0.0"], ["components", "schemas"], id="3.0.0"),
        pytest.param(SHARED, [], id="shared"),
    ],
)
def test_the_examples_of_schemas_are_valid(path: Path, below: list[str]) -> None:
    schemas = load(path)
    for key in below:
        schemas = schemas[key]
    examples = list(examples_of_schemas(schemas, "".join(f"/{key}" for key in below)))
    assert len(examples) >= 3
    assert [problems(schema_at(path, pointer), example) for pointer, example in examples] == [[]] * len(examples)


@each_version
def test_an_event_needs_no_more_than_an_order_id_and_who_approved_it(
    version: str,
) -> None:
    schemas = load(DOCUMENTS[version])["components"]["schemas"]
    assert schemas["OrderApproved"]["required"] == ["orderId", "approvedBy"]
    assert schemas["OrderEventHeaders"]["required"] == ["traceId"]
    assert (
        problems(
            schema_at(DOCUMENTS[version], "/components/schemas/OrderApproved"),
            {"orderId": "o-1", "approvedBy": "ana"},
        )
        == []
    )
    assert (
        problems(
            schema_at(DOCUMENTS[version], "/components/schemas/OrderEventHeaders"),
            {"traceId": "4bf9"},
        )
        == []
    )


@each_version
@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/components/schemas/Payment", {"method": "cash"}),
        ("/components/schemas/Payment", {"method": "card", "code": "SPRING-2025"}),
        ("/components/schemas/Order/properties/items", []),
        ("/components/schemas/Order/properties/placedAt", "yesterday"),
        (
            "/components/schemas/OrderItem/properties/unitPrice",
            {"amount": 12.9, "currency": "EUR"},
        ),
        ("/components/schemas/OrderFailed/properties/reason", "bad-luck"),
    ],
)
def test_a_value_against_the_rules_is_refused(version: str, pointer: str, value: Any) -> None:
    assert not schema_at(DOCUMENTS[version], pointer).is_valid(value)


@pytest.mark.parametrize("path", OFFICIAL, ids=lambda path: str(path.relative_to(FIXTURES / "official")))
def test_a_reference_to_another_file_of_an_official_example_reaches_it(
    path: Path,
) -> None:
    names = {reference.partition("#")[0] for reference in references(load(path)) if "://" not in reference}
    assert [name for name in names if not (path.parent / name).exists()] == []


def test_what_others_wrote_comes_with_its_source_and_licence() -> None:
    folders = [*sorted((FIXTURES / "official").iterdir()), FIXTURES / "schemas"]
    assert [folder.name for folder in folders] == ["2.x", "3.0.0", "3.x", "schemas"]
    assert all("Apache-2.0" in (folder / "SOURCE.txt").read_text("utf-8") for folder in folders)
    assert all("Apache License" in (folder / "LICENSE").read_text("utf-8") for folder in folders)
