"""Examples and defaults by their own schemas, and components that nothing uses."""

import time
from pathlib import Path
from typing import Any

import pytest

from asyncgen.validation import validate_documents

HEAD3 = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\n"
HEAD2 = "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What is found in a text beyond its structure, `line:column CODE message`."""

    def check_text(text: str, files: dict[str, str] | None = None) -> list[str]:
        monkeypatch.chdir(tmp_path)
        for name, content in {"spec.yaml": text, **(files or {})}.items():
            Path(name).write_text(content, encoding="utf-8")
        found = validate_documents([Path("spec.yaml")])
        return [f"{one.line}:{one.column} {one.code} {one.message}" for one in found if one.code[:4] == "AG34"]

    return check_text


def message(text: str) -> str:
    return HEAD3 + f"channels: {{c: {{address: a, messages: {{m: {{{text}}}}}}}}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("payload: {type: string}, examples: [{payload: a}]", []),
        (
            "payload: {type: string}, examples: [{payload: 5}]",
            ["3:89 AG341 the example does not match its schema: it must be a string, not a number"],
        ),
        (
            "headers: {type: object, properties: {a: {enum: [x]}}}, examples: [{headers: {a: y}}]",
            ["3:123 AG341 the example does not match its schema: 'a' must be 'x', not 'y'"],
        ),
        (
            "payload: {type: string, default: 5}",
            ["3:76 AG342 the default does not match its schema: it must be a string, not a number"],
        ),
        (
            "payload: {type: string, examples: [a, 5]}",
            ["3:81 AG341 the example does not match its schema: it must be a string, not a number"],
        ),
        (
            "payload: {properties: {a: {items: {type: integer, default: 1.5}}}}",
            ["3:102 AG342 the default does not match its schema: it must be an integer, not 1.5"],
        ),
        (
            "payload: {type: object, additionalProperties: false, properties: {name: {}}, examples: [{nmae: 1}]}",
            ["3:132 AG341 the example does not match its schema: it has no field 'nmae'"],
        ),
        ("payload: {type: [string, 'null'], default: null}", []),
        ("payload: {type: string, nullable: true, default: null}", []),
        ("payload: {type: integer, default: 1.0}", []),
        ("payload: {schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: {type: string, default: 5}}", []),
        ("payload: {properties: {default: {type: string}, examples: {type: string}}}", []),
    ],
)
def test_examples_and_defaults_match_their_schema(check: Any, text: str, found: list[str]) -> None:
    assert check(message(text)) == found


def test_references_are_followed_into_other_files(check: Any) -> None:
    text = message("payload: {$ref: 'other.yaml#/a'}, examples: [{payload: {b: 5}}]")
    other = "a: {properties: {b: {$ref: '#/b'}}}\nb: {type: string}\n"
    assert check(text, {"other.yaml": other}) == [
        "3:102 AG341 the example does not match its schema: 'b' must be a string, not a number"
    ]


def test_circular_schemas_are_followed_as_far_as_the_example_goes(check: Any) -> None:
    text = message("payload: {$ref: '#/components/schemas/Node'}, examples: [{payload: {next: {next: {next: 5}}}}]")
    text += "components: {schemas: {Node: {type: object, properties: {next: {$ref: '#/components/schemas/Node'}}}}}\n"
    assert check(text) == ["3:131 AG341 the example does not match its schema: 'next' must be an object, not a number"]


def test_combinations_of_combinations_are_not_checked(check: Any) -> None:
    text = message("payload: {$ref: '#/components/schemas/s0'}, examples: [{payload: 5}]") + "components:\n  schemas:\n"
    for number in range(40):
        following = f"{{$ref: '#/components/schemas/s{number + 1}'}}"
        text += f"    s{number}: {{allOf: [{following}, {following}]}}\n"
    text += "    s40: {type: string}\n"
    start = time.perf_counter()
    found = check(text)
    assert time.perf_counter() - start < 5
    assert found == ["6:9 AG343 examples of this schema are not checked: its combinations allow too many cases"]


def test_a_parameter_of_2x_has_a_schema(check: Any) -> None:
    text = "channels: {'a/{p}': {parameters: {p: {schema: {type: integer, default: x}}}}}\n"
    assert check(HEAD2 + text) == [
        "3:72 AG342 the default does not match its schema: it must be an integer, not a string"
    ]


def test_unused_components_are_information(check: Any) -> None:
    text = message("payload: {$ref: '#/components/schemas/Used'}")
    text += "components:\n  schemas:\n    Used: {$ref: '#/components/schemas/Inner'}\n    Inner: {}\n    Unused: {}\n"
    assert check(text) == ["8:5 AG340 nothing uses 'Unused' of components.schemas"]


def test_what_only_the_unused_uses_is_unused(check: Any) -> None:
    text = (
        message("payload: {}")
        + "components:\n  schemas:\n    A: {items: {$ref: '#/components/schemas/B'}}\n    B: {}\n"
    )
    assert [found[:9] for found in check(text)] == ["6:5 AG340", "7:5 AG340"]


def test_a_discriminator_uses_the_schemas_that_build_on_it(check: Any) -> None:
    text = message("payload: {$ref: '#/components/schemas/Base'}")
    text += "components:\n  schemas:\n    Base: {discriminator: kind, properties: {kind: {type: string}}}\n"
    text += "    Heir: {allOf: [{$ref: '#/components/schemas/Base'}, {properties: {p: {$ref: '#/components/schemas/Part'}}}]}\n"
    text += "    Part: {}\n"
    assert check(text) == []


def test_a_security_scheme_of_2x_is_used_by_name(check: Any) -> None:
    text = "channels: {}\nservers: {s: {url: h, protocol: p, security: [{a: []}]}}\n"
    text += "components:\n  securitySchemes:\n    a: {type: X509}\n    b: {type: X509}\n"
    assert check(HEAD2 + text) == []  # without channels it is a library
    text = text.replace("channels: {}", "channels: {c: {}}")
    assert check(HEAD2 + text) == ["8:5 AG340 nothing uses 'b' of components.securitySchemes"]
