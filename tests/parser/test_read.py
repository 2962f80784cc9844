"""Which documents are read at all, and what is said of values that are not what the specification wants."""

from typing import Any

import pytest


@pytest.mark.parametrize("version", ["2.0.0", "2.3.0", "2.6.0", "3.0.0", "3.1.0", "3.0.0-rc1"])
def test_known_versions_are_read(reading: Any, version: str) -> None:
    result = reading(f"asyncapi: {version}\ninfo: {{title: T, version: '1'}}\nchannels: {{}}\n")
    assert result.document.version == version
    assert result.found == []


@pytest.mark.parametrize(("version", "read_as"), [("2.7.0", "2.6"), ("3.4.0", "3.1")])
def test_an_unknown_minor_is_read_as_the_newest_known(reading: Any, version: str, read_as: str) -> None:
    result = reading(f"asyncapi: {version}\ninfo: {{title: T, version: '1'}}\n")
    assert result.document.info.title == "T"
    assert result.found == [f"spec.yaml:1:11 AG303 AsyncAPI {version} is unknown; the document is read as {read_as}"]


def test_a_version_that_is_a_number_is_read_as_it_is_written(reading: Any) -> None:
    result = reading("asyncapi: 3.0\ninfo: {title: T, version: 1.10}\n")
    assert result.document.version == "3.0"
    assert result.document.info.version == "1.10"
    assert result.found == [
        "spec.yaml:1:11 AG307 'asyncapi' must be a string, not a number; it is read as '3.0'",
        "spec.yaml:2:27 AG307 'version' must be a string, not a number; it is read as '1.10'",
    ]


def test_version_1_is_an_error_that_says_how_to_convert(reading: Any) -> None:
    result = reading("asyncapi: '1.2.0'\n")
    assert result.given is None
    assert result.found == ["spec.yaml:1:11 AG302 AsyncAPI 1.2.0 is not read; asyncgen reads 2.0 to 3.1"]
    assert "npx @asyncapi/cli convert spec.yaml" in str(result.hints[0])


@pytest.mark.parametrize("version", ["4.0.0", "latest", "''", "[3]"])
def test_other_versions_are_errors(reading: Any, version: str) -> None:
    result = reading(f"asyncapi: {version}\n")
    assert result.given is None
    assert any("AG302" in found for found in result.found)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("openapi: 3.0.0\n", "it is an OpenAPI document; an AsyncAPI document may refer to it with $ref"),
        ("swagger: '2.0'\n", "it is an OpenAPI document; an AsyncAPI document may refer to it with $ref"),
        ("$schema: x\n", "it is a JSON Schema; an AsyncAPI document may refer to it with $ref"),
        ("asyncApi: 3.0.0\n", "'asyncApi' is written 'asyncapi'"),
        ("just text\n", None),
        ("- a\n- list\n", None),
    ],
)
def test_what_is_no_asyncapi_document_is_an_error(reading: Any, text: str, hint: str | None) -> None:
    result = reading(text)
    assert result.given is None
    assert result.found == ["spec.yaml:1:1 AG301 this is not an AsyncAPI document: it has no field 'asyncapi'"]
    assert result.hints == [hint]


def test_info_is_read_whole(reading: Any) -> None:
    text = """
asyncapi: 3.0.0
id: urn:x
defaultContentType: application/json
x-root: [1]
info:
  title: Orders
  version: 1.0.0
  description: What it is.
  termsOfService: https://example.com/terms
  contact: {name: Ana, x-team: orders}
  license: {name: MIT}
  tags: [{name: a}, {$ref: '#/components/tags/b'}]
  x-info: {y: 1}
components: {tags: {b: {name: b}}}
"""
    document = reading(text).document
    assert (document.id, document.default_content_type, document.extensions) == (
        "urn:x",
        "application/json",
        {"x-root": [1]},
    )
    info = document.info
    assert (info.title, info.version, info.description) == ("Orders", "1.0.0", "What it is.")
    assert (info.contact, info.license, info.tags) == ({"name": "Ana", "x-team": "orders"}, {"name": "MIT"}, ("a", "b"))
    assert (info.terms_of_service, info.extensions) == ("https://example.com/terms", {"x-info": {"y": 1}})


def test_a_missing_title_is_an_error_and_a_missing_version_is_not(reading: Any) -> None:
    assert reading("asyncapi: 3.0.0\ninfo: {}\n").found == [
        "spec.yaml:2:1 AG304 info needs 'title'",
        "spec.yaml:2:1 AG308 info needs 'version'; it is read as ''",
    ]
    assert "AG308 info has an empty 'title'" in reading("asyncapi: 3.0.0\ninfo: {title: '', version: '1'}\n").found[0]
    assert reading("asyncapi: 3.0.0\n").found == ["spec.yaml:1:1 AG304 the document needs 'info'"]


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_an_unknown_field_is_a_warning_with_the_nearest_known(reading: Any, version: str) -> None:
    result = reading(
        f"asyncapi: {version}\ninfo: {{title: T, version: '1', licence: {{}}}}\nchanels: {{}}\nx-fine: 1\n"
    )
    assert result.found == [
        "spec.yaml:2:32 AG306 info has no field 'licence'; it is ignored",
        "spec.yaml:3:1 AG306 the document has no field 'chanels'; it is ignored",
    ]
    assert result.hints == ["did you mean 'license'?", "did you mean 'channels'?"]


