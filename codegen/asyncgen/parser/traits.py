"""Traits: reusable parts that are merged into operations and messages.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#traits-merge-mechanism; JSON Merge Patch is RFC 7386.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from asyncgen.diagnostics import Place
from asyncgen.parser.node import Node
from asyncgen.parser.pointer import split_reference
from asyncgen.parser.references import is_reference
from asyncgen.parser.source import Source

MAX_FOLLOWED = 3
"""How deep in an operation or message references are followed to merge what they lead to."""


@dataclass(frozen=True, slots=True)
class TraitFields:
    """The fields of a kind of trait, and those that only what it is merged into has."""

    what: str
    own: Collection[str]
    others: Collection[str]
    hints: Mapping[str, str] = field(default_factory=dict)


def with_traits(node: Node, fields: TraitFields, *, trait_wins: bool) -> Node:
    """The object with its traits merged in; itself when it has none."""
    if not isinstance(node.value, dict) or node.get("traits") is None:
        return node
    traits = [trait for trait in node.list_of("traits") if trait.is_object()]
    for trait in traits:
        trait.check(fields.what, (*fields.own, *fields.others), fields.hints)
        for name in trait.value:
            if name in fields.others:
                message = f"'{name}' does not belong in a trait; it is read as meant"
                trait.diagnostics.report("AG307", trait.place.child(name), message, key=True)
    layers = [node, *traits] if trait_wins else [*traits, node]
    merged = Node({}, node.trail, node.resolved, node.diagnostics, {})
    for layer in layers:
        merged = _patched(merged, layer, node.place, 0)
    children = {name: child for name, child in (merged.children or {}).items() if name != "traits"}
    value = {name: item for name, item in merged.value.items() if name != "traits"}
    return Node(value, node.trail, node.resolved, node.diagnostics, children)


def _patched(below: Node, above: Node, place: Place, level: int) -> Node:
    """The object `below` with `above` merged over it. What both have stands, merged, at `place`.

    References are followed down to a header's schema or a binding's field; deeper, one that both sides have is replaced, so
    that circular schemas end.
    """
    children = dict(below.members())
    value = {name: _moved(item, below, place) for name, item in below.value.items()}
    for name, item in above.value.items():
        node = above.get(name)
        under = children.get(name)
        if item is None or node is None:
            if item is None:
                children.pop(name, None)
                value.pop(name, None)
        elif under is not None and _mergeable(under, node, level):
            children[name] = _patched(under, node, place.child(name), level + 1)
            value[name] = children[name].value
        else:
            children[name] = node
            value[name] = _moved(item, above, place)
    return Node(value, (place,), below.resolved, below.diagnostics, children)


def _mergeable(under: Node, node: Node, level: int) -> bool:
    followed = len(under.trail) > 1 or len(node.trail) > 1
    return (
        isinstance(under.value, dict)
        and isinstance(node.value, dict)
        and under.place != node.place
        and (level < MAX_FOLLOWED or not followed)
    )


def _moved(value: Any, node: Node, place: Place) -> Any:
    """A member of `node` with the references in it written as they must be at `place`, which may be in another file."""
    origin, target = node.place.source, place.source
    if origin is target or not isinstance(origin, Source) or not isinstance(target, Source):
        return value
    if origin.url is not None:
        url = origin.url
        return _rebased(value, lambda location: urljoin(url, location))
    if origin.path is None:
        return value
    folder, name = origin.path.parent.as_posix(), origin.path.name
    seen_from = target.path.parent.as_posix() if target.path else folder

    def relative(location: str) -> str:
        return os.path.relpath(os.path.join(folder, location or quote(name)), seen_from).replace(os.sep, "/")

    return _rebased(value, relative)


def _rebased(value: Any, rebase: Callable[[str], str]) -> Any:
    """A value with the files and URLs of its references put through `rebase`."""
    if is_reference(value):
        location, fragment = split_reference(value["$ref"])
        return value if ":" in location else {**value, "$ref": f"{rebase(location)}#{fragment}"}
    if isinstance(value, dict):
        return {key: _rebased(item, rebase) for key, item in value.items()}
    if isinstance(value, list):
        return [_rebased(item, rebase) for item in value]
    return value
