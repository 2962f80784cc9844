"""What the specification forbids and no schema says: the rules that span several objects of a document."""

from __future__ import annotations

from collections.abc import Iterable

from asyncgen.diagnostics import Diagnostics, Place, did_you_mean
from asyncgen.document import Channel, Document, Message, Operation, Parameter, Server, ServerVariable
from asyncgen.parser.address import foreign_placeholders, placeholders
from asyncgen.parser.node import value_at
from asyncgen.parser.resolve import Resolved
from asyncgen.parser.runtime_expression import parse_expression


def validate(resolved: Resolved, document: Document, diagnostics: Diagnostics) -> None:
    """Report what is wrong between the parts of a document; its structure was checked when it was read."""
    for server in document.servers:
        _server(server, diagnostics)
    for channel in document.channels:
        _channel(channel, document, diagnostics)
    for operation in document.operations:
        _reply(operation, diagnostics)
    messages = list(all_messages(document))
    for message in messages:
        _message(message, diagnostics)
    _unique("operationId", document.operations, diagnostics)
    _unique("messageId", messages, diagnostics)


def all_messages(document: Document) -> Iterable[Message]:
    """Every message of the document once."""
    found = [message for channel in document.channels for message in channel.messages]
    for operation in document.operations:
        found += operation.messages
        found += operation.reply.messages if operation.reply else ()
    return {message.place: message for message in found}.values()


def _server(server: Server, diagnostics: Diagnostics) -> None:
    address = server.host + (server.pathname or "")
    field = _first_existing(server.place, "host", "url")
    _foreign(address, "variable", field, diagnostics)
    used = placeholders(address)
    declared = {variable.name: variable for variable in server.variables}
    for name in used:
        if name not in declared:
            message = f"the server variable '{name}' is not declared; it becomes a required setting"
            diagnostics.report("AG323", field, message, hint=did_you_mean(name, declared))
    for name, variable in declared.items():
        if name not in used:
            message = f"the server variable '{name}' is in neither host nor pathname; it is ignored"
            diagnostics.report("AG324", variable.place, message, hint=did_you_mean(name, used), key=True)
        _default(variable, "server variable", diagnostics)


def _channel(channel: Channel, document: Document, diagnostics: Diagnostics) -> None:
    for parameter in channel.parameters:
        _default(parameter, "parameter", diagnostics)
        if parameter.location is not None:
            _expression(parameter.location, parameter.place.child("location"), diagnostics)
    if channel.address is None:
        return
    has_field = value_at(channel.place.child("address")) is not None
    place, key = (channel.place.child("address"), False) if has_field else (_key_place(channel, document), True)
    _foreign(channel.address, "parameter", place, diagnostics, key=key)
    used = placeholders(channel.address)
    declared = {parameter.name: parameter for parameter in channel.parameters}
    for name in used:
        if name not in declared:
            message = f"the parameter '{name}' is not declared; it becomes an argument of type str"
            diagnostics.report("AG320", place, message, hint=did_you_mean(name, declared), key=key)
    for name, parameter in declared.items():
        if name not in used:
            message = f"the parameter '{name}' is not in the address '{channel.address}'; it is ignored"
            at = channel.place.child("parameters", name)
            at = at if value_at(at) is not None else parameter.place
            diagnostics.report("AG321", at, message, hint=did_you_mean(name, used), key=True)


def _key_place(channel: Channel, document: Document) -> Place:
    """Where a 2.x channel's address stands: it is its key."""
    key = document.place.child("channels", channel.address or "")
    return key if value_at(key) is not None else channel.place


def _message(message: Message, diagnostics: Diagnostics) -> None:
    if message.correlation_id is not None:
        _expression(message.correlation_id.location, message.correlation_id.place.child("location"), diagnostics)


def _reply(operation: Operation, diagnostics: Diagnostics) -> None:
    reply = operation.reply
    if reply is not None and reply.address is not None:
        place = reply.place.child("address", "location")
        _expression(reply.address, place, diagnostics)


def _expression(text: str, place: Place, diagnostics: Diagnostics) -> None:
    if parse_expression(text) is None:
        hint = "write $message.header#/name or $message.payload#/name"
        diagnostics.report("AG326", place, f"'{text}' is not a runtime expression; it has no effect", hint=hint)


def _default(item: Parameter | ServerVariable, what: str, diagnostics: Diagnostics) -> None:
    if item.default is not None and item.enum and item.default not in item.enum:
        message = f"the default '{item.default}' of the {what} '{item.name}' is not in its enum"
        diagnostics.report(
            "AG327",
            _first_existing(item.place, "default", "schema"),
            message,
            hint=did_you_mean(item.default, item.enum),
        )


def _foreign(text: str, what: str, place: Place, diagnostics: Diagnostics, *, key: bool = False) -> None:
    for found in foreign_placeholders(text):
        diagnostics.report("AG322", place, f"'{found}' is used literally; a {what} is written as {{name}}", key=key)


def _unique(field: str, items: Iterable[Operation | Message], diagnostics: Diagnostics) -> None:
    """2.x gives operations and messages names of their own, which are unique in a document."""
    first: dict[str, Place] = {}
    for item in items:
        name = value_at(item.place.child(field))
        if isinstance(name, str) and first.setdefault(name, item.place) != item.place:
            earlier = first[name].child(field)
            position = earlier.source.position(earlier.pointer)
            message = f"{field} '{name}' is used before, at {earlier.source.name}:{position.line}:{position.column}"
            diagnostics.report("AG325", item.place.child(field), message)


def _first_existing(place: Place, *names: str) -> Place:
    return next((place.child(name) for name in names if value_at(place.child(name)) is not None), place)