def test_a_key_with_nothing_after_it_is_an_empty_object(reading: Any) -> None:
    text = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels:\n  c:\n  d:\n    address: '{id}'\n    parameters:\n      id:\n    messages:\n      m:\n"
    result = reading(text)
    assert [channel.name for channel in result.document.channels] == ["c", "d"]
    assert result.document.channels[1].messages[0].payload is None
    assert [found.split()[1] for found in result.found] == ["AG307"] * 3


@pytest.mark.parametrize("value", ["1", "text", "true", "[1, 2]", "[[]]", "{a: 1}", "{a: [1]}", "{a: {b: 1}}"])
@pytest.mark.parametrize(
    "field",
    ["info", "servers", "channels", "operations", "components", "defaultContentType", "id", "tags"],
)
@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_a_value_of_any_type_is_read_or_reported(reading: Any, version: str, field: str, value: str) -> None:
    info = "" if field == "info" else "info: {title: T, version: '1'}\n"
    result = reading(f"asyncapi: {version}\n{info}{field}: {value}\n")
    assert result.given is not None


@pytest.mark.parametrize(
    "field",
    ["tags: orders", "description: [a]", "contact: Ana", "license: MIT", "termsOfService: {a: 1}", "tags: [[a]]"],
)
def test_what_only_people_read_is_ignored_when_it_has_the_wrong_type(reading: Any, field: str) -> None:
    result = reading(f"asyncapi: 3.0.0\ninfo:\n  title: T\n  version: '1'\n  {field}\n")
    assert result.document.info.title == "T"
    assert [found.split()[1] for found in result.found] == ["AG317"]


def test_an_example_is_an_object_with_payload_or_headers(reading: Any) -> None:
    text = "asyncapi: 2.0.0\ninfo: {title: T, version: '1'}\nchannels: {c: {publish: {message: {examples: [{payload: null}, text, {id: 1}]}}}}\n"
    result = reading(text)
    assert [example.payload for example in result.document.channels[0].messages[0].examples] == [None]
    assert [found.split()[1] for found in result.found] == ["AG317", "AG306"]


_ORDERS_3 = """
asyncapi: 3.0.0
info: {title: T, version: '1', contact: {}, license: {}, tags: [{name: a}]}
servers: {s: {host: h, protocol: p, variables: {v: {enum: [a]}}, security: [{type: plain}], tags: [], bindings: {kafka: {}}}}
channels:
  c:
    address: a/{p}
    messages: {m: {payload: {}, headers: {}, traits: [{headers: {}}], correlationId: {location: l}, examples: [{payload: 1}], bindings: {kafka: {}}}}
    servers: [{$ref: '#/servers/s'}]
    parameters: {p: {enum: [a]}}
    bindings: {kafka: {}}
operations:
  o:
    action: send
    channel: {$ref: '#/channels/c'}
    messages: [{$ref: '#/channels/c/messages/m'}]
    traits: [{bindings: {}}]
    reply: {address: {location: l}, channel: {$ref: '#/channels/c'}, messages: []}
    security: [{type: plain}]
"""
_ORDERS_2 = """
asyncapi: 2.6.0
info: {title: T, version: '1'}
tags: [{name: a}]
servers: {s: {url: h, protocol: p, variables: {v: {enum: [a]}}, security: [{x: []}], bindings: {kafka: {}}}}
channels:
  c/{p}:
    servers: [s]
    parameters: {p: {schema: {enum: [a]}}}
    bindings: {kafka: {}}
    publish:
      operationId: o
      security: [{x: []}]
      traits: [{bindings: {}}]
      message: {oneOf: [{messageId: m, payload: {}, headers: {}, traits: [{headers: {}}], correlationId: {location: l}, examples: [{payload: 1}]}]}
components: {securitySchemes: {x: {type: plain}}}
"""


def _variants(value: Any) -> Any:
    """Copies of a document, each with one value replaced by one of another kind."""
    if isinstance(value, dict):
        for key, item in value.items():
            for replacement in (None, 1, "text", True, [], [1], {}, {"a": 1}, {"$ref": "#/nowhere"}, {"$ref": 1}):
                yield {**value, key: replacement}
            yield from ({**value, key: changed} for changed in _variants(item))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for replacement in (None, 1, "text", [], {}):
                yield [*value[:index], replacement, *value[index + 1 :]]
            yield from ([*value[:index], changed, *value[index + 1 :]] for changed in _variants(item))


@pytest.mark.parametrize("text", [_ORDERS_2, _ORDERS_3], ids=["2.x", "3.x"])
def test_no_value_anywhere_raises(loaded: Any, text: str) -> None:
    import json

    from asyncgen.diagnostics import Diagnostics
    from asyncgen.parser.load import load_bytes
    from asyncgen.parser.read import read
    from asyncgen.parser.resolve import resolve
    from asyncgen.parser.validate import validate

    for variant in _variants(loaded(text).data):
        diagnostics = Diagnostics()
        source = load_bytes(json.dumps(variant).encode(), "spec.json", None, diagnostics)
        assert source is not None
        resolved = resolve(source, diagnostics)
        document = read(resolved, diagnostics)
        if document is not None:
            validate(resolved, document, diagnostics)
