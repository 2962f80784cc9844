"""What the official schemas say about a document, a sentence each; and that nobody else says it too."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator

from asyncgen.diagnostics import Diagnostics
from asyncgen.parser.load import load
from asyncgen.parser.structure import Specifications
from asyncgen.validation import validate_documents

FIXTURES = Path(__file__).parents[2] / "fixtures"
SPECIFICATIONS = Path(__file__).parents[2] / "codegen" / "asyncgen" / "parser" / "specifications"
VERSIONS = ["2.0.0", "2.1.0", "2.2.0", "2.3.0", "2.4.0", "2.5.0", "2.6.0", "3.0.0", "3.1.0"]
HEAD3 = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\n"
HEAD2 = "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\n"
AVRO = "application/vnd.apache.avro;version=1.9.0"
SECURITY = (
    "'userPassword', 'apiKey', 'X509', 'symmetricEncryption', 'asymmetricEncryption', 'http', 'httpApiKey', 'oauth2',"
    " 'openIdConnect', 'plain', 'scramSha256', 'scramSha512' or 'gssapi'"
)
STRUCTURE = {"AG304", "AG305", "AG309", "AG330", "AG331", "AG332", "AG333", "AG334", "AG335"}

DIFFERENCES = {
    "official/3.0.0/examples/adeo-kafka-request-reply-asyncapi.yml": "a $ref as the key of a Kafka message",
    "converter/from-2.6.0-with-reference-parameter.yml": "a $ref to a channel whose address has a {parameter}",
    "converter/from-2.6.0-with-custom-schema-format.yml": "a $ref to a channel whose address has a {parameter}",
    "converter/from-2.6.0-with-servers-and-channels-components.yml": "a $ref to a channel whose address has a {parameter}",
}
"""Documents that the official schemas refuse for a reference that the specification allows."""

Check = Callable[..., list[str]]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """What is found in a text, `line:column CODE message`, with the file before it where that is another."""

    def check_text(text: str, files: dict[str, str] | None = None) -> list[str]:
        monkeypatch.chdir(tmp_path)
        for name, content in {"spec.yaml": text, **(files or {})}.items():
            Path(name).write_text(content, encoding="utf-8")
        found = validate_documents([Path("spec.yaml")])
        return [
            f"{one.file}:{one.line}:{one.column} {one.code} {one.message}".removeprefix("spec.yaml:")
            for one in found
            if one.code not in {"AG340", "AG341", "AG342"}
        ]

    return check_text


def documents() -> list[Path]:
    found = [*(FIXTURES / "official").rglob("*.y*ml"), *(FIXTURES / "converter").glob("f*.yml")]
    found += (FIXTURES / "order_service").glob("*.yaml")
    return sorted(path for path in found if path.parent.name != "common")


def official(version: str) -> Draft7Validator:
    schema = json.loads((SPECIFICATIONS / f"{version}.json").read_bytes())
    return Draft7Validator(schema, validate_formats=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_has_its_schema(version: str) -> None:
    specification = Specifications().of(version)
    assert specification is not None
    data = {"asyncapi": version, "info": {"title": "T", "version": "1"}, "channels": {}}
    assert specification.whole.is_valid(data)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_the_official_schemas_are_agreed_with(path: Path) -> None:
    source = load(path, Diagnostics())
    assert source is not None and isinstance(source.data, dict)
    is_valid = official(str(source.data["asyncapi"])).is_valid(source.data)

    common = path.parent.parent / "common"
    found = validate_documents([path], allow_paths=[common] if common.is_dir() else [])

    errors = [str(one) for one in found if one.code in STRUCTURE and one.severity == "error"]
    if path.relative_to(FIXTURES).as_posix() in DIFFERENCES:
        assert (is_valid, errors) == (False, [])
    else:
        assert (not errors) == is_valid, errors


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("chanels: {}\n", "3:1 AG330 the document has no field 'chanels'"),
        ("servers: {s: {host: h, protocol: p, variabels: {}}}\n", "3:37 AG330 a server has no field 'variabels'"),
        ("servers: {s: {host: h, protocol: p, tags: [{}]}}\n", "3:44 AG331 a tag needs 'name'"),
        ("servers: {s: {host: h, protocol: p, tags: [5]}}\n", "3:44 AG332 'tags[0]' must be an object, not a number"),
        ("channels: {c: {address: []}}\n", "3:25 AG305 'address' must be a string, not a list"),
        ("channels: {c: {title: {}}}\n", "3:23 AG332 'title' must be a string, not an object"),
        (
            "components: {securitySchemes: {s: {type: apiKy}}}\n",
            f"3:42 AG333 'type' must be {SECURITY}, not 'apiKy'",
        ),
        (
            "components: {securitySchemes: {s: {type: apiKey, in: usr}}}\n",
            "3:54 AG333 'in' must be 'user' or 'password', not 'usr'",
        ),
        ("components: {securitySchemes: {s: {type: http}}}\n", "3:32 AG331 a security scheme needs 'scheme'"),
        ("components: {messages: {m: {headers: 5}}}\n", "3:38 AG332 'headers' must be an object, not a number"),
        (
            "components: {messages: {m: {examples: [{name: n}]}}}\n",
            "3:40 AG331 a message example needs 'payload' or 'headers'",
        ),
        (
            "components: {schemas: {s: {properties: {a: {items: {type: int}}}}}}\n",
            "3:59 AG333 'type' must be 'array', 'boolean', 'integer', 'null', 'number', 'object' or 'string', not 'int'",
        ),
        ("components: {schemas: {s: {required: [a, b, a]}}}\n", "3:45 AG333 'required' lists 'a' twice"),
        ("components: {schemas: {s: {maxItems: 1.5}}}\n", "3:38 AG332 'maxItems' must be an integer, not 1.5"),
        ("components: {schemas: {s: {pattern: '('}}}\n", "3:37 AG333 'pattern' must be a regular expression, not '('"),
        (
            "components: {parameters: {p: {location: id}}}\n",
            "3:41 AG333 'location' must be a runtime expression such as $message.header#/id, not 'id'",
        ),
        (
            "components: {channelBindings: {b: {kafka: {topics: a, bindingVersion: 0.5.0}}}}\n",
            "3:44 AG330 'kafka' has no field 'topics'",
        ),
        (
            "components: {channelBindings: {b: {kafka: {bindingVersion: 0.9.0}}}}\n",
            "3:60 AG333 'bindingVersion' must be '0.5.0', '0.4.0' or '0.3.0', not '0.9.0'",
        ),
        (
            f"components: {{messages: {{m: {{payload: {{schemaFormat: {AVRO}, schema: {{type: recrd}}}}}}}}}}\n",
            "3:111 AG333 'type' must be 'null', 'boolean', 'int', 'long', 'float', 'double', 'bytes' or 'string', not 'recrd'",
        ),
    ],
)
def test_a_violation_is_one_sentence_at_its_place(check: Check, text: str, found: str) -> None:
    assert check(HEAD3 + text) == [found]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("chanels: {}\n", "did you mean 'channels'?"),
        ("components: {schemas: {s: {type: strng}}}\n", "did you mean 'string'?"),
        ("components: {schema: {}}\n", "did you mean 'schemas'?"),
    ],
)
def test_the_nearest_that_would_be_right_is_a_hint(check: Check, tmp_path: Path, text: str, hint: str) -> None:
    check(HEAD3 + text)
    assert [found.hint for found in validate_documents([tmp_path / "spec.yaml"])] == [hint]


def test_a_misspelled_field_is_not_missing_too(check: Check) -> None:
    text = "components: {operationTraits: {o: {externalDocs: {ulr: 'https://example.com'}}}}\n"
    assert check(HEAD3 + text) == ["3:51 AG330 externalDocs has no field 'ulr'"]


def test_what_a_reader_warns_of_is_an_error_and_said_once(check: Check) -> None:
    text = "asyncapi: 3.0.0\ninfo: {title: T, version: 1}\nchannels: {c: {adress: a}}\ntags: []\n"
    assert check(text) == [
        "2:27 AG332 'version' must be a string, not a number",
        "3:16 AG330 a channel has no field 'adress'",
        "4:1 AG330 the document has no field 'tags'",
    ]


def test_what_a_reader_calls_an_error_is_said_once(check: Check) -> None:
    text = "servers: {s: {url: 'h:1', protocol: p}}\nchannels: {c: {publish: {}}}\noperations: {o: {action: sned, channel: {$ref: '#/channels/c'}}}\n"
    assert check(HEAD3 + text) == [
        "3:15 AG309 'url' belongs to AsyncAPI 2.x; in 3.x it is host and pathname",
        "4:16 AG309 'publish' belongs to AsyncAPI 2.x; in 3.x it is an operation of 'operations' with 'action: receive' and a $ref to this channel",
        "5:26 AG305 'action' must be 'send' or 'receive', not 'sned'",
    ]


def test_two_fields_that_are_missing_are_two_findings(check: Check) -> None:
    assert check("asyncapi: 3.0.0\n") == ["1:1 AG304 the document needs 'info'"]
    assert check("asyncapi: 2.6.0\ninfo: {}\n") == [
        "1:1 AG331 the document needs 'channels'",
        "2:1 AG304 info needs 'title'",
        "2:1 AG331 info needs 'version'",
    ]


def test_what_is_missing_hides_nothing_at_the_same_place(check: Check) -> None:
    assert check("chanels: {}\nasyncapi: 3.0.0\n") == [
        "1:1 AG304 the document needs 'info'",
        "1:1 AG330 the document has no field 'chanels'",
    ]


def test_a_reference_that_fits_two_forms_is_a_reference(check: Check) -> None:
    key = (
        "components: {schemas: {K: {}}, messages: {m: {bindings: {kafka: {key: {$ref: '#/components/schemas/K'}}}}}}\n"
    )
    assert check(HEAD3 + key) == []
    parameter = "asyncapi: 2.0.0\ninfo: {title: T, version: '1'}\nchannels: {'a/{p}': {parameters: {p: {$ref: '#/components/parameters/p'}}}}\n"
    assert check(parameter + "components: {parameters: {p: {schema: {type: string}}}}\n") == []


def test_an_avro_schema_may_be_a_reference(check: Check) -> None:
    text = "channels: {c: {publish: {message: {schemaFormat: application/vnd.apache.avro;version=1.9.0, payload: {$ref: a.avsc}}}}}\n"
    assert check(HEAD2 + text, {"a.avsc": '{"type": "record", "name": "A", "fields": []}'}) == []


def test_a_reference_to_an_address_with_a_parameter_is_fine(check: Check) -> None:
    text = "channels: {'a/{p}': {address: a}}\noperations: {o: {action: send, channel: {$ref: '#/channels/a~1{p}'}}}\n"
    assert check(HEAD3 + text) == []


def test_what_is_referred_to_in_another_file_is_checked_as_that(check: Check) -> None:
    text = "channels: {c: {address: a, messages: {m: {$ref: 'other.yaml#/m'}}}}\n"
    other = "m: {contenttype: a, payload: {$ref: '#/s'}, correlationId: {$ref: '#/c'}}\ns: {properties: {a: {type: text}}}\nc: {}\n"
    assert check(HEAD3 + text, {"other.yaml": other}) == [
        "other.yaml:1:5 AG330 a message has no field 'contenttype'",
        "other.yaml:2:28 AG333 'type' must be 'array', 'boolean', 'integer', 'null', 'number', 'object' or 'string', not 'text'",
        "other.yaml:3:1 AG304 a correlationId needs 'location'",
    ]


def test_schemas_of_other_formats_in_other_files_are_left_alone(check: Check) -> None:
    text = "channels: {c: {address: a, messages: {m: {payload: {schemaFormat: application/vnd.oai.openapi;version=3.0.0, schema: {$ref: 'other.yaml#/s'}}}}}}\n"
    assert check(HEAD3 + text, {"other.yaml": "s: {properties: {a: {exclusiveMinimum: true}}}\n"}) == []


def test_a_version_later_than_those_known_is_not_checked(check: Check) -> None:
    assert check("asyncapi: 3.9.0\ninfo: {title: T, version: '1', new: {}}\n") == [
        "1:11 AG303 AsyncAPI 3.9.0 is unknown; the document is read as 3.1",
        "2:32 AG306 info has no field 'new'; it is ignored",
    ]


def test_a_version_of_that_minor_must_be_written_whole(check: Check) -> None:
    assert check("asyncapi: '3.0'\ninfo: {title: T, version: '1'}\n") == [
        "1:11 AG333 'asyncapi' must be '3.0.0', not '3.0'"
    ]


def test_a_deep_violation_ends_soon(check: Check) -> None:
    schema: Any = {"type": "int"}
    for _ in range(150):
        schema = {"items": schema}
    text = json.dumps(
        {"asyncapi": "3.0.0", "info": {"title": "T", "version": "1"}, "components": {"schemas": {"s": schema}}}
    )
    assert check(text) == ["1:1 AG335 the document breaks the specification, and is nested too deeply to say where"]
