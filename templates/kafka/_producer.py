"""Publishing over confluent-kafka's plain Producer: a thread polls, and deliveries cross to the event loop in batches."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from ..errors import (
    BrokerUnavailable,
    MessageTooLarge,
    NotAuthorized,
    Outcome,
    PublishError,
    PublishTimeout,
    Unroutable,
)
from ._settings import KafkaSettings

__all__ = ["KafkaSender", "Sent", "publish_error"]

log = logging.getLogger(__package__ or __name__)

POLL = 0.1
"""Seconds that the thread waits for deliveries at most, before it looks whether to end."""
NAP = 0.005
"""Seconds between deliveries while a batch is on its way."""
YIELD_AFTER = 256
"""Messages of a batch that are handed to the client before other tasks run."""


class Sent(NamedTuple):
    """Where the broker has a message."""

    topic: str
    partition: int
    offset: int


class KafkaSender:
    """Sends at once what is awaited one by one; many together go through a second client, which waits to fill batches."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._single = _Client(settings, {"linger.ms": 0})
        self._many: _Client | None = None

    async def open(self) -> None:
        """Connect, trying again until `connect_timeout`; raises BrokerUnavailable."""
        await self._single.open()

    async def send(self, outgoing: Any) -> Sent:
        """Send one message; returns once the broker has confirmed it, raises PublishError."""
        return await self._single.send(outgoing)

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """Send many; for each in order what was sent or the PublishError, which an item can be already."""
        if self._many is None:
            self._many = _Client(self._settings, {"linger.ms": 5})
            self._many.start()
        return await self._many.send_many(outgoing)

    async def close(self, timeout: float) -> int:
        """Send what is queued; returns how many messages were not sent, which fail."""
        clients = [self._single, *([self._many] if self._many else ())]
        return sum(await asyncio.gather(*(client.close(timeout) for client in clients)))


