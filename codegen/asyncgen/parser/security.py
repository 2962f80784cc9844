"""Security: which scheme a server or an operation asks for.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from asyncgen.diagnostics import Place, did_you_mean
from asyncgen.document import SecurityRequirement, SecurityScheme
from asyncgen.parser import common
from asyncgen.parser.messages import component_name
from asyncgen.parser.node import Node, scalar_text


class SecuritySchemes:
    """The security schemes of a document, each read once."""

    def __init__(self, root: Node) -> None:
        components = root.get("components")
        self._components = dict(components.map_of("securitySchemes")) if components is not None else {}
        self._schemes: dict[Place, SecurityScheme | None] = {}

    def by_name(self, owner: Node) -> Iterator[SecurityRequirement]:
        """The `security` of 2.x: a list of objects whose keys are schemes and whose values are scopes."""
        for requirement in owner.list_of("security"):
            if not requirement.is_object():
                continue
            if len(requirement.value) > 1:
                requirement.report("AG315", "several schemes are required together; they are read as alternatives")
            for name in requirement.value:
                node = self._components.get(name)
                if node is None:
                    hint = did_you_mean(name, self._components)
                    place = requirement.place.child(name)
                    requirement.diagnostics.report(
                        "AG311", place, f"there is no security scheme '{name}' in components", hint=hint, key=True
                    )
                    continue
                scheme = self._scheme(name, node)
                if scheme is not None:
                    yield SecurityRequirement(scheme, requirement.texts(name))

    def by_reference(self, owner: Node) -> Iterator[SecurityRequirement]:
        """The `security` of 3.x: a list of schemes or references to them, with the scopes in the scheme."""
        for item in owner.list_of("security"):
            node = self._meant(item)
            if node.is_object():
                scheme = self._scheme(self._name(node), node)
                if scheme is not None:
                    yield SecurityRequirement(scheme, node.texts("scopes"))

    def _meant(self, node: Node) -> Node:
        """A component where only its name is given."""
        if not isinstance(node.value, str) or node.value not in self._components:
            return node
        hint = f"write {{$ref: '#/components/securitySchemes/{node.value}'}}"
        node.report("AG310", f"'{node.value}' is a name where a $ref is due", hint=hint)
        return self._components[node.value]

    def _name(self, node: Node) -> str:
        """The scheme's key in components, also when it is written out once more; else its type."""
        name = component_name(node, "securitySchemes")
        if name is not None:
            return name
        if len(node.trail) > 1 and node.place.pointer:
            return str(node.place.pointer[-1])
        definition = _without_scopes(node.value)
        for key, component in self._components.items():
            if isinstance(component.value, dict) and _without_scopes(component.value) == definition:
                return key
        return scalar_text(node.value.get("type", "security"))

    def _scheme(self, name: str, node: Node) -> SecurityScheme | None:
        if node.place not in self._schemes:
            self._schemes[node.place] = common.security_scheme(name, node)
        return self._schemes[node.place]


def _without_scopes(value: dict[str, Any]) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != "scopes"}
