"""Where messages go and which they are: addresses with parameters, runtime expressions, headers by name, discriminators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, TypeGuard, cast

from pydantic_core import (
    InitErrorDetails,
    PydanticCustomError,
    ValidationError,
    from_json,
)

__all__ = [
    "Address",
    "ByContentType",
    "ByHeader",
    "ByProperty",
    "Choose",
    "Unreadable",
    "WireHeaders",
    "escaped",
    "evaluate",
    "header",
    "header_name",
    "media_type",
    "text_of",
]

WireHeaders = Sequence[tuple[str, Any]]
"""Headers as they travel: pairs of a name and, in most protocols, bytes."""


class Unreadable(Exception):
    """Why a received message is not what the document describes; the text names no value of it."""


def media_type(content_type: str) -> str:
    """`application/json` of `Application/JSON; charset=utf-8`."""
    return content_type.partition(";")[0].strip().lower()


def text_of(value: Any) -> str:
    """A header's value as text."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def escaped(text: str) -> str:
    """A text as a regular expression, in Python's dialect and in POSIX's."""
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", text)


def header(headers: WireHeaders | None, name: str) -> Any:
    """The last header of that name, or None."""
    found = None
    for each, value in headers or ():
        if each == name:
            found = value
    return found


def evaluate(expression: str, body: bytes | None, headers: WireHeaders | None) -> Any:
    """The value at a runtime expression such as `$message.header#/replyTo`, or None.

    https://www.asyncapi.com/docs/reference/specification/v3.0.0#runtimeExpression
    """
    place, _, pointer = expression.partition("#")
    steps = [
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    ]
    value: Any
    if place == "$message.header":
        value = header(headers, steps.pop(0)) if steps else None
        if steps and value is not None:
            value = _parsed(value)
    else:
        value = _parsed(body)
    for step in steps:
        if isinstance(value, Mapping):
            value = cast("Mapping[str, Any]", value).get(step)
        elif _is_array(value) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            return None
    return value


def _is_array(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def header_name(expression: str | None) -> str | None:
    """The header that a runtime expression names whole, or None."""
    if expression is None or not expression.startswith("$message.header#/"):
        return None
    name = expression.removeprefix("$message.header#/")
    return None if "/" in name else name.replace("~1", "/").replace("~0", "~")


def _parsed(body: Any) -> Any:
    try:
        return from_json(body)
    except (ValueError, TypeError):
        return None


class ByProperty:
    """Which message it is stands in a property of the payload."""

    def __init__(self, name: str, choices: Mapping[Any, int]) -> None:
        self.name = name
        self.choices = dict(choices)

    def __call__(self, body: bytes | None, headers: WireHeaders | None) -> int:
        """The index of the message; raises Unreadable."""
        value = _parsed(body)
        if not isinstance(value, Mapping):
            raise Unreadable("the payload is not a JSON object")
        return _chosen(
            self.choices,
            cast("Mapping[str, Any]", value).get(self.name),
            f"the property {self.name!r}",
        )


class ByHeader:
    """Which message it is stands in a header."""

    def __init__(self, name: str, choices: Mapping[str, int]) -> None:
        self.name = name
        self.choices = dict(choices)

    def __call__(self, body: bytes | None, headers: WireHeaders | None) -> int:
        """The index of the message; raises Unreadable."""
        value = header(headers, self.name)
        return _chosen(
            self.choices,
            None if value is None else text_of(value),
            f"the header {self.name!r}",
        )


class ByContentType:
    """Which message it is stands in the content type."""

    def __init__(self, choices: Mapping[str, int]) -> None:
        self.choices = {media_type(name): index for name, index in choices.items()}

    def __call__(self, body: bytes | None, headers: WireHeaders | None) -> int:
        """The index of the message; raises Unreadable."""
        value = header(headers, "content-type")
        return _chosen(
            self.choices,
            None if value is None else media_type(text_of(value)),
            "the content type",
        )


def _chosen(choices: Mapping[Any, int], value: Any, where: str) -> int:
    try:
        return choices[value]
    except (KeyError, TypeError):
        raise Unreadable(
            f"unknown message: {where} is none of {', '.join(map(str, choices))}"
        ) from None


Choose = ByProperty | ByHeader | ByContentType


class Address:
    """A channel's address, with its parameters in braces; `choices` are the values of those that have an enum."""

    def __init__(
        self,
        template: str,
        parameters: Iterable[str] = (),
        *,
        choices: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.template = template
        self.parameters = tuple(parameters)
        self.choices = dict(choices or {})

    def fill(self, values: Sequence[str]) -> str:
        """The address with a value for each parameter, in their order; raises ValidationError for one that does not fit."""
        if not self.parameters:
            return self.template
        given = dict(zip(self.parameters, map(str, values), strict=True))
        for name, value in given.items():
            if re.fullmatch(self._segment(name), value) is None:
                raise _misfit(name, value, self.choices.get(name))
        return re.sub(
            r"\{([^{}]*)\}", lambda found: given.get(found[1], found[0]), self.template
        )

    def match(self, address: str) -> tuple[str, ...] | None:
        """The parameters' values in an address, or None when it is another address."""
        found = self._pattern.fullmatch(address)
        return (
            None
            if found is None
            else tuple(found[f"p{index}"] for index in range(len(self.parameters)))
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(self.pattern("python"))

    def pattern(self, dialect: Literal["python", "posix"]) -> str:
        """A regular expression in which a parameter is one segment: no dot and no slash."""
        seen: set[str] = set()
        pieces: list[str] = []
        for piece in re.split(r"(\{[^{}]*\})", self.template):
            name = piece[1:-1]
            if not (piece[:1] == "{" and name in self.parameters):
                pieces.append(escaped(piece))
            elif dialect == "posix":
                pieces.append(f"({self._segment(name)})")
            else:
                group = f"p{self.parameters.index(name)}"
                pieces.append(
                    f"(?P={group})"
                    if name in seen
                    else f"(?P<{group}>{self._segment(name)})"
                )
                seen.add(name)
        return "".join(pieces)

    def _segment(self, name: str) -> str:
        """What a parameter may be: one of its choices, else anything without a dot or a slash."""
        choices = self.choices.get(name)
        return "|".join(map(escaped, choices)) if choices else "[^./]+"


def _misfit(name: str, value: str, choices: Sequence[str] | None) -> ValidationError:
    rule = (
        f"one of {', '.join(choices)}"
        if choices
        else "not empty, and without '.' and '/'"
    )
    kind = PydanticCustomError(
        "address_parameter", "Input should be {rule}", {"rule": rule}
    )
    detail = InitErrorDetails(type=kind, loc=(name,), input=value)
    return ValidationError.from_exception_data("address", [detail])
