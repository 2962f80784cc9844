"""What publishers and subscribers of every protocol share."""

from .addresses import Address, ByContentType, ByHeader, ByProperty
from .codecs import (
    Binary,
    ExtraHeaders,
    HeaderFields,
    Json,
    MessageType,
    Nothing,
    Text,
)
from .handlers import Handle, HandleBatch
from .operations import Message, Outgoing, Receive, Reply, Send
from .policy import FailurePolicy, exponential
from .publisher import Publisher
from .subscriber import Subscriber
from .transport import Receiver, Sender, Transport

__all__ = [
    "Address",
    "Binary",
    "ByContentType",
    "ByHeader",
    "ByProperty",
    "ExtraHeaders",
    "FailurePolicy",
    "Handle",
    "HandleBatch",
    "HeaderFields",
    "Json",
    "Message",
    "MessageType",
    "Nothing",
    "Outgoing",
    "Publisher",
    "Receive",
    "Receiver",
    "Reply",
    "Send",
    "Sender",
    "Subscriber",
    "Text",
    "Transport",
    "exponential",
]
