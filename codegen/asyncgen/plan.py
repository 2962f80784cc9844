"""Document -> Package: which modules, classes, methods, parameters and types there will be, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from asyncgen.bindings import place_of, read_bindings
from asyncgen.diagnostics import Diagnostics, did_you_mean
from asyncgen.document import Channel, Document, Message, Operation
from asyncgen.naming import Scope, constant_case, pascal_case, snake_case
from asyncgen.package import (
    Address,
    AddressParameter,
    Choice,
    Package,
    ProtocolModule,
    Receive,
    Received,
    Reply,
    Send,
    Sent,
    WireMessage,
)
from asyncgen.parser.address import placeholders
from asyncgen.parser.node import field_or_key
from asyncgen.plan_messages import MessagePlanner, documentation, schema_uses, single_value
from asyncgen.plan_servers import plan_servers
from asyncgen.protocols import Protocol
from asyncgen.schemas.bundle import Bundle, References
from asyncgen.schemas.inspect import constants
from asyncgen.schemas.normalise import normalise

Role = Literal["application", "client"]


def plan(
    document: Document,
    references: References,
    protocols: Sequence[Protocol],
    *,
    role: Role,
    name: str,
    diagnostics: Diagnostics,
) -> Package:
    """Decide everything about the package `name`, whose publishers and subscribers play `role`."""
    operations = _operations(document, role, diagnostics)
    available = {protocol.name: _available(operations, document, protocol, diagnostics) for protocol in protocols}
    uses = schema_uses(
        [(protocol, operation) for protocol in protocols for operation in available[protocol.name]],
        document,
        references,
    )
    bundle = normalise(list(uses.values()), references, diagnostics)
    prefix = pascal_case(document.info.title)
    return Package(
        name=name,
        title=document.info.title,
        prefix=prefix,
        version=document.info.version,
        doc=document.info.description or "",
        role=role,
        bundle=bundle,
        models={key: f"models:{used.model}" for key in uses if (used := bundle.types.get(key)) and used.model},
        modules=tuple(
            _plan_module(
                _Context(document, references, bundle, protocol, diagnostics), available[protocol.name], prefix
            )
            for protocol in protocols
        ),
        requirements=tuple(sorted({line for protocol in protocols for line in protocol.requirements})),
    )


def _operations(document: Document, role: Role, diagnostics: Diagnostics) -> tuple[Operation, ...]:
    """The operations from this role's side: what the application receives, its client sends."""
    if not document.operations and document.channels:
        diagnostics.report(
            "AG608",
            document.place,
            "the document has no operations, so nothing says who sends: every channel can be published to and received from",
            hint="add 'operations', each with an action and a channel",
        )
        return tuple(
            Operation(channel.name, action, channel, channel.place, messages=channel.messages)
            for channel in document.channels
            for action in _ACTIONS
        )
    if role == "application":
        return document.operations
    return tuple(replace(operation, action=_OPPOSITE[operation.action]) for operation in document.operations)


_ACTIONS: tuple[Literal["send", "receive"], ...] = ("send", "receive")
_OPPOSITE: Mapping[str, Literal["send", "receive"]] = {"send": "receive", "receive": "send"}


def _available(
    operations: tuple[Operation, ...], document: Document, protocol: Protocol, diagnostics: Diagnostics
) -> tuple[Operation, ...]:
    """The operations with messages whose channel is on a server that speaks the protocol; all where no server does."""
    speaking = {server.name for server in document.servers if server.protocol in protocol.speaks}
    if document.servers and not speaking:
        spoken = sorted({server.protocol for server in document.servers})
        diagnostics.report(
            "AG602",
            document.place.child("servers"),
            f"no server speaks {protocol.name} (they speak {', '.join(spoken)}); code is made for every channel all the same",
            hint=next((hint for name in spoken if (hint := did_you_mean(name, protocol.speaks))), None),
            key=True,
        )
    there = [
        operation
        for operation in operations
        if not speaking or not operation.channel.servers or speaking.intersection(operation.channel.servers)
    ]
    for operation in there:
        if not operation.messages:
            diagnostics.report(
                "AG614",
                operation.place,
                "the operation has no message, so there is nothing to send or receive: it is left out",
                hint=f"give the channel '{operation.channel.name}' messages",
                key=True,
            )
    return tuple(operation for operation in there if operation.messages)


