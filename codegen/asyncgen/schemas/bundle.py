"""What the steps around the schemas hand each other: uses go in, one bundle of named JSON Schemas comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from asyncgen.diagnostics import Place, SourceText
from asyncgen.document import Schema


class References(Protocol):
    """What normalising needs of `parser.resolve.Resolved`."""

    @property
    def root(self) -> SourceText:
        """The document that the uses come from."""
        ...

    def follow(self, value: Any, place: Place) -> tuple[Any, Place]:
        """The value that the `$ref` object `value` at `place` leads to, and where that stands."""
        ...


@dataclass(frozen=True, slots=True)
class SchemaUse:
    """One place that needs a type. `key` is the caller's own, unique; `name` holds the words that name an inline schema."""

    key: str
    schema: Schema
    name: str


@dataclass(frozen=True, slots=True)
class UsedType:
    """The Python type of one use.

    `expression` is what an annotation says: a name of models.py, or exactly `str`, `bool`, `Any` or `None`; `model` is
    that name, else None. `is_class` says that it is a pydantic model class, on which isinstance works; `nullable` that it
    takes null.
    """

    expression: str
    model: str | None
    is_class: bool
    nullable: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """Every schema that a package needs, under its final name, as JSON Schema draft 7 whose refs are `#/$defs/Name`.

    The keyword `checks` holds a schema, whose refs are `#/definitions/Name` of `checked`, that a value has to satisfy too.
    """

    definitions: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, UsedType] = field(default_factory=dict)
    """By the key of the use."""
    schemas: Mapping[str, Any] = field(default_factory=dict)
    """The normalised schema of every use, trivial ones too, by the key of the use."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """`Class.wireName` -> the Python name of the property, where the two differ."""
    pointers: Mapping[str, str] = field(default_factory=dict)
    """Where every definition comes from: `#/components/schemas/Order` or `common/schemas.yaml#/Order`."""
    checked: Mapping[str, Any] = field(default_factory=dict)
    """What the references in checks lead to, as it stands in the document."""


WireKind = Literal["text", "json", "either"]
"""Whether a schema takes only strings, never strings, or both."""


@dataclass(frozen=True, slots=True)
class HeaderProperty:
    """A property of a headers schema."""

    wire_name: str
    python_name: str
    kind: WireKind
    required: bool
