"""Rules between the parts of a document."""

from typing import Any

import pytest

from asyncgen.parser.address import placeholders
from asyncgen.parser.runtime_expression import RuntimeExpression, parse_expression

HEAD3 = "asyncapi: 3.0.0\ninfo: {title: T, version: '1'}\n"
HEAD2 = "asyncapi: 2.6.0\ninfo: {title: T, version: '1'}\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("orders", []),
        ("orders/{id}/{kind}", ["id", "kind"]),
        ("{id}.{id}", ["id"]),
        ("{{placeholder}}/{a}", ["a"]),
        ("${VAR}:{port}", ["port"]),
        ("a/[id]/<x>", []),
        ("orders.*.>", []),
        ("+/#", []),
        ("{}", []),
        ("{$request.x}", ["$request.x"]),
    ],
)
def test_placeholders_are_names_in_single_braces(text: str, names: list[str]) -> None:
    assert placeholders(text) == names


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("$message.header#/correlationId", RuntimeExpression("header", ("correlationId",))),
        ("$message.payload#/a/b~1c", RuntimeExpression("payload", ("a", "b/c"))),
        ("$message.payload", RuntimeExpression("payload", ())),
        ("$message.payload#", RuntimeExpression("payload", ())),
        ("$message.header#/", RuntimeExpression("header", ("",))),
        ("$message.header.x", None),
        ("$message.headers#/x", None),
        ("message.header#/x", None),
        ("$message.payload#a", None),
        ("$message.payload#/a~2", None),
        ("", None),
    ],
)
def test_runtime_expressions(text: str, expression: RuntimeExpression | None) -> None:
    assert parse_expression(text) == expression


def test_parameters_of_an_address_are_declared_and_declared_ones_used(reading: Any) -> None:
    result = reading(HEAD3 + "channels:\n  c:\n    address: a/{userId}\n    parameters:\n      userid: {}\n")
    assert result.found == [
        "spec.yaml:5:14 AG320 the parameter 'userId' is not declared; it becomes an argument of type str",
        "spec.yaml:7:7 AG321 the parameter 'userid' is not in the address 'a/{userId}'; it is ignored",
    ]
    assert result.hints == ["did you mean 'userid'?", "did you mean 'userId'?"]


def test_in_2x_the_address_is_the_key(reading: Any) -> None:
    result = reading(HEAD2 + "channels:\n  a/{id}:\n    description: d\n")
    assert [found[:19] for found in result.found] == ["spec.yaml:4:3 AG320"]


def test_variables_of_a_server_are_declared_and_declared_ones_used(reading: Any) -> None:
    text = "servers:\n  s:\n    host: '{region}.h'\n    pathname: /{path}\n    protocol: p\n    variables:\n      path: {}\n      regoin: {}\n"
    result = reading(HEAD3 + text)
    assert result.found == [
        "spec.yaml:5:11 AG323 the server variable 'region' is not declared; it becomes a required setting",
        "spec.yaml:10:7 AG324 the server variable 'regoin' is in neither host nor pathname; it is ignored",
    ]
    assert result.hints == ["did you mean 'regoin'?", "did you mean 'region'?"]


@pytest.mark.parametrize("text", ["${HOST}", "{{ host }}", "x.[id]", "<host>"])
def test_other_notations_are_literal_with_a_warning(reading: Any, text: str) -> None:
    result = reading(
        HEAD3 + f"servers: {{s: {{host: '{text}', protocol: p}}}}\nchannels: {{c: {{address: 'a/{text}'}}}}\n"
    )
    assert result.document.servers[0].host == text
    assert [found.split()[1] for found in result.found] == ["AG322", "AG322"]


@pytest.mark.parametrize("host", ["[::1]:9092", "localhost", "a.b.c:1"])
def test_hosts_that_are_hosts_are_fine(reading: Any, host: str) -> None:
    assert reading(HEAD3 + f"servers: {{s: {{host: '{host}', protocol: p}}}}\n").found == []


def test_a_default_is_one_of_the_enum(reading: Any) -> None:
    text = "channels: {'a/{b}': {parameters: {b: {schema: {enum: [x], default: y}}}}}\nservers: {s: {url: '{p}', protocol: p, variables: {p: {enum: ['1'], default: '2'}}}}\n"
    assert [found.split(maxsplit=1)[1] for found in reading(HEAD2 + text).found] == [
        "AG327 the default 'y' of the parameter 'b' is not in its enum",
        "AG327 the default '2' of the server variable 'p' is not in its enum",
    ]


def test_operation_and_message_ids_are_unique(reading: Any) -> None:
    text = "channels:\n  a: {publish: {operationId: x, message: {messageId: m}}}\n  b: {publish: {operationId: x, message: {messageId: m}}}\n"
    assert reading(HEAD2 + text).found == [
        "spec.yaml:5:30 AG325 operationId 'x' is used before, at spec.yaml:4:30",
        "spec.yaml:5:54 AG325 messageId 'm' is used before, at spec.yaml:4:54",
    ]


def test_locations_are_runtime_expressions(reading: Any) -> None:
    text = """
channels:
  c:
    address: '{p}'
    parameters: {p: {location: p}}
    messages: {m: {correlationId: {location: $message.header.id}}}
operations:
  o: {action: send, channel: {$ref: '#/channels/c'}, reply: {address: {location: here}}}
"""
    assert [found.split(" is ")[0] for found in reading(HEAD3 + text).found] == [
        "spec.yaml:7:32 AG326 'p'",
        "spec.yaml:8:46 AG326 '$message.header.id'",
        "spec.yaml:10:82 AG326 'here'",
    ]
