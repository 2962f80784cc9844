"""The tests' own Apache Kafka behaves as the tests rely on."""

import socket
from collections.abc import Callable
from uuid import uuid4

import pytest
from confluent_kafka import KafkaException, Producer

from tests.brokers.kafka import Kafka, KafkaBroker

pytestmark = pytest.mark.broker


@pytest.fixture
def topic() -> str:
    return f"topic-{uuid4().hex}"


def produce(broker: Kafka, topic: str, *values: bytes, timeout: float = 20) -> int:
    """Gives how many were not confirmed within `timeout` seconds."""
    producer = Producer({"bootstrap.servers": broker.bootstrap_servers, "log_level": 0})
    for value in values:
        producer.produce(topic, value, key="k")
    return producer.flush(timeout)


def test_what_was_produced_is_read(kafka_broker: Kafka, topic: str) -> None:
    kafka_broker.create_topic(topic, partitions=3)

    unconfirmed = produce(kafka_broker, topic, b"one", b"two")

    assert unconfirmed == 0
    assert [message.value() for message in kafka_broker.read(topic, 2)] == [
        b"one",
        b"two",
    ]


def test_a_deleted_topic_can_be_made_anew_and_is_empty(kafka_broker: Kafka, topic: str) -> None:
    kafka_broker.create_topic(topic)
    produce(kafka_broker, topic, b"old")

    kafka_broker.delete_topic(topic)
    kafka_broker.create_topic(topic)
    produce(kafka_broker, topic, b"new")

    assert [message.value() for message in kafka_broker.read(topic, 1)] == [b"new"]


def test_reading_more_than_there_is_fails(kafka_broker: Kafka, topic: str) -> None:
    kafka_broker.create_topic(topic)

    with pytest.raises(AssertionError, match="0 of 1 messages"):
        kafka_broker.read(topic, 1, timeout=0.5)


@pytest.mark.parametrize("end", [KafkaBroker.kill, KafkaBroker.stop])
def test_messages_outlive_the_broker(
    own_kafka_broker: KafkaBroker, topic: str, end: Callable[[KafkaBroker], None]
) -> None:
    own_kafka_broker.create_topic(topic)
    produce(own_kafka_broker, topic, b"kept")
    address = own_kafka_broker.bootstrap_servers

    end(own_kafka_broker)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", own_kafka_broker.port))
    own_kafka_broker.start()

    assert own_kafka_broker.bootstrap_servers == address
    assert [message.value() for message in own_kafka_broker.read(topic, 1)] == [b"kept"]


def test_a_frozen_broker_takes_connections_and_answers_after_it_is_resumed(
    own_kafka_broker: KafkaBroker, topic: str
) -> None:
    own_kafka_broker.create_topic(topic)

    own_kafka_broker.pause()
    socket.create_connection(("127.0.0.1", own_kafka_broker.port)).close()
    with pytest.raises(KafkaException):
        own_kafka_broker.admin.list_topics(timeout=0.5)
    own_kafka_broker.resume()

    assert produce(own_kafka_broker, topic, b"late") == 0
    assert [message.value() for message in own_kafka_broker.read(topic, 1)] == [b"late"]


def test_a_broker_left_frozen_can_be_stopped(own_kafka_broker: KafkaBroker) -> None:
    own_kafka_broker.pause()

    own_kafka_broker.stop()

    assert not own_kafka_broker.is_running
