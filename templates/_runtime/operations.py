"""The operations of the document: what is sent and received where, and the typed message that a handler gets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from pydantic import ValidationError

from ..errors import DecodeError
from .addresses import Address, Choose, Unreadable, WireHeaders, header, text_of
from .codecs import ExtraHeaders, MessageType, pick, reasons

__all__ = ["Message", "Outgoing", "Receive", "Reply", "Send"]

PayloadT = TypeVar("PayloadT")
HeadersT = TypeVar("HeadersT")
KeyT = TypeVar("KeyT")
ParametersT = TypeVar("ParametersT")


class Message(Generic[PayloadT, HeadersT, KeyT, ParametersT]):
    """A received message, validated."""

    __slots__ = ("_raw", "headers", "key", "parameters", "payload")

    def __init__(
        self,
        payload: PayloadT,
        headers: HeadersT,
        key: KeyT,
        parameters: ParametersT,
        raw: Any = None,
    ) -> None:
        self.payload: PayloadT = payload
        self.headers: HeadersT = headers
        self.key: KeyT = key
        self.parameters: ParametersT = parameters
        self._raw: Any = raw

    def __repr__(self) -> str:
        return f"{type(self).__name__}(payload={self.payload!r}, headers={self.headers!r}, key={self.key!r})"


class Outgoing:
    """A message ready to be sent: its address, and everything as bytes."""

    __slots__ = ("address", "body", "headers", "key", "operation", "payload")

    def __init__(
        self,
        operation: Any,
        payload: Any,
        address: str,
        body: bytes | None,
        key: bytes | None,
        headers: list[tuple[str, Any]],
    ) -> None:
        self.operation = operation
        self.payload = payload
        self.address = address
        self.body = body
        self.key = key
        self.headers = headers


class Reply:
    """Where the reply of an operation goes, and what it may be."""

    def __init__(
        self,
        *,
        messages: Sequence[MessageType],
        address: Address | None = None,
        at: str | None = None,
        choose: Choose | None = None,
    ) -> None:
        self.messages = tuple(messages)
        self.address = address
        self.at = at
        self.choose = choose

    def read(self, raw: Any) -> Any:
        """The payload of a reply; raises DecodeError."""
        body, headers = raw.value(), raw.headers()
        try:
            messages = self.messages
            if self.choose is not None:
                messages = (messages[self.choose(body, headers)],)
            return _first_valid(messages, lambda message: message.decode_payload(body))
        except (ValidationError, UnicodeDecodeError, Unreadable) as error:
            raise DecodeError(
                f"the reply is not valid: {_reason(error)}", body=body
            ) from error


class Send:
    """An operation that sends; each protocol adds what its bindings say."""

    def __init__(
        self,
        name: str,
        *,
        address: Address | None,
        messages: Sequence[MessageType],
        reply: Reply | None = None,
        parameters: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.address = address
        self.messages = tuple(messages)
        self.reply = reply
        self.parameters = tuple(parameters)
        """The fields of a `…_many` item that hold the address's parameters, in their order."""
        self._fixed_address = (
            address.template if address and not address.parameters else None
        )
        self._only = self.messages[0] if len(self.messages) == 1 else None

    def message(self, payload: Any, name: str | None) -> MessageType:
        """Which of the operation's messages a payload is."""
        return (
            self._only
            if self._only is not None and name is None
            else pick(self.messages, payload, name)
        )

    def prepare(
        self,
        payload: Any,
        *,
        message: str | None = None,
        parameters: Sequence[str] = (),
        address: str | None = None,
        key: Any = None,
        headers: Any = None,
        extra_headers: ExtraHeaders | None = None,
    ) -> Outgoing:
        """The message as it is sent; raises ValidationError for what is wrong with it."""
        kind = self.message(payload, message)
        if address is None:
            if self.address is None:
                raise ValueError(f"{self.name} needs an address")
            address = self.address.fill(parameters)
        return Outgoing(
            self,
            payload,
            self.checked(address),
            self.body(kind, payload),
            kind.encode_key(key),
            kind.encode_headers(headers, extra_headers),
        )

    def prepare_item(self, item: Any) -> Outgoing:
        """The message of a `…_many` item as it is sent; raises ValidationError for what is wrong with it."""
        payload = item.payload
        kind = self._only
        if kind is None:
            kind = pick(self.messages, payload, getattr(item, "message", None))
        return Outgoing(
            self,
            payload,
            self._fixed_address or self._address_of(item),
            self.body(kind, payload),
            kind.encode_key(getattr(item, "key", None)),
            kind.encode_headers(
                None if kind.headers is None else item.headers, item.extra_headers
            ),
        )

    def _address_of(self, item: Any) -> str:
        if self.address is None:
            return self.checked(item.address)
        values = [getattr(item, name) for name in self.parameters]
        return self.checked(self.address.fill(values))

    def body(self, kind: MessageType, payload: Any) -> bytes | None:
        """The bytes of the payload."""
        return kind.payload.encode(payload)

    def checked(self, address: str) -> str:
        """The address, when the protocol takes it; raises PublishError."""
        return address

    def sent(self, outgoing: Outgoing, position: int) -> Any:
        """What publishing returns on a transport that knows an address and a position in it."""
        raise NotImplementedError

    def record(
        self,
        address: str,
        body: bytes | None,
        key: bytes | None,
        headers: WireHeaders,
        position: int,
    ) -> Any:
        """A message as this protocol's client would give it."""
        raise NotImplementedError


