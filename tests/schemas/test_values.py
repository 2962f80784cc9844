"""The values of 5-models.md: which JSON is accepted, as what it arrives, and that it leaves as it came."""

from __future__ import annotations

import ipaddress
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from tests.schemas.conftest import Generate, Generated

SCHEMAS = """
Text: {type: string}
Short: {type: string, minLength: 2, maxLength: 3, pattern: '^[a-z]+$'}
Whole: {type: integer, minimum: 1, maximum: 100}
Small: {type: integer, format: int32}
Big: {type: integer, format: int64}
Tenths: {type: number, multipleOf: 0.1}
Threes: {type: integer, multipleOf: 3}
Number: {type: number, exclusiveMinimum: 0}
Flag: {type: boolean}
Nothing: {type: 'null'}
Anything: {}
Never: false
Moment: {type: string, format: date-time}
Day: {type: string, format: date}
Clock: {type: string, format: time}
Span: {type: string, format: duration}
Id: {type: string, format: uuid}
Four: {type: string, format: ipv4}
Six: {type: string, format: ipv6}
Mail: {type: string, format: email}
Host: {type: string, format: hostname}
Link: {type: string, format: uri}
Secret: {type: string, format: password}
Bytes: {type: string, format: byte}
Made: {type: string, format: made-up}
Words: {type: array, items: {type: string}, minItems: 1, maxItems: 2}
Pair: {type: array, items: [{type: string}, {type: integer}], additionalItems: false, minItems: 2}
Map: {type: object, additionalProperties: {type: integer}, minProperties: 1, maxProperties: 2}
Free: {type: object}
Colour: {type: string, enum: [red, green]}
Level: {type: integer, enum: [1, 2], x-enum-varnames: [low, high]}
Digit: {enum: [0, 1, 2]}
One: {const: 1}
Long: {type: string, enum: [a, aa, b, bb], minLength: 2, pattern: '^a'}
Mixed: {enum: [a, 1, true, null]}
MaybeText: {type: [string, 'null'], maxLength: 3}
TextOrNumber: {type: [string, number], minLength: 2, minimum: 5}
"""


