"""The reader of AsyncAPI 2.x: https://www.asyncapi.com/docs/reference/specification/v2.6.0

What an application's users `publish` it receives, and what they `subscribe` to it sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from asyncgen.diagnostics import Place, did_you_mean
from asyncgen.document import Channel, Document, Message, Operation, Parameter, Schema, Server
from asyncgen.parser import common
from asyncgen.parser.messages import MessageName, component_name, key_at, message, unique
from asyncgen.parser.node import Node
from asyncgen.parser.security import SecuritySchemes
from asyncgen.parser.traits import TraitFields, with_traits

NEWEST_MINOR = 6

_ROOT = (
    "asyncapi", "id", "info", "servers", "defaultContentType", "channels", "components", "tags", "externalDocs",
)  # fmt: skip
_INFO = ("title", "version", "description", "termsOfService", "contact", "license")
_SERVER = ("url", "protocol", "protocolVersion", "description", "variables", "security", "tags", "bindings")
_CHANNEL = ("$ref", "description", "servers", "subscribe", "publish", "parameters", "bindings")
_OPERATION_TRAIT = ("operationId", "summary", "description", "security", "tags", "externalDocs", "bindings")
_OPERATION = (*_OPERATION_TRAIT, "traits", "message")
_PARAMETER = ("description", "schema", "location")
_MESSAGE_TRAIT = (
    "messageId", "headers", "correlationId", "schemaFormat", "contentType", "name", "title", "summary", "description", "tags",
    "externalDocs", "bindings", "examples",
)  # fmt: skip
_MESSAGE = (*_MESSAGE_TRAIT, "payload", "traits")

_CHANNEL_HINTS = {
    "address": "in 2.x the key of a channel is its address",
    "messages": "in 2.x messages belong to publish and subscribe",
}
_PARAMETER_HINTS = dict.fromkeys(("enum", "default", "examples"), "in 2.x it belongs to the parameter's schema")
_URL = re.compile(r"(?:(?P<scheme>[^/:]+)://)?(?:(?P<user>[^/]*)@)?(?P<host>[^/@]*)(?P<path>/.*)?", re.DOTALL)

_OPERATION_TRAITS = TraitFields("an operation trait", _OPERATION_TRAIT, set(_OPERATION) - set(_OPERATION_TRAIT))
_MESSAGE_TRAITS = TraitFields("a message trait", _MESSAGE_TRAIT, set(_MESSAGE) - set(_MESSAGE_TRAIT))


def read(root: Node, version: str) -> Document:
    """The document at `root`."""
    root.check("the document", (*_ROOT, "operations"))
    if root.has("operations"):
        message = "'operations' belongs to AsyncAPI 3.x; in 2.x a channel's operations are its publish and subscribe"
        root.diagnostics.report("AG309", root.place.child("operations"), message, key=True)
    components = root.get("components")
    if components is not None and components.is_object():
        components.check("components", common.COMPONENTS)
    return _Reader(root).document(version)


class _Reader:
    """What has been read so far, by place, so that what is referred to is read once."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._default_content_type = root.text("defaultContentType")
        self._security = SecuritySchemes(root)
        self._server_names = [name for name, _ in root.map_of("servers")]
        self._messages: dict[Place, Message] = {}
        self._operations: list[Operation] = []

    def document(self, version: str) -> Document:
        root = self._root
        channels = tuple(self._channel(address, node) for address, node in root.objects("channels"))
        return Document(
            version=version,
            info=common.info(root, _INFO, common.tags(root)),
            place=root.place,
            id=root.text("id"),
            default_content_type=self._default_content_type,
            servers=tuple(self._servers()),
            channels=channels,
            operations=tuple(self._operations),
            extensions=root.extensions(),
        )

    def _servers(self) -> Iterator[Server]:
        """https://www.asyncapi.com/docs/reference/specification/v2.6.0#serverObject"""
        for name, node in self._root.objects("servers"):
            if node.has("host") and not node.has("url"):
                at = node.place.child("host")
                node.diagnostics.report(
                    "AG309", at, "'host' belongs to AsyncAPI 3.x; in 2.x a server has a 'url'", key=True
                )
                continue
            node.check("a server", _SERVER)
            url = _URL.fullmatch(node.required_text("url", "a server"))
            if url and url.group("user") is not None:
                common.report_credentials(node.get("url") or node)
            protocol = node.text("protocol") or (url.group("scheme") if url else None)
            if protocol is None:
                node.missing("protocol", "a server")
            elif node.raw("protocol") is None:
                node.report("AG308", f"a server needs 'protocol'; '{protocol}' is read from its url", key=True)
            if url and url.group("host") and protocol:
                yield Server(
                    name=name,
                    host=url.group("host"),
                    protocol=protocol,
                    place=node.place,
                    pathname=url.group("path"),
                    protocol_version=node.prose("protocolVersion"),
                    description=node.prose("description"),
                    variables=common.variables(node),
                    security=tuple(self._security.by_name(node)),
                    tags=common.tags(node),
                    bindings=common.bindings(node),
                    extensions=node.extensions(),
                )

    def _channel(self, address: str, node: Node) -> Channel:
        """https://www.asyncapi.com/docs/reference/specification/v2.6.0#channelItemObject"""
        node.check("a channel", _CHANNEL, _CHANNEL_HINTS)
        received = self._operation_node(node, "publish")
        sent = self._operation_node(node, "subscribe")
        extensions = node.extensions()
        name = named if isinstance(named := extensions.get("x-channelId"), str) else address
        messages = {
            action: tuple(self._operation_messages(operation, f"{action} {name}"))
            for action, operation in (("receive", received), ("send", sent))
            if operation
        }
        channel = Channel(
            name=name,
            address=address,
            place=node.place,
            description=node.prose("description"),
            messages=unique([item for found in messages.values() for item in found]),
            parameters=tuple(_parameters(node)),
            servers=tuple(self._channel_servers(node)),
            bindings=common.bindings(node),
            extensions=extensions,
        )
        if received is not None:
            self._operations.append(self._operation(received, "receive", channel, messages["receive"]))
        if sent is not None:
            self._operations.append(self._operation(sent, "send", channel, messages["send"]))
        return channel

    def _channel_servers(self, node: Node) -> Iterator[str]:
        for server in node.list_of("servers"):
            name = server.as_text()
            if name in self._server_names:
                yield name
            elif name is not None:
                hint = did_you_mean(name, self._server_names)
                server.report("AG314", f"'{name}' is not one of the document's servers; it is ignored", hint=hint)

    def _operation_node(self, channel: Node, word: str) -> Node | None:
        node = channel.get(word)
        if node is None or not node.is_object():
            return None
        node.check("an operation", _OPERATION)
        return with_traits(node, _OPERATION_TRAITS, trait_wins=True)

    def _operation(
        self, node: Node, action: Literal["send", "receive"], channel: Channel, messages: tuple[Message, ...]
    ) -> Operation:
        """https://www.asyncapi.com/docs/reference/specification/v2.6.0#operationObject"""
        return Operation(
            name=node.text("operationId"),
            action=action,
            channel=channel,
            place=node.place,
            messages=messages,
            summary=node.prose("summary"),
            description=node.prose("description"),
            security=tuple(self._security.by_name(node)),
            tags=common.tags(node),
            bindings=common.bindings(node),
            extensions=node.extensions(),
        )

    def _operation_messages(self, operation: Node, words: str) -> Iterator[Message]:
        """The message of an operation, or each of its `oneOf`. `words` stand for an operation without a name."""
        node = operation.get("message")
        if node is None or not node.is_object():
            return
        made = f"{operation.text('operationId') or words}.message"
        if not node.has("oneOf"):
            yield self._message(node, made)
            return
        for index, member in enumerate(node.list_of("oneOf")):
            if member.is_object():
                yield self._message(member, f"{made}.{index}")

    def _message(self, node: Node, made: str) -> Message:
        """https://www.asyncapi.com/docs/reference/specification/v2.6.0#messageObject"""
        if node.place not in self._messages:
            node.check("a message", _MESSAGE)
            merged = with_traits(node, _MESSAGE_TRAITS, trait_wins=True)
            payload, headers = merged.get("payload"), merged.get("headers")
            self._messages[node.place] = message(
                merged,
                _message_name(merged, made),
                self._default_content_type,
                common.schema(payload, merged.text("schemaFormat")) if payload else None,
                common.schema(headers) if headers else None,
            )
        return self._messages[node.place]


def _message_name(node: Node, made: str) -> MessageName:
    """The key of the component, the messageId, the name in the file that is referred to, else one made from the place."""
    name = component_name(node, "messages") or node.text("messageId")
    in_another_file = node.place.source is not node.asked.source and len(node.place.pointer) < 3
    if name is None and in_another_file:
        name = key_at(node.place)
    return MessageName(made, anonymous=True) if name is None else MessageName(name)


def _parameters(channel: Node) -> Iterator[Parameter]:
    """https://www.asyncapi.com/docs/reference/specification/v2.6.0#parameterObject

    A value in an address is a string, whatever its schema says; what of the schema 3.x keeps is taken over.
    """
    for name, node in channel.objects("parameters"):
        node.check("a parameter", _PARAMETER, _PARAMETER_HINTS)
        schema = node.get("schema")
        described = schema if schema is not None and isinstance(schema.value, dict) else None
        yield Parameter(
            name=name,
            place=node.place,
            enum=described.texts("enum") if described else (),
            default=common.optional_text(described, "default") if described else None,
            description=node.prose("description") or (described.prose("description") if described else None),
            examples=described.texts("examples") if described else (),
            location=node.text("location"),
            schema=Schema(schema.value, schema.place) if schema else None,
        )
