"""Receiving over confluent-kafka's plain Consumer: a thread polls, and messages cross to the event loop in batches."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from confluent_kafka import (
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from ..errors import BrokerUnavailable
from ._errors import REFUSED, known_cluster, unavailable, unusable
from ._settings import KafkaSettings

__all__ = ["BATCH", "POLL", "ConsumerThread", "ReplyReceiver"]

log = logging.getLogger(__package__ or __name__)

POLL = 0.1
"""Seconds that the thread waits for messages at most, before it looks what else there is to do."""
BATCH = 500
"""Messages that cross to the event loop at once at most."""


class ConsumerThread:
    """A thread with a Consumer, from its first connection to its end."""

    def __init__(
        self,
        settings: KafkaSettings,
        name: str,
        on_failure: Callable[[BaseException], None],
    ) -> None:
        self.settings = settings
        self._name = name
        self._on_failure = on_failure
        self._loop: asyncio.AbstractEventLoop | None = None
        self._opened: asyncio.Future[None] | None = None
        self._finished: asyncio.Future[None] | None = None
        self._closing = False
        self._refused: KafkaError | None = None
        self._last_error: KafkaError | None = None
        self._down_since: float | None = time.monotonic()
        self._probe_at = 0.0
        self._defect: Exception | None = None

    async def open(self) -> None:
        """Connect, trying again until `connect_timeout`; raises BrokerUnavailable."""
        self._loop = asyncio.get_running_loop()
        self._opened, self._finished = (
            self._loop.create_future(),
            self._loop.create_future(),
        )
        thread = threading.Thread(target=self._thread, name=self._name, daemon=True)
        thread.start()
        await self._opened

    async def close(self, timeout: float) -> None:
        """Acknowledge what was handled, and leave."""
        self._closing = True
        if self._finished is None:
            return
        _, late = await asyncio.wait((self._finished,), timeout=timeout + 2 * POLL)
        if late:
            log.warning("%s did not close within %g s", self._name, timeout)

    # ---- in the thread ----

    def _thread(self) -> None:
        consumer: Consumer | None = None
        try:
            consumer = self._consumer()
            self._connect(consumer)
            self._begin(consumer)
            self._post(_succeed, self._opened)
            while not self._closing:
                self._cycle(consumer)
                self._watch(consumer)
        except KafkaException as error:
            failure = BrokerUnavailable(f"{self._name} ended: {error}")
            failure.__cause__ = error
            self._post(self._failed, failure)
        except Exception as error:  # noqa: BLE001
            self._post(self._failed, error)
        finally:
            try:
                if consumer is not None:
                    self._end(consumer)
                    consumer.close()
            except Exception as error:  # noqa: BLE001
                log.warning("%s: %s", self._name, error)
            finally:
                self._post(_succeed, self._finished)

    def _consumer(self) -> Consumer:
        try:
            return Consumer({**self._config(), "error_cb": self._error}, logger=log)
        except (KafkaException, TypeError, ValueError) as error:
            raise unusable(error) from error

    def guarded(
        self, callback: Callable[[Consumer, list[TopicPartition]], None]
    ) -> Callable[[Consumer, list[TopicPartition]], None]:
        """A callback for the client, which takes no exceptions: they end the thread."""

        def call(consumer: Consumer, partitions: list[TopicPartition]) -> None:
            try:
                callback(consumer, partitions)
            except Exception as error:
                log.exception("%s", self._name)
                self._defect = error

        return call

    def _config(self) -> dict[str, Any]:
        raise NotImplementedError

    def _begin(self, consumer: Consumer) -> None:
        raise NotImplementedError

    def _cycle(self, consumer: Consumer) -> None:
        raise NotImplementedError

    def _end(self, consumer: Consumer) -> None:
        pass

    def _failed(self, error: Exception) -> None:
        """On the loop: it did not open, or it ended."""
        if self._opened is not None and not self._opened.done():
            self._opened.set_exception(error)
        elif not self._closing:
            self._on_failure(error)

    def _post(self, call: Callable[..., None], *arguments: Any) -> bool:
        """Call something on the loop; whether there still is one."""
        try:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(call, *arguments)
                return True
        except RuntimeError:
            self._closing = True
        return False

    def _connect(self, consumer: Consumer) -> None:
        deadline = time.monotonic() + self.settings.connect_timeout
        while not self._closing and not known_cluster(consumer, 1.0):
            if self._refused is not None or time.monotonic() >= deadline:
                raise unavailable(self.settings, self._refused or self._last_error)
        self._down_since = None

    def _watch(self, consumer: Consumer) -> None:
        """During an outage look for the broker every second, until `connect_timeout`."""
        if self._defect is not None:
            raise self._defect
        if self._refused is not None:
            raise unavailable(self.settings, self._refused)
        now, down_since = time.monotonic(), self._down_since
        if down_since is None or now < self._probe_at:
            return
        self._probe_at = now + 1
        try:
            consumer.list_topics(timeout=0.5)
            self._down_since = None
        except KafkaException:
            if now - down_since > self.settings.connect_timeout:
                raise unavailable(self.settings, self._last_error) from None

    def _error(self, error: KafkaError) -> None:
        self._last_error = error
        if error.code() in REFUSED:
            self._refused = error
        if error.code() == KafkaError._ALL_BROKERS_DOWN and self._down_since is None:
            self._down_since = time.monotonic()
        log.warning("kafka: %s", error.str(), extra={"code": error.name()})

    def _check(self, message: Message) -> bool:
        """Whether it is a message; an error among them is logged, or ends the thread."""
        error = message.error()
        if error is None:
            return True
        if error.code() == KafkaError._PARTITION_EOF:
            return False
        if error.fatal() or error.code() in ENDING:
            raise BrokerUnavailable(
                f"{message.topic()}: {error.str()}"
            ) from KafkaException(error)
        log.warning(
            "%s: %s", message.topic(), error.str(), extra={"code": error.name()}
        )
        return False


ENDING = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def _succeed(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


class ReplyReceiver(ConsumerThread):
    """Receives every message of a topic from now on, outside any group."""

    def __init__(
        self,
        settings: KafkaSettings,
        topic: str,
        on_reply: Callable[[Any], None],
        on_failure: Callable[[BaseException], None],
    ) -> None:
        super().__init__(settings, f"kafka-replies {topic}", on_failure)
        self._topic = topic
        self._on_reply = on_reply

    @property
    def healthy(self) -> bool:
        """Whether brokers are there."""
        return self._down_since is None

    def hold(self) -> None:
        """Replies need no draining."""

    def _config(self) -> dict[str, Any]:
        return {
            **self.settings.connection(),
            "group.id": f"{self.settings.client_id or 'asyncgen'}-replies",
            "enable.auto.commit": False,
            "allow.auto.create.topics": True,
            "auto.offset.reset": "latest",
            "reconnect.backoff.max.ms": 2_000,
            **self.settings.client_for("consumer"),
        }

    def _begin(self, consumer: Consumer) -> None:
        """Begin at the end of each partition, known before the first request is sent."""
        deadline = time.monotonic() + self.settings.connect_timeout
        while True:
            found = consumer.list_topics(self._topic, timeout=5).topics[self._topic]
            if found.error is None and found.partitions:
                break
            if time.monotonic() > deadline:
                raise BrokerUnavailable(f"there is no topic {self._topic} for replies")
            time.sleep(0.1)
        ends: list[TopicPartition] = []
        for partition in found.partitions:
            here = TopicPartition(self._topic, partition)
            _, high = consumer.get_watermark_offsets(here, timeout=5)
            ends.append(TopicPartition(self._topic, partition, high))
        consumer.assign(ends)

    def _cycle(self, consumer: Consumer) -> None:
        first = consumer.poll(POLL)
        if first is None:
            return
        messages = [first, *consumer.consume(BATCH, 0)]
        self._post(
            self._deliver, [message for message in messages if self._check(message)]
        )

    def _deliver(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self._on_reply(message)
