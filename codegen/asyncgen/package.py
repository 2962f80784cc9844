"""What is going to be generated, with every name, type and literal decided: the templates only write it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from asyncgen.naming import export_order, import_order
from asyncgen.protocols import Protocol
from asyncgen.schemas.bundle import Bundle

Codec = Literal["Json", "Text", "Binary", "Nothing"]


@dataclass(frozen=True, slots=True)
class Wire:
    """A value that travels: a payload, or an argument that a binding asks for.

    `annotation` is its Python type as written in the generated code; `kind` says whether it is text, JSON or either where
    text stands on the wire without quotes.
    """

    codec: Codec
    annotation: str
    kind: Literal["text", "json", "either"] = "json"
    content_type: str | None = None
    is_class: bool = False

    @property
    def says_content_type(self) -> bool:
        """Whether the content type is another than the codec has anyway."""
        usual = {"Json": "application/json", "Text": "text/plain", "Nothing": self.content_type}
        return self.content_type not in (None, usual.get(self.codec))


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers that a message's schema names: strings, which travel as text, others as JSON, and those that are both."""

    annotation: str
    required: bool
    text: tuple[str, ...]
    json: tuple[str, ...]
    both: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WireMessage:
    """A message as it travels. `arguments` are by the name of the binding's field that asks for them."""

    constant: str
    name: str
    doc: str
    payload: Wire
    headers: Headers | None
    arguments: Mapping[str, Wire]
    correlation_id: str | None
    bindings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AddressParameter:
    wire_name: str
    name: str
    annotation: str
    default: str | None
    """A Python literal, None where the parameter has to be given."""
    choices: tuple[str, ...]
    doc: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages go: a template with `{parameter}`s."""

    template: str
    parameters: tuple[AddressParameter, ...] = ()

    @property
    def wire_names(self) -> tuple[str, ...]:
        return tuple(parameter.wire_name for parameter in self.parameters)

    @property
    def choices(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the parameters that have an enum."""
        return {parameter.wire_name: parameter.choices for parameter in self.parameters if parameter.choices}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.parameters)


@dataclass(frozen=True, slots=True)
class Choice:
    """What tells the messages of an operation apart: a property, a header or the content type, and its values by index."""

    by: Literal["ByProperty", "ByHeader", "ByContentType"]
    name: str | None
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reply:
    """`address` is the reply channel's, `location` the runtime expression that finds the address in the request."""

    annotation: str
    messages: tuple[WireMessage, ...]
    address: Address | None
    location: str | None
    choice: Choice | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of an operation that is sent; `item` is its class for the `…_many` method, where there is one."""

    message: WireMessage
    item: str | None


@dataclass(frozen=True, slots=True)
class Send:
    """An operation that this package sends: a method, and its `…_many` unless it waits for a reply.

    `by_name` says that the payload's type does not tell its messages apart, so that the call has to. Without an address
    it is an argument of the call.
    """

    name: str
    many: str | None
    constant: str
    operation: str
    doc: str
    address: Address | None
    sent: tuple[Sent, ...]
    by_name: bool
    reply: Reply | None
    bindings: Mapping[str, Mapping[str, Any]]

    @property
    def payload_optional(self) -> bool:
        return any(sent.message.payload.codec == "Nothing" for sent in self.sent)

    @property
    def has_headers(self) -> bool:
        return any(sent.message.headers for sent in self.sent)

    @property
    def item_annotation(self) -> str:
        return union(f"messages.{sent.item}" for sent in self.sent)


@dataclass(frozen=True, slots=True)
class Received:
    """The class of one message that an operation receives."""

    class_name: str
    message: WireMessage


@dataclass(frozen=True, slots=True)
class Receive:
    """An operation that this package receives. `type_name` is what its handler takes: a class, or the union of several."""

    name: str
    batch: str
    type_name: str
    constant: str
    operation: str
    doc: str
    address: Address
    parameters_class: str | None
    received: tuple[Received, ...]
    choice: Choice | None
    reply: Reply | None
    bindings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of the settings. `default` is a Python literal."""

    name: str
    annotation: str
    default: str
    doc: str


@dataclass(frozen=True, slots=True)
class SecurityAlternative:
    """One scheme that a server takes. `details` are what the scheme says beyond its type, such as a token URL."""

    type: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Host and pathname name settings in braces; `variables` are their names."""

    name: str
    doc: str
    host: str
    pathname: str | None
    tls: bool
    variables: tuple[str, ...]
    security: tuple[SecurityAlternative, ...]


@dataclass(frozen=True, slots=True)
class ProtocolModule:
    """The folder of one protocol in the package."""

    protocol: Protocol
    env_prefix: str
    messages: tuple[WireMessage, ...]
    sends: tuple[Send, ...]
    receives: tuple[Receive, ...]
    servers: tuple[ServerAddress, ...]
    variables: tuple[Setting, ...]
    credentials: tuple[Setting, ...]
    defaults: Mapping[str, Any]
    """What bindings say that becomes a setting's default, by the field's name, where the whole document agrees on it."""

    @property
    def servers_doc(self) -> str:
        """The servers and what the document says of them."""
        texts = (
            f"`{server.name}`" + (f" ({' '.join(server.doc.split()).rstrip('.')})" if server.doc else "")
            for server in self.servers
        )
        return f"Which of the document's servers: {', '.join(texts)}."

    @property
    def message_classes(self) -> tuple[str, ...]:
        """What messages.py offers, in the order of imports."""
        names: list[str] = []
        for operation in self.receives:
            names += [received.class_name for received in operation.received]
            names += [operation.type_name] if len(operation.received) > 1 else []
            names += [operation.parameters_class] if operation.parameters_class else []
        for sending in self.sends:
            names += [sent.item for sent in sending.sent if sent.item]
        return tuple(sorted(names, key=import_order))

    @property
    def message_exports(self) -> tuple[str, ...]:
        """What messages.py offers, in the order of `__all__`."""
        return tuple(sorted(self.message_classes, key=export_order))

    def exports(self, prefix: str) -> tuple[str, ...]:
        """What the module offers, in the order of `__all__`."""
        own = (f"{prefix}{suffix}" for suffix in ("Handlers", "Publisher", "Settings", "Subscriber"))
        return tuple(sorted((*self.message_classes, *own, "FailurePolicy", "exponential"), key=export_order))


@dataclass(frozen=True, slots=True)
class Package:
    """A package to generate. `prefix` begins the names of its classes: `OrderService` of `OrderServicePublisher`."""

    name: str
    title: str
    prefix: str
    version: str
    doc: str
    role: Literal["application", "client"]
    bundle: Bundle
    models: Mapping[str, str]
    """What the manifest says of the models: JSON pointer of a payload, headers or key -> `module:Name`."""
    modules: tuple[ProtocolModule, ...]
    requirements: tuple[str, ...]

    @property
    def party(self) -> str:
        """Whose side this package plays, in words."""
        return self.title if self.role == "application" else f"a client of {self.title}"

    @property
    def about(self) -> str:
        return "\n\n".join(filter(None, (f"{self.title} {self.version}.", self.doc)))


def union(annotations: Iterable[str]) -> str:
    """`A | B` of the annotations, each once, in their order."""
    members = [member for annotation in annotations for member in annotation.split(" | ")]
    return " | ".join(dict.fromkeys(members))
