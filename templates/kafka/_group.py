"""Receiving in a consumer group: positions, back-pressure and rebalances.

Only the thread touches the Consumer. The loop and the thread share numbers that one side writes and the other reads:
how many messages of a partition were handed over and how many are finished, and up to which offset all are. What the
thread reads it stores for the next commit. An assignment of a partition is a `KafkaFeed`; it ends with the assignment,
and what finishes later changes nothing that is read.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from .._runtime.addresses import Address
from .._runtime.dispatch import Dispatcher
from .._runtime.feeds import Feed
from ._consumer import BATCH, POLL, ConsumerThread
from ._settings import KafkaSettings

__all__ = ["GroupReceiver", "KafkaFeed"]

log = logging.getLogger(__package__ or __name__)

BYTES = 32 * 1024 * 1024
"""Bodies that wait to be handled at most, by their recent average size."""
CROWD = 4
"""How many times over the limit of what is in progress may be reached by partitions that are paused for it: those that wait
for a retry must not stop the others at once, and memory is bounded all the same."""
SPAN = 20_000
"""Messages of a partition that are finished or in progress behind one that is not, at most: they come again when the process
is killed."""
NAP = 0.005
"""Seconds between looks whether there is room again."""
PATIENCE = 0.2
"""Seconds without room before partitions are paused, so that polling goes on and membership is kept."""
EARLIEST, LATEST = -2, -1
"""As the broker's ListOffsets has them."""


class KafkaFeed(Feed):
    """One assignment of a partition."""

    __slots__ = (
        "dispatcher",
        "early",
        "handed",
        "held",
        "partition",
        "pending",
        "position",
        "start",
        "stored",
        "topic",
    )

    def __init__(
        self, topic: str, partition: int, dispatcher: Dispatcher, start: int
    ) -> None:
        super().__init__(f"{topic}[{partition}]")
        self.topic = topic
        self.partition = partition
        self.dispatcher = dispatcher
        self.start = start
        self.position = -1
        """Every message before it is finished; written by the loop, stored by the thread."""
        self.stored = -1
        self.handed = 0
        """Messages given to the loop; written by the thread."""
        self.held: bool | None = None
        """Paused in the client; at first it is as an earlier assignment of the partition left it."""
        self.pending: deque[int] | None = None
        """Offsets in order, where messages can finish out of order."""
        self.early: set[int] = set()
        if dispatcher.concurrency > 1 and dispatcher.batch is None:
            self.pending = deque()

    @property
    def backlog(self) -> int:
        """Messages handed over and not finished."""
        return self.handed - self.finished

    @property
    def is_long(self) -> bool:
        """Whether too many messages wait for one before them."""
        return self.pending is not None and len(self.pending) > SPAN

    def expect(self, run: deque[Message]) -> None:
        """Messages are about to be handled."""
        if self.pending is not None:
            self.pending.extend(message.offset() or 0 for message in run)

    def done(self, raw: Any) -> None:
        self.finished += 1
        offset: int = raw.offset()
        pending = self.pending
        if pending is None:
            self.position = offset + 1
            return
        if not pending or pending[0] != offset:
            self.early.add(offset)
            return
        pending.popleft()
        self.position = offset + 1
        while pending and pending[0] in self.early:
            self.early.discard(pending[0])
            self.position = pending.popleft() + 1

    def pause(self) -> None:
        """The thread sees `paused`, and takes no more of the partition."""

    def at(self, offset: int) -> TopicPartition:
        """An offset of the partition, for the client."""
        return TopicPartition(self.topic, self.partition, offset)


