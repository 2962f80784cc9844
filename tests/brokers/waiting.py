"""The one place that looks again and again until something is so."""

import time
from collections.abc import Callable

INTERVAL = 0.02


def wait_until(condition: Callable[[], bool], what: str, *, timeout: float) -> None:
    """Returns as soon as `condition()` is true; raises TimeoutError saying `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not so after {timeout:g} s: {what}")
        time.sleep(INTERVAL)
