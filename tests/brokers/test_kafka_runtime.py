"""The Kafka runtime against Apache Kafka, over operations as generated code describes them."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Producer

from templates._runtime import Address, FailurePolicy
from templates.errors import MessageTooLarge, PublishError, Unroutable
from templates.kafka._transport import KafkaReceive, Sent
from tests.brokers.kafka import Kafka, KafkaBroker
from tests.runtime.operations import (
    DELIVERED,
    LOST,
    Order,
    OrderItem,
    PlaceOrder,
    ShipDelivered,
    ShipLost,
    ShopSettings,
    TopicPublisher,
    TopicSubscriber,
    order,
    until,
)

pytestmark = pytest.mark.broker


def new_topic(broker: Kafka, partitions: int = 3) -> str:
    topic = f"runtime-{uuid.uuid4().hex[:8]}"
    broker.create_topic(topic, partitions=partitions)
    return topic


def settings_for(broker: Kafka, **given: object) -> ShopSettings:
    client: dict[str, object] = {"fetch.wait.max.ms": 20, "session.timeout.ms": 6000, "heartbeat.interval.ms": 500}
    values: dict[str, object] = {"group_id": uuid.uuid4().hex, "client": client, **given}
    return ShopSettings(bootstrap_servers=broker.bootstrap_servers, **values)  # type: ignore[arg-type]


def note(subscriber: TopicSubscriber, then: Callable[[PlaceOrder], None] = lambda message: None) -> list[PlaceOrder]:
    """Register a handler that notes what it got before it does something."""
    got: list[PlaceOrder] = []

    @subscriber.place_order
    async def place(message: PlaceOrder) -> None:
        got.append(message)
        then(message)

    return got


def names(got: list[PlaceOrder]) -> list[str]:
    return [message.payload.order_id for message in got]


def test_what_is_published_is_received(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker), settings_for(kafka_broker)

    async def scenario() -> tuple[Sent, list[PlaceOrder]]:
        subscriber = TopicSubscriber(topic, settings)
        got = note(subscriber)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            sent = await publisher.send_order(order(1), key="k")
            await until(lambda: got)
        return sent, got

    sent, (message,) = asyncio.run(scenario())
    assert message.payload == order(1)
    assert (message.source.topic, message.source.partition, message.source.offset) == sent
    assert (message.key, message.source.body) == (b"k", b'{"orderId":"o-1"}')


def test_what_was_acknowledged_does_not_come_again(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker), settings_for(kafka_broker)
    got: list[str] = []

    async def receive(number: int) -> None:
        subscriber = TopicSubscriber(topic, settings)
        noted = note(subscriber)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            await publisher.send_order(order(number))
            await until(lambda: noted)
        got.extend(names(noted))

    for number in range(3):
        asyncio.run(receive(number))
    assert got == ["o-0", "o-1", "o-2"]


def test_what_cannot_be_decoded_is_a_dead_letter_and_the_rest_goes_on(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker, 1), settings_for(kafka_broker)
    dead = f"{topic}.dead"
    kafka_broker.create_topic(dead)

    async def scenario() -> list[PlaceOrder]:
        subscriber = TopicSubscriber(topic, settings, on_failure=FailurePolicy(dead_letter="{address}.dead"))
        got = note(subscriber)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            producer = Producer({"bootstrap.servers": kafka_broker.bootstrap_servers})
            producer.produce(topic, b'{"orderId":5}', b"k")
            assert await asyncio.to_thread(producer.flush, 20) == 0
            await publisher.send_order(order(2))
            await until(lambda: got)
        return got

    assert names(asyncio.run(scenario())) == ["o-2"]
    (letter,) = kafka_broker.read(dead, 1)
    headers = dict(letter.headers() or [])
    assert (letter.key(), letter.value()) == (b"k", b'{"orderId":5}')
    assert (headers["dead-letter-address"], headers["dead-letter-offset"]) == (topic.encode(), b"0")
    assert (headers["dead-letter-reason"], headers["dead-letter-attempts"]) == (b"decode", b"1")


def test_a_failing_handler_is_tried_again_and_its_partition_waits(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker, 1), settings_for(kafka_broker)
    failures = Counter({"o-1": 2})

    def fail(message: PlaceOrder) -> None:
        if failures[message.payload.order_id] > 0:
            failures[message.payload.order_id] -= 1
            raise ValueError

    async def scenario() -> list[PlaceOrder]:
        subscriber = TopicSubscriber(topic, settings, on_failure=FailurePolicy(backoff=lambda failed: 0.05))
        got = note(subscriber, fail)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            for number in range(3):
                await publisher.send_order(order(number))
            await until(lambda: len(got) == 5)
            assert subscriber.healthy
        return got

    assert names(asyncio.run(scenario())) == ["o-0", "o-1", "o-1", "o-1", "o-2"]


def test_a_dead_letter_that_cannot_be_written_leaves_the_message_for_the_next_run(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker, 1), settings_for(kafka_broker, publish_timeout=2.0)

    def fail(message: PlaceOrder) -> None:
        raise ValueError

    async def first() -> None:
        subscriber = TopicSubscriber(
            topic, settings, on_failure=FailurePolicy(attempts=1, dead_letter=f"{topic}.missing")
        )
        note(subscriber, fail)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            await publisher.send_order(order(1))
            await until(lambda: not subscriber.healthy)

    async def second() -> list[PlaceOrder]:
        subscriber = TopicSubscriber(topic, settings)
        got = note(subscriber)
        async with subscriber:
            await until(lambda: got)
        return got

    asyncio.run(first())
    assert names(asyncio.run(second())) == ["o-1"]


def test_many_are_received_in_order_of_their_keys(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker), settings_for(kafka_broker)
    count, keys = 5000, 50

    async def scenario() -> list[PlaceOrder]:
        subscriber = TopicSubscriber(topic, settings, concurrency=8)
        got: list[PlaceOrder] = []

        @subscriber.place_order
        async def place(message: PlaceOrder) -> None:
            await asyncio.sleep(0)
            got.append(message)

        async with TopicPublisher(topic, settings) as publisher, subscriber:
            items = [OrderItem(order(number), key=str(number % keys)) for number in range(count)]
            assert all(isinstance(each, Sent) for each in await publisher.send_order_many(items))
            await until(lambda: len(got) >= count)
        return got

    got = names(asyncio.run(scenario()))
    assert len(got) == count
    for key in range(keys):
        numbers = [int(name[2:]) for name in got if int(name[2:]) % keys == key]
        assert numbers == list(range(key, count, keys))


def test_a_handler_longer_than_the_poll_interval_keeps_its_partitions(kafka_broker: Kafka) -> None:
    topic = new_topic(kafka_broker, 1)
    client = {
        "max.poll.interval.ms": 6000,
        "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 500,
        "fetch.wait.max.ms": 20,
    }
    settings = settings_for(kafka_broker, client=client)

    async def scenario() -> list[PlaceOrder]:
        subscriber = TopicSubscriber(topic, settings)
        got: list[PlaceOrder] = []

        @subscriber.place_order
        async def place(message: PlaceOrder) -> None:
            if not got:
                await asyncio.sleep(9)
            got.append(message)

        async with TopicPublisher(topic, settings) as publisher, subscriber:
            for number in range(2):
                await publisher.send_order(order(number))
            await until(lambda: len(got) == 2)
        return got

    assert names(asyncio.run(scenario())) == ["o-0", "o-1"]


def test_a_second_member_takes_partitions_over_with_nothing_handled_twice(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker, 4), settings_for(kafka_broker)
    count = 600

    async def scenario() -> tuple[list[PlaceOrder], list[PlaceOrder]]:
        members = [TopicSubscriber(topic, settings) for _ in range(2)]
        got: list[list[PlaceOrder]] = [[], []]
        for member, mine in zip(members, got, strict=True):

            async def place(message: PlaceOrder, mine: list[PlaceOrder] = mine) -> None:
                await asyncio.sleep(0.005)
                mine.append(message)

            member.place_order(place)
        async with TopicPublisher(topic, settings) as publisher, members[0]:
            await publisher.send_order_many([OrderItem(order(number), key=str(number)) for number in range(count)])
            await until(lambda: len(got[0]) > 50)
            async with members[1]:
                await until(lambda: len(got[0]) + len(got[1]) >= count)
        return got[0], got[1]

    first, second = asyncio.run(scenario())
    assert second
    assert Counter(names(first + second)) == Counter(f"o-{number}" for number in range(count))


def test_partitions_that_were_paused_and_come_back_are_received_from_again(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker, 4), settings_for(kafka_broker, max_in_progress=1, drain_timeout=0.5)
    count = 100

    async def scenario() -> set[str]:
        blocked, free, got = TopicSubscriber(topic, settings), asyncio.Event(), set[str]()
        other = TopicSubscriber(topic, settings)

        @blocked.place_order
        async def wait(message: PlaceOrder) -> None:
            await free.wait()
            got.add(message.payload.order_id)

        others = note(other)
        async with TopicPublisher(topic, settings) as publisher, blocked:
            await publisher.send_order_many([OrderItem(order(number), key=str(number)) for number in range(count)])
            await asyncio.sleep(4)  # by then every partition is paused for want of room
            async with other:
                await until(lambda: len(others) > 10)
            free.set()
            await publisher.send_order_many([OrderItem(order(count + n), key=str(n)) for n in range(count)])
            await until(lambda: len(got | set(names(others))) == 2 * count, 30)
        return got

    assert asyncio.run(scenario())


def test_operations_of_one_topic_share_the_group_that_the_settings_name(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker), settings_for(kafka_broker)
    delivered = KafkaReceive("a", address=Address(topic), messages=((DELIVERED, ShipDelivered),), group_id="a")
    lost = KafkaReceive("b", address=Address(topic), messages=((LOST, ShipLost),), group_id="b")
    got: list[tuple[str, object]] = []

    async def scenario() -> None:
        subscriber = TopicSubscriber(topic, settings)

        @subscriber._handle(delivered)
        async def take_delivered(message: ShipDelivered) -> None:
            got.append(("a", message.payload))

        @subscriber._handle(lost)
        async def take_lost(message: ShipLost) -> None:
            got.append(("b", message.payload))

        async with subscriber:
            producer = Producer({"bootstrap.servers": kafka_broker.bootstrap_servers})
            producer.produce(topic, b'{"kind":"lost"}')
            producer.produce(topic, b'{"kind":"delivered","place":"x"}')
            assert await asyncio.to_thread(producer.flush, 20) == 0
            await until(lambda: len(got) == 2, 20)

    asyncio.run(scenario())
    assert {who for who, _ in got} == {"a", "b"}


def test_a_killed_subscriber_loses_nothing(kafka_broker: Kafka, tmp_path: Path) -> None:
    topic, group, file = new_topic(kafka_broker), uuid.uuid4().hex, tmp_path / "handled"
    settings = settings_for(kafka_broker)
    file.touch()

    async def publish() -> None:
        async with TopicPublisher(topic, settings) as publisher:
            items = [OrderItem(order(number), key=str(number)) for number in range(1000)]
            assert all(isinstance(each, Sent) for each in await publisher.send_order_many(items))

    asyncio.run(publish())
    command = [sys.executable, "-m", "tests.runtime.subscriber_program"]
    arguments = [kafka_broker.bootstrap_servers, group, topic, str(file)]

    def handled() -> list[str]:
        return file.read_text().split()

    def run_until(done: Callable[[], bool], number: signal.Signals) -> int:
        process = subprocess.Popen([*command, *arguments])
        try:
            deadline = time.monotonic() + 30
            while not done():
                assert process.poll() is None, "the subscriber ended by itself"
                assert time.monotonic() < deadline, f"{len(set(handled()))} handled"
                time.sleep(0.005)
        finally:
            process.send_signal(number)
        return process.wait(20)

    run_until(lambda: len(handled()) > 300, signal.SIGKILL)
    assert len(set(handled())) < 1000
    assert run_until(lambda: len(set(handled())) == 1000, signal.SIGTERM) == 0


def test_a_message_that_is_too_large_is_refused_and_not_sent(kafka_broker: Kafka) -> None:
    topic, settings = new_topic(kafka_broker), settings_for(kafka_broker)

    async def scenario() -> None:
        async with TopicPublisher(topic, settings) as publisher:
            await publisher.send_order(Order(order_id="o", note="x" * 2_000_000))

    with pytest.raises(MessageTooLarge) as caught:
        asyncio.run(scenario())
    assert caught.value.outcome == "not_sent"


def test_a_topic_that_is_not_there_is_unroutable(kafka_broker: Kafka) -> None:
    settings = settings_for(kafka_broker, publish_timeout=4.0)

    async def scenario() -> None:
        async with TopicPublisher("runtime-nowhere", settings) as publisher:
            await publisher.send_order(order(1))

    with pytest.raises(Unroutable):
        asyncio.run(scenario())


def test_a_broker_that_restarts_loses_nothing(own_kafka_broker: KafkaBroker) -> None:
    topic, settings = new_topic(own_kafka_broker), settings_for(own_kafka_broker)
    count = 300

    async def scenario() -> tuple[list[Sent | PublishError], set[str]]:
        subscriber = TopicSubscriber(topic, settings)
        got = note(subscriber)
        async with TopicPublisher(topic, settings) as publisher, subscriber:
            sending: list[asyncio.Task[Sent]] = []

            async def send() -> None:
                for number in range(count):
                    sending.append(asyncio.create_task(publisher.send_order(order(number), key=str(number))))
                    await asyncio.sleep(0.02)

            sender = asyncio.create_task(send())
            await until(lambda: len(got) > 20)
            await asyncio.to_thread(own_kafka_broker.kill)
            await asyncio.to_thread(own_kafka_broker.start)
            await sender
            results = await asyncio.gather(*sending)
            await until(lambda: len(set(names(got))) == count, 40)
        return list(results), set(names(got))

    results, received = asyncio.run(scenario())
    assert all(isinstance(result, Sent) for result in results)
    assert received == {f"o-{number}" for number in range(count)}
