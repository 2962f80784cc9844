"""A broker in memory, for tests of what is built on this package: the same code runs as on a real one, without a network.

    broker = InMemoryBroker()
    async with OrderServicePublisher(transport=broker) as publisher, OrderServiceSubscriber(transport=broker):
        await broker.deliver("order", order, key="o-1")
        await broker.settled()
        assert [sent.payload for sent in broker.published] == [...]

Packages can share one: what a publisher publishes is delivered to every subscriber of its address. A subscriber that is
opened again goes on where it left off, and what it had not acknowledged is delivered again.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from ._runtime.feeds import Feed
from .errors import PublishError

__all__ = ["InMemoryBroker", "Published"]


@dataclass(frozen=True)
class Published:
    """A message that a publisher or a subscriber sent: events, requests, replies and dead letters."""

    address: str
    payload: Any
    """As it was given; of a dead letter the original bytes."""
    body: bytes | None
    key: bytes | None
    headers: Mapping[str, str]
    """A header without a value is empty."""
    operation: str
    position: int
    """The how manieth at its address, from 0."""


@dataclass(frozen=True, slots=True)
class _Stored:
    body: bytes | None
    key: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(slots=True)
class _Group:
    """What one operation of one group has acknowledged at one address: where it begins, and what it finished since."""

    position: int = 0
    finished: set[int] = field(default_factory=set[int])


class InMemoryBroker:
    """Keeps messages by address, and gives them to whoever subscribes."""

    def __init__(
        self, *, close_timeout: float = 10.0, drain_timeout: float = 30.0
    ) -> None:
        self.close_timeout = close_timeout
        self.drain_timeout = drain_timeout
        self.published: list[Published] = []
        """What was sent through this broker, in order; what `deliver` gives is not among it."""
        self.failing: PublishError | None = None
        """While set, publishing raises it: an outage, a full queue, a dead letter address that is not there."""
        self._log: dict[str, list[_Stored]] = {}
        self._groups: dict[tuple[Any, ...], _Group] = {}
        self._receivers: list[_Receiver] = []
        self._changed: asyncio.Event | None = None

    async def deliver(
        self,
        address: str,
        payload: Any,
        *,
        key: Any = None,
        headers: Any = None,
        content_type: str | None = None,
    ) -> int:
        """Play the other side: send a payload, or raw bytes and so bad input too; returns its position at the address.

        `headers` is the document's model of them, or a mapping of names to values.
        """
        body, kind = self._encode(address, payload)
        wire = _wire_headers(headers)
        if (content_type or kind) and "content-type" not in dict(wire):
            wire.append(("content-type", (content_type or kind).encode()))
        position = self._append(address, _Stored(body, _key(key), wire))
        await asyncio.sleep(0)
        return position

    async def settled(self, timeout: float | None = 30.0) -> None:
        """Wait until every message has been handled, retried and dead-lettered included, or its subscriber paused.

        Raises TimeoutError after `timeout` seconds.
        """
        async with asyncio.timeout(timeout):
            while not all(receiver.settled for receiver in self._receivers):
                if self._changed is None:
                    self._changed = asyncio.Event()
                self._changed.clear()
                await self._changed.wait()

    def _encode(self, address: str, payload: Any) -> tuple[bytes | None, str]:
        """The bytes of a payload, as the operations that receive it have them; raw bytes stay as they are."""
        if payload is not None and not isinstance(payload, bytes):
            for operation in (
                each.operation
                for receiver in self._receivers
                for each in receiver.dispatchers
            ):
                if (
                    operation.address is None
                    or operation.address.match(address) is None
                ):
                    continue
                for kind, _ in operation.messages:
                    if kind.payload.takes(payload):
                        return kind.payload.encode(payload), kind.payload.content_type
        return _encoded(payload)

    # ---- the transport ----

    def sender(self) -> Any:
        """Sends into this broker."""
        return _Sender(self)

    def receiver(
        self, dispatchers: Sequence[Any], on_failure: Callable[[BaseException], None]
    ) -> Any:
        """Receives from this broker."""
        return _Receiver(self, dispatchers)

    def replies(
        self,
        operation: Any,
        address: str,
        on_reply: Callable[[Any], None],
        on_failure: Callable[[BaseException], None],
    ) -> Any:
        """Receives replies from now on."""
        return _Replies(self, operation, address, on_reply)

    def allows_reply(self, reply: Any, address: str) -> bool:
        """Replies go where the document has its reply channel, and anywhere where it leaves that open."""
        return reply.address is None or reply.address.match(address) is not None

    def take(self, outgoing: Any) -> int:
        """Store a sent message and give it to the subscribers; returns its position at the address."""
        if self.failing is not None:
            raise self.failing
        stored = _Stored(outgoing.body, outgoing.key, tuple(outgoing.headers))
        position = len(self._log.get(outgoing.address, ()))
        self.published.append(
            Published(
                outgoing.address,
                outgoing.payload,
                outgoing.body,
                outgoing.key,
                {name: _text(value) for name, value in outgoing.headers},
                outgoing.operation.name,
                position,
            )
        )
        return self._append(outgoing.address, stored)

    def _append(self, address: str, stored: _Stored) -> int:
        log = self._log.setdefault(address, [])
        log.append(stored)
        for receiver in tuple(self._receivers):
            receiver.put(address, len(log) - 1, stored)
        return len(log) - 1

    def changed(self) -> None:
        """Something was handled or paused."""
        if self._changed is not None:
            self._changed.set()

    def group(self, *identity: Any) -> _Group:
        """The position of an operation at an address."""
        return self._groups.setdefault(identity, _Group())

    def join(self, receiver: _Receiver) -> None:
        """Give a receiver what it has not acknowledged, and what comes from now on."""
        self._receivers.append(receiver)
        for address, log in tuple(self._log.items()):
            for position, stored in enumerate(log):
                receiver.put(address, position, stored)

    def leave(self, receiver: _Receiver) -> None:
        """Give a receiver nothing more."""
        if receiver in self._receivers:
            self._receivers.remove(receiver)
        self.changed()


class _Sender:
    def __init__(self, broker: InMemoryBroker) -> None:
        self._broker = broker

    async def open(self) -> None:
        """Nothing to connect to."""

    async def send(self, outgoing: Any) -> Any:
        """Sent at once; other tasks run before it returns, as they would while a broker confirms."""
        position = self._broker.take(outgoing)
        await asyncio.sleep(0)
        return _receipt(outgoing, position)

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """Each in order; one that is an error already stays as it is."""
        results: list[Any] = []
        for each in outgoing:
            try:
                results.append(
                    each
                    if isinstance(each, Exception)
                    else _receipt(each, self._broker.take(each))
                )
            except PublishError as error:
                results.append(error)
        await asyncio.sleep(0)
        return results

    async def close(self, timeout: float) -> int:
        """Nothing is ever queued."""
        return 0


def _receipt(outgoing: Any, position: int) -> Any:
    sent = getattr(outgoing.operation, "sent", None)
    return sent(outgoing, position) if sent else None


class _Feed(Feed):
    """The messages of one operation at one address."""

    __slots__ = ("_broker", "_group", "delivered")

    def __init__(self, name: str, broker: InMemoryBroker, group: _Group) -> None:
        super().__init__(name)
        self._broker = broker
        self._group = group
        self.delivered = 0

    def done(self, raw: Any) -> None:
        self.finished += 1
        group = self._group
        group.finished.add(raw.position)
        while group.position in group.finished:
            group.finished.discard(group.position)
            group.position += 1
        self._broker.changed()

    def pause(self) -> None:
        self._broker.changed()


class _Record:
    """A message as the operation's client would give it, and its position here."""

    __slots__ = ("_given", "headers", "key", "position", "value")

    def __init__(self, given: Any, position: int) -> None:
        self._given = given
        self.position = position
        self.value = given.value
        self.key = given.key
        self.headers = given.headers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._given, name)


