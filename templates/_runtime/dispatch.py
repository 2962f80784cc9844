"""From received messages to handlers: order, concurrency, retries, dead letters and acknowledgement, on every protocol.

Within a feed, messages of one *lane* are handled in order: with `concurrency=1` the feed is one lane, with more each key is
one. A lane that waits for a retry or for its dead letter is blocked, and only that lane: what arrives for it is kept
behind it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from functools import partial
from typing import Any, Protocol

from ..errors import DecodeError, HandlerError, MessagingError, ReceiveError
from .feeds import Feed
from .policy import FailurePolicy

__all__ = ["Bury", "Dispatcher", "Handler", "Reader"]

log = logging.getLogger(__name__.partition("._")[0])

YIELD_AFTER = 128
"""Handlers that never wait let the event loop run after so many messages."""


class Reader(Protocol):
    """What the dispatcher asks of an operation."""

    name: str

    def read(self, raw: Any) -> Any:
        """The typed message; raises DecodeError."""
        ...

    def lane(self, raw: Any) -> Hashable:
        """What keeps its order: the key, or None for the feed as a whole."""
        ...

    def source(self, raw: Any) -> Any:
        """Where a message came from."""
        ...


Handler = Callable[[Any], Awaitable[Any]]


class Bury(Protocol):
    """Sends a message to the dead letter address; returns once that is confirmed."""

    def __call__(
        self, reader: Any, raw: Any, address: str, error: ReceiveError, attempts: int, /
    ) -> Awaitable[None]: ...


class _Unit:
    """Messages that succeed or fail together: one, or a batch."""

    __slots__ = ("attempts", "feed", "lane", "messages", "raws")

    def __init__(
        self, feed: Feed, lane: Hashable, raws: Sequence[Any], attempts: int
    ) -> None:
        self.feed = feed
        self.lane = lane
        self.raws = raws
        self.attempts = attempts
        self.messages: list[Any] | None = None
        """A batch decoded already, for the first attempt."""


class Dispatcher:
    """Hands the messages of one operation to its handler. Everything here happens on the event loop."""

    def __init__(
        self,
        operation: Reader,
        handler: Handler,
        *,
        policy: FailurePolicy,
        concurrency: int = 1,
        batch: int | None = None,
    ) -> None:
        self.operation = operation
        self.policy = policy
        self.concurrency = concurrency
        self.batch = batch
        self.bury: Bury | None = None
        self.on_failure: Callable[[BaseException], None] = lambda error: None
        self._read = operation.read
        self._handler = handler
        self._ready: deque[tuple[Feed, deque[Any]]] = deque()
        self._retries: deque[_Unit] = deque()
        self._sleepers: deque[asyncio.Future[None]] = deque()
        self._timers: set[asyncio.TimerHandle] = set()
        self._workers: list[asyncio.Task[None]] = []
        self._burials: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._abandoned = False
        """Handlers that still run are cancelled, and their failures are none."""

    def start(self) -> None:
        """Start the workers."""
        work: Callable[[], Coroutine[Any, Any, None]] = self._several
        if self.batch is not None:
            work = self._batches
        elif self.concurrency == 1:
            work = self._one_at_a_time
        for _ in range(self.concurrency):
            worker = asyncio.create_task(work(), name=f"{self.operation.name} worker")
            worker.add_done_callback(self._worker_ended)
            self._workers.append(worker)

    def put(self, feed: Feed, raws: deque[Any]) -> None:
        """Take messages of a feed, in its order."""
        self._ready.append((feed, raws))
        self._wake(len(raws))

    async def drain(self, timeout: float) -> bool:
        """Start nothing more and wait for what is in progress; whether all of it ended within the timeout."""
        self.stop()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while running := self._in_progress():
            if loop.time() >= deadline:
                break
            await asyncio.wait(running, timeout=deadline - loop.time())
        self._abandoned = True
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=1)
        return not running

    def _in_progress(self) -> list[asyncio.Task[None]]:
        return [task for task in (*self._workers, *self._burials) if not task.done()]

    def stop(self) -> None:
        """Start nothing more."""
        self._stopping = True
        for timer in self._timers:
            timer.cancel()
        self._ready.clear()
        self._retries.clear()
        self._wake(len(self._sleepers))

    # ---- workers ----

    async def _one_at_a_time(self) -> None:
        """The fast way for `concurrency=1`: a feed is one lane, and finishing in order needs no bookkeeping."""
        ready, retries, read, handler = (
            self._ready,
            self._retries,
            self._read,
            self._handler,
        )
        budget = YIELD_AFTER
        while not self._stopping:
            if retries:
                unit = retries.popleft()
                await self._attempt(unit)
                continue
            if not ready:
                await self._sleep()
                continue
            feed, raws = ready.popleft()
            while raws and not self._stopping:
                if feed.closed:
                    feed.finished += len(raws)
                    break
                if feed.lanes:
                    feed.lanes[None].extend(raws)
                    break
                raw = raws.popleft()
                feed.running += 1
                try:
                    await handler(read(raw))
                except (Exception, asyncio.CancelledError) as error:
                    if _is_cancelled(error):
                        raise
                    self._failed(_Unit(feed, None, (raw,), 1), error)
                else:
                    feed.done(raw)
                finally:
                    feed.left()
                budget -= 1
                if budget == 0:
                    budget = YIELD_AFTER
                    await asyncio.sleep(0)
                if retries and raws:
                    ready.appendleft((feed, raws))
                    break

    async def _several(self) -> None:
        """One of n workers; a lane belongs to one worker at a time."""
        ready, retries, lane_of = self._ready, self._retries, self.operation.lane
        budget = YIELD_AFTER
        while not self._stopping:
            if retries:
                await self._attempt(retries.popleft())
                continue
            if not ready:
                await self._sleep()
                continue
            feed, raws = ready[0]
            if feed.closed or not raws:
                feed.finished += len(raws)
                ready.popleft()
                continue
            raw = raws.popleft()
            if not raws:
                ready.popleft()
            lane = lane_of(raw)
            waiting = feed.lanes.get(lane)
            if waiting is not None:
                waiting.append(raw)
                continue
            behind: deque[Any] = deque()
            feed.lanes[lane] = behind
            while await self._attempt(_Unit(feed, lane, (raw,), 0), behind):
                budget -= 1
                if budget == 0:
                    budget = YIELD_AFTER
                    await asyncio.sleep(0)
                if not behind or self._stopping:
                    break
                raw = behind.popleft()

    async def _batches(self) -> None:
        """One of n workers that take lists: a feed is one lane."""
        size = self.batch or 1
        while not self._stopping:
            if self._retries:
                await self._attempt(self._retries.popleft())
                continue
            if not self._ready:
                await self._sleep()
                continue
            feed, raws = self._ready.popleft()
            if feed.closed:
                feed.finished += len(raws)
                continue
            if None in feed.lanes:
                feed.lanes[None].extend(raws)
                continue
            feed.lanes[None] = raws
            while raws and not self._stopping:
                while len(raws) < size and self._ready and self._ready[0][0] is feed:
                    raws.extend(self._ready.popleft()[1])
                unit = self._next_batch(feed, raws, size)
                if unit is None or not await self._attempt(unit, raws):
                    break
                await asyncio.sleep(0)

    def _next_batch(self, feed: Feed, waiting: deque[Any], size: int) -> _Unit | None:
        """As many as may go to the handler together; one that cannot be decoded ends a batch, and fails alone."""
        raws: list[Any] = []
        messages: list[Any] = []
        while waiting and len(raws) < size:
            raw = waiting.popleft()
            try:
                messages.append(self._read(raw))
            except DecodeError as error:
                if raws:
                    waiting.appendleft(raw)
                    break
                self._failed(_Unit(feed, None, (raw,), 1), error)
                return None
            raws.append(raw)
        unit = _Unit(feed, None, raws, 0)
        unit.messages = messages
        return unit

    async def _attempt(self, unit: _Unit, waiting: deque[Any] | None = None) -> bool:
        """Hand a unit over once; whether its worker may go on with the lane, else the lane was left or released."""
        feed = unit.feed
        if feed.closed:
            feed.finished += len(unit.raws)
            return False
        unit.attempts += 1
        feed.running += 1
        went_well = False
        try:
            if self.batch is None:
                await self._handler(self._read(unit.raws[0]))
            else:
                messages, unit.messages = unit.messages, None
                await self._handler(messages or [self._read(raw) for raw in unit.raws])
        except (Exception, asyncio.CancelledError) as error:
            if _is_cancelled(error):
                raise
            self._failed(unit, error)
        else:
            went_well = True
            for raw in unit.raws:
                feed.done(raw)
        finally:
            feed.left()
        if feed.closed:
            return False
        if went_well and not waiting:
            self._release(feed, unit.lane)
        return went_well

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        """A worker ends by itself only when it stops; else nobody would notice that nothing is handled any more."""
        if worker.cancelled():
            if not self._stopping:
                text = f"{self.operation.name}: a handler cancelled its task"
                self.on_failure(MessagingError(text))
        elif (error := worker.exception()) is not None:
            self.on_failure(error)

    async def _sleep(self) -> None:
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.append(sleeper)
        await sleeper

    def _wake(self, count: int = 1) -> None:
        while self._sleepers and count > 0:
            sleeper = self._sleepers.popleft()
            if not sleeper.done():
                sleeper.set_result(None)
                count -= 1

    # ---- failures ----

    def _failed(self, unit: _Unit, error: BaseException) -> None:
        """Retry later, send to the dead letter, or do what the policy says; meanwhile the lane is blocked."""
        policy, feed = self.policy, unit.feed
        if feed.closed or self._abandoned:
            feed.finished += len(unit.raws)
            return
        feed.lanes.setdefault(unit.lane, deque())
        if not isinstance(error, DecodeError):
            if unit.attempts < policy.attempts and isinstance(error, policy.retry_on):
                if not self._stopping:
                    self._retry_later(unit, error)
                return
            handled = HandlerError(
                f"{self.operation.name}: the handler raised {type(error).__name__} at attempt {unit.attempts}",
                source=self.operation.source(unit.raws[0]),
            )
            handled.__cause__ = error
            error = handled
        if policy.dead_letter is not None and self.bury is not None:
            feed.running += 1
            burial = asyncio.create_task(
                self._bury(unit, error, policy.dead_letter, self.bury)
            )
            self._burials.add(burial)
            burial.add_done_callback(partial(self._burial_ended, feed))
        else:
            self._give_up(unit, error)

    def _retry_later(self, unit: _Unit, error: BaseException) -> None:
        delay = self.policy.backoff(unit.attempts)
        log.warning(
            "%s failed (%s), attempt %d of %d, again in %.2f s",
            self.operation.name,
            type(error).__name__,
            unit.attempts,
            self.policy.attempts,
            delay,
            extra=self._extra(unit.feed, attempt=unit.attempts),
        )

        def again() -> None:
            self._timers.discard(timer)
            self._retries.append(unit)
            self._wake()

        timer = asyncio.get_running_loop().call_later(delay, again)
        self._timers.add(timer)

    async def _bury(
        self, unit: _Unit, error: ReceiveError, address: str, bury: Bury
    ) -> None:
        feed = unit.feed
        try:
            for raw in unit.raws:
                await bury(self.operation, raw, address, error, unit.attempts)
        except MessagingError as failure:
            log.error(
                "%s: the dead letter to %s was not written: %s",
                self.operation.name,
                address,
                failure,
                extra=self._extra(feed),
            )
            self._give_up(unit, error)
        except Exception as defect:  # noqa: BLE001
            self._give_up(unit, error)
            self.on_failure(defect)
        else:
            log.warning(
                "%s: to the dead letter %s after %d attempts: %s",
                self.operation.name,
                address,
                unit.attempts,
                error,
                extra=self._extra(feed, attempts=unit.attempts),
            )
            for raw in unit.raws:
                feed.done(raw)
            self._release(feed, unit.lane)

    def _burial_ended(self, feed: Feed, burial: asyncio.Task[None]) -> None:
        self._burials.discard(burial)
        feed.left()

    def _give_up(self, unit: _Unit, error: ReceiveError) -> None:
        feed = unit.feed
        then = self.policy.then
        cause = None if isinstance(error, DecodeError) else error.__cause__
        log.error(
            "%s: %s; %s %s",
            self.operation.name,
            error,
            {"pause": "paused", "stop": "stopping at", "skip": "skipped a message of"}[
                then
            ],
            feed.name,
            exc_info=cause,
            extra=self._extra(feed, attempts=unit.attempts),
        )
        if then == "skip":
            for raw in unit.raws:
                feed.done(raw)
            self._release(feed, unit.lane)
            return
        feed.finished += len(unit.raws) + sum(map(len, feed.lanes.values()))
        feed.paused = True
        feed.closed = True
        feed.lanes.clear()
        feed.pause()
        if then == "stop":
            self.on_failure(error)

    def _release(self, feed: Feed, lane: Hashable) -> None:
        """The lane is free: what waited behind it goes before everything that came later."""
        waiting = feed.lanes.pop(lane, None)
        if waiting and not feed.closed and not self._stopping:
            self._ready.appendleft((feed, waiting))
            self._wake(len(waiting))

    def _extra(self, feed: Feed, **more: Any) -> dict[str, Any]:
        return {"operation": self.operation.name, "feed": feed.name, **more}


def _is_cancelled(error: BaseException) -> bool:
    """Whether the worker is told to end, rather than a handler having let a CancelledError out."""
    task = asyncio.current_task()
    return (
        isinstance(error, asyncio.CancelledError)
        and task is not None
        and bool(task.cancelling())
    )
