"""Threads for handlers that are plain functions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import Any

__all__ = ["DaemonThreads"]

Task = tuple["Future[Any]", Callable[[], Any]]


class DaemonThreads(Executor):
    """As many threads as are needed at a time, up to a number.

    Unlike those of ThreadPoolExecutor they do not keep the process alive: a handler that hangs outlasts its drain timeout,
    and must not outlast the subscriber's process.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._started = 0
        self._idle = threading.Semaphore(0)
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Future[Any]:
        """Run a function in a thread that is free, else in a new one, else when one becomes free."""
        future: Future[Any] = Future()
        self._tasks.put((future, partial(fn, *args, **kwargs)))
        if not self._idle.acquire(blocking=False) and self._started < self._most:
            self._started += 1
            name = f"handler-{self._started}"
            threading.Thread(target=self._work, name=name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let each thread end after what it runs; nothing waits for them."""
        for _ in range(self._started):
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            future, call = task
            if future.set_running_or_notify_cancel():
                try:
                    result = call()
                except BaseException as error:  # noqa: BLE001
                    future.set_exception(error)
                else:
                    future.set_result(result)
            del task, future, call
            self._idle.release()