class _Receiver:
    def __init__(self, broker: InMemoryBroker, dispatchers: Sequence[Any]) -> None:
        self._broker = broker
        self.dispatchers = dispatchers
        self._feeds: dict[tuple[int, str], _Feed] = {}
        self._holding = False
        self._dead_letters = [
            pattern for each in dispatchers if (pattern := each.policy.dead_letters())
        ]

    @property
    def healthy(self) -> bool:
        """Whether no address is paused by a failure."""
        return not any(feed.paused for feed in self._feeds.values())

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be handled here."""
        return all(
            feed.closed or feed.finished >= feed.delivered
            for feed in self._feeds.values()
        )

    async def open(self) -> None:
        """Take what is there already, from what was acknowledged last."""
        self._broker.join(self)

    def hold(self) -> None:
        """Take no more."""
        self._holding = True
        self._broker.leave(self)

    async def close(self, timeout: float) -> None:
        """Leave."""
        self.hold()

    def put(self, address: str, position: int, stored: _Stored) -> None:
        """Take a message, if an operation here receives from its address."""
        for index, dispatcher in enumerate(self.dispatchers):
            operation = dispatcher.operation
            if self._holding or not self._receives(operation, address):
                continue
            group = self._broker.group(operation.name, operation.queue, address)
            if position < group.position or position in group.finished:
                continue
            feed = self._feeds.get((index, address))
            if feed is None:
                feed = self._feeds[index, address] = _Feed(address, self._broker, group)
            feed.delivered += 1
            given = operation.record(
                address, stored.body, stored.key, stored.headers, position
            )
            dispatcher.put(feed, deque((_Record(given, position),)))

    def _receives(self, operation: Any, address: str) -> bool:
        """Whether an address is the operation's; a pattern matches no dead letters."""
        where = operation.address
        return (
            where is not None
            and where.match(address) is not None
            and not (
                where.parameters
                and any(re.fullmatch(each, address) for each in self._dead_letters)
            )
        )


