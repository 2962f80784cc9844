"""Kafka: what its operations, messages, publishers and subscribers add to the shared runtime."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from .._runtime import (
    FailurePolicy,
    Message,
    Outgoing,
    Publisher,
    Receive,
    Reply,
    Send,
    Subscriber,
    Transport,
)
from .._runtime.addresses import Address, Choose, WireHeaders
from .._runtime.codecs import MessageType
from ..errors import PublishError
from ._consumer import ReplyReceiver
from ._group import GroupReceiver
from ._producer import KafkaSender, Sent
from ._record import KafkaRecord
from ._settings import KafkaServer, KafkaSettings, Security, required
from ._topics import Topic, TopicDifference, ensure_topics

__all__ = [
    "KafkaMessage",
    "KafkaPublisher",
    "KafkaReceive",
    "KafkaSend",
    "KafkaServer",
    "KafkaSettings",
    "KafkaSource",
    "KafkaSubscriber",
    "KafkaTransport",
    "Reply",
    "Security",
    "Sent",
    "Topic",
    "TopicDifference",
    "required",
]

PayloadT = TypeVar("PayloadT")
HeadersT = TypeVar("HeadersT")
KeyT = TypeVar("KeyT")
ParametersT = TypeVar("ParametersT")

TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}")


@dataclass(frozen=True, slots=True)
class KafkaSource:
    """Where a message came from, and how it came."""

    topic: str
    partition: int
    offset: int
    timestamp: datetime | None
    """When it was made, or appended, as the topic has it."""
    headers: tuple[tuple[str, bytes | None], ...]
    """All headers, those that the document does not name too."""
    key: bytes | None
    body: bytes | None

    def __repr__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


def source_of(raw: Any) -> KafkaSource:
    """The source of a message of the client library."""
    kind, milliseconds = raw.timestamp()
    return KafkaSource(
        raw.topic(),
        raw.partition(),
        raw.offset(),
        datetime.fromtimestamp(milliseconds / 1000, UTC) if kind else None,
        tuple(raw.headers() or ()),
        raw.key(),
        raw.value(),
    )


class KafkaMessage(Message[PayloadT, HeadersT, KeyT, ParametersT]):
    """A received message, validated, and where it came from."""

    __slots__ = ()

    @property
    def source(self) -> KafkaSource:
        """Topic, partition, offset, timestamp, and everything as it came."""
        if self._raw is None:
            raise AttributeError("this message was not received")
        return source_of(self._raw)


class KafkaSend(Send):
    """An operation that sends to a topic."""

    def __init__(
        self,
        name: str,
        *,
        address: Address | None,
        messages: Sequence[MessageType],
        reply: Reply | None = None,
        parameters: Sequence[str] = (),
        topic: Topic | None = None,
    ) -> None:
        super().__init__(
            name,
            address=address,
            messages=messages,
            reply=reply,
            parameters=parameters,
        )
        self.topic = topic

    def body(self, kind: MessageType, payload: Any) -> bytes | None:
        """The bytes of the payload; None, where the schema allows it, is a tombstone."""
        body = kind.payload.encode(payload)
        return None if payload is None and body == b"null" else body

    def checked(self, address: str) -> str:
        """The topic's name, when it is legal; raises PublishError."""
        if TOPIC.fullmatch(address) is None:
            raise PublishError(
                f"{address!r} is not the name of a topic", outcome="not_sent"
            )
        return address

    def sent(self, outgoing: Outgoing, position: int) -> Sent:
        """As the broker would answer."""
        return Sent(outgoing.address, 0, position)

    def record(
        self,
        address: str,
        body: bytes | None,
        key: bytes | None,
        headers: WireHeaders,
        position: int,
    ) -> Any:
        """A message as the client library gives it."""
        return KafkaRecord(address, position, body, key, headers)


class KafkaReceive(Receive):
    """An operation that receives from a topic, or from the topics of a pattern."""

    def __init__(
        self,
        name: str,
        *,
        address: Address | None,
        messages: Sequence[tuple[MessageType, Callable[..., Any]]],
        choose: Choose | None = None,
        parameters: Callable[..., Any] | None = None,
        reply: Reply | None = None,
        group_id: str | None = None,
        topic: Topic | None = None,
    ) -> None:
        super().__init__(
            name,
            address=address,
            messages=messages,
            choose=choose,
            parameters=parameters,
            reply=reply,
        )
        self.group_id = group_id
        self.topic = topic

    @property
    def queue(self) -> Hashable:
        """Operations of one group and topic share its messages."""
        where = self.address.pattern("posix") if self.address else self.name
        return self.group_id, where

    def address_of(self, raw: Any) -> str:
        """The topic."""
        topic: str = raw.topic()
        return topic

    def source(self, raw: Any) -> KafkaSource:
        """Topic, partition, offset, timestamp, and everything as it came."""
        return source_of(raw)

    def origin(self, raw: Any) -> dict[str, str]:
        """Where a dead letter came from."""
        return {
            "address": raw.topic(),
            "partition": str(raw.partition()),
            "offset": str(raw.offset()),
        }

    def record(
        self,
        address: str,
        body: bytes | None,
        key: bytes | None,
        headers: WireHeaders,
        position: int,
    ) -> Any:
        """A message as the client library gives it."""
        return KafkaRecord(address, position, body, key, headers)


