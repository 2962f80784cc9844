"""Sending: what publishers of every protocol share. Each protocol adds its transport."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from ..errors import MessagingError, PublishError, ReplyTimeout
from .addresses import header, header_name, text_of
from .codecs import MessageType
from .operations import Outgoing, Reply
from .tracing import Tracing, find_tracing
from .transport import Receiver, Sender, Transport

__all__ = ["Publisher"]

log = logging.getLogger(__name__.partition("._")[0])


class Publisher:
    """Sends the messages of a document. It connects when it is entered, or at the first message."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._sender: Sender | None = None
        self._opening: asyncio.Lock | None = None
        self._closed = False
        self._requests: dict[str, Requests] = {}
        self._tracing: Tracing | None = find_tracing()

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self.close()
        except PublishError as failure:
            if error is None:
                raise
            log.error("%s", failure)

    async def close(self) -> None:
        """Send what is queued, within `close_timeout`; raises PublishError naming how many were not sent."""
        self._closed = True
        sender, self._sender = self._sender, None
        requests, self._requests = self._requests, {}
        try:
            for each in requests.values():
                await each.close(self._transport.close_timeout)
        finally:
            unsent = await sender.close(self._transport.close_timeout) if sender else 0
        if unsent:
            raise PublishError(
                f"{unsent} messages were not sent within {self._transport.close_timeout:g} s",
                retryable=True,
                outcome="unknown",
            )

    async def _open(self) -> Sender:
        if self._sender is not None:
            return self._sender
        if self._closed:
            raise PublishError("the publisher is closed", outcome="not_sent")
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._sender is None:
                sender: Sender = self._transport.sender()
                await sender.open()
                if self._closed:
                    await sender.close(0)
                    raise PublishError("the publisher is closed", outcome="not_sent")
                self._sender = sender
        return self._sender

    async def _send(self, operation: Any, payload: Any, **options: Any) -> Any:
        sender = self._sender or await self._open()
        outgoing: Outgoing = operation.prepare(payload, **options)
        if self._tracing is not None:
            outgoing.headers = self._tracing.inject(outgoing.headers)
        return await sender.send(outgoing)

    async def _send_many(self, operation: Any, items: Iterable[Any]) -> list[Any]:
        sender = self._sender or await self._open()
        return await sender.send_many(_prepared(operation, items, self._tracing))

    async def _ask(
        self,
        operation: Any,
        payload: Any,
        *,
        timeout: float,
        reply_to: str | None = None,
        **options: Any,
    ) -> Any:
        """Send a request and wait for its reply; `timeout` is in seconds and covers both."""
        sender = self._sender or await self._open()
        outgoing: Outgoing = operation.prepare(payload, **options)
        outgoing.headers = list(outgoing.headers)
        if self._tracing is not None:
            outgoing.headers = self._tracing.inject(outgoing.headers)
        reply: Reply = operation.reply
        message: MessageType = operation.message(payload, options.get("message"))
        where = header_name(reply.at)
        given = header(outgoing.headers, where) if where else None
        address = text_of(given) if given is not None else reply_to
        if address is None:
            if reply.address is None or reply.address.parameters:
                raise ValueError(f"{operation.name} needs the address of its replies")
            address = reply.address.template
        if where and given is None:
            outgoing.headers.append((where, address.encode()))
        identity = message.find_correlation_id(outgoing.body, outgoing.headers)
        if identity is None:
            identity = uuid.uuid4().hex
            place = header_name(message.correlation_id) or "correlation-id"
            outgoing.headers.append((place, identity.encode()))
        try:
            async with asyncio.timeout(timeout):
                requests = await self._replies(operation, address)
                return await requests.ask(identity, lambda: sender.send(outgoing))
        except TimeoutError:
            raise ReplyTimeout(
                f"{operation.name}: no reply within {timeout:g} s"
            ) from None

    async def _replies(self, operation: Any, address: str) -> Requests:
        if self._closed:
            raise PublishError("the publisher is closed", outcome="not_sent")
        requests = self._requests.get(address)
        if requests is None:
            requests = self._requests[address] = Requests(
                self._transport, operation, address
            )
        await requests.open()
        return requests


class Requests:
    """The requests that wait for replies at one address."""

    def __init__(self, transport: Transport, operation: Any, address: str) -> None:
        self._waiting: dict[str, tuple[Reply, asyncio.Future[Any]]] = {}
        self._kinds: tuple[MessageType, ...] = operation.reply.messages
        self._replies: Callable[[], Receiver] = lambda: transport.replies(
            operation, address, self._take, self._failed
        )
        self._receiver: Receiver | None = None
        self._opened: asyncio.Task[None] | None = None
        self._reply: Reply = operation.reply
        self.late = 0
        """Replies that nobody waits for any more."""

    async def open(self) -> None:
        """Begin to receive, once; whoever comes meanwhile waits for the same."""
        if self._opened is None:
            self._receiver = self._replies()
            self._opened = asyncio.create_task(self._receiver.open())
        opened = self._opened
        try:
            await asyncio.shield(opened)
        finally:
            failed = opened.done() and (opened.cancelled() or opened.exception())
            if failed and self._opened is opened:
                self._opened = None

    async def ask(self, identity: str, send: Callable[[], Any]) -> Any:
        """The reply to the request that `send` sends; raises DecodeError for one that is not valid."""
        if identity in self._waiting:
            raise ValueError(
                f"a request with the correlation id {identity!r} waits already"
            )
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[identity] = (self._reply, future)
        try:
            await send()
            return await future
        finally:
            del self._waiting[identity]
            if not future.cancel() and not future.cancelled():
                future.exception()  # nobody else asks, when sending failed

    async def close(self, timeout: float) -> None:
        """Receive no more; requests that still wait fail."""
        opened = self._opened
        self._failed(MessagingError("the publisher was closed before the reply came"))
        if opened is not None:
            opened.cancel()
        if self._receiver is not None:
            await self._receiver.close(timeout)

    def _failed(self, error: BaseException) -> None:
        """No reply comes to the requests that wait; the next one opens another receiver."""
        self._opened = None
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(error)

    def _take(self, raw: Any) -> None:
        body, headers = raw.value(), raw.headers()
        for kind in self._kinds:
            identity = kind.find_correlation_id(body, headers)
            waiting = None if identity is None else self._waiting.get(identity)
            if waiting is None:
                continue
            reply, future = waiting
            if not future.done():
                try:
                    future.set_result(reply.read(raw))
                except Exception as error:  # noqa: BLE001
                    future.set_exception(error)
                return
        self.late += 1
        log.debug(
            "a reply that nobody waits for was dropped", extra={"late": self.late}
        )


def _prepared(
    operation: Any, items: Iterable[Any], tracing: Tracing | None
) -> Iterable[Outgoing | PublishError]:
    """Each item ready to be sent, or why it cannot be."""
    prepare: Callable[[Any], Outgoing] = operation.prepare_item
    for item in items:
        try:
            outgoing = prepare(item)
            if tracing is not None:
                outgoing.headers = tracing.inject(outgoing.headers)
            yield outgoing
        except (
            ValidationError,
            PydanticSerializationError,
            TypeError,
            ValueError,
        ) as error:
            failure = PublishError(
                f"{operation.name}: the message is not valid",
                retryable=False,
                outcome="not_sent",
            )
            failure.__cause__ = error
            yield failure
        except PublishError as failure:
            yield failure
