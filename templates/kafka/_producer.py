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

from ..errors import PublishError, PublishTimeout
from ._errors import (
    REFUSED,
    known_cluster,
    not_taken,
    publish_error,
    unavailable,
    unusable,
)
from ._settings import KafkaSettings

__all__ = ["KafkaSender", "Sent"]

log = logging.getLogger(__package__ or __name__)

POLL = 0.1
"""Seconds that the thread waits for deliveries at most, before it looks whether to end."""
NAP = 0.005
"""Seconds between deliveries while a batch is on its way."""
REPLACE_AFTER = 1.0
"""Seconds before a Producer that has ended is replaced, so that one that ends again and again does little harm."""
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
        if self._single.is_over:
            self._single = self._single.replaced()
        return await self._single.send(outgoing)

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """Send many; for each in order what was sent or the PublishError, which an item can be already."""
        if self._many is None:
            self._many = _Client(self._settings, {"linger.ms": 5})
            self._many.start()
        elif self._many.is_over:
            self._many = self._many.replaced()
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
        self._started = 0.0
        self._done: deque[tuple[asyncio.Future[Any], Any]] = deque()
        """Deliveries, from the thread to the loop."""
        self._turn = asyncio.Lock()
        self._room = asyncio.Event()
        self._queued = 0
        """Messages that wait for room in the client's queue, one of them with the turn."""
        self._batches = 0
        self._closing: float | None = None
        self._unsent: asyncio.Future[int] | None = None
        self._refused: KafkaError | None = None
        self._last_error: KafkaError | None = None
        self._fatal = False

    # ---- on the event loop ----

    def start(self) -> Producer:
        """Make the Producer and its thread."""
        self._loop = asyncio.get_running_loop()
        self._unsent = self._loop.create_future()
        try:
            producer = Producer(self._config(), logger=log)
        except (KafkaException, TypeError, ValueError) as error:
            raise unusable(error) from error
        threading.Thread(
            target=self._poll, args=(producer,), name="kafka-producer", daemon=True
        ).start()
        self._producer = producer
        self._started = time.monotonic()
        return producer

    @property
    def is_over(self) -> bool:
        """Whether a fatal error, such as a lost idempotence, has ended the Producer, and it is time for another."""
        return self._fatal and time.monotonic() - self._started > REPLACE_AFTER

    def replaced(self) -> _Client:
        """Another in its place; what was on its way fails."""
        self._end(0)
        client = _Client(self._settings, self._own_config)
        client.start()
        return client

    async def open(self) -> None:
        """Start, and connect."""
        producer = self.start()
        try:
            await self._connected(producer)
        except BaseException:
            self._end(0)
            raise

    async def send(self, outgoing: Any) -> Sent:
        """Send one message; returns once the broker has confirmed it, raises PublishError."""
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        failure = await self._hand_over(outgoing, partial(self._delivered, future))
        if failure is not None:
            raise failure
        return await future

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """Send many; for each in order what was sent or the PublishError, which an item can be already."""
        batch = _Batch(asyncio.get_running_loop().create_future(), self._done)
        results, delivered, sent = batch.results, batch.delivered, 0
        self._batches += 1
        try:
            for index, each in enumerate(outgoing):
                results.append(None)
                failure = each
                if not isinstance(each, PublishError):
                    failure = await self._hand_over(each, partial(delivered, index))
                # Once the client has a message, only its delivery says what became of it.
                if failure is None:
                    sent += 1
                else:
                    results[index] = failure
                if index % YIELD_AFTER == YIELD_AFTER - 1:
                    await asyncio.sleep(0)
            if sent and not batch.complete(sent):
                await batch.future
        finally:
            self._batches -= 1
        return results

    async def _hand_over(self, outgoing: Any, deliver: Any) -> PublishError | None:
        """Give a message to the client; waits while its queue is full. The error when the client has not got it."""
        if not self._queued:
            try:
                return self._give(outgoing, deliver)
            except BufferError:
                pass
        self._queued += 1
        try:
            async with asyncio.timeout(self._settings.publish_timeout), self._turn:
                while True:
                    self._room.clear()
                    try:
                        return self._give(outgoing, deliver)
                    except BufferError:
                        await self._room.wait()
        except TimeoutError:
            return PublishTimeout(
                f"the queue of messages was full for {self._settings.publish_timeout:g} s",
                retryable=True,
                outcome="not_sent",
            )
        finally:
            self._queued -= 1

    def _give(self, outgoing: Any, deliver: Any) -> PublishError | None:
        """Give a message to the client; raises BufferError when its queue is full."""
        if self._producer is None:
            return PublishError("the publisher is closed", outcome="not_sent")
        try:
            self._producer.produce(
                outgoing.address,
                outgoing.body,
                outgoing.key,
                on_delivery=deliver,
                headers=outgoing.headers or None,
            )
        except KafkaException as error:
            return not_taken(error, outgoing.address)
        return None

    async def close(self, timeout: float) -> int:
        """Send what is queued; returns how many messages were not sent, which fail."""
        if self._unsent is None:
            return 0
        self._end(timeout)
        return await asyncio.shield(self._unsent)

    def _end(self, timeout: float) -> None:
        """Take nothing more, and let the thread end."""
        self._producer = None
        self._closing = timeout
        self._room.set()

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
            "delivery.report.only.error": False,
            "error_cb": self._error,
        }

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
        for _ in range(len(self._done)):
            future, result = self._done.popleft()
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._room.set()

    # ---- in the thread ----

    def _poll(self, producer: Producer) -> None:
        loop, unsent = self._loop, self._unsent
        assert loop is not None and unsent is not None
        try:
            while self._closing is None and not loop.is_closed():
                if self._batches:
                    # Fewer and longer turns: each takes the interpreter away from who encodes.
                    time.sleep(NAP)
                    served = producer.poll(0)
                else:
                    served = producer.poll(POLL)
                if self._done:
                    loop.call_soon_threadsafe(self._settle)
                elif served and self._queued:
                    loop.call_soon_threadsafe(self._room.set)
            left = producer.flush(self._closing or 0)
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
        if error.fatal():
            self._fatal = True
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
        self, future: asyncio.Future[Any], done: deque[tuple[asyncio.Future[Any], Any]]
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
