"""Tests that are coroutines run on an event loop whose clock jumps to the next timer: nothing waits, and nothing is flaky."""

from __future__ import annotations

import asyncio
import inspect
import selectors
from typing import Any

import pytest


class JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for a timer, it moves the clock there."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.threads = 0
        """While handlers run in threads, time passes as it does."""

    def select(self, timeout: float | None = None) -> Any:
        """What is ready; with nothing ready the next timer is due."""
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        ready = super().select(0.002 if self.threads else 0)
        if not ready:
            self.now += 0.002 if self.threads else timeout
        return ready


class VirtualClockLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time."""

    def __init__(self) -> None:
        self._jumping = JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """The virtual time in seconds."""
        return self._jumping.now

    def run_in_executor(self, executor: Any, function: Any, *arguments: Any) -> Any:
        """As always, with time at its usual pace until it is done."""
        self._jumping.threads += 1
        future = super().run_in_executor(executor, function, *arguments)
        future.add_done_callback(self._thread_done)
        return future

    def _thread_done(self, _: Any) -> None:
        self._jumping.threads -= 1


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    with asyncio.Runner(loop_factory=VirtualClockLoop) as runner:
        runner.run(pyfuncitem.obj(**arguments))
    return True
