"""Traits: in 2.x the trait wins, in 3.x the operation or message itself; objects are merged member by member."""

from typing import Any

import pytest


def message(reading: Any, version: str, fields: str, traits: str, files: dict[str, str] | None = None) -> Any:
    body = f"{{{fields}, traits: {traits}}}"
    if version.startswith("2"):
        channels = f"{{c: {{publish: {{message: {body}}}}}}}"
    else:
        channels = f"{{c: {{messages: {{m: {body}}}}}}}"
    components = "{messageTraits: {shared: {title: of the trait, summary: of the trait, headers: {$ref: '#/components/schemas/H'}}}, schemas: {H: {type: object, properties: {b: {type: integer}}}}}"
    result = reading(
        f"asyncapi: {version}\ninfo: {{title: T, version: '1'}}\nchannels: {channels}\ncomponents: {components}\n",
        files,
    )
    assert result.found == []
    return result.document.channels[0].messages[0]


@pytest.mark.parametrize(("version", "title"), [("2.6.0", "of the trait"), ("3.0.0", "its own")])
def test_which_of_two_wins(reading: Any, version: str, title: str) -> None:
    found = message(reading, version, "title: its own", "[{$ref: '#/components/messageTraits/shared'}]")
    assert (found.title, found.summary) == (title, "of the trait")


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_of_two_traits_the_later_wins(reading: Any, version: str) -> None:
    assert message(reading, version, "x-a: 1", "[{title: one, summary: one}, {title: two}]").title == "two"


@pytest.mark.parametrize(("version", "kind"), [("2.6.0", "integer"), ("3.0.0", "string")])
def test_objects_are_merged_member_by_member(reading: Any, version: str, kind: str) -> None:
    fields = "headers: {properties: {a: {type: string}, b: {type: string}}}"
    found = message(reading, version, fields, "[{$ref: '#/components/messageTraits/shared'}]")
    assert found.headers.value == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": kind}},
    }


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_what_only_a_trait_has_stands_where_the_trait_has_it(reading: Any, version: str) -> None:
    found = message(reading, version, "title: t", "[{$ref: '#/components/messageTraits/shared'}]")
    assert found.headers.place.json_pointer == "#/components/schemas/H"


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_what_is_merged_stands_in_the_message(reading: Any, version: str) -> None:
    fields = "headers: {$ref: '#/components/schemas/H'}"
    found = message(reading, version, fields, "[{headers: {properties: {c: {}}}}]")
    assert found.headers.place == found.place.child("headers")
    assert list(found.headers.value["properties"]) in (["b", "c"], ["c", "b"])


@pytest.mark.parametrize("version", ["2.6.0", "3.0.0"])
def test_bindings_of_a_trait_and_of_the_message_come_together(reading: Any, version: str) -> None:
    found = message(
        reading, version, "bindings: {kafka: {key: {type: string}}}", "[{bindings: {kafka: {x: 1}, amqp: {}}}]"
    )
    assert found.bindings["kafka"].value == {"key": {"type": "string"}, "x": 1}
    assert sorted(found.bindings) == ["amqp", "kafka"]


def test_null_removes(reading: Any) -> None:
    assert message(reading, "3.0.0", "title: null, summary: s", "[{title: t}]").title is None
    assert message(reading, "2.6.0", "title: t, summary: s", "[{title: null}]").title is None


def test_references_from_another_file_lead_where_they_led(reading: Any) -> None:
    traits = "headers: {properties: {b: {$ref: '#/x'}, c: {$ref: '../other.yaml#/y'}, d: {$ref: 'https://e.com/z'}}}"
    files = {"sub/traits.yaml": f"{traits}\nx: {{type: string}}\n", "other.yaml": "y: {type: integer}\n"}
    fields = "headers: {properties: {a: {$ref: '#/components/schemas/H'}}}"
    text = f"asyncapi: 3.0.0\ninfo: {{title: T, version: '1'}}\nchannels: {{c: {{messages: {{m: {{{fields}, traits: [{{$ref: sub/traits.yaml}}]}}}}}}}}\ncomponents: {{schemas: {{H: {{}}}}}}\n"
    result = reading(text, files)
    headers = result.document.channels[0].messages[0].headers
    assert headers.value["properties"] == {
        "a": {"$ref": "#/components/schemas/H"},
        "b": {"$ref": "sub/traits.yaml#/x"},
        "c": {"$ref": "other.yaml#/y"},
        "d": {"$ref": "https://e.com/z"},
    }
    value, place = result.resolved.follow(headers.value["properties"]["b"], headers.place.child("properties", "b"))
    assert (value, place.source.name) == ({"type": "string"}, "sub/traits.yaml")


def test_circular_headers_on_both_sides_end(reading: Any) -> None:
    schema = "{properties: {next: {$ref: '#/components/schemas/%s'}}}"
    text = f"""
asyncapi: 3.0.0
info: {{title: T, version: '1'}}
channels: {{c: {{messages: {{m: {{headers: {{$ref: '#/components/schemas/A'}}, traits: [{{headers: {{$ref: '#/components/schemas/B'}}}}]}}}}}}}}
components: {{schemas: {{A: {schema % "A"}, B: {schema % "B"}}}}}
"""
    assert reading(text).document.channels[0].messages[0].headers is not None


@pytest.mark.parametrize(("version", "summary"), [("2.6.0", "trait"), ("3.0.0", "own")])
def test_operations_have_traits_too(reading: Any, version: str, summary: str) -> None:
    body = "summary: own, traits: [{summary: trait, bindings: {kafka: {clientId: {const: c}}}}]"
    if version.startswith("2"):
        rest = f"channels: {{c: {{publish: {{{body}}}}}}}"
    else:
        rest = f"channels: {{c: {{}}}}\noperations: {{o: {{action: send, channel: {{$ref: '#/channels/c'}}, {body}}}}}"
    result = reading(f"asyncapi: {version}\ninfo: {{title: T, version: '1'}}\n{rest}\n")
    (operation,) = result.document.operations
    assert operation.summary == summary
    assert operation.bindings["kafka"].value == {"clientId": {"const": "c"}}
    assert result.found == []


def test_a_field_that_does_not_belong_in_a_trait_is_read_as_meant(reading: Any) -> None:
    text = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\nchannels: {c: {messages: {m: {traits: [{payload: {}, titel: x}]}}}}\n"
    result = reading(text)
    assert result.document.channels[0].messages[0].payload is not None
    assert result.found == [
        "spec.yaml:3:41 AG307 'payload' does not belong in a trait; it is read as meant",
        "spec.yaml:3:54 AG306 a message trait has no field 'titel'; it is ignored",
    ]
    assert result.hints[1] == "did you mean 'title'?"