class KafkaTransport:
    """Messages travel over a Kafka cluster."""

    def __init__(self, settings: KafkaSettings) -> None:
        self.settings = settings

    @property
    def close_timeout(self) -> float:
        """Seconds for what is queued when a publisher or subscriber closes."""
        return self.settings.close_timeout

    @property
    def drain_timeout(self) -> float:
        """Seconds for running handlers when a subscriber stops."""
        return self.settings.drain_timeout

    def sender(self) -> KafkaSender:
        """A Producer."""
        return KafkaSender(self.settings)

    def receiver(
        self, dispatchers: Sequence[Any], on_failure: Callable[[BaseException], None]
    ) -> KafkaReceiver:
        """A Consumer for each group."""
        groups: dict[str, list[Any]] = {}
        for dispatcher in dispatchers:
            groups.setdefault(self.group(dispatcher.operation), []).append(dispatcher)
        return KafkaReceiver(
            [
                GroupReceiver(self.settings, group, members, on_failure)
                for group, members in groups.items()
            ]
        )

    def replies(
        self,
        operation: Any,
        address: str,
        on_reply: Callable[[Any], None],
        on_failure: Callable[[BaseException], None],
    ) -> ReplyReceiver:
        """A Consumer outside any group."""
        return ReplyReceiver(self.settings, address, on_reply, on_failure)

    def allows_reply(self, reply: Any, address: str) -> bool:
        """The document's reply channel, what `reply_topics` lists, and any topic where the document leaves it open."""
        if TOPIC.fullmatch(address) is None:
            return False
        return (
            reply.address is None
            or address in self.settings.reply_topics
            or reply.address.match(address) is not None
        )

    def group(self, operation: Any) -> str:
        """The consumer group that an operation receives in; raises ValueError when there is none."""
        given = self.settings.group_id
        if "group_id" not in self.settings.model_fields_set:
            given = operation.group_id or given
        if given is None:
            raise ValueError(
                f"{operation.name} needs a consumer group: set {self.settings.variable('group_id')}"
            )
        return given


class KafkaReceiver:
    """The consumers of one subscriber."""

    def __init__(self, groups: Sequence[GroupReceiver]) -> None:
        self._groups = groups

    @property
    def healthy(self) -> bool:
        """Whether brokers are there, and no partition is paused by a failure."""
        return all(group.healthy for group in self._groups)

    async def open(self) -> None:
        """Connect all."""
        await asyncio.gather(*(group.open() for group in self._groups))

    def hold(self) -> None:
        """Take no more messages."""
        for group in self._groups:
            group.hold()

    async def close(self, timeout: float) -> None:
        """Commit and leave."""
        await asyncio.gather(*(group.close(timeout) for group in self._groups))


async def _ensure_topics(
    transport: Any, operations: Iterable[Any], replicas: int | None
) -> list[TopicDifference]:
    """What `ensure_topics` makes of the topics of some operations; nothing over another transport than Kafka."""
    if not isinstance(transport, KafkaTransport):
        return []
    replies = [operation.reply for operation in operations if operation.reply]
    topics = {
        each.address.template: getattr(each, "topic", None) or Topic()
        for each in [*replies, *operations]
        if each.address is not None and not each.address.parameters
    }
    return await ensure_topics(transport.settings, topics, replicas)


class KafkaPublisher(Publisher):
    """Publishes to Kafka topics."""

    _operations: ClassVar[Sequence[KafkaSend]] = ()

    async def ensure_topics(
        self, *, replicas: int | None = None
    ) -> list[TopicDifference]:
        """Create the topics published to, and those of replies, that are missing, and say where others are not as the
        document has them.

        `replicas` goes before what the document says, for a cluster of fewer brokers. Topics whose names have parameters
        are left out. Raises BrokerUnavailable, and MessagingError when a topic cannot be created.
        """
        return await _ensure_topics(self._transport, self._operations, replicas)

    def __init__(
        self,
        settings_type: Callable[[], KafkaSettings],
        settings: KafkaSettings | None = None,
        transport: Transport | None = None,
    ) -> None:
        if transport is None:
            settings = settings or settings_type()
            transport = KafkaTransport(settings)
        super().__init__(transport)
        self._settings = settings

    async def _publish(
        self, operation: KafkaSend, payload: Any, **options: Any
    ) -> Sent:
        """`options` are those of `Send.prepare`."""
        sent: Sent = await self._send(operation, payload, **options)
        return sent

    async def _publish_many(
        self, operation: KafkaSend, items: Iterable[Any]
    ) -> list[Sent | PublishError]:
        return await self._send_many(operation, items)

    async def _request(
        self, operation: KafkaSend, payload: Any, *, timeout: float, **options: Any
    ) -> Any:
        """The payload of the reply; `options` are those of `Send.prepare`."""
        reply_to = self._settings.reply_topic if self._settings else None
        return await self._ask(
            operation, payload, timeout=timeout, reply_to=reply_to, **options
        )


class KafkaSubscriber(Subscriber):
    """Receives from Kafka topics."""

    _operations: ClassVar[Sequence[KafkaReceive]] = ()

    async def ensure_topics(
        self, *, replicas: int | None = None
    ) -> list[TopicDifference]:
        """Create the topics received from, and those of replies, that are missing, and say where others are not as the
        document has them.

        `replicas` goes before what the document says, for a cluster of fewer brokers. Topics whose names have parameters
        are left out. Raises BrokerUnavailable, and MessagingError when a topic cannot be created.
        """
        return await _ensure_topics(self._transport, self._operations, replicas)

    def __init__(
        self,
        settings_type: Callable[[], KafkaSettings],
        settings: KafkaSettings | None = None,
        transport: Transport | None = None,
        *,
        concurrency: int = 1,
        on_failure: FailurePolicy | None = None,
    ) -> None:
        if transport is None:
            transport = KafkaTransport(settings or settings_type())
        super().__init__(transport, concurrency=concurrency, on_failure=on_failure)

    def _queue(self, operation: Any) -> Hashable:
        """On a cluster, settings can bring operations of several groups into one."""
        if isinstance(self._transport, KafkaTransport):
            return self._transport.group(operation), operation.queue[-1]
        return super()._queue(operation)
