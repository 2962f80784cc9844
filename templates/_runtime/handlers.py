"""How handlers are registered: the decorators that a subscriber offers, and what becomes of the functions."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, overload

from .policy import FailurePolicy

__all__ = [
    "Handle",
    "HandleBatch",
    "Registration",
    "as_coroutine_function",
    "is_async",
]

MessageT = TypeVar("MessageT")
ResultT = TypeVar("ResultT")
BATCH = 100


@dataclass(slots=True)
class Registration:
    """A handler of an operation, and how it is called."""

    operation: Any
    handler: Callable[[Any], Any]
    concurrency: int | None = None
    on_failure: FailurePolicy | None = None
    batch: int | None = None


class Handle(Generic[MessageT, ResultT]):
    """Registers the handler of one operation, as a decorator or by a call; the handler comes back as it is.

    A plain `def` runs in a thread. `concurrency` and `on_failure` set this operation apart from the subscriber's own.
    """

    def __init__(
        self,
        operation: Any,
        register: Callable[[Registration], None],
        options: dict[str, Any] | None = None,
    ) -> None:
        self._operation = operation
        self._register = register
        self._options = options or {}

    @overload
    def __call__(
        self, handler: Callable[[MessageT], Coroutine[Any, Any, ResultT]], /
    ) -> Callable[[MessageT], Coroutine[Any, Any, ResultT]]: ...
    @overload
    def __call__(
        self, handler: Callable[[MessageT], ResultT], /
    ) -> Callable[[MessageT], ResultT]: ...
    @overload
    def __call__(
        self,
        /,
        *,
        concurrency: int | None = None,
        on_failure: FailurePolicy | None = None,
    ) -> Handle[MessageT, ResultT]: ...
    def __call__(
        self,
        handler: Callable[[MessageT], Any] | None = None,
        /,
        *,
        concurrency: int | None = None,
        on_failure: FailurePolicy | None = None,
    ) -> Any:
        """Register a handler, or take the options for the one that follows."""
        if handler is None:
            options = {
                "concurrency": _at_least_one(concurrency, "concurrency"),
                "on_failure": on_failure,
            }
            return Handle[MessageT, ResultT](self._operation, self._register, options)
        self._register(Registration(self._operation, handler, **self._options))
        return handler


class HandleBatch(Generic[MessageT]):
    """Registers a handler that takes lists of messages, acknowledged together; the handler comes back as it is.

    A list holds what has arrived, `max_messages` at most, and never waits to be full.
    """

    def __init__(
        self,
        operation: Any,
        register: Callable[[Registration], None],
        options: dict[str, Any] | None = None,
    ) -> None:
        self._operation = operation
        self._register = register
        self._options = options or {"batch": BATCH}

    @overload
    def __call__(
        self, handler: Callable[[list[MessageT]], Coroutine[Any, Any, None]], /
    ) -> Callable[[list[MessageT]], Coroutine[Any, Any, None]]: ...
    @overload
    def __call__(
        self, handler: Callable[[list[MessageT]], None], /
    ) -> Callable[[list[MessageT]], None]: ...
    @overload
    def __call__(
        self,
        /,
        *,
        max_messages: int = BATCH,
        concurrency: int | None = None,
        on_failure: FailurePolicy | None = None,
    ) -> HandleBatch[MessageT]: ...
    def __call__(
        self,
        handler: Callable[[list[MessageT]], Any] | None = None,
        /,
        *,
        max_messages: int = BATCH,
        concurrency: int | None = None,
        on_failure: FailurePolicy | None = None,
    ) -> Any:
        """Register a handler, or take the options for the one that follows."""
        if handler is None:
            options = {
                "batch": _at_least_one(max_messages, "max_messages"),
                "concurrency": _at_least_one(concurrency, "concurrency"),
                "on_failure": on_failure,
            }
            return HandleBatch[MessageT](self._operation, self._register, options)
        self._register(Registration(self._operation, handler, **self._options))
        return handler


def _at_least_one(value: int | None, name: str) -> int | None:
    if value is not None and value < 1:
        raise ValueError(f"{name} must be at least 1")
    return value


def as_coroutine_function(
    handler: Callable[[Any], Any], executor: Executor
) -> Callable[[Any], Any]:
    """The handler itself when it is `async def`, else one that runs it in a thread."""
    if is_async(handler):
        return handler

    async def in_thread(message: Any) -> Any:
        context = contextvars.copy_context()

        def call() -> Any:
            try:
                return context.run(handler, message)
            except StopIteration as error:
                # asyncio's futures do not take one: whoever awaits them would wait for ever.
                raise RuntimeError("the handler raised StopIteration") from error

        result = await asyncio.get_running_loop().run_in_executor(executor, call)
        return await result if inspect.isawaitable(result) else result

    return in_thread


def is_async(handler: Any) -> bool:
    """Whether a handler is `async def`, or an object whose `__call__` is."""
    return inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(
        type(handler).__call__
    )
