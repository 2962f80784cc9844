"""A message as the client library gives it, for a transport that is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .._runtime.addresses import WireHeaders

__all__ = ["KafkaRecord"]


@dataclass(frozen=True, slots=True)
class KafkaRecord:
    """What the runtime asks of confluent_kafka.Message, which can be made by hand only since 2.13."""

    _topic: str
    _offset: int
    _value: bytes | None
    _key: bytes | None
    _headers: WireHeaders

    def topic(self) -> str:
        """The topic."""
        return self._topic

    def partition(self) -> int:
        """A topic in memory has one partition."""
        return 0

    def offset(self) -> int:
        """The position in the topic."""
        return self._offset

    def value(self) -> bytes | None:
        """The body; None is a tombstone."""
        return self._value

    def key(self) -> bytes | None:
        """The key."""
        return self._key

    def headers(self) -> list[tuple[str, Any]]:
        """The headers in their order."""
        return list(self._headers)

    def timestamp(self) -> tuple[int, int]:
        """No timestamp is known."""
        return 0, 0
