"""Failures in words: one sentence each, at the place that it is about, with the nearest of what would have been right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from asyncgen.diagnostics import Pointer, did_you_mean
from asyncgen.parser.failures import Failure, types_of, value_in
from asyncgen.parser.node import kind

TOP = "the document"

LONGEST_VALUE = 60
"""How much of a value is shown."""

MOST_CHOICES = 16
"""How many values are listed where one of them is due."""

_TYPES = {
    "object": "an object", "array": "a list", "string": "a string", "number": "a number", "integer": "an integer",
    "boolean": "a boolean", "null": "null",
}  # fmt: skip
_FORMATS = {
    "uri": "a URI", "uri-reference": "a URI or a relative reference", "uri-template": "a URI template",
    "email": "an email address", "regex": "a regular expression", "date-time": "a date and time of RFC 3339",
    "date": "a date of RFC 3339", "time": "a time of RFC 3339", "duration": "a duration of ISO 8601", "uuid": "a UUID",
    "hostname": "a host name", "ipv4": "an IPv4 address", "ipv6": "an IPv6 address", "json-pointer": "a JSON Pointer",
}  # fmt: skip
_EXPRESSION = r"^\$message"
"""How the pattern of a runtime expression begins."""

_PLURAL = re.compile(r"\b1 (character|item|member)s")
_LIMITS: Mapping[str, str] = {
    "minimum": "must be at least {limit}, not {value}",
    "maximum": "must be at most {limit}, not {value}",
    "exclusiveMinimum": "must be more than {limit}, not {value}",
    "exclusiveMaximum": "must be less than {limit}, not {value}",
    "multipleOf": "must be a multiple of {limit}, not {value}",
    "minLength": "must have at least {limit} characters, not {size}",
    "maxLength": "must have at most {limit} characters, not {size}",
    "minItems": "must have at least {limit} items, not {size}",
    "maxItems": "must have at most {limit} items, not {size}",
    "additionalItems": "must have at most {limit} items, not {size}",
    "minProperties": "must have at least {limit} members, not {size}",
    "maxProperties": "must have at most {limit} members, not {size}",
    "pattern": "must match {limit}, which {value} does not",
    "contains": "must have an item of the kind that is asked for",
    "oneOf": "fits several forms of which it may have only one",
    "falseSchema": "is not allowed here",
    "not": "has a form that is not allowed here",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong with the value at a pointer, or with the name of that member where `key` says so.

    `subject` is the name that the sentence is about; where several things may be missing from one object, it tells them
    apart.
    """

    pointer: Pointer
    message: str
    subject: str
    hint: str | None = None
    key: bool = False


Noun = Callable[[Failure], str]
"""What an object is called in a sentence, such as `an operation`."""


def sentence(failure: Failure, instance: Any, noun: Noun, *, top: str = TOP) -> Sentence:
    """A failure of `instance` in words; `top` is what `instance` itself is called."""
    pointer, expected = failure.pointer, failure.expected
    value = value_in(instance, pointer)
    name = name_of(pointer, top=top)
    match failure.keyword:
        case "additionalProperties":
            return _unknown(failure, noun(failure))
        case "propertyNames":
            return _name(failure)
        case "required":
            return Sentence(pointer, f"{noun(failure)} needs '{expected}'", expected)
        case "not" if (excluded := _excluded(expected, value)) is not None:
            message = f"{noun(failure)} must not have '{excluded}'"
            return Sentence((*pointer, excluded), message, excluded, key=True)
        case "type":
            types = types_of(failure)
            due = _either([_TYPES[each] for each in types])
            found = shown(value) if "integer" in types and isinstance(value, float) else kind(value)
            return Sentence(pointer, f"{name} must be {due}, not {found}", name)
        case "enum" | "const":
            choices = expected if failure.keyword == "enum" else [expected]
            return _choice(pointer, name, value, choices)
        case "pattern" if str(expected).startswith(_EXPRESSION):
            message = f"{name} must be a runtime expression such as $message.header#/id, not {shown(value)}"
            return Sentence(pointer, message, name)
        case "format":
            due = _FORMATS.get(expected, f"of the format {expected}")
            return Sentence(pointer, f"{name} must be {due}, not {shown(value)}", name)
        case "uniqueItems":
            index = next(index for index, item in enumerate(value) if item in value[:index])
            return Sentence((*pointer, index), f"{name} lists {shown(value[index])} twice", name)
        case _:
            message = f"{name} {_limited(failure.keyword, expected, value)}"
            return Sentence(pointer, message, name, key=failure.keyword == "falseSchema")


def name_of(pointer: Pointer, *, top: str = TOP) -> str:
    """What a value is called: its name or, in a list, the list's with its number."""
    if not pointer:
        return top
    if not isinstance(pointer[-1], int):
        return f"'{pointer[-1]}'"
    return f"'{pointer[-2]}[{pointer[-1]}]'" if len(pointer) > 1 else f"item {pointer[-1]} of {top}"


def shown(value: Any) -> str:
    """A value as it is shown to people, shortened."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _unknown(failure: Failure, noun: str) -> Sentence:
    name = str(failure.expected)
    if failure.patterns:
        message = f"the name '{name}' is not allowed here: it must match {' or '.join(failure.patterns)}"
    else:
        message = f"{noun} has no field '{name}'"
    return Sentence((*failure.pointer, name), message, name, did_you_mean(name, failure.known), key=True)


def _name(failure: Failure) -> Sentence:
    name, (keyword, limit) = str(failure.expected), failure.patterns
    rule = f"must be {_FORMATS.get(limit, limit)}" if keyword == "format" else _limited(keyword, limit, name)
    return Sentence((*failure.pointer, name), f"the name {shown(name)} {rule}", name, key=True)


def _choice(pointer: Pointer, name: str, value: Any, choices: list[Any]) -> Sentence:
    if len(choices) <= MOST_CHOICES:
        due = _either([shown(choice) for choice in choices])
    else:
        due = f"one of {len(choices)} values"
    hint = (
        did_you_mean(value, [choice for choice in choices if isinstance(choice, str)])
        if isinstance(value, str)
        else None
    )
    return Sentence(pointer, f"{name} must be {due}, not {shown(value)}", name, hint)


def _either(words: list[str]) -> str:
    if len(words) < 2:
        return words[0] if words else "nothing at all"
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _excluded(expected: Any, value: Any) -> str | None:
    """The member that `not: {required: [name]}` forbids."""
    names = expected.get("required", ()) if isinstance(expected, dict) and len(expected) == 1 else ()
    return next((name for name in names if name in value), None) if isinstance(value, dict) else None


def _limited(keyword: str, limit: Any, value: Any) -> str:
    """What a limit asks for, and how the value is instead."""
    rule = _LIMITS.get(keyword, f"breaks the rule '{keyword}'")
    size = len(value) if isinstance(value, str | list | dict) else 0
    written = limit if isinstance(limit, str) else shown(limit)
    return _PLURAL.sub(r"1 \1", rule.format(limit=written, value=shown(value), size=size))