@dataclass(frozen=True, slots=True)
class _Context:
    """What planning one protocol's module needs at every turn."""

    document: Document
    references: References
    bundle: Bundle
    protocol: Protocol
    diagnostics: Diagnostics

    def reserved(self, scope: str) -> frozenset[str]:
        return self.protocol.reserved.get(scope, frozenset())


def _plan_module(context: _Context, operations: tuple[Operation, ...], prefix: str) -> ProtocolModule:
    servers = tuple(server for server in context.document.servers if server.protocol in context.protocol.speaks)
    names = _Names(context, prefix)
    planner = MessagePlanner(
        context.protocol,
        context.document,
        context.references,
        context.bundle,
        names.message_constants,
        context.diagnostics,
    )
    sends: tuple[Send, ...] = tuple(
        _plan_send(context, planner, names, operation) for operation in operations if operation.action == "send"
    )
    receives: tuple[Receive, ...] = tuple(
        _plan_receive(context, planner, names, operation, address)
        for operation in operations
        if operation.action == "receive" and (address := _receiving_address(context, operation)) is not None
    )
    _report_shared_addresses(context, operations, receives)
    variables, addresses, credentials = plan_servers(context.protocol, servers, context.diagnostics)
    return ProtocolModule(
        protocol=context.protocol,
        env_prefix=f"{constant_case(context.document.info.title)}_{context.protocol.name.upper()}_",
        messages=tuple(planner.planned.values()),
        sends=sends,
        receives=receives,
        servers=addresses,
        variables=variables,
        credentials=credentials,
        defaults=_shared_defaults(
            [send.bindings["operation"] for send in sends] + [receive.bindings["operation"] for receive in receives],
            context.protocol,
        ),
    )


def _report_shared_addresses(context: _Context, operations: Sequence[Operation], receives: Sequence[Receive]) -> None:
    """Handlers of operations that receive from one address share its messages."""
    first: dict[str, str] = {}
    places = {_words(operation): operation.place for operation in operations}
    for receive in receives:
        other = first.setdefault(receive.address.template, receive.name)
        if other != receive.name:
            context.diagnostics.report(
                "AG616",
                places[receive.operation],
                f"it receives from the address of '{other}' too: with handlers for both, a message goes to the first"
                " whose messages it fits",
                key=True,
            )


class _Names:
    """The scopes of one protocol's module."""

    def __init__(self, context: _Context, prefix: str) -> None:
        self.publisher = Scope(context.reserved("publisher"))
        self.subscriber = Scope(context.reserved("subscriber"))
        own = {f"{prefix}{suffix}" for suffix in ("Publisher", "Subscriber", "Settings", "Handlers")}
        self.classes = Scope(context.reserved("classes") | own)
        self.message_constants = Scope(context.reserved("constants"))
        self.operation_constants = Scope(context.reserved("constants"))


def _plan_send(context: _Context, planner: MessagePlanner, names: _Names, operation: Operation) -> Send:
    name, many = _method_names(names.publisher, operation, "many")
    channel = _channel_bindings(context, operation.channel)
    messages = tuple(planner.plan(message) for message in operation.messages)
    reply = _plan_reply(context, planner, operation)
    types = [message.payload.annotation for message in messages if message.payload.is_class]
    return Send(
        name=name,
        many=None if reply else many,
        constant=f"{names.operation_constants.take(constant_case(name))}",
        operation=_words(operation),
        doc=_documentation(operation, messages, "Publish"),
        address=_address(context, operation.channel, channel),
        sent=tuple(
            Sent(
                message,
                None
                if reply
                else names.classes.take(
                    pascal_case(name) + (pascal_case(message.name) if len(messages) > 1 else "") + "Item"
                ),
            )
            for message in messages
        ),
        by_name=len(messages) > 1 and len(set(types)) < len(messages),
        reply=reply,
        bindings={"channel": channel, "operation": _operation_bindings(context, operation)},
    )


