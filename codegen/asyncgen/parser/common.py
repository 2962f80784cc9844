"""The objects that AsyncAPI 2.x and 3.x have in common, or nearly; what differs, a reader passes in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asyncgen.document import (
    Binding,
    Bindings,
    CorrelationId,
    Example,
    Info,
    Schema,
    SecurityScheme,
    ServerVariable,
)
from asyncgen.parser.node import Node, kind, scalar_text

CONTACT = ("name", "url", "email")
LICENSE = ("name", "url")
TAG = ("name", "description", "externalDocs")
VARIABLE = ("enum", "default", "description", "examples")
CORRELATION_ID = ("description", "location")
EXAMPLE = ("headers", "payload", "name", "summary")
SECURITY_SCHEME = ("type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl", "scopes")
COMPONENTS = (
    "schemas", "servers", "serverVariables", "channels", "operations", "messages", "securitySchemes", "parameters",
    "correlationIds", "replies", "replyAddresses", "externalDocs", "tags", "operationTraits", "messageTraits",
    "serverBindings", "channelBindings", "operationBindings", "messageBindings",
)  # fmt: skip

_OWN_FORMAT = "application/vnd.aai.asyncapi"


def info(root: Node, fields: Iterable[str], tags: tuple[str, ...]) -> Info:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#infoObject"""
    node = root.get("info")
    if node is None or not node.is_object():
        if node is None:
            root.missing("info", "the document")
        return Info(title="", version="", place=root.place)
    node.check("info", fields)
    version = node.text("version")
    if version is None and node.raw("version") is None:
        node.report("AG308", "info needs 'version'; it is read as ''", key=True)
    title = ""
    if node.raw("title") == "":
        node.report("AG308", "info has an empty 'title'", hint="name the package with --output", key=True)
    else:
        title = node.required_text("title", "info")
    for name, known in (("contact", CONTACT), ("license", LICENSE)):
        part = node.get(name)
        if part is not None and part.is_object(harmless=True):
            part.check(f"info.{name}", known)
    return Info(
        title=title,
        version=version or "",
        place=node.place,
        description=node.prose("description"),
        terms_of_service=node.prose("termsOfService"),
        contact=_object(node, "contact"),
        license=_object(node, "license"),
        tags=tags,
        extensions=node.extensions(),
    )


def _object(node: Node, name: str) -> dict[str, Any]:
    part = node.get(name)
    return dict(part.value) if part is not None and isinstance(part.value, dict) else {}


def tags(node: Node) -> tuple[str, ...]:
    """The names of the tags of an object. https://www.asyncapi.com/docs/reference/specification/v3.0.0#tagsObject"""
    names = []
    for tag in node.list_of("tags", harmless=True):
        if isinstance(tag.value, str):
            tag.report("AG307", f"a tag is an object; '{tag.value}' is read as its name")
            names.append(tag.value)
        elif tag.is_object(harmless=True):
            tag.check("a tag", TAG)
            name = tag.prose("name")
            if name:
                names.append(name)
            elif not tag.has("name"):
                tag.report("AG308", "a tag needs 'name'; it is ignored")
    return tuple(names)


def bindings(node: Node) -> Bindings:
    """The bindings of an object by protocol. https://www.asyncapi.com/docs/reference/specification/v3.0.0#serverBindingsObject"""
    found: dict[str, Binding] = {}
    for protocol, binding in node.map_of("bindings"):
        if protocol.startswith("x-"):
            continue
        if binding.value is None or isinstance(binding.value, dict):
            found[protocol] = Binding(protocol, binding.value or {}, binding.place)
        else:
            binding.report(
                "AG316", f"the binding '{protocol}' must be an object, not {kind(binding.value)}; it is ignored"
            )
    return found


def report_credentials(address: Node) -> None:
    """Warn of a user or password in a server's address: code that anybody may read is no place for it."""
    message = "the user and password in the address are left out"
    address.report("AG307", message, hint="describe them by a security scheme: they become settings")


def variables(node: Node) -> tuple[ServerVariable, ...]:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#serverVariableObject"""
    found = []
    for name, variable in node.objects("variables"):
        variable.check("a server variable", VARIABLE)
        found.append(
            ServerVariable(
                name=name,
                place=variable.place,
                enum=variable.texts("enum"),
                default=optional_text(variable, "default"),
                description=variable.prose("description"),
                examples=variable.texts("examples"),
            )
        )
    return tuple(found)


def optional_text(node: Node, name: str) -> str | None:
    """A scalar as the text that it is in an address: `default: 1883` means '1883'."""
    member = node.get(name)
    if member is None:
        return None
    return member.as_text() if isinstance(member.value, dict | list) else scalar_text(member.value)


def schema(node: Node, schema_format: str | None = None) -> Schema:
    """A schema as it stands. AsyncAPI's own format is None."""
    node.check_schema_reference()
    own = schema_format is not None and schema_format.startswith(_OWN_FORMAT)
    return Schema(value=node.value, place=node.place, format=None if own else schema_format)


def correlation_id(node: Node) -> CorrelationId | None:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#correlationIdObject"""
    member = node.get("correlationId")
    if member is None or not member.is_object():
        return None
    member.check("a correlationId", CORRELATION_ID)
    location = member.required_text("location", "a correlationId")
    return (
        CorrelationId(location=location, place=member.place, description=member.prose("description"))
        if location
        else None
    )


def examples(node: Node) -> tuple[Example, ...]:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#messageExampleObject"""
    found = []
    for example in node.list_of("examples", harmless=True):
        if not example.is_object(harmless=True):
            continue
        example.check("a message example", EXAMPLE)
        if example.has("payload") or example.has("headers"):
            found.append(
                Example(
                    name=example.prose("name"),
                    summary=example.prose("summary"),
                    headers=example.raw("headers"),
                    payload=example.raw("payload"),
                    place=example.place,
                )
            )
    return tuple(found)


def security_scheme(name: str, node: Node) -> SecurityScheme | None:
    """https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject"""
    if not node.is_object():
        return None
    node.check("a security scheme", SECURITY_SCHEME)
    kind = node.required_text("type", "a security scheme")
    if not kind:
        return None
    return SecurityScheme(
        name=name,
        type=kind,
        place=node.place,
        description=node.prose("description"),
        location=node.text("in"),
        parameter=node.text("name"),
        scheme=node.text("scheme"),
        bearer_format=node.prose("bearerFormat"),
        flows=_flows(node),
        open_id_connect_url=node.text("openIdConnectUrl"),
        extensions=node.extensions(),
    )


def _flows(node: Node) -> dict[str, Any]:
    """The OAuth flows; what 2.x calls `scopes` is `availableScopes`."""
    flows: dict[str, Any] = {}
    for name, flow in node.map_of("flows"):
        if isinstance(flow.value, dict):
            flows[name] = {("availableScopes" if key == "scopes" else key): value for key, value in flow.value.items()}
        elif not name.startswith("x-"):
            flow.is_object()
    return flows