class _Replies(_Receiver):
    """What comes to one address from now on."""

    def __init__(
        self,
        broker: InMemoryBroker,
        operation: Any,
        address: str,
        on_reply: Callable[[Any], None],
    ) -> None:
        super().__init__(broker, ())
        self._operation = operation
        self._address = address
        self._on_reply = on_reply
        self._opened = False

    async def open(self) -> None:
        """Take what comes from now on; what was there already answers nobody."""
        self._broker.join(self)
        self._opened = True

    def put(self, address: str, position: int, stored: _Stored) -> None:
        """Take a reply."""
        if self._opened and address == self._address:
            self._on_reply(
                self._operation.record(
                    address, stored.body, stored.key, stored.headers, position
                )
            )


def _encoded(payload: Any) -> tuple[bytes | None, str]:
    """The bytes of a payload, and their content type where the payload tells it."""
    if payload is None or isinstance(payload, bytes):
        return payload, ""
    if isinstance(payload, str):
        return payload.encode(), ""
    return _json(payload), "application/json"


def _json(value: Any) -> bytes:
    if isinstance(value, BaseModel):
        return value.model_dump_json(by_alias=True, exclude_unset=True).encode()
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return (
            b"{"
            + b",".join(to_json(name) + b":" + _json(each) for name, each in items)
            + b"}"
        )
    if isinstance(value, (list, tuple)):
        return b"[" + b",".join(map(_json, cast("Sequence[Any]", value))) + b"]"
    return to_json(value)


def _key(key: Any) -> bytes | None:
    if key is None or isinstance(key, bytes):
        return key
    return key.encode() if isinstance(key, str) else _json(key)


def _wire_headers(headers: Any) -> list[tuple[str, bytes]]:
    if headers is None:
        return []
    fields = (
        from_json(_json(headers)) if isinstance(headers, BaseModel) else dict(headers)
    )
    return [(name, _header(value)) for name, value in fields.items()]


def _header(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else to_json(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