def _receiving_address(context: _Context, operation: Operation) -> Address | None:
    address = _address(context, operation.channel, _channel_bindings(context, operation.channel))
    if address is None:
        context.diagnostics.report(
            "AG612",
            operation.place,
            f"the address of channel '{operation.channel.name}' is known only at run time, so nothing can be received"
            " from it: the operation is left out",
            key=True,
        )
    return address


def _plan_receive(
    context: _Context, planner: MessagePlanner, names: _Names, operation: Operation, address: Address
) -> Receive:
    name, batch = _method_names(names.subscriber, operation, "batch")
    messages = tuple(planner.plan(message) for message in operation.messages)
    type_name = names.classes.take(pascal_case(name), pascal_case(name) + "Message")
    class_names = (
        [type_name]
        if len(messages) == 1
        else [names.classes.take(type_name + pascal_case(message.name)) for message in messages]
    )
    choice = _choice(context, planner, operation.messages)
    if choice is None and len(messages) > 1:
        context.diagnostics.report(
            "AG609",
            operation.place,
            f"nothing in the document tells the {len(messages)} messages of this operation apart: each is tried in the"
            " document's order, and the first that is valid is taken",
            hint="give their payloads a required property with a different `const` each",
            key=True,
        )
    return Receive(
        name=name,
        batch=batch,
        type_name=type_name,
        constant=names.operation_constants.take(constant_case(name), constant_case(name) + "_RECEIVED"),
        operation=_words(operation),
        doc=_documentation(operation, messages, "Handle"),
        address=address,
        parameters_class=names.classes.take(type_name + "Parameters") if address.parameters else None,
        received=tuple(map(Received, class_names, messages)),
        choice=choice,
        reply=_plan_reply(context, planner, operation),
        bindings={
            "channel": _channel_bindings(context, operation.channel),
            "operation": _operation_bindings(context, operation),
        },
    )


def _words(operation: Operation) -> str:
    return operation.name or f"{operation.action} {operation.channel.name}"


def _method_names(scope: Scope, operation: Operation, suffix: str) -> tuple[str, str]:
    """The name of an operation's method, and that of its second form, such as `…_many`."""
    by_channel = f"{operation.action}_{snake_case(operation.channel.name)}"
    wanted = snake_case(_words(operation))
    if operation.name is None and wanted == operation.action:  # a channel such as `+/#`, without a letter
        wanted = by_channel
    name = scope.take(wanted, by_channel)
    return name, scope.take(f"{name.rstrip('_')}_{suffix}")


def _documentation(operation: Operation, messages: Sequence[WireMessage], verb: str) -> str:
    """The operation's own words; without any, those of its only message; without any, what it does."""
    own = documentation(operation.title, operation.summary, operation.description)
    if own:
        return own
    if len(messages) == 1 and messages[0].doc:
        return messages[0].doc
    names = ", ".join(f"`{message.name}`" for message in messages) or "a message"
    preposition = "to" if verb == "Publish" else "from"
    where = f"`{operation.channel.address}`" if operation.channel.address else f"channel `{operation.channel.name}`"
    return f"{verb} {names} {preposition} {where}."


def _channel_bindings(context: _Context, channel: Channel) -> Mapping[str, Any]:
    return read_bindings(channel.bindings, "channel", context.protocol, context.diagnostics)


def _operation_bindings(context: _Context, operation: Operation) -> Mapping[str, Any]:
    """The operation's binding, with the single value of what becomes a setting; without one it is the setting's alone."""
    known = context.protocol.bindings.get("operation", {})
    fields = dict(read_bindings(operation.bindings, "operation", context.protocol, context.diagnostics))
    for name in [name for name in fields if known[name].becomes == "setting"]:
        place = place_of(operation.bindings, context.protocol, name)
        schema, _ = context.references.follow(fields[name], place)
        if isinstance(schema, str):
            context.diagnostics.report("AG611", place, f"'{name}' is a schema; '{schema}' is read as its only value")
        value = single_value(schema)
        if value is None:
            del fields[name]
        else:
            fields[name] = value
    return fields


