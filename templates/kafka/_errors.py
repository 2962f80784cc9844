"""What the client library's errors mean for whoever publishes, receives or connects."""

from __future__ import annotations

from typing import Any

from confluent_kafka import KafkaError, KafkaException

from ..errors import (
    BrokerUnavailable,
    MessageTooLarge,
    MessagingError,
    NotAuthorized,
    Outcome,
    PublishError,
    PublishTimeout,
    Unroutable,
)
from ._settings import KafkaSettings

__all__ = [
    "REFUSED",
    "known_cluster",
    "not_taken",
    "publish_error",
    "unavailable",
    "unusable",
]


def known_cluster(client: Any, timeout: float) -> bool:
    """Whether a broker answered."""
    try:
        return bool(client.list_topics(timeout=timeout).brokers)
    except KafkaException:
        return False


def unavailable(settings: KafkaSettings, error: KafkaError | None) -> BrokerUnavailable:
    """No connection, with what the client said last."""
    if error is not None and error.code() in REFUSED:
        failure = BrokerUnavailable(
            f"{settings.address()} refused the connection: {error.str()}"
        )
    else:
        why = f": {error.str()}" if error is not None else ""
        failure = BrokerUnavailable(
            f"{settings.address()} could not be reached within {settings.connect_timeout:g} s{why}"
        )
    if error is not None:
        failure.__cause__ = KafkaException(error)
    return failure


def unusable(error: Exception) -> MessagingError:
    """The client library does not take its configuration."""
    reason = error.args[0].str() if isinstance(error, KafkaException) else error
    return MessagingError(f"the client library does not take its settings: {reason}")


REFUSED = {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED}

KINDS: dict[int, tuple[type[PublishError], Outcome]] = {
    KafkaError.MSG_SIZE_TOO_LARGE: (MessageTooLarge, "not_sent"),
    KafkaError.RECORD_LIST_TOO_LARGE: (MessageTooLarge, "not_sent"),
    KafkaError._UNKNOWN_TOPIC: (Unroutable, "not_sent"),
    KafkaError._UNKNOWN_PARTITION: (Unroutable, "not_sent"),
    KafkaError.UNKNOWN_TOPIC_OR_PART: (Unroutable, "not_sent"),
    KafkaError.TOPIC_EXCEPTION: (Unroutable, "not_sent"),
    KafkaError.TOPIC_AUTHORIZATION_FAILED: (NotAuthorized, "not_sent"),
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: (NotAuthorized, "not_sent"),
    KafkaError._MSG_TIMED_OUT: (PublishTimeout, "unknown"),
    KafkaError._TIMED_OUT_QUEUE: (PublishTimeout, "not_sent"),
    KafkaError._QUEUE_FULL: (PublishError, "not_sent"),
    KafkaError._PURGE_QUEUE: (PublishError, "not_sent"),
    KafkaError._INVALID_ARG: (PublishError, "not_sent"),
    KafkaError.INVALID_RECORD: (PublishError, "not_sent"),
    KafkaError.INVALID_MSG: (PublishError, "not_sent"),
    KafkaError.INVALID_TIMESTAMP: (PublishError, "not_sent"),
    KafkaError.NOT_ENOUGH_REPLICAS: (PublishError, "not_sent"),
    KafkaError.POLICY_VIOLATION: (PublishError, "not_sent"),
}
"""Which exception an error of the client is, and whether the broker may have the message; others may."""

RETRYABLE = {
    KafkaError._FATAL,  # by then with another Producer
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._TRANSPORT,
    KafkaError._QUEUE_FULL,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError.NOT_ENOUGH_REPLICAS,
    KafkaError.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    KafkaError.KAFKA_STORAGE_ERROR,
    KafkaError.REQUEST_TIMED_OUT,
}


def not_taken(error: KafkaException, topic: str) -> PublishError:
    """The exception for a message that the client did not take."""
    failure = publish_error(error.args[0], topic)
    failure.outcome = "not_sent"
    failure.__cause__ = error
    return failure


def publish_error(error: KafkaError, topic: str) -> PublishError:
    """The exception for an error of the client."""
    kind, outcome = KINDS.get(error.code(), (PublishError, "unknown"))
    retryable = error.retriable() or error.code() in RETRYABLE
    return kind(f"{topic}: {error.str()}", retryable=retryable, outcome=outcome)
