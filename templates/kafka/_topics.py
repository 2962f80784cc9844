"""The topics of the document: creating those that are missing, and saying where the others differ."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.cimpl import NewTopic

from ..errors import BrokerUnavailable, MessagingError
from ._errors import REFUSED, known_cluster, unavailable, unusable
from ._settings import KafkaSettings

__all__ = ["Topic", "TopicDifference", "ensure_topics"]

log = logging.getLogger(__package__ or __name__)

Entry = str | float | list[str]
"""The value of a configuration entry, as a document writes it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What the document says of a topic; None is left to the broker."""

    partitions: int | None = None
    replicas: int | None = None
    configuration: Mapping[str, Entry] = field(default_factory=dict[str, Entry])


class TopicDifference(NamedTuple):
    """Something of a topic that is not as the document has it."""

    topic: str
    what: str
    """`partitions`, `replicas`, or the name of a configuration entry."""
    document: str
    broker: str


async def ensure_topics(
    settings: KafkaSettings, topics: Mapping[str, Topic], replicas: int | None
) -> list[TopicDifference]:
    """Create the topics that are missing and say where the others differ; nothing that exists is changed.

    `replicas` goes before what the document says, for a cluster that has fewer brokers. Raises BrokerUnavailable, and
    MessagingError when a topic cannot be created.
    """
    return await asyncio.to_thread(_ensure, settings, topics, replicas)


def _ensure(
    settings: KafkaSettings, topics: Mapping[str, Topic], replicas: int | None
) -> list[TopicDifference]:
    admin = _connected(settings)
    timeout = settings.connect_timeout
    try:
        there = admin.list_topics(timeout=timeout).topics
    except KafkaException as error:
        raise BrokerUnavailable(f"no broker answered within {timeout:g} s") from error
    missing = {name: topic for name, topic in topics.items() if name not in there}
    _create(admin, missing, replicas, timeout)
    existing = {name: topic for name, topic in topics.items() if name in there}
    found = _configurations(admin, existing, timeout)
    return [
        TopicDifference(name, what, wanted, actual)
        for name, topic in existing.items()
        for what, wanted, actual in _compared(
            topic, replicas, there[name].partitions, found.get(name, {})
        )
        if wanted != actual
    ]


def _connected(settings: KafkaSettings) -> Any:
    """A client that has reached a broker; raises BrokerUnavailable."""
    errors: deque[KafkaError] = deque(maxlen=100)
    config: dict[str, Any] = {
        **settings.connection(),
        **settings.client_for("admin"),
        "error_cb": errors.append,
        "logger": log,
    }
    try:
        admin: Any = AdminClient(config)
    except (KafkaException, TypeError, ValueError) as error:
        raise unusable(error) from error
    deadline = time.monotonic() + settings.connect_timeout
    while not known_cluster(admin, min(1.0, settings.connect_timeout)):
        admin.poll(0)
        refused = next((each for each in errors if each.code() in REFUSED), None)
        if refused is not None or time.monotonic() >= deadline:
            raise unavailable(settings, refused or (errors[-1] if errors else None))
    return admin


def _create(
    admin: Any,
    topics: Mapping[str, Topic],
    replicas: int | None,
    timeout: float,
) -> None:
    if not topics:
        return
    wanted = [
        NewTopic(
            name,
            num_partitions=-1 if topic.partitions is None else topic.partitions,
            replication_factor=replicas or topic.replicas or -1,
            config={key: _text(value) for key, value in topic.configuration.items()},
        )
        for name, topic in topics.items()
    ]
    created: dict[str, Future[None]] = admin.create_topics(
        wanted, operation_timeout=timeout, request_timeout=timeout
    )
    for name, future in created.items():
        try:
            future.result()
        except KafkaException as error:
            reason: KafkaError = error.args[0]
            if reason.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise MessagingError(
                    f"topic {name} was not created: {reason.str()}"
                ) from error


def _configurations(
    admin: Any, topics: Mapping[str, Topic], timeout: float
) -> dict[str, dict[str, Any]]:
    asked = [
        ConfigResource(ConfigResource.Type.TOPIC, name)
        for name, topic in topics.items()
        if topic.configuration
    ]
    if not asked:
        return {}
    answers: dict[Any, Future[dict[str, Any]]] = admin.describe_configs(
        asked, request_timeout=timeout
    )
    found: dict[str, dict[str, Any]] = {}
    for resource, future in answers.items():
        try:
            found[resource.name] = future.result()
        except KafkaException as error:
            raise MessagingError(
                f"the configuration of topic {resource.name} cannot be read: {error.args[0].str()}"
            ) from error
    return found


def _compared(
    topic: Topic,
    replicas: int | None,
    partitions: Mapping[int, Any],
    configuration: Mapping[str, Any],
) -> Iterable[tuple[str, str, str]]:
    """What the document says, each with the broker's value."""
    if topic.partitions is not None:
        yield "partitions", str(topic.partitions), str(len(partitions))
    wanted = replicas or topic.replicas
    if wanted is not None and partitions:
        yield (
            "replicas",
            str(wanted),
            str(len(next(iter(partitions.values())).replicas)),
        )
    for name, value in topic.configuration.items():
        entry = configuration.get(name)
        actual = "" if entry is None else str(entry.value)
        if isinstance(value, list) and sorted(value) == sorted(actual.split(",")):
            continue  # the order of a list says nothing
        yield name, _text(value), actual


def _text(value: Entry) -> str:
    """A value of the document as Kafka's configuration writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value)
    return str(value)
