"""What can go wrong between this package and a broker.

    MessagingError
    ├─ PublishError(message, retryable, outcome)      a message that was not confirmed
    │  ├─ MessageTooLarge                             larger than the broker takes
    │  ├─ Unroutable                                  nowhere to go: no such topic, queue or binding
    │  ├─ NotAuthorized                               the broker refuses the credentials or the address
    │  └─ PublishTimeout                              not confirmed within `publish_timeout`
    ├─ ReceiveError(source)
    │  ├─ DecodeError(source, body)                   not valid for the schema, unknown message, wrong content type
    │  └─ HandlerError(source)                        raised from the handler's exception after the last attempt
    ├─ ReplyTimeout                                   no reply within the timeout
    └─ BrokerUnavailable                              no connection within `connect_timeout`, or refused

Exceptions of the client library are the `__cause__`, never the type to catch.
"""

from __future__ import annotations

from typing import Any, Literal

__all__ = [
    "BrokerUnavailable",
    "DecodeError",
    "HandlerError",
    "MessageTooLarge",
    "MessagingError",
    "NotAuthorized",
    "Outcome",
    "PublishError",
    "PublishTimeout",
    "ReceiveError",
    "ReplyTimeout",
    "Unroutable",
]

Outcome = Literal["not_sent", "unknown"]
"""Of a failed publish: `not_sent` when the broker surely has not got the message, `unknown` when it may."""


class MessagingError(Exception):
    """Anything that this package raises about messages and brokers."""


class PublishError(MessagingError):
    """A message whose arrival the broker did not confirm."""

    def __init__(
        self, message: str, *, retryable: bool = False, outcome: Outcome = "unknown"
    ) -> None:
        super().__init__(message)
        self.message = message
        """What happened, in words."""
        self.retryable = retryable
        """Whether publishing the same message again may succeed."""
        self.outcome: Outcome = outcome
        """Whether the broker surely has not got the message (`not_sent`), or may have it (`unknown`)."""


class MessageTooLarge(PublishError):
    """The message is larger than the client or the broker takes."""


class Unroutable(PublishError):
    """The address leads nowhere on this broker."""


class NotAuthorized(PublishError):
    """The broker refuses these credentials, or refuses them this address."""


class PublishTimeout(PublishError):
    """The broker did not confirm within `publish_timeout`."""


class ReceiveError(MessagingError):
    """A received message that could not be handled."""

    def __init__(self, message: str, *, source: Any = None) -> None:
        super().__init__(message)
        self.message = message
        """What happened, in words."""
        self.source = source
        """Where the message came from, as the protocol knows it."""


class DecodeError(ReceiveError):
    """The message is not valid for its schema, is none of the operation's messages, or has another content type."""

    def __init__(
        self, message: str, *, source: Any = None, body: bytes | None = None
    ) -> None:
        super().__init__(message, source=source)
        self.body = body
        """The message's bytes as they came."""


class HandlerError(ReceiveError):
    """The handler failed at the last attempt; its exception is the `__cause__`."""


class ReplyTimeout(MessagingError):
    """No reply came within the timeout; the request may have been handled all the same."""


class BrokerUnavailable(MessagingError):
    """The broker could not be reached within `connect_timeout`, or refused the connection."""
