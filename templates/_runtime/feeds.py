"""Where messages come from one after the other: a Kafka partition, an AMQP queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

__all__ = ["Feed"]


class Feed:
    """Messages in their order, and how many of them are in progress; each transport has its own."""

    __slots__ = ("closed", "finished", "lanes", "name", "on_idle", "paused", "running")

    def __init__(self, name: str) -> None:
        self.name = name
        self.lanes: dict[Hashable, deque[Any]] = {}
        """Lanes that are busy or blocked, with what waits behind."""
        self.closed = False
        """No message of it is started any more."""
        self.paused = False
        """Closed by a failure, with the message that failed unacknowledged."""
        self.running = 0
        """Handlers and dead letters in progress."""
        self.finished: int = 0
        """Messages that are off the dispatcher's hands, handled or dropped."""
        self.on_idle: Callable[[], None] | None = None

    def done(self, raw: Any) -> None:
        """Acknowledge a message; called in the order in which messages finish."""
        raise NotImplementedError

    def pause(self) -> None:
        """Take no more from it until a restart."""
        raise NotImplementedError

    def close(self, on_idle: Callable[[], None] | None = None) -> None:
        """Start no more of its messages; `on_idle` is called once none is in progress."""
        self.closed = True
        self.lanes.clear()
        self.on_idle = on_idle
        self._tell_when_idle()

    def left(self) -> None:
        """A handler or a dead letter has ended."""
        self.running -= 1
        if self.closed:
            self._tell_when_idle()

    def _tell_when_idle(self) -> None:
        if not self.running and self.on_idle is not None:
            on_idle, self.on_idle = self.on_idle, None
            on_idle()