class Receive:
    """An operation that receives; each protocol says how its client gives messages.

    What a client gives (`raw`) has the methods `value()`, `key()` and `headers()`.
    """

    takes_any_content_type: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        *,
        address: Address | None,
        messages: Sequence[tuple[MessageType, Callable[..., Any]]],
        choose: Choose | None = None,
        parameters: Callable[..., Any] | None = None,
        reply: Reply | None = None,
    ) -> None:
        self.name = name
        self.address = address
        self.messages = tuple(messages)
        self.choose = choose
        self.parameters = parameters
        self.reply = reply

    @property
    def queue(self) -> Hashable:
        """Operations of one queue share its messages."""
        return self.address.template if self.address else self.name

    def read(self, raw: Any) -> Any:
        """The typed message; raises DecodeError."""
        body, headers = raw.value(), raw.headers()
        try:
            parameters = self._parameters(raw) if self.parameters is not None else None
            if self.choose is not None:
                kind, make = self.messages[self.choose(body, headers)]
            elif len(self.messages) == 1:
                kind, make = self.messages[0]
            else:
                return _first_valid(
                    self.messages,
                    lambda each: self._build(
                        each[0], each[1], raw, body, headers, parameters
                    ),
                )
            return self._build(kind, make, raw, body, headers, parameters)
        except (ValidationError, UnicodeDecodeError, Unreadable) as error:
            self._refuse(raw, body, error)

    def _build(
        self,
        kind: MessageType,
        make: Callable[..., Any],
        raw: Any,
        body: bytes | None,
        headers: WireHeaders | None,
        parameters: Any,
    ) -> Any:
        if headers and kind.fixed_headers:
            given = header(headers, "content-type")
            if given is not None and given != kind.fixed_headers[0][1]:
                _check_content_type(kind, text_of(given))
        return make(
            kind.decode_payload(body),
            None if kind.headers is None else kind.headers.decode(headers),
            raw.key() if kind.key is None else kind.key.decode(raw.key()),
            parameters,
            raw,
        )

    def _parameters(self, raw: Any) -> Any:
        values = self.address.match(self.address_of(raw)) if self.address else None
        if values is None:
            raise Unreadable(
                f"the address {self.address_of(raw)!r} is not {self.queue!r}"
            )
        return self.parameters(*values) if self.parameters else None

    def _refuse(self, raw: Any, body: bytes | None, error: Exception) -> NoReturn:
        raise DecodeError(
            f"{self.name}: the message is not valid: {_reason(error)}",
            source=self.source(raw),
            body=body,
        ) from error

    def lane(self, raw: Any) -> Hashable:
        """What keeps its order: the key, or None for the partition or queue as a whole."""
        key: Hashable = raw.key()
        return key

    def address_of(self, raw: Any) -> str:
        """The address that a message came from."""
        raise NotImplementedError

    def source(self, raw: Any) -> Any:
        """Where a message came from, as the protocol knows it."""
        raise NotImplementedError

    def origin(self, raw: Any) -> dict[str, str]:
        """Where a message came from, for the headers of a dead letter."""
        raise NotImplementedError

    def record(
        self,
        address: str,
        body: bytes | None,
        key: bytes | None,
        headers: WireHeaders,
        position: int,
    ) -> Any:
        """A message as this protocol's client would give it."""
        raise NotImplementedError


def _check_content_type(kind: MessageType, given: str) -> None:
    if not kind.payload.reads(given):
        raise Unreadable(f"content type {given!r} is not {kind.payload.content_type!r}")


def _first_valid(candidates: Sequence[Any], read: Callable[[Any], Any]) -> Any:
    """The first candidate that can be read; with several, the reasons of all."""
    refused: list[str] = []
    for candidate in candidates:
        try:
            return read(candidate)
        except (ValidationError, UnicodeDecodeError, Unreadable) as error:
            if len(candidates) == 1:
                raise
            refused.append(_reason(error))
    raise Unreadable(f"unknown message: {' | '.join(refused)}")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return reasons(error)
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