def _address(context: _Context, channel: Channel, bindings: Mapping[str, Any]) -> Address | None:
    override = bindings.get(context.protocol.address_override or "")
    template = override if isinstance(override, str) else channel.address
    if template is None:
        return None
    declared = {parameter.name: parameter for parameter in channel.parameters}
    scope = Scope(context.reserved("arguments"))
    parameters: list[AddressParameter] = []
    for wire_name in placeholders(template):
        parameter = declared.get(wire_name)
        choices = ", ".join(map(repr, parameter.enum)) if parameter else ""
        parameters.append(
            AddressParameter(
                wire_name=wire_name,
                name=scope.take(snake_case(wire_name)),
                annotation=f"Literal[{choices}]" if choices else "str",
                default=repr(parameter.default) if parameter and parameter.default is not None else None,
                choices=parameter.enum if parameter else (),
                doc=(parameter.description or "") if parameter else "",
            )
        )
        if parameter and parameter.location:
            context.diagnostics.report(
                "AG613",
                parameter.place,
                f"the location of parameter '{wire_name}' is not acted on: its value is an argument of the method",
                key=True,
            )
    pattern = context.protocol.address
    if pattern and not pattern.fullmatch(_filled_in(template)):
        place, key = field_or_key(channel.place, "address")
        if isinstance(override, str):
            place, key = place_of(channel.bindings, context.protocol, context.protocol.address_override or ""), False
        context.diagnostics.report(
            "AG607",
            place,
            f"{context.protocol.title} refuses '{template}': {context.protocol.address_rule}",
            hint=f"give another one as '{context.protocol.address_override}' in the channel's {context.protocol.name} binding",
            key=key,
        )
    return Address(template, tuple(parameters))


def _filled_in(template: str) -> str:
    """The address with something short in the place of every parameter."""
    for name in placeholders(template):
        template = template.replace(f"{{{name}}}", "x")
    return template


def _plan_reply(context: _Context, planner: MessagePlanner, operation: Operation) -> Reply | None:
    reply = operation.reply
    if reply is None:
        return None
    if not reply.messages:
        context.diagnostics.report("AG615", reply.place, "the reply has no message, so nothing waits for it", key=True)
        return None
    messages = tuple(planner.plan(message) for message in reply.messages)
    address = None
    if reply.channel is not None:
        address = _address(context, reply.channel, _channel_bindings(context, reply.channel))
    return Reply(
        annotation=" | ".join(dict.fromkeys(message.payload.annotation for message in messages)),
        messages=messages,
        address=address,
        location=reply.address,
        choice=_choice(context, planner, reply.messages),
    )


def _choice(context: _Context, planner: MessagePlanner, messages: Sequence[Message]) -> Choice | None:
    """What tells several messages apart: a property of the payload, else a header, else the content type."""
    if len(messages) < 2:
        return None
    if all(planner.plan(message).payload.codec == "Json" for message in messages):
        found = _telling([constants(context.bundle, planner.payload_key(message)) for message in messages])
        if found:
            return Choice("ByProperty", *found)
    found = _telling(
        [constants(context.bundle, planner.headers_key(message)) if message.headers else {} for message in messages]
    )
    if found:
        return Choice("ByHeader", *found)
    types = [message.content_type for message in messages]
    if None not in types and len(set(types)) == len(types):
        return Choice("ByContentType", None, {str(value): index for index, value in enumerate(types)})
    return None


def _telling(tags: Sequence[Mapping[str, tuple[str, ...]]]) -> tuple[str, Mapping[str, int]] | None:
    """A name that all have, with values that no two share: the name, and whose each value is."""
    for name in tags[0]:
        if all(name in tag for tag in tags):
            values = [(value, index) for index, tag in enumerate(tags) for value in tag[name]]
            if len(dict(values)) == len(values):
                return name, dict(values)
    return None


def _shared_defaults(operations: Sequence[Mapping[str, Any]], protocol: Protocol) -> Mapping[str, Any]:
    """What becomes a setting's default: a binding's value on which all operations that have one agree."""
    defaults: dict[str, Any] = {}
    for name, field in protocol.bindings.get("operation", {}).items():
        values = (
            {operation[name] for operation in operations if name in operation} if field.becomes == "setting" else set()
        )
        if len(values) == 1:
            defaults[name] = values.pop()
    return defaults
