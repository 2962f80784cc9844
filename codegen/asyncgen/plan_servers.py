"""The settings of one protocol's module: where its servers are and what they want to know of who connects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from asyncgen.bindings import read_bindings
from asyncgen.diagnostics import Diagnostics
from asyncgen.document import SecurityRequirement, Server
from asyncgen.naming import Scope, snake_case
from asyncgen.package import SecurityAlternative, ServerAddress, Setting
from asyncgen.plan_messages import documentation
from asyncgen.protocols import Protocol


def plan_servers(
    protocol: Protocol, servers: Sequence[Server], diagnostics: Diagnostics
) -> tuple[tuple[Setting, ...], tuple[ServerAddress, ...], tuple[Setting, ...]]:
    """The settings that fill the servers' variables, the servers' addresses, and the settings for their credentials."""
    scope = Scope(protocol.reserved.get("settings", frozenset()))
    variables: dict[tuple[str, tuple[str, ...], str | None], Setting] = {}
    addresses: list[ServerAddress] = []
    needed: dict[str, list[str]] = {}
    for server in servers:
        read_bindings(server.bindings, "server", protocol, diagnostics)
        fields: dict[str, str] = {}
        for variable in server.variables:
            identity = (variable.name, variable.enum, variable.default)
            if identity not in variables:
                choices = ", ".join(map(repr, variable.enum))
                kind = f"Literal[{choices}]" if choices else "str"
                variables[identity] = Setting(
                    name=scope.take(
                        snake_case(variable.name), f"{snake_case(server.name)}_{snake_case(variable.name)}"
                    ),
                    annotation=kind if variable.default is not None else f"{kind} | None",
                    default=repr(variable.default),
                    doc=variable.description or f"In the address of `{server.name}`.",
                )
            fields[variable.name] = variables[identity].name
        alternatives = _alternatives(protocol, server, needed, diagnostics)
        addresses.append(
            ServerAddress(
                name=server.name,
                doc=documentation(server.title, server.summary, server.description),
                host=_in_settings(server.host, fields),
                pathname=_in_settings(server.pathname, fields) if server.pathname is not None else None,
                tls=server.protocol in protocol.tls,
                variables=tuple(fields.values()),
                security=alternatives,
            )
        )
    credentials = tuple(
        Setting(
            name=name,
            annotation="SecretStr | None" if credential.secret else "str | None",
            default="None",
            doc=f"{credential.about[0].upper()}{credential.about[1:]}, for {_listed(needed[name])}.",
        )
        for name, credential in protocol.credentials.items()
        if name in needed
    )
    return tuple(variables.values()), tuple(addresses), credentials


def _in_settings(text: str, fields: Mapping[str, str]) -> str:
    """The text with the settings' names in the place of the variables'."""
    return re.sub(r"\{([^{}]+)\}", lambda match: "{" + fields.get(match[1], match[1]) + "}", text)


def _alternatives(
    protocol: Protocol, server: Server, needed: dict[str, list[str]], diagnostics: Diagnostics
) -> tuple[SecurityAlternative, ...]:
    alternatives: list[SecurityAlternative] = []
    for requirement in server.security:
        scheme = requirement.scheme
        fields = protocol.security.get(scheme.type)
        if fields is None:
            diagnostics.report(
                "AG606",
                scheme.place,
                f"a security scheme of type '{scheme.type}' is not acted on over {protocol.title}: what it needs"
                " can be given in the setting `client`",
                hint=f"asyncgen acts on {', '.join(protocol.security)}",
            )
            continue
        for name in fields:
            needed.setdefault(name, [])
            if f"`{server.name}`" not in needed[name]:
                needed[name].append(f"`{server.name}`")
        alternatives.append(SecurityAlternative(scheme.type, _details(requirement)))
    return tuple(alternatives)


def _details(requirement: SecurityRequirement) -> Mapping[str, Any]:
    scheme = requirement.scheme
    flow = scheme.flows.get("clientCredentials") or {}
    details = {
        "location": scheme.location,
        "parameter": scheme.parameter,
        "scheme": scheme.scheme,
        "token_url": flow.get("tokenUrl") if isinstance(flow, Mapping) else None,
        "scopes": requirement.scopes,
    }
    return {name: value for name, value in details.items() if value}


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
