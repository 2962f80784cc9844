"""The Kafka path on librdkafka's mock cluster: no Java, no faults, real threads and real time.

The mock lets a group form once, after three seconds, and never again once its last member has left.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from templates._runtime import FailurePolicy
from templates.errors import BrokerUnavailable, PublishError
from templates.kafka._transport import Sent
from tests.runtime.operations import (
    Answer,
    AnswerQuestion,
    Delivered,
    Lost,
    OrderHeaders,
    OrderItem,
    PlaceOrder,
    Question,
    ShipEvent,
    ShopPublisher,
    ShopSettings,
    ShopSubscriber,
    TracedOrder,
    order,
    until,
)


@pytest.fixture
def mock_cluster() -> Iterator[str]:
    """The address of a cluster inside a client of this process."""
    client = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    (broker,) = client.list_topics(timeout=10).brokers.values()
    yield f"{broker.host}:{broker.port}"
    client.flush(1)


@pytest.fixture
def settings(mock_cluster: str) -> ShopSettings:
    """A group of its own for each test."""
    return ShopSettings(
        bootstrap_servers=mock_cluster,
        group_id=uuid.uuid4().hex,
        close_timeout=5,
        client={"topic.metadata.refresh.interval.ms": 200},
    )


def test_what_is_published_is_received_with_its_headers_and_key(settings: ShopSettings) -> None:
    got: list[TracedOrder] = []

    async def scenario() -> Sent:
        subscriber = ShopSubscriber(settings)

        @subscriber.place_traced
        async def place(message: TracedOrder) -> None:
            got.append(message)

        async with ShopPublisher(settings) as publisher:
            sent = await publisher.send_traced(order(1), key="k", headers=OrderHeaders(trace_id="t", retries=2))
            async with subscriber:
                await until(lambda: got)
                assert subscriber.healthy
        return sent

    sent = asyncio.run(scenario())
    (message,) = got
    assert (message.payload, message.key, message.headers.retries) == (order(1), "k", 2)
    assert (message.source.topic, message.source.partition, message.source.offset) == sent
    assert message.source.timestamp is not None


def test_many_are_sent_in_order_and_received_once_each(settings: ShopSettings) -> None:
    names = [f"o-{uuid.uuid4().hex}" for _ in range(3000)]
    got: list[str] = []

    async def scenario() -> list[Sent | PublishError]:
        subscriber = ShopSubscriber(settings, concurrency=4)

        @subscriber.place_order
        async def place(message: PlaceOrder) -> None:
            got.append(message.payload.order_id)

        async with ShopPublisher(settings) as publisher, subscriber:
            items = [OrderItem(order(name[2:]), key="one") for name in names]
            results = await publisher.send_order_many(items)
            await until(lambda: set(names) <= set(got))
        return results

    results = asyncio.run(scenario())
    assert all(isinstance(result, Sent) for result in results)
    assert [name for name in got if name in set(names)] == names


def test_a_pattern_receives_the_topics_of_every_parameter_and_no_dead_letter(settings: ShopSettings) -> None:
    got: list[tuple[str, str]] = []

    async def scenario() -> None:
        subscriber = ShopSubscriber(
            settings, on_failure=FailurePolicy(attempts=2, backoff=lambda failed: 0, dead_letter="ship.dead.events")
        )

        @subscriber.ship_event
        async def event(message: ShipEvent) -> None:
            got.append((message.parameters.ship_id, message.payload.kind))
            if message.payload.kind == "lost":
                raise ValueError("lost")

        async with ShopPublisher(settings) as publisher:
            await publisher.send_ship(Delivered(kind="delivered", place="x"), ship_id="1")
            await publisher.send_ship(Lost(kind="lost"), ship_id="2")
            await publisher.send_ship(Lost(kind="lost"), ship_id="dead")
            async with subscriber:
                await until(lambda: len(got) >= 3)
                await until(lambda: _messages(settings, "ship.dead.events") == 2)

    asyncio.run(scenario())
    assert sorted(got) == [("1", "delivered"), ("2", "lost"), ("2", "lost")]


def test_a_request_gets_its_reply(settings: ShopSettings) -> None:
    async def scenario() -> list[str]:
        subscriber = ShopSubscriber(settings, concurrency=4)

        @subscriber.answer_question
        async def answer(message: AnswerQuestion) -> Answer:
            return Answer(text=message.payload.text.upper())

        async with ShopPublisher(settings) as publisher, subscriber:
            replies = await asyncio.gather(*(publisher.ask(Question(text=text), timeout=20) for text in "abc"))
        return [reply.text for reply in replies]

    assert asyncio.run(scenario()) == ["A", "B", "C"]


def test_slow_handlers_pause_what_is_fetched_and_nothing_is_lost(settings: ShopSettings) -> None:
    slow = settings.model_copy(update={"max_in_progress": 10})
    names = [f"o-{uuid.uuid4().hex}" for _ in range(400)]
    got: list[str] = []

    async def scenario() -> None:
        subscriber = ShopSubscriber(slow, concurrency=50)

        @subscriber.place_order
        async def place(message: PlaceOrder) -> None:
            await asyncio.sleep(0.02 if len(got) > 60 else 0.3)
            got.append(message.payload.order_id)

        async with ShopPublisher(settings) as publisher, subscriber:
            await publisher.send_order_many(
                [OrderItem(order(name[2:]), key=str(index)) for index, name in enumerate(names)]
            )
            await until(lambda: set(names) <= set(got))

    asyncio.run(scenario())
    assert len([name for name in got if name in set(names)]) == len(names)


def test_a_cancelled_publish_harms_no_other(settings: ShopSettings) -> None:
    async def scenario() -> list[Any]:
        async with ShopPublisher(settings) as publisher:
            sending = [asyncio.create_task(publisher.send_order(order(number))) for number in range(200)]
            await asyncio.sleep(0)
            for task in sending[::3]:
                task.cancel()
            return await asyncio.gather(*sending, return_exceptions=True)

    results = asyncio.run(scenario())
    assert all(isinstance(result, Sent) for index, result in enumerate(results) if index % 3)


def test_no_broker_is_an_error_with_its_address() -> None:
    settings = ShopSettings(bootstrap_servers="127.0.0.1:1", connect_timeout=0.5)

    async def scenario() -> None:
        async with ShopPublisher(settings):
            pass

    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1 could not be reached within 0\.5 s"):
        asyncio.run(scenario())


def test_a_subscriber_stops_at_once_while_no_broker_is_there() -> None:
    settings = ShopSettings(bootstrap_servers="127.0.0.1:1", connect_timeout=30)

    async def scenario() -> float:
        subscriber = ShopSubscriber(settings, on_failure=FailurePolicy(dead_letter="dead"))
        subscriber.place_order(lambda message: None)
        running = asyncio.create_task(subscriber.run())
        await asyncio.sleep(0.3)
        assert not subscriber.healthy
        started = time.monotonic()
        subscriber.stop()
        await running
        return time.monotonic() - started

    assert asyncio.run(scenario()) < 5


def _messages(settings: ShopSettings, topic: str) -> int:
    """How many messages a topic holds."""
    consumer = Consumer({**settings.connection(), "group.id": "count"})
    total = 0
    for partition in consumer.list_topics(topic, timeout=5).topics[topic].partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=5)
        total += high - low
    consumer.close()
    return total
