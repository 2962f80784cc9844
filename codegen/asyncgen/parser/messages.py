"""Messages, which 2.x and 3.x describe alike but for their names and the format of their schemas.

https://www.asyncapi.com/docs/reference/specification/v3.0.0#messageObject
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from asyncgen.diagnostics import Place
from asyncgen.document import Message, Schema
from asyncgen.parser import common
from asyncgen.parser.node import Node


@dataclass(frozen=True, slots=True)
class MessageName:
    """What a message is called; `anonymous` when that was made from its place."""

    text: str
    anonymous: bool = False


def component_name(node: Node, section: str) -> str | None:
    """The key in components under which the value stands that a node leads to; the last of several."""
    for place in reversed(node.trail):
        if len(place.pointer) == 3 and place.pointer[:2] == ("components", section):
            return str(place.pointer[2])
    return None


def key_at(place: Place) -> str:
    """What the value at a place is called there: its key, or the name of the file that it fills."""
    return str(place.pointer[-1]) if place.pointer else PurePath(place.source.name).name.partition(".")[0]


def message(
    node: Node, name: MessageName, default_content_type: str | None, payload: Schema | None, headers: Schema | None
) -> Message:
    """The message at `node`, in which traits are merged already."""
    return Message(
        name=name.text,
        place=node.place,
        anonymous=name.anonymous,
        machine_name=node.prose("name"),
        title=node.prose("title"),
        summary=node.prose("summary"),
        description=node.prose("description"),
        content_type=node.text("contentType") or default_content_type,
        payload=payload,
        headers=headers,
        correlation_id=common.correlation_id(node),
        examples=common.examples(node),
        tags=common.tags(node),
        bindings=common.bindings(node),
        extensions=node.extensions(),
    )


def unique(messages: list[Message]) -> tuple[Message, ...]:
    """The messages in order, each once: one message may be listed under several keys."""
    found: dict[Place, Message] = {}
    for item in messages:
        found.setdefault(item.place, item)
    return tuple(found.values())
