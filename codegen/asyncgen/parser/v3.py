"""The reader of AsyncAPI 3.x: https://www.asyncapi.com/docs/reference/specification/v3.1.0"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from asyncgen.diagnostics import Place, did_you_mean
from asyncgen.document import (
    Channel,
    Document,
    Message,
    Operation,
    Parameter,
    Reply,
    Schema,
    Server,
)
from asyncgen.parser import common
from asyncgen.parser.messages import MessageName, component_name, key_at, message, unique
from asyncgen.parser.node import Node
from asyncgen.parser.pointer import format_fragment
from asyncgen.parser.references import is_reference
from asyncgen.parser.security import SecuritySchemes
from asyncgen.parser.traits import TraitFields, with_traits

NEWEST_MINOR = 1

_ROOT = ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components")
_INFO = ("title", "version", "description", "termsOfService", "contact", "license", "tags", "externalDocs")
_SERVER = (
    "host", "protocol", "protocolVersion", "pathname", "description", "title", "summary", "variables", "security", "tags",
    "externalDocs", "bindings",
)  # fmt: skip
_CHANNEL = (
    "address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "externalDocs", "bindings",
)  # fmt: skip
_OPERATION_TRAIT = ("title", "summary", "description", "security", "tags", "externalDocs", "bindings")
_OPERATION = (*_OPERATION_TRAIT, "action", "channel", "traits", "messages", "reply")
_REPLY = ("address", "channel", "messages")
_REPLY_ADDRESS = ("description", "location")
_PARAMETER = ("enum", "default", "description", "examples", "location")
_MESSAGE_TRAIT = (
    "headers", "correlationId", "contentType", "name", "title", "summary", "description", "tags", "externalDocs", "bindings",
    "examples",
)  # fmt: skip
_MESSAGE = (*_MESSAGE_TRAIT, "payload", "traits")

_ROOT_HINTS = {"tags": "in 3.x tags belong to info", "externalDocs": "in 3.x externalDocs belong to info"}
_PARAMETER_HINTS = {"schema": "in 3.x a parameter is a string: give enum, default and examples in the parameter itself"}
_MESSAGE_HINTS = {"messageId": "in 3.x a message is known by its key"}
_OPERATION_HINTS = {"operationId": "in 3.x an operation is known by its key"}

_OPERATION_TRAITS = TraitFields("an operation trait", _OPERATION_TRAIT, set(_OPERATION) - set(_OPERATION_TRAIT))
_MESSAGE_TRAITS = TraitFields("a message trait", _MESSAGE_TRAIT, set(_MESSAGE) - set(_MESSAGE_TRAIT), _MESSAGE_HINTS)


def read(root: Node, version: str) -> Document:
    """The document at `root`."""
    root.check("the document", _ROOT, _ROOT_HINTS)
    components = root.get("components")
    if components is not None and components.is_object():
        components.check("components", common.COMPONENTS)
    return _Reader(root).document(version)


@dataclass(frozen=True, slots=True)
class _KnownChannel:
    """A channel, and how its messages may be referred to: by key, by where they stand in it, by where they lead."""

    channel: Channel
    by_key: Mapping[str, Message]
    standing: Mapping[Place, Message]
    leading: Mapping[Place, Place]
    """Where each message leads -> where it stands in the channel."""


class _Reader:
    """What has been read so far, by place, so that what is referred to is read once."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._default_content_type = root.text("defaultContentType")
        self._security = SecuritySchemes(root)
        self._server_names: dict[Place, str] = {}
        self._channels: dict[Place, _KnownChannel] = {}
        self._in_order: list[_KnownChannel] = []
        self._messages: dict[Place, Message] = {}

    def document(self, version: str) -> Document:
        root = self._root
        info = root.get("info")
        servers = tuple(self._servers())
        for name, node in root.objects("channels"):
            self._add_channel(name, node)
        operations = tuple(self._operations())
        return Document(
            version=version,
            info=common.info(root, _INFO, common.tags(info) if info else ()),
            place=root.place,
            id=root.text("id"),
            default_content_type=self._default_content_type,
            servers=servers,
            channels=tuple(known.channel for known in self._in_order),
            operations=operations,
            extensions=root.extensions(),
        )

    def _servers(self) -> Iterator[Server]:
        """https://www.asyncapi.com/docs/reference/specification/v3.0.0#serverObject"""
        for name, node in self._root.objects("servers"):
            self._server_names[node.asked] = name
            self._server_names.setdefault(node.place, name)
            if not _has_2x_word(node, "url", "host and pathname"):
                node.check("a server", _SERVER)
                host, pathname = _host(node)
                protocol = node.required_text("protocol", "a server")
                if host and protocol:
                    yield Server(
                        name=name,
                        host=host,
                        protocol=protocol,
                        place=node.place,
                        pathname=pathname,
                        protocol_version=node.prose("protocolVersion"),
                        title=node.prose("title"),
                        summary=node.prose("summary"),
                        description=node.prose("description"),
                        variables=common.variables(node),
                        security=tuple(self._security.by_reference(node)),
                        tags=common.tags(node),
                        bindings=common.bindings(node),
                        extensions=node.extensions(),
                    )

    def _add_channel(self, name: str, node: Node) -> _KnownChannel:
        """https://www.asyncapi.com/docs/reference/specification/v3.0.0#channelObject"""
        for word, action in (("publish", "receive"), ("subscribe", "send")):
            instead = f"an operation of 'operations' with 'action: {action}' and a $ref to this channel"
            _has_2x_word(node, word, instead)
        node.check("a channel", (*_CHANNEL, "publish", "subscribe"))
        by_key: dict[str, Message] = {}
        standing: dict[Place, Message] = {}
        leading: dict[Place, Place] = {}
        for key, member in node.objects("messages"):
            by_key[key] = standing[member.asked] = self._message(key, member)
            leading.setdefault(member.place, member.asked)
        channel = Channel(
            name=name,
            address=node.text("address"),
            place=node.place,
            title=node.prose("title"),
            summary=node.prose("summary"),
            description=node.prose("description"),
            messages=unique(list(by_key.values())),
            parameters=tuple(_parameters(node)),
            servers=tuple(self._channel_servers(node)),
            tags=common.tags(node),
            bindings=common.bindings(node),
            extensions=node.extensions(),
        )
        known = _KnownChannel(channel, by_key, standing, leading)
        self._channels[node.asked] = known
        self._channels.setdefault(node.place, known)
        self._in_order.append(known)
        return known

    def _channel_servers(self, node: Node) -> Iterator[str]:
        for server in node.list_of("servers"):
            names = [self._server_names[place] for place in _led_to(server) if place in self._server_names]
            if names:
                yield names[0]
            elif isinstance(server.value, str) and server.value in self._server_names.values():
                hint = f"write {{$ref: '#/servers/{server.value}'}}"
                server.report("AG310", f"'{server.value}' is a name where a $ref is due", hint=hint)
                yield server.value
            else:
                near = did_you_mean(str(server.value), self._server_names.values())
                message = "this is not one of the document's servers; it is ignored"
                server.diagnostics.report("AG314", server.asked, message, hint=near)

    def _message(self, key: str, node: Node, *, anonymous: bool = False) -> Message:
        """https://www.asyncapi.com/docs/reference/specification/v3.0.0#messageObject"""
        if node.place not in self._messages:
            node.check("a message", (*_MESSAGE, "schemaFormat"), _MESSAGE_HINTS)
            merged = with_traits(node, _MESSAGE_TRAITS, trait_wins=False)
            component = component_name(node, "messages")
            name = MessageName(key, anonymous) if component is None else MessageName(component)
            payload = _schema(merged, "payload", _schema_format(merged))
            headers = _schema(merged, "headers", None)
            self._messages[node.place] = message(merged, name, self._default_content_type, payload, headers)
        return self._messages[node.place]

    def _operations(self) -> Iterator[Operation]:
        """https://www.asyncapi.com/docs/reference/specification/v3.0.0#operationObject"""
        for name, node in self._root.objects("operations"):
            _has_2x_word(node, "message", "'messages', a list of $refs to the channel's messages")
            node.check("an operation", (*_OPERATION, "message"), _OPERATION_HINTS)
            merged = with_traits(node, _OPERATION_TRAITS, trait_wins=False)
            action = _action(merged)
            known = self._referred_channel(merged, required=True)
            if action is not None and known is not None:
                yield Operation(
                    name=name,
                    action=action,
                    channel=known.channel,
                    place=node.place,
                    messages=self._chosen_messages(merged, known, f"{name}.message"),
                    reply=self._reply(merged, name),
                    title=merged.prose("title"),
                    summary=merged.prose("summary"),
                    description=merged.prose("description"),
                    security=tuple(self._security.by_reference(merged)),
                    tags=common.tags(merged),
                    bindings=common.bindings(merged),
                    extensions=merged.extensions(),
                )

    def _referred_channel(self, node: Node, *, required: bool) -> _KnownChannel | None:
        """The channel under `channel`: a reference to one of the document's, which others may stand for, with a warning."""
        written = node.raw("channel")
        if written is None:
            if required:
                node.missing("channel", "an operation")
            return None
        place = node.place.child("channel")
        if isinstance(written, str):
            return self._named_channel(node, written, place)
        member = node.get("channel")
        if member is None or not member.is_object():
            return None
        if not is_reference(written):
            node.diagnostics.report("AG305", place, "'channel' must be a $ref to a channel, not the channel itself")
            return None
        for led_to in _led_to(member):
            if led_to in self._channels:
                return self._channels[led_to]
        message = f"$ref '{written['$ref']}' is not one of the document's channels; it is read as if it were"
        node.diagnostics.report("AG313", place.child("$ref"), message, hint="list it under 'channels'")
        return self._add_channel(key_at(member.place), member)

    def _named_channel(self, node: Node, name: str, place: Place) -> _KnownChannel | None:
        known = self._channels.get(self._root.place.child("channels", name))
        if known is None:
            hint = did_you_mean(name, (known.channel.name for known in self._in_order))
            node.diagnostics.report("AG311", place, f"there is no channel '{name}'", hint=hint)
        else:
            fragment = format_fragment(("channels", name))
            node.diagnostics.report(
                "AG310", place, f"'{name}' is a name where a $ref is due", hint=f"write {{$ref: '#{fragment}'}}"
            )
        return known

    def _chosen_messages(self, node: Node, known: _KnownChannel, made: str) -> tuple[Message, ...]:
        """The messages that an operation or a reply lists; all of the channel's when it has no list.

        `made` begins the names of those that have none.
        """
        if node.get("messages") is None:
            return known.channel.messages
        chosen = [self._chosen(item, known, made) for item in node.list_of("messages")]
        return unique([item for item in chosen if item is not None])

    def _chosen(self, item: Node, known: _KnownChannel, made: str) -> Message | None:
        if isinstance(item.value, str) and item.value in known.by_key:
            found = known.by_key[item.value]
            standing = next(place for place, one in known.standing.items() if one is found)
            hint = f"write {{$ref: '{standing.json_pointer}'}}"
            item.report("AG310", f"'{item.value}' is a name where a $ref is due", hint=hint)
            return found
        for place in _led_to(item):
            if place in known.standing:
                return known.standing[place]
        if isinstance(item.value, str):
            near = did_you_mean(item.value, known.by_key)
            item.report("AG311", f"the channel '{known.channel.name}' has no message '{item.value}'", hint=near)
            return None
        if not item.is_object():
            return None
        if item.place in known.leading:
            hint = f"write '{known.leading[item.place].json_pointer}'"
            message = "a message of an operation is referred to through its channel; it is read as meant"
        else:
            hint = f"list it under the messages of the channel '{known.channel.name}'"
            message = f"this is not a message of the channel '{known.channel.name}'; it is read as if it were"
        at = item.asked.child("$ref") if len(item.trail) > 1 else item.asked
        item.diagnostics.report("AG312", at, message, hint=hint)
        return self._unlisted(item, made)

    def _unlisted(self, item: Node, made: str) -> Message:
        """A message that no channel of its own lists."""
        return self._message(f"{made}.{item.asked.pointer[-1]}", item, anonymous=True)

    def _reply(self, operation: Node, name: str) -> Reply | None:
        """https://www.asyncapi.com/docs/reference/specification/v3.0.0#operationReplyObject"""
        node = operation.get("reply")
        if node is None or not node.is_object():
            return None
        node.check("a reply", _REPLY)
        known = self._referred_channel(node, required=False)
        address = node.get("address")
        location = None
        if address is not None and address.is_object():
            address.check("a reply address", _REPLY_ADDRESS)
            location = address.required_text("location", "a reply address") or None
        if known is not None:
            messages = self._chosen_messages(node, known, f"{name}.reply")
        else:
            listed = [item for item in node.list_of("messages") if item.is_object()]
            messages = unique([self._unlisted(item, f"{name}.reply") for item in listed])
        return Reply(place=node.place, address=location, channel=known.channel if known else None, messages=messages)