@pytest.fixture(scope="module")
def models(generate: Generate) -> Generated:
    return generate(SCHEMAS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Text", '"a"'),
        ("Short", '"abc"'),
        ("Whole", "100"),
        ("Whole", "1.0"),
        ("Small", "-2147483648"),
        ("Big", "9223372036854775807"),
        ("Tenths", "0.3"),
        ("Tenths", "7"),
        ("Threes", "9"),
        ("Number", "5"),
        ("Number", "0.5"),
        ("Number", "123456789012345678901234567890"),
        ("Flag", "true"),
        ("Nothing", "null"),
        ("Anything", '{"a": [1, null, "x", 2.5]}'),
        ("Anything", "null"),
        ("Moment", '"2025-03-14T09:31:40+01:00"'),
        ("Moment", '"2025-03-14T09:31:40.250000Z"'),
        ("Day", '"2025-03-14"'),
        ("Clock", '"09:31:40Z"'),
        ("Clock", '"09:31:40+02:00"'),
        ("Span", '"P1M"'),
        ("Span", '"P1DT12H"'),
        ("Id", '"0b9a3c1e-6d1f-4f6b-9a55-3f0f6f1c2d4e"'),
        ("Four", '"192.0.2.1"'),
        ("Six", '"2001:db8::1"'),
        ("Mail", '"ana@example.com"'),
        ("Mail", '"\\"a b\\"@example.com"'),
        ("Host", '"a-b.example.com"'),
        ("Link", '"https://example.com"'),
        ("Secret", '"hunter2"'),
        ("Bytes", '"AAE="'),
        ("Made", '"anything"'),
        ("Words", '["a", "b"]'),
        ("Pair", '["a", 1]'),
        ("Map", '{"a": 1}'),
        ("Free", '{"a": {"b": null}}'),
        ("Colour", '"red"'),
        ("Level", "2"),
        ("Digit", "0"),
        ("One", "1"),
        ("One", "1.0"),
        ("Long", '"aa"'),
        ("Mixed", '"a"'),
        ("Mixed", "1"),
        ("Mixed", "true"),
        ("Mixed", "null"),
        ("MaybeText", "null"),
        ("MaybeText", '"abc"'),
        ("TextOrNumber", '"ab"'),
        ("TextOrNumber", "5"),
    ],
)
def test_what_the_schema_accepts_leaves_as_it_came(models: Generated, name: str, text: str) -> None:
    assert models.accepts(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Text", "1"),
        ("Text", "null"),
        ("Short", '"a"'),
        ("Short", '"abcd"'),
        ("Short", '"AB"'),
        ("Whole", "0"),
        ("Whole", "101"),
        ("Whole", "1.5"),
        ("Whole", '"1"'),
        ("Whole", "true"),
        ("Small", "2147483648"),
        ("Small", "2147483648.0"),
        ("Big", "9223372036854775808"),
        ("Tenths", "0.35"),
        ("Threes", "10"),
        ("Number", "0"),
        ("Number", '"5"'),
        ("Number", "true"),
        ("Number", "NaN"),
        ("Number", "Infinity"),
        ("Flag", "1"),
        ("Flag", '"true"'),
        ("Nothing", '"null"'),
        ("Never", "null"),
        ("Never", "{}"),
        ("Moment", '"2025-03-14T09:31:40"'),
        ("Moment", '"2025-03-14"'),
        ("Moment", "1741944700"),
        ("Day", '"2025-03-14T00:00:00Z"'),
        ("Day", '"2025-02-30"'),
        ("Day", "1741944700"),
        ("Clock", '"09:31:40"'),
        ("Clock", "3600"),
        ("Span", '"1 day"'),
        ("Span", '"P"'),
        ("Id", '"0b9a3c1e6d1f4f6b9a553f0f6f1c2d4e"'),
        ("Four", '"192.0.2.256"'),
        ("Four", "1"),
        ("Six", '"fe80::1%eth0"'),
        ("Mail", '"ana"'),
        ("Host", '"-a.example.com"'),
        ("Words", "[]"),
        ("Words", '["a", "b", "c"]'),
        ("Pair", '["a"]'),
        ("Pair", '["a", 1, 2]'),
        ("Map", "{}"),
        ("Map", '{"a": "1"}'),
        ("Free", "[]"),
        ("Colour", '"blue"'),
        ("Level", "3"),
        ("Level", '"1"'),
        ("Level", "true"),
        ("Digit", "false"),
        ("Digit", '"1"'),
        ("Digit", "0.5"),
        ("One", "true"),
        ("Long", '"a"'),
        ("Long", '"bb"'),
        ("Mixed", "false"),
        ("MaybeText", '"abcd"'),
        ("TextOrNumber", '"a"'),
        ("TextOrNumber", "4"),
    ],
)
def test_what_the_schema_refuses_is_refused(models: Generated, name: str, text: str) -> None:
    assert not models.accepts(name, text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        (
            "Moment",
            '"2025-03-14T09:31:40+01:00"',
            datetime(2025, 3, 14, 9, 31, 40, tzinfo=timezone(timedelta(hours=1))),
        ),
        ("Day", '"2025-03-14"', date(2025, 3, 14)),
        ("Id", '"0b9a3c1e-6d1f-4f6b-9a55-3f0f6f1c2d4e"', uuid.UUID("0b9a3c1e-6d1f-4f6b-9a55-3f0f6f1c2d4e")),
        ("Four", '"192.0.2.1"', ipaddress.IPv4Address("192.0.2.1")),
        ("Link", '"https://example.com"', "https://example.com"),
        ("Whole", "1.0", 1),
        ("Pair", '["a", 1]', ("a", 1)),
    ],
)
def test_values_arrive_as_python_has_them(models: Generated, name: str, text: str, value: Any) -> None:
    assert models.decode(name, text) == value


@pytest.mark.parametrize(("text", "kind"), [("5", int), ("5.0", float)])
def test_a_number_stays_the_int_or_float_that_it_was(models: Generated, text: str, kind: type) -> None:
    assert type(models.decode("Number", text)) is kind


def test_a_named_choice_is_an_enum(models: Generated) -> None:
    assert models.decode("Colour", '"red"') is models.module.Colour.RED
    assert models.decode("Level", "2") is models.module.Level.HIGH


def test_python_values_are_accepted_where_pydantic_takes_them(models: Generated) -> None:
    moment = datetime(2025, 3, 14, tzinfo=UTC)
    assert models.adapter("Moment").validate_python(moment) == moment
    with pytest.raises(ValidationError):
        models.adapter("Moment").validate_python(datetime(2025, 3, 14))


def test_a_leap_second_is_the_second_after_it(models: Generated) -> None:
    assert models.decode("Moment", '"2016-12-31T23:59:60Z"') == datetime(2017, 1, 1, tzinfo=UTC)
    assert models.decode("Clock", '"00:59:60+01:00"').isoformat() == "01:00:00+01:00"


@pytest.mark.parametrize("text", ["2016-12-31T22:59:60Z", "9999-12-31T23:59:60Z", "2016-12-31T01:58:59+01:60"])
def test_what_is_no_leap_second_is_refused(models: Generated, text: str) -> None:
    assert not models.accepts("Moment", f'"{text}"')
