"""The document, whatever its version, in the words of AsyncAPI 3.x.

Both readers (`parser.v2`, `parser.v3`) make the same `Document` of documents that say the same: places do not count when
Documents are compared. References are followed, traits are merged, and the objects refer to each other directly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from asyncgen.diagnostics import Place

Extensions = Mapping[str, Any]
"""The `x-` members of an object, as plain data."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it stands in the document, references in it not yet followed.

    `format` is the message's schemaFormat, None for AsyncAPI's own. `place` is where the schema itself stands (a bare
    `$ref` has been followed, so equal places mean one schema).
    """

    value: Any
    place: Place = field(compare=False)
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """One protocol's binding of a server, channel, operation or message, as plain data; `$ref`s at its top are followed."""

    protocol: str
    value: Mapping[str, Any]
    place: Place = field(compare=False)


Bindings = Mapping[str, Binding]
"""Bindings by protocol name as the document writes it."""


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject"""

    name: str
    type: str
    place: Place = field(compare=False)
    description: str | None = None
    location: str | None = None
    """`in`: user, password, query, header or cookie."""
    parameter: str | None = None
    """`name` of an httpApiKey."""
    scheme: str | None = None
    """`scheme` of http: basic, bearer …"""
    bearer_format: str | None = None
    flows: Mapping[str, Any] = field(default_factory=dict)
    open_id_connect_url: str | None = None
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SecurityRequirement:
    """One of the alternatives of a `security` list."""

    scheme: SecurityScheme
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerVariable:
    name: str
    place: Place = field(compare=False)
    enum: tuple[str, ...] = ()
    default: str | None = None
    description: str | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """`host` may hold variables as `{name}`; `pathname` is None or begins with a slash."""

    name: str
    host: str
    protocol: str
    place: Place = field(compare=False)
    pathname: str | None = None
    protocol_version: str | None = None
    title: str | None = None
    summary: str | None = None
    description: str | None = None
    variables: tuple[ServerVariable, ...] = ()
    security: tuple[SecurityRequirement, ...] = ()
    tags: tuple[str, ...] = ()
    bindings: Bindings = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a channel's address: always a string. `schema` is what 2.x says beyond enum and default."""

    name: str
    place: Place = field(compare=False)
    enum: tuple[str, ...] = ()
    default: str | None = None
    description: str | None = None
    examples: tuple[str, ...] = ()
    location: str | None = None
    schema: Schema | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CorrelationId:
    """`location` is a runtime expression such as `$message.header#/correlationId`."""

    location: str
    place: Place = field(compare=False)
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    name: str | None
    summary: str | None
    headers: Any
    payload: Any
    place: Place = field(compare=False)


@dataclass(frozen=True, slots=True)
class Message:
    """`name` is the key under which the message stands (in components, else in its channel, else made from its place).

    `title`, `machine_name` (the specification's `name`) and `summary` never name anything in Python. `content_type` is
    already the document's default where the message has none; None where neither says anything. `payload` is None when
    the message has none.
    """

    name: str
    place: Place = field(compare=False)
    anonymous: bool = field(default=False, compare=False)
    """Whether `name` was made from the place because the document gives no key."""
    machine_name: str | None = None
    title: str | None = None
    summary: str | None = None
    description: str | None = None
    content_type: str | None = None
    payload: Schema | None = None
    headers: Schema | None = None
    correlation_id: CorrelationId | None = None
    examples: tuple[Example, ...] = ()
    tags: tuple[str, ...] = ()
    bindings: Bindings = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Channel:
    """`address` is None when it is known only at run time. `servers` names the servers it is available on; empty means all."""

    name: str
    address: str | None
    place: Place = field(compare=False)
    title: str | None = None
    summary: str | None = None
    description: str | None = None
    messages: tuple[Message, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    servers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    bindings: Bindings = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """Where and with what an operation is answered. `address` is a runtime expression such as `$message.header#/replyTo`."""

    place: Place = field(compare=False)
    address: str | None = None
    channel: Channel | None = None
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """`action` is what the described application does. `name` is the key or operationId; None where the document has neither.

    `messages` are those that the operation may carry: the channel's, unless the operation lists its own.
    """

    name: str | None
    action: Literal["send", "receive"]
    channel: Channel
    place: Place = field(compare=False)
    messages: tuple[Message, ...] = ()
    reply: Reply | None = None
    title: str | None = None
    summary: str | None = None
    description: str | None = None
    security: tuple[SecurityRequirement, ...] = ()
    tags: tuple[str, ...] = ()
    bindings: Bindings = field(default_factory=dict)
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Info:
    title: str
    version: str
    place: Place = field(compare=False)
    description: str | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    license: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    extensions: Extensions = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. Operations of 2.x documents and of 3.x look the same; `version` is the only trace of which it was."""

    version: str = field(compare=False)
    info: Info
    place: Place = field(compare=False)
    id: str | None = None
    default_content_type: str | None = None
    servers: tuple[Server, ...] = ()
    channels: tuple[Channel, ...] = ()
    operations: tuple[Operation, ...] = ()
    extensions: Extensions = field(default_factory=dict)