def _led_to(node: Node) -> tuple[Place, ...]:
    """The places that a reference led to, the nearest first; for what is no reference, where it stands."""
    return node.trail[1:] or node.trail


def _has_2x_word(node: Node, word: str, instead: str) -> bool:
    """Report a field that 3.x no longer has and that code would be wrong without."""
    found = node.has(word)
    if found:
        message = f"'{word}' belongs to AsyncAPI 2.x; in 3.x it is {instead}"
        node.diagnostics.report("AG309", node.place.child(word), message, key=True)
    return found


def _action(node: Node) -> Literal["send", "receive"] | None:
    action = node.required_text("action", "an operation")
    if action == "send":
        return "send"
    if action == "receive":
        return "receive"
    if action:
        at = node.get("action") or node
        hint = "'send': the application sends to the channel; 'receive': it receives from it"
        at.report("AG305", f"'action' must be 'send' or 'receive', not '{action}'", hint=hint)
    return None


def _host(node: Node) -> tuple[str, str | None]:
    """The host and pathname of a server; a URL in the place of the host is taken apart."""
    host, pathname = node.required_text("host", "a server"), node.text("pathname")
    _, separator, rest = host.rpartition("://")
    host, slash, path = rest.partition("/")
    _, credentials, host = host.rpartition("@")
    if credentials:
        common.report_credentials(node.get("host") or node)
    if separator or slash:
        at = node.get("host") or node
        at.report("AG307", f"'host' must be a host name; scheme and path are left out of it: '{host}'")
    if pathname is None and path:
        pathname = path
    if pathname is not None and not pathname.startswith("/"):
        pathname = "/" + pathname
    return host, pathname