class _Client:
    """One Producer and the thread that polls it."""

    def __init__(self, settings: KafkaSettings, config: dict[str, Any]) -> None:
        self._settings = settings
        self._own_config = config
        self._producer: Producer | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: list[tuple[asyncio.Future[Any], Any]] = []
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._batches = 0
        self._closing: float | None = None
        self._unsent: asyncio.Future[int] | None = None
        self._refused: KafkaError | None = None
        self._last_error: KafkaError | None = None

    # ---- on the event loop ----

    def start(self) -> Producer:
        """Make the Producer and its thread."""
        self._loop = asyncio.get_running_loop()
        self._unsent = self._loop.create_future()
        producer = Producer(self._config(), logger=log)
        threading.Thread(
            target=self._poll, args=(producer,), name="kafka-producer", daemon=True
        ).start()
        self._producer = producer
        return producer

    async def open(self) -> None:
        """Start, and connect."""
        producer = self.start()
        try:
            await self._connected(producer)
        except BaseException:
            self._closing = 0
            raise

    async def send(self, outgoing: Any) -> Sent:
        """Send one message; returns once the broker has confirmed it, raises PublishError."""
        producer = self._ready()
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        deliver = partial(self._delivered, future)
        failure: PublishError | None = None
        try:
            if self._waiters:
                raise BufferError
            producer.produce(
                outgoing.address,
                outgoing.body,
                outgoing.key,
                on_delivery=deliver,
                headers=outgoing.headers or None,
            )
        except BufferError:
            failure = await self._when_room(outgoing, deliver)
        except KafkaException as error:
            failure = _refused(error, outgoing.address)
        if failure is not None:
            raise failure
        return await future

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """Send many; for each in order what was sent or the PublishError, which an item can be already."""
        produce = self._ready().produce
        batch = _Batch(asyncio.get_running_loop().create_future(), self._done)
        results, delivered, sent = batch.results, batch.delivered, 0
        self._batches += 1
        try:
            for index, each in enumerate(outgoing):
                results.append(None)
                if isinstance(each, PublishError):
                    results[index] = each
                    continue
                try:
                    produce(
                        each.address,
                        each.body,
                        each.key,
                        on_delivery=partial(delivered, index),
                        headers=each.headers or None,
                    )
                except BufferError:
                    results[index] = await self._when_room(
                        each, partial(delivered, index)
                    )
                except KafkaException as error:
                    results[index] = _refused(error, each.address)
                sent += results[index] is None or isinstance(results[index], Sent)
                if index % YIELD_AFTER == YIELD_AFTER - 1:
                    await asyncio.sleep(0)
            if sent and not batch.complete(sent):
                await batch.future
        finally:
            self._batches -= 1
        return results

    async def _when_room(self, outgoing: Any, deliver: Any) -> PublishError | None:
        """Hand a message over once the client's queue has room; an error when it is not taken."""
        deadline = time.monotonic() + self._settings.publish_timeout
        while True:
            try:
                await self._room(deadline)
                self._ready().produce(
                    outgoing.address,
                    outgoing.body,
                    outgoing.key,
                    on_delivery=deliver,
                    headers=outgoing.headers or None,
                )
                return None
            except BufferError:
                continue
            except KafkaException as error:
                return _refused(error, outgoing.address)
            except PublishError as error:
                return error

    async def close(self, timeout: float) -> int:
        """Send what is queued; returns how many messages were not sent, which fail."""
        if self._unsent is None:
            return 0
        self._producer = None
        self._closing = timeout
        return await asyncio.shield(self._unsent)

    def _config(self) -> dict[str, Any]:
        milliseconds = int(self._settings.publish_timeout * 1000)
        return {
            **self._settings.connection(),
            "acks": "all",
            "enable.idempotence": True,
            **self._own_config,
            "partitioner": "murmur2_random",
            "message.timeout.ms": milliseconds,
            # An unknown topic is told apart from an outage.
            "topic.metadata.propagation.max.ms": min(10_000, milliseconds // 2),
            "queue.buffering.max.messages": 100_000,
            "queue.buffering.max.kbytes": 65_536,
            "reconnect.backoff.max.ms": 2_000,
            **self._settings.client_for("producer"),
            "error_cb": self._error,
        }

    def _ready(self) -> Producer:
        if self._producer is None:
            raise PublishError("the publisher is closed", outcome="not_sent")
        return self._producer

    async def _room(self, deadline: float) -> None:
        """Wait until the client's queue has room, first come first served; raises PublishTimeout."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                await waiter
        except TimeoutError:
            raise PublishTimeout(
                f"the queue of messages was full for {self._settings.publish_timeout:g} s",
                retryable=True,
                outcome="not_sent",
            ) from None
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def _connected(self, producer: Producer) -> None:
        deadline = time.monotonic() + self._settings.connect_timeout
        while True:
            found = await asyncio.to_thread(known_cluster, producer, 1.0)
            if found:
                return
            if self._refused is not None:
                raise unavailable(self._settings, self._refused)
            if time.monotonic() >= deadline:
                raise unavailable(self._settings, self._last_error)

    def _settle(self) -> None:
        """Resolve what was delivered; one call for all that the thread collected."""
        done, self._done[:] = self._done[:], ()
        for future, result in done:
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._make_room()

    def _make_room(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)

    # ---- in the thread ----

    def _poll(self, producer: Producer) -> None:
        loop, unsent = self._loop, self._unsent
        assert loop is not None and unsent is not None
        try:
            while self._closing is None:
                if self._batches:
                    # Fewer and longer turns: each takes the interpreter away from who encodes.
                    time.sleep(NAP)
                    served = producer.poll(0)
                else:
                    served = producer.poll(POLL)
                if self._done:
                    loop.call_soon_threadsafe(self._settle)
                elif served and self._waiters:
                    loop.call_soon_threadsafe(self._make_room)
            left = producer.flush(self._closing)
            if left:
                producer.purge()
                producer.flush(1)
            loop.call_soon_threadsafe(self._settle)
            loop.call_soon_threadsafe(_resolve, unsent, left)
        except RuntimeError:
            log.debug("the event loop ended before its producer")

    def _delivered(
        self, future: asyncio.Future[Sent], error: KafkaError | None, message: Message
    ) -> None:
        self._done.append((future, delivery(error, message)))

    def _error(self, error: KafkaError) -> None:
        self._last_error = error
        if error.code() in REFUSED:
            self._refused = error
        log.log(
            logging.DEBUG if error.code() == KafkaError._RESOLVE else logging.WARNING,
            "kafka: %s",
            error.str(),
            extra={"code": error.name()},
        )


class _Batch:
    """Messages that are awaited together; only the thread counts deliveries, and only the loop messages."""

    __slots__ = ("_arrived", "_done", "_total", "future", "results")

    def __init__(
        self, future: asyncio.Future[Any], done: list[tuple[asyncio.Future[Any], Any]]
    ) -> None:
        self.future = future
        self.results: list[Any] = []
        self._done = done
        self._arrived = 0
        self._total = -1

    def delivered(self, index: int, error: KafkaError | None, message: Message) -> None:
        """A delivery report."""
        self.results[index] = delivery(error, message)
        self._arrived += 1
        if self._arrived == self._total:
            self._done.append((self.future, None))

    def complete(self, total: int) -> bool:
        """All were handed over; whether all were delivered already."""
        self._total = total
        return self._arrived == total


def _resolve(future: asyncio.Future[int], value: int) -> None:
    if not future.done():
        future.set_result(value)


def delivery(error: KafkaError | None, message: Message) -> Sent | PublishError:
    """What a delivery report says."""
    if error is None:
        return Sent(
            message.topic() or "", message.partition() or 0, message.offset() or 0
        )
    failure = publish_error(error, message.topic() or "")
    failure.__cause__ = KafkaException(error)
    return failure


def known_cluster(client: Any, timeout: float) -> bool:
    """Whether a broker answered."""
    try:
        return bool(client.list_topics(timeout=timeout).brokers)
    except KafkaException:
        return False


def unavailable(settings: KafkaSettings, error: KafkaError | None) -> BrokerUnavailable:
    """No connection, with what the client said last."""
    if error is not None and error.code() in REFUSED:
        failure = BrokerUnavailable(
            f"{settings.address()} refused the connection: {error.str()}"
        )
    else:
        why = f": {error.str()}" if error is not None else ""
        failure = BrokerUnavailable(
            f"{settings.address()} could not be reached within {settings.connect_timeout:g} s{why}"
        )
    if error is not None:
        failure.__cause__ = KafkaException(error)
    return failure


REFUSED = {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED}

KINDS: dict[int, tuple[type[PublishError], Outcome]] = {
    KafkaError.MSG_SIZE_TOO_LARGE: (MessageTooLarge, "not_sent"),
    KafkaError.RECORD_LIST_TOO_LARGE: (MessageTooLarge, "not_sent"),
    KafkaError._UNKNOWN_TOPIC: (Unroutable, "not_sent"),
    KafkaError._UNKNOWN_PARTITION: (Unroutable, "not_sent"),
    KafkaError.UNKNOWN_TOPIC_OR_PART: (Unroutable, "not_sent"),
    KafkaError.TOPIC_EXCEPTION: (Unroutable, "not_sent"),
    KafkaError.TOPIC_AUTHORIZATION_FAILED: (NotAuthorized, "not_sent"),
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: (NotAuthorized, "not_sent"),
    KafkaError._MSG_TIMED_OUT: (PublishTimeout, "unknown"),
    KafkaError._TIMED_OUT_QUEUE: (PublishTimeout, "not_sent"),
    KafkaError._QUEUE_FULL: (PublishError, "not_sent"),
    KafkaError._PURGE_QUEUE: (PublishError, "not_sent"),
    KafkaError._INVALID_ARG: (PublishError, "not_sent"),
    KafkaError.INVALID_RECORD: (PublishError, "not_sent"),
    KafkaError.INVALID_MSG: (PublishError, "not_sent"),
    KafkaError.INVALID_TIMESTAMP: (PublishError, "not_sent"),
    KafkaError.NOT_ENOUGH_REPLICAS: (PublishError, "not_sent"),
    KafkaError.POLICY_VIOLATION: (PublishError, "not_sent"),
}
"""Which exception an error of the client is, and whether the broker may have the message; others may."""

RETRYABLE = {
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._TRANSPORT,
    KafkaError._QUEUE_FULL,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError.NOT_ENOUGH_REPLICAS,
    KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    KafkaError.KAFKA_STORAGE_ERROR,
    KafkaError.REQUEST_TIMED_OUT,
}


def _refused(error: KafkaException, topic: str) -> PublishError:
    """The exception for a message that the client did not take."""
    failure = publish_error(error.args[0], topic)
    failure.outcome = "not_sent"
    failure.__cause__ = error
    return failure


def publish_error(error: KafkaError, topic: str) -> PublishError:
    """The exception for an error of the client."""
    kind, outcome = KINDS.get(error.code(), (PublishError, "unknown"))
    retryable = error.retriable() or error.code() in RETRYABLE
    return kind(f"{topic}: {error.str()}", retryable=retryable, outcome=outcome)
