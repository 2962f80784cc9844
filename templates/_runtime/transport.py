"""What a protocol's transport offers: a broker behind a client library, or the in-memory one of `testing`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

__all__ = ["Receiver", "Sender", "Transport"]


class Sender(Protocol):
    """Sends messages; opened once and closed once."""

    async def open(self) -> None:
        """Connect; raises BrokerUnavailable."""
        ...

    async def send(self, outgoing: Any) -> Any:
        """Send one message, and return once the broker has it; raises PublishError."""
        ...

    async def send_many(self, outgoing: Iterable[Any]) -> list[Any]:
        """For each in order what was sent, or the PublishError. One that is an error already stays as it is."""
        ...

    async def close(self, timeout: float) -> int:
        """Send what is queued, and return how many messages were not sent within the timeout."""
        ...


class Receiver(Protocol):
    """Gives received messages to dispatchers."""

    @property
    def healthy(self) -> bool:
        """Whether it is connected, and nothing is paused by a failure."""
        ...

    async def open(self) -> None:
        """Connect and begin to receive; raises BrokerUnavailable."""
        ...

    def hold(self) -> None:
        """Take no more messages, and stay connected."""
        ...

    async def close(self, timeout: float) -> None:
        """Acknowledge what was handled, and leave."""
        ...


class Transport(Protocol):
    """Where messages travel: a broker, or the in-memory one of `testing`.

    What crosses it is typed loosely on purpose: two generated packages can share one object.
    """

    @property
    def close_timeout(self) -> float:
        """Seconds for what is queued when a publisher or subscriber closes."""
        ...

    @property
    def drain_timeout(self) -> float:
        """Seconds for running handlers when a subscriber stops."""
        ...

    def sender(self) -> Any:
        """A Sender."""
        ...

    def receiver(
        self, dispatchers: Sequence[Any], on_failure: Callable[[BaseException], None]
    ) -> Any:
        """A Receiver that gives what it receives to the dispatchers, and its own end to `on_failure`."""
        ...

    def allows_reply(self, reply: Any, address: str) -> bool:
        """Whether a reply may go to the address that a request names."""
        ...

    def replies(
        self,
        operation: Any,
        address: str,
        on_reply: Callable[[Any], None],
        on_failure: Callable[[BaseException], None],
    ) -> Any:
        """A Receiver of the replies that come to an address from now on, outside any group."""
        ...
