"""Runs a subscriber: from its handlers to a receiver, until a signal, `stop()`, a failure or cancellation; then it drains."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Generator, Hashable, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self

from ..errors import DecodeError, ReceiveError
from .addresses import evaluate, header_name, text_of
from .codecs import MessageType, pick
from .dispatch import Dispatcher
from .handlers import (
    Handle,
    HandleBatch,
    Registration,
    as_coroutine_function,
    is_async,
)
from .operations import Outgoing, Reply
from .policy import FailurePolicy
from .shared import Shared
from .threads import DaemonThreads
from .tracing import Tracing, find_tracing

__all__ = ["Subscriber"]

log = logging.getLogger(__name__.partition("._")[0])

SIGNALS = (signal.SIGINT, signal.SIGTERM)
TEXT = 1000
"""Characters of an exception's message that go into a dead letter's header: a header counts for the message's size."""


class Subscriber:
    """Receives the messages of the operations that have a handler, and calls it."""

    def __init__(
        self,
        transport: Any,
        *,
        concurrency: int = 1,
        on_failure: FailurePolicy | None = None,
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency must be at least 1")
        self._transport = transport
        self._concurrency = concurrency
        self._on_failure = on_failure or FailurePolicy()
        self._registrations: dict[str, Registration] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()
        self._leave = asyncio.Event()
        self._failure: BaseException | None = None
        self._receiver: Any = None
        self._sender: Any = None
        self._dispatchers: list[Dispatcher] = []
        self._background: asyncio.Task[None] | None = None
        self._body: asyncio.Task[Any] | None = None
        self._body_cancelled = False

    # ---- what users call ----

    async def run(self) -> None:
        """Receive until SIGINT, SIGTERM, `stop()` or cancellation, then let handlers finish, acknowledge and leave.

        A second signal leaves at once. Raises BrokerUnavailable, and with `then="stop"` the DecodeError or HandlerError.
        """
        with self._signals():
            await self._serve(lambda: None)

    def stop(self) -> None:
        """Take no more messages, let handlers finish within `drain_timeout`, acknowledge and leave."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)

    @property
    def healthy(self) -> bool:
        """Whether it runs, is connected, and no partition or queue is paused by a failure."""
        return (
            self._receiver is not None
            and self._failure is None
            and bool(self._receiver.healthy)
        )

    async def __aenter__(self) -> Self:
        """Run in the background; when it fails, the body is cancelled and leaves with its error."""
        started = asyncio.Event()
        self._body = asyncio.current_task()
        self._body_cancelled = False
        self._background = asyncio.create_task(
            self._serve(started.set), name="subscriber"
        )
        waiting = asyncio.create_task(started.wait())
        try:
            await asyncio.wait(
                (waiting, self._background), return_when=asyncio.FIRST_COMPLETED
            )
        except asyncio.CancelledError:
            self._background.cancel()
            await asyncio.wait((self._background,))
            raise
        finally:
            waiting.cancel()
        if self._background.done():
            await self._background
        self._background.add_done_callback(self._cancel_body)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        background, body = self._background, self._body
        assert background is not None and body is not None
        background.remove_done_callback(self._cancel_body)
        self._body = None
        self.stop()
        try:
            await asyncio.wait((background,))
        except asyncio.CancelledError:
            self._leave.set()
            await asyncio.wait((background,))
            raise
        failure = None if background.cancelled() else background.exception()
        ours = self._body_cancelled and body.uncancel() == 0
        if failure is None:
            return
        if error is None or (ours and isinstance(error, asyncio.CancelledError)):
            raise failure
        log.error("the subscriber failed: %s", failure)

    # ---- registration, called by the generated class ----

    def _handle(self, operation: Any) -> Handle[Any, Any]:
        return Handle(operation, self._register)

    def _handle_batch(self, operation: Any) -> HandleBatch[Any]:
        return HandleBatch(operation, self._register)

    def _register(self, registration: Registration) -> None:
        name = registration.operation.name
        if name in self._registrations:
            raise ValueError(f"{name} has a handler already")
        if self._loop is not None:
            raise RuntimeError("register handlers before the subscriber runs")
        self._registrations[name] = registration

    # ---- running ----

    async def _serve(self, on_started: Callable[[], None]) -> None:
        if self._loop is not None:
            raise RuntimeError("the subscriber runs already")
        if not self._registrations:
            raise RuntimeError("no operation has a handler")
        self._loop = asyncio.get_running_loop()
        self._ended, self._leave = asyncio.Event(), asyncio.Event()
        self._failure = None
        executor = DaemonThreads(self._threads())
        try:
            if await self._opened(executor):
                on_started()
                await self._ended.wait()
        finally:
            try:
                await self._shut()
            finally:
                executor.shutdown()
                self._loop = None
                self._receiver = self._sender = None
        if self._failure is not None:
            raise self._failure

    async def _opened(self, executor: Executor) -> bool:
        """Connect; False when it was told to stop meanwhile."""
        opening = asyncio.create_task(self._open(executor))
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait((opening, ended), return_when=asyncio.FIRST_COMPLETED)
            if not opening.done():
                return False
            await opening
            return True
        finally:
            ended.cancel()
            opening.cancel()
            await asyncio.wait((opening,))

    async def _open(self, executor: Executor) -> None:
        self._dispatchers = [
            self._dispatcher(group, executor) for group in self._queues()
        ]
        if any(each.policy.dead_letter for each in self._dispatchers) or any(
            each.operation.reply for each in self._registrations.values()
        ):
            self._sender = self._transport.sender()
            await self._sender.open()
        self._receiver = self._transport.receiver(self._dispatchers, self._fail)
        for dispatcher in self._dispatchers:
            dispatcher.start()
        await self._receiver.open()

    async def _shut(self) -> None:
        """Take no more, drain, acknowledge, leave; at once when `_leave` is set or a second cancellation comes."""
        timeout: float = self._transport.drain_timeout
        try:
            if self._receiver is not None:
                self._receiver.hold()
            await self._unless_leaving(
                asyncio.gather(
                    *(dispatcher.drain(timeout) for dispatcher in self._dispatchers)
                )
            )
        finally:
            for dispatcher in self._dispatchers:
                if not await dispatcher.drain(0):
                    log.warning(
                        "%s: handlers did not end within the drain timeout",
                        dispatcher.operation.name,
                    )
            close_timeout: float = (
                1.0 if self._leave.is_set() else self._transport.close_timeout
            )
            if self._receiver is not None:
                await self._receiver.close(close_timeout)
            if self._sender is not None:
                unsent = await self._sender.close(close_timeout)
                if unsent:
                    log.error("%d dead letters or replies were not sent", unsent)

    async def _unless_leaving(self, draining: asyncio.Future[Any]) -> None:
        leaving = asyncio.create_task(self._leave.wait())
        try:
            await asyncio.wait((draining, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            draining.cancel()
            await asyncio.wait((draining,))

    def _fail(self, error: BaseException) -> None:
        if self._failure is None:
            self._failure = error
        self._ended.set()

    def _cancel_body(self, background: asyncio.Task[None]) -> None:
        if (
            self._body is not None
            and not background.cancelled()
            and background.exception() is not None
        ):
            self._body_cancelled = True
            self._body.cancel()

    @contextmanager
    def _signals(self) -> Generator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        previous = {number: signal.getsignal(number) for number in SIGNALS}

        def signalled(*_: Any) -> None:
            loop.call_soon_threadsafe(self._signalled)

        for number in SIGNALS:
            try:
                loop.add_signal_handler(number, self._signalled)
            except NotImplementedError:
                signal.signal(number, signalled)
        try:
            yield
        finally:
            for number in SIGNALS:
                with suppress(NotImplementedError):
                    loop.remove_signal_handler(number)
                signal.signal(number, previous[number])

    def _signalled(self) -> None:
        if self._ended.is_set():
            self._leave.set()
        self._ended.set()

    # ---- from handlers to dispatchers ----

    def _threads(self) -> int:
        """One for each plain function that can run at a time."""
        return sum(
            each.concurrency or self._concurrency
            for each in self._registrations.values()
            if not is_async(each.handler)
        )

    def _queues(self) -> list[list[Registration]]:
        """Operations that receive from the same place share a dispatcher, since each message goes to one of them."""
        queues: dict[Hashable, list[Registration]] = {}
        for registration in self._registrations.values():
            queues.setdefault(self._queue(registration.operation), []).append(
                registration
            )
        return list(queues.values())

    def _queue(self, operation: Any) -> Hashable:
        """What operations have in common that share their messages."""
        shared: Hashable = operation.queue
        return shared

    def _dispatcher(
        self, group: Sequence[Registration], executor: Executor
    ) -> Dispatcher:
        first = group[0]
        operation, handler = first.operation, self._callable(first, executor)
        if len(group) > 1:
            names = " and ".join(each.operation.name for each in group)
            if any(each.batch for each in group):
                raise ValueError(f"{names} receive the same messages: no batches")
            if any(each.on_failure != first.on_failure for each in group):
                raise ValueError(
                    f"{names} receive the same messages: give all the same on_failure"
                )
            operation = Shared([registration.operation for registration in group])
            handler = operation.route(
                [self._callable(registration, executor) for registration in group]
            )
        dispatcher = Dispatcher(
            operation,
            handler,
            policy=first.on_failure or self._on_failure,
            concurrency=max(
                registration.concurrency or self._concurrency for registration in group
            ),
            batch=first.batch,
        )
        dispatcher.bury = self._bury
        dispatcher.on_failure = self._fail
        return dispatcher

    def _callable(self, registration: Registration, executor: Executor) -> Any:
        handler = as_coroutine_function(registration.handler, executor)
        tracing = find_tracing()
        if tracing is not None and registration.batch is None:
            handler = _traced(handler, tracing)
        reply: Reply | None = registration.operation.reply
        if reply is None:
            return handler

        async def handle_and_reply(message: Any) -> None:
            await self._reply(
                registration.operation, reply, message, await handler(message)
            )

        return handle_and_reply

    async def _reply(
        self, operation: Any, reply: Reply, message: Any, payload: Any
    ) -> None:
        raw = message._raw
        body, headers = raw.value(), raw.headers()
        address = reply_address(reply, body, headers)
        if address is None or not self._transport.allows_reply(reply, address):
            log.error(
                "%s: no reply goes to %r",
                operation.name,
                address,
                extra={"operation": operation.name},
            )
            return
        kinds = reply.messages
        kind = kinds[0] if len(kinds) == 1 else pick(kinds, payload, None)
        wire = list(kind.encode_headers(None, None))
        asked: list[MessageType] = [kind for kind, _ in operation.messages]
        identities = (each.find_correlation_id(body, headers) for each in asked)
        identity = next(filter(None, identities), None)
        if identity is not None:
            wire.append(
                (
                    header_name(kind.correlation_id) or "correlation-id",
                    identity.encode(),
                )
            )
        await self._sender.send(
            Outgoing(
                operation,
                payload,
                address,
                kind.payload.encode(payload),
                raw.key(),
                wire,
            )
        )

    async def _bury(
        self, operation: Any, raw: Any, address: str, error: ReceiveError, attempts: int
    ) -> None:
        """Send the original bytes, key and headers to the dead letter address, with why and from where."""
        origin: dict[str, str] = operation.origin(raw)
        cause = (None if isinstance(error, DecodeError) else error.__cause__) or error
        kind = type(cause)
        why = {
            **{f"dead-letter-{name}": value for name, value in origin.items()},
            "dead-letter-operation": operation.name,
            "dead-letter-reason": (
                "decode" if isinstance(error, DecodeError) else "handler"
            ),
            "dead-letter-exception": f"{kind.__module__}.{kind.__qualname__}",
            "dead-letter-message": _text(cause),
            "dead-letter-attempts": str(attempts),
        }
        kept = [(name, value) for name, value in raw.headers() or () if name not in why]
        wire = [
            *kept,
            *((name, value.encode(errors="replace")) for name, value in why.items()),
        ]
        target = address.replace("{address}", origin["address"])
        await self._sender.send(
            Outgoing(operation, raw.value(), target, raw.value(), raw.key(), wire)
        )


def _text(error: BaseException) -> str:
    try:
        return str(error)[:TEXT]
    except Exception:  # noqa: BLE001
        return type(error).__name__


def _traced(handler: Callable[[Any], Any], tracing: Tracing) -> Callable[[Any], Any]:
    """The handler, in the trace that its message belongs to."""

    async def handle(message: Any) -> Any:
        leave = tracing.within(message._raw.headers())
        try:
            return await handler(message)
        finally:
            leave()

    return handle


def reply_address(reply: Reply, body: bytes | None, headers: Any) -> str | None:
    """Where the reply to a request goes: what the request says, else the document's address."""
    found = evaluate(reply.at, body, headers) if reply.at else None
    if found is not None:
        return text_of(found)
    return (
        reply.address.template
        if reply.address and not reply.address.parameters
        else None
    )