class GroupReceiver(ConsumerThread):
    """Receives for the operations of one consumer group."""

    def __init__(
        self,
        settings: KafkaSettings,
        group_id: str,
        dispatchers: Sequence[Dispatcher],
        on_failure: Callable[[BaseException], None],
    ) -> None:
        super().__init__(settings, f"kafka-consumer {group_id}", on_failure)
        self._group_id = group_id
        self._dispatchers = dispatchers
        self._feeds: dict[tuple[str, int], KafkaFeed] = {}
        self._arrived: deque[list[tuple[KafkaFeed, deque[Message]]]] = deque()
        self._woken = False
        self._holding = False
        self._full_since: float | None = None
        self._limit = settings.max_in_progress
        self._topics = list(
            dict.fromkeys(topic for each in dispatchers for topic in subscription(each))
        )
        self._by_pattern = any(_by_pattern(each) for each in dispatchers)
        self._revoked_now: set[tuple[str, int]] = set()
        self._stale: set[tuple[str, int]] = set()

    @property
    def healthy(self) -> bool:
        """Whether brokers are there, and no partition is paused by a failure."""
        return self._down_since is None and not any(
            feed.paused for feed in tuple(self._feeds.values())
        )

    def hold(self) -> None:
        """Take no more messages, and keep the membership until `close`."""
        self._holding = True

    def _deliver(self) -> None:
        """On the loop: everything that arrived since it was woken."""
        self._woken = False
        while self._arrived:
            for feed, run in self._arrived.popleft():
                feed.expect(run)
                feed.dispatcher.put(feed, run)

    # ---- in the thread ----

    def _config(self) -> dict[str, Any]:
        ours: dict[str, Any] = {
            **self.settings.connection(),
            "group.id": self._group_id,
            "enable.auto.commit": True,
            "auto.commit.interval.ms": 1_000,
            "auto.offset.reset": self.settings.offset_reset,
            "partition.assignment.strategy": "cooperative-sticky",
            "topic.metadata.refresh.interval.ms": 10_000,
            "reconnect.backoff.max.ms": 2_000,
        }
        theirs = self.settings.client_for("consumer")
        if theirs.get("group.protocol") == "consumer":
            del ours["partition.assignment.strategy"]
        dead_letters = {each.policy.dead_letters() for each in self._dispatchers}
        if self._by_pattern and any(dead_letters):
            ours["topic.blacklist"] = ",".join(
                f"^{pattern}$" for pattern in dead_letters if pattern
            )
        return {**ours, **theirs, "enable.auto.offset.store": False}

    def _begin(self, consumer: Consumer) -> None:
        consumer.subscribe(
            self._topics,
            on_assign=self.guarded(self._on_assign),
            on_revoke=self.guarded(self._on_revoke),
            on_lost=self.guarded(self._on_lost),
        )

    def _cycle(self, consumer: Consumer) -> None:
        self._store(consumer, self._feeds.values())
        self._hold_and_release(consumer)
        free = self._limit - sum(
            feed.backlog for feed in self._feeds.values() if not feed.held
        )
        if free <= 0:
            if self._wait_for_room(consumer):
                return
            free = 1
        else:
            self._full_since = None
        self._revoked_now.clear()
        first = consumer.poll(POLL)
        if first is None:
            self._stale.clear()
            return
        messages = [first]
        if free > 1:
            messages += consumer.consume(min(BATCH, free) - 1, 0)
        self._hand_over(consumer, messages)

    def _hand_over(self, consumer: Consumer, messages: list[Message]) -> None:
        runs: list[tuple[KafkaFeed, deque[Message]]] = []
        feeds, topic, partition = self._feeds, "", -1
        several_topics = len(self._topics) != 1 or self._by_pattern
        run: deque[Message] = deque()
        for message in messages:
            if message.error() is not None and not self._check(message):
                continue
            if message.partition() != partition or (
                several_topics and message.topic() != topic
            ):
                topic, partition = message.topic() or "", message.partition() or 0
                feed, run = feeds.get((topic, partition)), deque[Message]()
                if feed is not None and (topic, partition) not in self._stale:
                    runs.append((feed, run))
            run.append(message)
        for feed, run in runs:
            feed.handed += len(run)
        if self._stale:
            self._rewind(consumer)
        some = messages[:: 1 + len(messages) // 16]
        average = max(1, sum(map(len, some)) // len(some))
        self._limit = max(1, min(self.settings.max_in_progress, BYTES // average))
        if runs:
            self._arrived.append(runs)
            if not self._woken:
                self._woken = True
                self._post(self._deliver)

    def _rewind(self, consumer: Consumer) -> None:
        """Messages of an assignment that ended and came again within one call: begin at its start."""
        for key in self._stale:
            feed = self._feeds.get(key)
            if feed is not None and feed.start >= 0:
                consumer.seek(feed.at(feed.start))
        self._stale.clear()

    def _wait_for_room(self, consumer: Consumer) -> bool:
        """Nap while handlers catch up; False once they do not, and the partitions that lag were paused."""
        now = time.monotonic()
        if self._full_since is None:
            self._full_since = now
        if now - self._full_since < PATIENCE:
            time.sleep(NAP)
            return True
        self._full_since = None
        lagging = [
            feed for feed in self._feeds.values() if not feed.held and feed.backlog
        ]
        self._hold(consumer.pause, lagging, True)
        return False

    def _hold_and_release(self, consumer: Consumer) -> None:
        """Pause what failed or is held, resume what has caught up or was just assigned."""
        feeds = self._feeds.values()
        in_progress = sum(feed.backlog for feed in feeds)
        none = self._holding or in_progress >= CROWD * self._limit
        enough = self._limit // (4 * max(1, len(feeds)))
        stop: list[KafkaFeed] = []
        go: list[KafkaFeed] = []
        for feed in feeds:
            if none or feed.paused or feed.is_long:
                if not feed.held:
                    stop.append(feed)
            elif feed.held is None or (feed.held and feed.backlog <= enough):
                go.append(feed)
        self._hold(consumer.pause, stop, True)
        self._hold(consumer.resume, go, False)

    def _hold(
        self,
        call: Callable[[list[TopicPartition]], Any],
        feeds: Sequence[KafkaFeed],
        held: bool,
    ) -> None:
        if not feeds:
            return
        try:
            call([feed.at(-1001) for feed in feeds])
        except KafkaException as error:
            log.warning("pausing or resuming: %s", error)
            return
        for feed in feeds:
            feed.held = held

    def _store(self, consumer: Consumer, feeds: Iterable[KafkaFeed]) -> None:
        """Store how far each partition is; the client commits what is stored every second."""
        positions = [
            (feed, feed.position) for feed in feeds if feed.position != feed.stored
        ]
        if not positions:
            return
        try:
            consumer.store_offsets(
                offsets=[feed.at(position) for feed, position in positions]
            )
        except KafkaException as error:
            log.warning("offsets were not stored: %s", error)
        for feed, position in positions:
            feed.stored = position

    def _commit(self, consumer: Consumer, feeds: Sequence[KafkaFeed]) -> None:
        """Commit at once. What is stored goes first: the client commits that once more when partitions go."""
        self._store(consumer, feeds)
        offsets = [feed.at(feed.stored) for feed in feeds if feed.stored >= 0]
        if not offsets:
            return
        try:
            consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            log.warning(
                "offsets were not committed, their messages come again: %s", error
            )

    def _end(self, consumer: Consumer) -> None:
        self._commit(consumer, list(self._feeds.values()))

    # ---- rebalances, in the thread while it polls ----

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        starts = self._starts(consumer, partitions)
        for each in partitions:
            dispatcher = self._dispatcher_of(each.topic)
            key = each.topic, each.partition
            if dispatcher is None:
                continue
            if key in self._revoked_now and key in starts:
                self._stale.add(key)
            self._feeds[key] = KafkaFeed(
                each.topic, each.partition, dispatcher, starts.get(key, -1)
            )
        log.info(
            "assigned %s",
            ", ".join(f"{each.topic}[{each.partition}]" for each in partitions)
            or "nothing",
            extra={"group": self._group_id},
        )

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Wait for what is in progress, drop the rest, commit."""
        feeds = self._take(partitions)
        if not self._closing:
            interval = (
                float(self.settings.client.get("max.poll.interval.ms", 300_000)) / 1000
            )
            idle = threading.Event()
            if feeds and self._post(_close, feeds, idle):
                idle.wait(min(self.settings.drain_timeout, interval / 2))
        self._commit(consumer, feeds)
        log.info(
            "revoked %s",
            ", ".join(feed.name for feed in feeds),
            extra={"group": self._group_id},
        )

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """They belong to others already: nothing is committed, and what is in progress is handled twice."""
        feeds = self._take(partitions)
        self._post(_close, feeds, threading.Event())
        log.warning(
            "lost %s",
            ", ".join(feed.name for feed in feeds),
            extra={"group": self._group_id},
        )

    def _take(self, partitions: Sequence[TopicPartition]) -> list[KafkaFeed]:
        keys = [(each.topic, each.partition) for each in partitions]
        self._revoked_now.update(keys)
        return [self._feeds.pop(key) for key in keys if key in self._feeds]

    def _starts(
        self, consumer: Consumer, partitions: list[TopicPartition]
    ) -> Mapping[tuple[str, int], int]:
        """Where each partition begins. Those of a new group are committed, so that a restart begins there too."""
        if not partitions:
            return {}
        timeout = min(10.0, self.settings.connect_timeout)
        try:
            known = consumer.committed(partitions, timeout)
            new = [each for each in known if each.offset < 0]
            if new:
                where = EARLIEST if self.settings.offset_reset == "earliest" else LATEST
                wanted = [
                    TopicPartition(each.topic, each.partition, where) for each in new
                ]
                found = consumer.offsets_for_times(wanted, timeout)
                found = [
                    each for each in found if each.error is None and each.offset >= 0
                ]
                if found:
                    consumer.commit(offsets=found, asynchronous=False)
                known = [*known, *found]
        except KafkaException as error:
            log.warning("starting positions were not committed: %s", error)
            return {}
        return {
            (each.topic, each.partition): each.offset
            for each in known
            if each.offset >= 0
        }

    def _dispatcher_of(self, topic: str) -> Dispatcher | None:
        for each in self._dispatchers:
            if topic in subscription(each):
                return each
        for each in self._dispatchers:
            address: Address | None = getattr(each.operation, "address", None)
            if address is not None and address.match(topic) is not None:
                return each
        return None


def subscription(dispatcher: Dispatcher) -> list[str]:
    """The topics of a dispatcher's operation: its own, or an anchored pattern."""
    address: Address | None = getattr(dispatcher.operation, "address", None)
    if address is None:
        raise ValueError(f"{dispatcher.operation.name} has no address to receive from")
    return (
        [f"^{address.pattern('posix')}$"] if address.parameters else [address.template]
    )


def _by_pattern(dispatcher: Dispatcher) -> bool:
    address: Address | None = getattr(dispatcher.operation, "address", None)
    return address is not None and bool(address.parameters)


def _close(feeds: Sequence[KafkaFeed], idle: threading.Event) -> None:
    """On the loop: start nothing more of these, and say when nothing of them runs."""
    running = set(feeds)

    def left(feed: KafkaFeed) -> None:
        running.discard(feed)
        if not running:
            idle.set()

    for feed in feeds:
        feed.close(partial(left, feed))