def _parameters(channel: Node) -> Iterator[Parameter]:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#parameterObject"""
    for name, node in channel.objects("parameters"):
        node.check("a parameter", _PARAMETER, _PARAMETER_HINTS)
        yield Parameter(
            name=name,
            place=node.place,
            enum=node.texts("enum"),
            default=common.optional_text(node, "default"),
            description=node.prose("description"),
            examples=node.texts("examples"),
            location=node.text("location"),
        )


def _schema_format(message: Node) -> str | None:
    """The format of the payload where 2.x has it."""
    node = message.get("schemaFormat")
    if node is None:
        return None
    hint = "write payload: {schemaFormat, schema}"
    node.report("AG307", "in 3.x 'schemaFormat' belongs to the payload; it is read as meant", hint=hint)
    return node.as_text()


def _schema(message: Node, name: str, schema_format: str | None) -> Schema | None:
    """A schema, which may come with its format. https://www.asyncapi.com/docs/reference/specification/v3.0.0#multiFormatSchemaObject"""
    node = message.get(name)
    if node is None:
        return None
    if node.has("schemaFormat") and node.has("schema"):
        node.check_schema_reference()
        inner = node.get("schema")
        return None if inner is None else common.schema(inner, node.text("schemaFormat"))
    return common.schema(node, schema_format)
