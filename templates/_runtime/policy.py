"""What happens to a message whose handler failed, or that cannot be decoded."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .addresses import escaped

__all__ = ["FailurePolicy", "exponential"]


def exponential(
    initial: float, *, factor: float = 2, maximum: float = 60, jitter: bool = True
) -> Callable[[int], float]:
    """Seconds to wait after the n-th failed attempt, from 1: `initial * factor ** (n - 1)`, at most `maximum`.

    With `jitter` a random part of up to half is taken off, so that many consumers do not retry at once.
    """

    def backoff(failed: int) -> float:
        seconds = min(maximum, initial * factor ** min(failed - 1, 64))
        return seconds * (1 - random.random() / 2) if jitter else seconds

    return backoff


_BACKOFF = exponential(0.2, factor=2, maximum=10, jitter=True)


@dataclass(frozen=True, slots=True)
class FailurePolicy:
    """What happens when a handler raises, or a message cannot be decoded (which is never tried again)."""

    attempts: int = 3
    """How often a message is handed to the handler at most."""
    backoff: Callable[[int], float] = _BACKOFF
    """Seconds to wait after the n-th failed attempt."""
    retry_on: tuple[type[BaseException], ...] = (Exception,)
    """Exceptions worth another attempt."""
    dead_letter: str | None = None
    """Where messages go that failed for good, `{address}` standing for where they came from."""
    then: Literal["pause", "stop", "skip"] = "pause"
    """Without a dead letter, or when it cannot be written: `pause` takes no more from that partition or queue, with the
    message unacknowledged; `stop` ends `run()` with the error; `skip` acknowledges."""

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError("attempts must be at least 1")
        if self.then not in ("pause", "stop", "skip"):
            raise ValueError("then must be 'pause', 'stop' or 'skip'")
        if self.dead_letter == "{address}":
            raise ValueError("a dead letter cannot go where it came from")

    def dead_letters(self) -> str | None:
        """A regular expression of the addresses that dead letters go to, in Python's dialect and in POSIX's."""
        if self.dead_letter is None:
            return None
        return ".+".join(map(escaped, self.dead_letter.split("{address}")))
